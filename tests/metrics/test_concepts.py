"""What a concept does, and scores outside the band of random concepts, by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.metrics.concepts import band, concept_effect, outside_band


def test_a_concept_is_held_against_random_ones_and_none_against_itself() -> None:
    scores = pd.DataFrame({"r1": [0.4], "r2": [0.5], "r3": [0.6], "r4": [5.0], "stripes": [0.5]})
    found = outside_band(scores, ["r1", "r2", "r3", "r4"])
    assert found.columns.tolist() == scores.columns.tolist()
    # Only the last random one stands out: against the other three, whose band is narrow.
    assert found.iloc[0].tolist() == [False, False, False, True, False]
    low, high = band(np.array([[0.4], [0.5], [0.6]]))
    assert high[0] < 5.0 and low[0] < 0.4


def test_an_effect_is_the_change_of_each_classes_own_answer() -> None:
    """Two pictures of class 0, one of class 1: odds of 1 before; 3, 1 and 1/3 after."""
    labels, before = np.array([0, 0, 1]), np.zeros((3, 2))
    after = np.array([[np.log(3), 0.0], [0.0, 0.0], [0.0, -np.log(3)]])
    probability, logit = concept_effect(before, after, labels)
    np.testing.assert_allclose(probability, [(0.25 + 0.0) / 2, -0.25])
    np.testing.assert_allclose(logit, [np.log(3) / 2, -np.log(3)])
