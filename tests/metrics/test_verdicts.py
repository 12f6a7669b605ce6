"""Three verdicts and undefined ones, at their edges; who is not clearly behind whom."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from core.lab.intervals import defined_interval, summarise, t_interval
from core.lab.scores import PerSeed
from core.lab.wording import hedged, listed, number, with_interval
from core.metrics.verdicts import rivals, side, sizes, verdict

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
