from __future__ import annotations

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from core.lab.intervals import (
    Estimate,
    estimates_of,
    exact_interval,
    pooled_interval,
    summarise,
    summarise_ratios,
    summarise_shares,
    t_interval,
)


def test_hand_counted_interval() -> None:
    # mean 2, s = 1, n = 3: half width t(0.975; 2) / sqrt(3) = 4.302653 / 1.732051
    found = t_interval([1.0, 2.0, 3.0])
    assert found.mean == 2.0 and found.n == 3
    assert found.high - found.mean == pytest.approx(2.484138, abs=1e-5)
    assert found.mean - found.low == pytest.approx(2.484138, abs=1e-5)


@pytest.mark.parametrize("n", [2, 3, 5, 10, 20])
@pytest.mark.parametrize("level", [0.5, 0.9, 0.95, 0.99])
def test_agrees_with_scipy_stats(n: int, level: float) -> None:
    values = np.random.default_rng(n).normal(3.0, 2.0, size=n)
    low, high = stats.t.interval(level, n - 1, loc=values.mean(), scale=stats.sem(values))
    found = t_interval(values, level=level)
    assert (found.low, found.high) == pytest.approx((low, high), rel=1e-9)


def test_one_value_is_its_own_interval() -> None:
    found = t_interval([0.25])
    assert (found.mean, found.low, found.high, found.n) == (0.25, 0.25, 0.25, 1)


def test_equal_values_have_no_width() -> None:
    found = t_interval([0.5] * 5)
    assert found.low == found.mean == found.high == 0.5


def test_rows_of_a_summary_are_estimates() -> None:
    rows = pd.DataFrame({"arm": "a", "seed": range(3), "value": [1.0, 2.0, 3.0]})
    table = summarise(rows, ["arm"])
    (found,) = estimates_of(table, "points")
    expected = t_interval([1.0, 2.0, 3.0], "points")
    assert found == dataclasses.replace(
        expected, low=pytest.approx(expected.low), high=pytest.approx(expected.high)
    )


@pytest.mark.parametrize(
    ("ends", "sizes"), [((-0.3, -0.1), (0.1, 0.3)), ((-0.3, 0.1), (0.0, 0.3)), ((1, 2), (1, 2))]
)
def test_the_distance_from_zero_reaches_to_the_further_end(ends, sizes) -> None:
    found = abs(Estimate(sum(ends) / 2, *ends, n=5, unit="points"))
    assert (found.low, found.high, found.mean) == (*sizes, abs(sum(ends) / 2))
    assert (found.n, found.unit) == (5, "points")


def test_95_percent_intervals_cover_95_percent() -> None:
    rng = np.random.default_rng(1)
    hits = [
        found.low <= 0.0 <= found.high
        for found in (t_interval(rng.normal(size=5)) for _ in range(2000))
    ]
    # Four standard errors around 0.95 with 2000 tries.
    assert abs(np.mean(hits) - 0.95) < 4 * math.sqrt(0.95 * 0.05 / 2000)


@pytest.mark.parametrize("values", [[], [1.0, math.nan], [math.inf]])
def test_refuses_what_has_no_interval(values: list[float]) -> None:
    with pytest.raises(ValueError, match="finite"):
        t_interval(values)


def test_summarise_gives_each_group_its_own_interval_in_the_order_of_the_rows() -> None:
    rng = np.random.default_rng(2)
    rows = [
        {"arm": arm, "width": width, "seed": seed, "value": rng.normal()}
        for arm in ("plain", "dropout")
        for width in (64, 2)
        for seed in range(5)
    ]
    table = pd.DataFrame(rows)
    found = summarise(table, ["arm", "width"])
    assert list(zip(found["arm"], found["width"], strict=True)) == [
        ("plain", 64), ("plain", 2), ("dropout", 64), ("dropout", 2),
    ]  # fmt: skip
    for row in found.itertuples():
        group = table[(table["arm"] == row.arm) & (table["width"] == row.width)]["value"]
        expected = t_interval(group)
        assert (row.mean, row.low, row.high) == pytest.approx(
            (expected.mean, expected.low, expected.high), rel=1e-9
        )
        assert row.n == 5


def test_summarise_of_one_seed_has_no_width_and_of_nothing_no_rows() -> None:
    table = pd.DataFrame({"arm": ["plain"], "seed": [0], "value": [0.7]})
    found = summarise(table, ["arm"])
    assert (found["low"][0], found["mean"][0], found["high"][0]) == (0.7, 0.7, 0.7)
    assert list(summarise(table[:0], ["arm"]).columns) == ["arm", "mean", "low", "high", "n"]
    assert len(summarise(table[:0], ["arm"])) == 0


def test_the_interval_of_a_share_ends_where_shares_end() -> None:
    low, high = t_interval([0.0, 0.0, 0.04], "share"), t_interval([1.0, 0.9, 1.0], "share")
    assert low.low == 0.0 and 0.04 < low.high < 0.1
    assert high.high == 1.0 and 0.8 < high.low < 0.9
    assert t_interval([0.0, 0.0, 0.04], "points").low < 0


@pytest.mark.parametrize(("k", "n"), [(0, 5), (1, 5), (5, 5), (7, 10), (13, 20)])
def test_exact_interval_is_clopper_and_pearsons(k, n):
    found = exact_interval([1] * k + [0] * (n - k))
    expected = stats.binomtest(k, n).proportion_ci(method="exact")
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))
    assert (found.mean, found.n, found.unit) == (k / n, n, "share")


def test_exact_interval_wants_successes_and_failures():
    for values in ([], [0.5], [2, 0]):
        with pytest.raises(ValueError, match="0 or 1"):
            exact_interval(values)


def test_shares_by_group():
    table = pd.DataFrame({"a": ["x", "x", "y"], "b": [1, 1, 1], "value": [1, 0, 1]})
    found = summarise_shares(table, ["a", "b"])
    assert found["mean"].tolist() == [0.5, 1.0] and found["n"].tolist() == [2, 1]
    assert list(found.columns) == ["a", "b", "mean", "low", "high", "n"]


def test_ratios_are_summarised_by_their_logarithms() -> None:
    table = pd.DataFrame({"size": [1, 1, 2, 2], "value": [1.0, 100.0, 0.0, 0.1]})
    found = summarise_ratios(table, ["size"], least=0.001)
    assert found["mean"].tolist() == pytest.approx([10.0, 0.01])  # The zero counts as 0.001.
    logs = summarise(table.assign(value=np.log([1.0, 100.0, 0.001, 0.1])), ["size"])
    assert found["low"].tolist() == pytest.approx(np.exp(logs["low"]).tolist())
    assert found["n"].tolist() == [2, 2]


def test_pooled_trials_have_an_interval_where_all_seeds_agree() -> None:
    none = pooled_interval([0, 0, 0], [100, 100, 100])
    expected = stats.binomtest(0, 300).proportion_ci(0.95, "exact")
    assert (none.mean, none.n) == (0.0, 300)
    assert (none.low, none.high) == pytest.approx((expected.low, expected.high))
    every = pooled_interval([20, 30], [20, 30])
    assert every.mean == every.high == 1.0 and every.low == pytest.approx(0.025 ** (1 / 50))


def test_where_seeds_differ_the_interval_over_seeds_counts() -> None:
    found = pooled_interval([10, 90, 50], [100, 100, 100])
    seeds = t_interval([0.1, 0.9, 0.5], "share")
    assert (found.mean, found.low, found.high) == pytest.approx((0.5, seeds.low, seeds.high))
    assert "seeds" not in found.kind, "what is counted are cases"


def test_seeds_without_a_trial_are_left_out_of_the_pool() -> None:
    assert pooled_interval([1, 0], [4, 0]).n == 4
    nothing = pooled_interval([0, 0], [0, 0])
    assert nothing.n == 0 and math.isnan(nothing.mean)
    with pytest.raises(ValueError, match="between none and all"):
        pooled_interval([5], [4])
