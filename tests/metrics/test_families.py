"""Intervals read at once: their width, and how often they err together."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from core.lab.intervals import summarise, t_interval
from core.metrics.families import one_of, together

NAMES = [f"row {place}" for place in range(7)]


def drawn(rng: np.random.Generator, rows: int, seeds: int = 10) -> pd.DataFrame:
    """Rows without any true difference."""
    values = rng.normal(size=(rows, seeds))
    table = pd.DataFrame(values, index=NAMES[:rows]).rename_axis("name").reset_index()
    return summarise(table.melt("name", var_name="seed", value_name="value"), ["name"])


def test_intervals_are_those_of_the_stricter_level() -> None:
    values = np.random.default_rng(0).normal(size=10)
    (found,) = [one_of(t_interval(values), 4)]
    low, high = stats.t.interval(1 - 0.05 / 4, 9, values.mean(), stats.sem(values))
    assert (found.low, found.high) == pytest.approx((low, high))
    assert "4 at once" in found.kind


def test_rows_without_a_value_and_single_seeds_are_left_as_they_are() -> None:
    table = pd.DataFrame({"mean": [1.0, np.nan], "low": [1.0, np.nan], "high": [1.0, np.nan],
                          "n": [1, 0]})  # fmt: skip
    pd.testing.assert_frame_equal(together(table), table)


@pytest.mark.simulation
def test_any_of_seven_is_said_to_differ_in_at_most_a_twentieth_of_cases() -> None:
    rng, alone, all_at_once = np.random.default_rng(1), 0, 0
    for _ in range(600):
        table = drawn(rng, 7)
        wide = together(table)
        alone += bool(((table["low"] > 0) | (table["high"] < 0)).any())
        all_at_once += bool(((wide["low"] > 0) | (wide["high"] < 0)).any())
    assert alone / 600 > 0.2
    assert all_at_once / 600 <= 0.05


def test_the_best_of_ten_that_do_not_differ_is_seldom_called_better() -> None:
    arms, seeds, draws = 10, 10, 1000
    alone = allowing = 0
    for scores in np.random.default_rng(1934).normal(size=(draws, arms, seeds)):
        best = scores[1:].mean(axis=1).argmax() + 1
        lead = t_interval(scores[best] - scores[0])
        alone += lead.low > 0
        allowing += one_of(lead, arms - 1).low > 0
    assert alone / draws > 0.08, "nothing to allow for: no test"
    assert allowing / draws <= 0.05
