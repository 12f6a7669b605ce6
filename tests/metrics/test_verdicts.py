"""Three verdicts and undefined ones, at their edges; who is not clearly behind whom."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from core.lab.intervals import defined_interval, summarise, t_interval
from core.lab.scores import PerSeed
from core.lab.wording import hedged, listed, number, with_interval
from core.metrics.verdicts import by_verdict, of_rows, rivals, side, sizes, verdict

NAN = float("nan")


@pytest.mark.parametrize(
    ("low", "high", "n", "margin", "expected"),
    [
        (0.03, 0.09, 5, 0.02, "differs"),
        (-0.09, -0.01, 5, 0.02, "differs"),
        (-0.01, 0.015, 5, 0.02, "about equal"),
        (0.005, 0.015, 5, 0.02, "about equal"),  # Not zero, and still within the margin.
        (-0.61, 0.29, 5, 0.02, "unclear"),
        (-0.01, 0.015, 5, 0.0, "unclear"),  # Nothing is equal without a margin.
        (0.5, 0.5, 1, 0.02, "unclear"),  # One repetition has no interval.
        (NAN, NAN, 0, 0.02, "not defined"),
    ],
)
def test_verdicts(low: float, high: float, n: int, margin: float, expected: str) -> None:
    assert verdict(low, high, n, margin) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.1, 0.2, 0.3], "may differ by +20.0 points [−4.8, 44.8]"),
        ([0.19, 0.2, 0.21], "differ by +20.0 points [17.5, 22.5]"),
        ([0.0, 0.001, 0.002], "are alike (+0.1 points [−0.1, 0.3])"),
        ([NAN], "nobody knows"),
    ],
)
def test_words_follow_the_verdict(values: list[float], expected: str) -> None:
    found = defined_interval(values, "points")
    told = by_verdict(
        found, 0.02, differs="differ by {}", unclear="may differ by {}", equal="are alike ({})",
        undefined="nobody knows",
    )  # fmt: skip
    assert told == expected


def test_verdicts_of_a_table_keep_its_index() -> None:
    table = pd.DataFrame(
        {"low": [0.03, -0.01, NAN], "high": [0.09, 0.015, NAN], "n": [5, 5, 0]}, index=[7, 3, 5]
    )
    assert of_rows(table, 0.02).to_dict() == {7: "differs", 3: "about equal", 5: "not defined"}
    assert of_rows(table)[3] == "unclear" and of_rows(table[:0]).empty


def test_equality_is_called_seldom_where_the_difference_is_at_the_margin() -> None:
    rng = np.random.default_rng(0)
    draws = rng.normal(0.02, 0.01, size=(4000, 10))
    ends = [(found.low, found.high) for found in map(t_interval, draws)]
    share = np.mean([verdict(*end, 10, 0.02) == "about equal" for end in ends])
    assert share < 0.04  # 2.5% by construction, and the noise of 4,000 draws.


def test_intervals_of_what_is_defined() -> None:
    whole, part = defined_interval([1.0, 2.0, 3.0]), defined_interval([1.0, NAN, 3.0])
    assert whole == t_interval([1.0, 2.0, 3.0])
    assert (part.mean, part.n) == (2.0, 2)
    assert part.kind.endswith("of 3 those in which it is defined")
    none = defined_interval([NAN, NAN])
    assert math.isnan(none.mean) and none.n == 0 and "not defined in any of 2" in none.kind
    with pytest.raises(ValueError, match="finite"):
        t_interval([1.0, NAN])
    with pytest.raises(ValueError, match="finite"):
        defined_interval([1.0, math.inf])


def test_differences_of_what_is_defined_in_both() -> None:
    ours = PerSeed.of(range(4), [1.0, NAN, 3.0, 5.0])
    found = (ours - PerSeed.of(range(4), [0.0, 1.0, 1.0, NAN])).defined
    assert (found.mean, found.n) == (1.5, 2) and "of 4 those" in found.kind
    assert (PerSeed.of([0], [NAN]) - PerSeed.of([0], [1.0])).defined.n == 0
    with pytest.raises(ValueError, match="same seeds"):
        PerSeed.of([0], [1.0]) - PerSeed.of([0, 1], [1.0, 2.0])


def test_summaries_count_the_rows_with_a_value() -> None:
    table = pd.DataFrame({"arm": ["a"] * 3 + ["b"] * 2, "value": [1.0, NAN, 3.0, NAN, NAN]})
    found = summarise(table, ["arm"]).set_index("arm")
    assert found.loc["a", ["mean", "n"]].tolist() == [2.0, 2]
    assert found.loc["b", "n"] == 0 and found.loc["b", ["mean", "low", "high"]].isna().all()


def test_rivals_are_those_whose_interval_meets_its_own() -> None:
    table = pd.DataFrame({"arm": ["a", "b", "c"], "mean": [3.0, 2.0, 0.0],
                          "low": [2.0, 1.5, -0.5], "high": [4.0, 2.5, 0.5]})  # fmt: skip
    assert rivals(table, 0, "arm") == ["b"]
    assert rivals(table, 2, "arm") == []
    signed = sizes(table.assign(low=[-4.0, -2.5, -0.5], high=[-2.0, -1.5, 0.5],
                                mean=[-3.0, -2.0, 0.0]))  # fmt: skip
    assert signed["low"].tolist() == [2.0, 1.5, 0.0] and signed["high"].tolist() == [4.0, 2.5, 0.5]


def test_words_for_what_is_missing_and_for_lists() -> None:
    assert number(NAN, "points") == with_interval(defined_interval([NAN])) == "not defined"
    assert [listed(["a", "b", "c"][:n]) for n in range(4)] == ["", "a", "a and b", "a, b and c"]
    assert hedged([]) == ""
    assert hedged(["a", "b"]) == ", not clearly ahead of a and b"
    assert hedged(["a"] * 4, "not clearly behind") == ", not clearly behind 4 others"


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(-0.2, -0.1, "below"), (-0.1, 0.1, "neither"), (0.0, 0.1, "neither"), (0.1, 0.2, "above")],
)
def test_a_side_needs_the_whole_interval(low: float, high: float, expected: str) -> None:
    assert side(low, high, "below", "neither", "above") == expected
