"""Learning curves read backwards: places that can be reckoned by hand."""

from __future__ import annotations

import numpy as np
import pytest

from core.metrics.learning_curves import equal_examples

SIZES = np.array([25, 50, 100, 200, 400])


def test_equal_examples_lie_on_the_curve():
    accuracies = np.array([0.5, 0.6, 0.7, 0.8, 0.9])
    assert equal_examples(SIZES, accuracies, 0.7) == pytest.approx(100)
    # Half-way between 100 and 200 in accuracy is half-way in the logarithm.
    assert equal_examples(SIZES, accuracies, 0.75) == pytest.approx(100 * 2**0.5)
    assert equal_examples(SIZES, accuracies, 0.5) == pytest.approx(25)
    assert equal_examples(SIZES, accuracies, 0.95) == 400
    assert np.isnan(equal_examples(SIZES, accuracies, 0.49))


def test_a_dip_of_the_curve_counts_as_no_loss():
    accuracies = np.array([0.5, 0.7, 0.6, 0.8, 0.9])
    assert equal_examples(SIZES, accuracies, 0.7) == pytest.approx(50)
    assert 50 < equal_examples(SIZES, accuracies, 0.75) < 200
    flat = np.array([0.5, 0.9, 0.9, 0.9, 0.9])
    assert equal_examples(SIZES, flat, 0.9) == 400
