"""Confidence and calibration: hand-countable cases, and temperatures against SciPy's minimum."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.special
from scipy.optimize import minimize_scalar

from core.metrics.calibration import (
    TEMPERATURES,
    of_bins,
    softmax,
    temperature,
    top_label_bins,
)


def test_four_answers_counted_by_hand():
    """Two answers of 0.95, one right; two of 0.55, both right: 0.45 apart in each bin."""
    p = np.array([[0.95, 0.05], [0.05, 0.95], [0.55, 0.45], [0.45, 0.55]])
    table = top_label_bins(p, np.array([0, 0, 0, 1]))
    assert table.shape == (10, 3)
    assert table[9] == pytest.approx([2, 1.9, 1]) and table[5] == pytest.approx([2, 1.1, 2])
    assert table.sum() == pytest.approx(4 + 3.0 + 3)
    found = of_bins(table)
    assert found["accuracy"] == 0.75
    assert found["confidence"] == pytest.approx(0.75), "right and sure agree on the whole"
    assert found["error"] == pytest.approx(0.45), "but in no bin"


def test_a_certain_answer_falls_into_the_last_bin_and_leading_axes_stay_apart():
    p = np.array([[[1.0, 0.0]], [[0.0, 1.0]]])
    table = top_label_bins(p, np.array([0]))
    assert table.shape == (2, 10, 3)
    assert table[:, 9].tolist() == [[1, 1, 1], [1, 1, 0]]
    assert of_bins(table)["error"].tolist() == [0, 1]


def test_softmax_is_scipys_and_bears_large_logits():
    z = np.random.default_rng(0).normal(0, 300, (3, 4, 5))
    assert np.allclose(softmax(z), scipy.special.softmax(z, axis=-1))


@pytest.mark.parametrize("sharpness", [0.3, 1.0, 4.0])
def test_temperature_is_scipys_minimum_of_the_cross_entropy(sharpness):
    rng = np.random.default_rng(7)
    true = rng.normal(0, 2, (3, 400, 10))
    y = np.array([[rng.choice(10, p=row) for row in softmax(one)] for one in true])
    logits = sharpness * true

    def loss(t, z, labels):
        return -scipy.special.log_softmax(z / t, axis=-1)[np.arange(400), labels].mean()

    found = temperature(logits, y)
    for ours, z, labels in zip(found, logits, y, strict=True):
        theirs = minimize_scalar(loss, (0.02, 50), args=(z, labels), bounds=(0.02, 50)).x
        assert ours == pytest.approx(theirs, rel=1e-3)
        assert ours == pytest.approx(sharpness, rel=0.2), "labels were drawn at temperature 1"


def test_a_temperature_without_a_minimum_ends_at_the_range():
    z = np.array([[[5.0, 0.0], [0.0, 5.0]]])
    assert temperature(z, np.array([[0, 1]])) == pytest.approx(TEMPERATURES[0])
    assert temperature(z, np.array([[1, 0]])) == pytest.approx(TEMPERATURES[1])
