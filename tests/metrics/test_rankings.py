"""Rankings by hand: places, who is first by what, and criteria that agree or do not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.metrics.rankings import agreement_of_criteria, places, standings

CRITERIA, LOW_IS_GOOD = ("gain", "loss", "never tried"), ("loss",)


def scores(**values: tuple[list[float], list[float]]) -> pd.DataFrame:
    """Gains and losses of each method, one number a seed."""
    rows = [
        (seed, method, criterion, value)
        for method, both in values.items()
        for criterion, numbers in zip(CRITERIA, both, strict=False)
        for seed, value in enumerate(numbers)
    ]
    return pd.DataFrame(rows, columns=["seed", "method", "criterion", "value"])


def test_equal_values_share_the_better_place() -> None:
    values = np.array([0.3, 0.1, 0.3, 0.9])
    assert places(values, low_is_good=True).tolist() == [2, 1, 2, 4]
    assert places(values, low_is_good=False).tolist() == [2, 4, 2, 1]


def test_the_method_of_the_best_mean_place_comes_first() -> None:
    rows = scores(a=([0.5, 0.7], [0.4, 0.4]), b=([0.9, 0.6], [0.1, 0.3]))
    table = standings(rows, CRITERIA, LOW_IS_GOOD)
    assert table["method"].tolist() == ["b", "b", "a", "a"]
    assert table["place"].tolist() == [1, 1, 2, 2]
    assert table["mean_place"].tolist() == [1.0, 1.0, 2.0, 2.0]
    # By gain b is first of the two means, but second with the second seed.
    assert table[["best", "worst"]].iloc[0].tolist() == [1, 2]
    assert table["among"].tolist() == [2] * 4 and table["n"].tolist() == [2] * 4
    assert table["mean"].iloc[0] == pytest.approx(0.75)
    assert standings(rows[:0], CRITERIA, LOW_IS_GOOD).empty


def test_criteria_agree_where_they_order_methods_alike() -> None:
    alike = scores(a=([1, 1], [3, 3]), b=([2, 2], [2, 2]), c=([3, 3], [1, 3.5]))
    found = agreement_of_criteria(alike, CRITERIA[:2], LOW_IS_GOOD)
    # With the second seed the loss orders b, a, c: against c, b, a a correlation of -1/2.
    assert found.seeds == (0, 1) and found.values.tolist() == pytest.approx([1.0, -0.5])
