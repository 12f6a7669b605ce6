"""Decisions at every threshold, and thresholds that make two groups equal."""

from __future__ import annotations

import numpy as np

from core.metrics import fairness
from core.metrics.thresholds import FEWEST, equalised, threshold_counts

GRID = np.round(np.linspace(0.0, 1.0, 101), 2)


def test_decisions_are_counted_at_every_threshold():
    rng = np.random.default_rng(0)
    y, score, group = rng.integers(0, 2, 500), rng.random(500), rng.integers(0, 2, 500)
    score[:5] = GRID[[0, 20, 50, 70, 100]]  # a score on the threshold is selected
    found = threshold_counts(y, score, group, GRID)
    for place, threshold in enumerate(GRID):
        called = (score >= threshold).astype(int)
        np.testing.assert_array_equal(
            found[place], fairness.confusion_counts(y, called, group), strict=False
        )


def test_the_other_group_gets_the_threshold_that_comes_nearest():
    # Group 0 selects 50 of 100; group 1 would select 90, 60 or 10 at the three thresholds.
    counts = np.zeros((1, 3, 2, 2, 2), dtype=int)
    for place, selected in enumerate(((80, 90), (50, 60), (20, 10))):
        counts[0, place, :, 0, 1] = selected
        counts[0, place, :, 0, 0] = 100 - counts[0, place, :, 0, 1]
    found = equalised(counts, 1, ["selection_rate"])
    assert found[0, :, 0, 1].tolist() == [50, 60]
    # The last would come nearest to 20, but selects too few; without base rates nothing is equal.
    assert counts[0, 2, 1, 0, 1] < FEWEST
    assert equalised(counts, 2, ["selection_rate"])[0, :, 0, 1].tolist() == [20, 60]
    nowhere = equalised(counts, 1, ["true_positive_rate"])[0]
    assert nowhere[1].sum() == 0
    assert np.isnan(fairness.rates(nowhere)["selection_rate"]).tolist() == [False, True]
