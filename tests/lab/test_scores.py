"""One number a seed: pairing is by seed, whatever the order of the rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from core.lab.intervals import POINTS, SHARE, differences
from core.lab.scores import PAIRED, NotMeasuredError, PerSeed, per_seed, rows_where, tidy

ROWS = pd.DataFrame(
    [(2, "plain", 0.5), (0, "plain", 0.7), (1, "plain", 0.6),
     (0, "better", 0.9), (1, "better", 0.7), (2, "better", 0.9)],
    columns=["seed", "arm", "value"],
)  # fmt: skip


def test_rows_come_in_the_order_of_the_seeds() -> None:
    plain = per_seed(ROWS, SHARE, arm="plain")
    assert plain.seeds == (0, 1, 2)
    np.testing.assert_array_equal(plain.values, [0.7, 0.6, 0.5])
    assert plain.mean == pytest.approx(0.6) and plain.unit == SHARE


def test_a_difference_is_paired_by_seed_and_in_points() -> None:
    gain = per_seed(ROWS, SHARE, arm="better") - per_seed(ROWS, SHARE, arm="plain")
    np.testing.assert_allclose(gain.values, [0.2, 0.1, 0.4])
    found = gain.estimate
    expected = stats.ttest_rel([0.9, 0.7, 0.9], [0.7, 0.6, 0.5]).confidence_interval()
    assert (found.mean, found.low, found.high) == pytest.approx((7 / 30, *expected))
    assert (found.kind, found.unit, found.n) == (PAIRED, POINTS, 3)


def test_paired_difference_agrees_with_scipy_and_is_narrower_than_the_arms() -> None:
    rng = np.random.default_rng(0)
    common = rng.normal(0.0, 10.0, size=8)
    ours, theirs = common + 1.0 + rng.normal(0, 0.1, 8), common + rng.normal(0, 0.1, 8)
    arms = [PerSeed.of(range(8), arm) for arm in (ours, theirs)]
    found = (arms[0] - arms[1]).estimate
    expected = stats.ttest_rel(ours, theirs).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), rel=1e-9)
    assert "paired" in found.kind
    alone = arms[0].estimate
    assert found.high - found.low < alone.high - alone.low


def test_a_difference_of_differences_stays_paired() -> None:
    arm = {name: per_seed(ROWS, SHARE, arm=name) for name in ("plain", "better")}
    gain = arm["better"] - arm["plain"]
    np.testing.assert_allclose((gain - gain).values, 0)
    assert (gain - gain).unit == POINTS


def test_a_mean_over_the_seeds_that_have_a_value_says_of_how_many() -> None:
    ours = PerSeed.of((0, 1, 2, 3), (0.3, np.nan, 0.5, 0.4), SHARE)
    theirs = PerSeed.of((0, 1, 2, 3), (0.1, 0.2, np.nan, 0.4), SHARE)
    found = (ours - theirs).defined
    assert (found.mean, found.n, found.unit) == (pytest.approx(0.1), 2, POINTS)
    assert found.kind == f"{PAIRED}, of 4 those in which it is defined"
    assert abs(ours).defined.n == 3
    with pytest.raises(ValueError, match="finite"):
        _ = ours.estimate
    whole = per_seed(ROWS, SHARE, arm="better") - per_seed(ROWS, SHARE, arm="plain")
    assert whole.defined == whole.estimate
    nothing = PerSeed.of((0, 1), (np.nan, np.nan)).defined
    assert nothing.n == 0 and nothing.kind == "not defined in any of 2 seeds"


def test_numbers_of_other_seeds_are_never_paired() -> None:
    one, other = PerSeed.of((0, 1), (1.0, 2.0)), PerSeed.of((1, 2), (1.0, 2.0))
    for combine in (lambda: one - other, lambda: one + other, lambda: one / other):
        with pytest.raises(ValueError, match="seeds"):
            combine()
    with pytest.raises(ValueError, match="unit"):
        one - PerSeed.of((0, 1), (1.0, 2.0), "nats")


def test_arithmetic_with_numbers_and_signs() -> None:
    one = PerSeed.of((0, 1), (1.0, -2.0), "nats")
    for found, values in (
        (one - 1, (0, -3)), (one + 1, (2, -1)), (2 * one, (2, -4)), (one / 2, (0.5, -1)),
        (-one, (-1, 2)), (abs(one), (1, 2)),
    ):  # fmt: skip
        np.testing.assert_array_equal(found.values, values)
        assert found.unit == "nats"
    assert (one / one).unit == ""
    squared = one.map(np.square, "square nats")
    assert squared.unit == "square nats" and squared.values.tolist() == [1, 4]


def test_numbers_become_rows_again() -> None:
    rows = PerSeed.of([1, 0], [0.5, 0.25], SHARE).rows(arm="plain")
    assert rows.to_dict("list") == {"seed": [0, 1], "value": [0.25, 0.5], "arm": ["plain"] * 2}


def test_what_is_ambiguous_or_missing_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        per_seed(ROWS)
    with pytest.raises(NotMeasuredError, match="arm best"):
        per_seed(ROWS, arm="best")
    with pytest.raises(NotMeasuredError):
        PerSeed.of((), ())
    with pytest.raises(ValueError):
        PerSeed.of((0, 1), (1.0,))


def test_an_array_becomes_a_row_for_each_cell() -> None:
    rows = tidy(np.array([[1, 2, 3], [4, 5, 6]]), seed=range(2), step=(0, 5, 10))
    assert list(rows.columns) == ["seed", "step", "value"]
    assert rows[rows["seed"] == 1].to_numpy().tolist() == [[1, 0, 4], [1, 5, 5], [1, 10, 6]]
    with pytest.raises(ValueError):
        tidy(np.zeros((2, 3)), seed=range(2), step=(0, 5))


def test_rows_where_keeps_what_fits_every_label() -> None:
    assert len(rows_where(ROWS, {"arm": "plain", "seed": 2})) == 1
    assert len(rows_where(ROWS, {})) == len(ROWS)


def test_differences_hold_every_arm_against_the_baseline_of_its_seed() -> None:
    table = pd.concat(
        [ROWS.assign(split=s, value=ROWS["value"] * k) for s, k in (("a", 1), ("b", 2))]
    )
    found = differences(table, "arm", "plain", ["split"]).set_index(["split", "seed"])["value"]
    assert found.to_dict() == pytest.approx({
        ("a", 0): 0.2, ("a", 1): 0.1, ("a", 2): 0.4, ("b", 0): 0.4, ("b", 1): 0.2, ("b", 2): 0.8,
    })  # fmt: skip
    turned = differences(ROWS, "arm", "plain", sign=-1).set_index("seed")["value"]
    assert turned.to_dict() == pytest.approx({0: -0.2, 1: -0.1, 2: -0.4})


def test_a_seed_that_the_baseline_lacks_is_left_out() -> None:
    assert differences(ROWS[1:], "arm", "plain")["seed"].tolist() == [0, 1]


def test_a_ratio_is_the_geometric_mean_of_those_of_each_seed() -> None:
    more = PerSeed.of((0, 1), (2.0, 8.0), "epochs")
    found = more.ratio_to(PerSeed.of((1, 0), (1.0, 1.0), "epochs"))
    assert found.mean == pytest.approx(4.0)  # 2 and 8 times
    low, high = stats.t.interval(0.95, 1, loc=np.log(4), scale=np.log(4) / 2)
    assert (found.low, found.high) == pytest.approx((np.exp(low), np.exp(high)))
    assert (found.unit, found.n) == ("times", 2) and "log ratio" in found.kind


def test_numbers_that_span_decades_have_a_geometric_mean():
    found = PerSeed.of((0, 1, 2), (0.1, 1.0, 10.0), "epochs").geometric
    low, high = stats.t.interval(0.95, 2, loc=0, scale=np.log(10) / 3**0.5)
    assert found.mean == pytest.approx(1.0)
    assert (found.low, found.high) == pytest.approx((np.exp(low), np.exp(high)))
    assert found.unit == "epochs" and "geometric" in found.kind


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_where_seeds_agree_a_share_has_the_exact_interval_of_all_its_cases(share: float) -> None:
    found = PerSeed.of(range(5), [share] * 5, SHARE).of_cases(40)
    low, high = stats.binomtest(int(200 * share), 200).proportion_ci(0.95, "exact")
    assert (found.low, found.high) == pytest.approx((low, high))
    assert (found.mean, found.n, found.unit) == (share, 5, SHARE)
    assert "200 pooled cases" in found.kind


def test_where_seeds_differ_more_than_cases_do_it_is_their_interval_within_the_share() -> None:
    shares = PerSeed.of(range(5), [0.2, 0.8, 0.3, 0.9, 0.5], SHARE)
    found, seeds = shares.of_cases(400), shares.estimate
    assert (found.low, found.high) == (seeds.low, seeds.high)
    apart = PerSeed.of((0, 1), (0.0, 1.0), SHARE).of_cases(10)
    assert (apart.low, apart.high) == (0.0, 1.0)


def test_it_covers_a_share_near_its_end() -> None:
    """A t interval over five seeds of 15 cases misses 98% often: mostly it is the point 1."""
    drawn = np.random.default_rng(0).binomial(15, 0.98, (400, 5)) / 15
    seeds = [PerSeed.of(range(5), shares, SHARE) for shares in drawn]
    both = [s.of_cases(15) for s in seeds], [s.estimate for s in seeds]
    ours, theirs = (np.mean([e.low <= 0.98 <= e.high for e in found]) for found in both)
    assert ours >= 0.95
    assert theirs < 0.9


def test_the_geometric_mean_is_that_of_the_logarithms_and_leaves_out_what_is_missing():
    found = PerSeed.of((0, 1, 2), (1.0, 100.0, float("nan")), "ms").geometric
    assert (found.mean, found.n, found.unit) == (pytest.approx(10), 2, "ms")
    assert found.low > 0 and found.low * found.high == pytest.approx(100)
