"""How unsure a classifier is: counted by hand, and as SciPy has it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import softmax as scipy_softmax
from scipy.stats import entropy as scipy_entropy

from core.metrics.calibration import softmax
from core.metrics.querying import entropy, margin


def test_margin_is_between_the_two_likeliest():
    p = np.array([[0.5, 0.3, 0.2], [0.2, 0.2, 0.6], [0.5, 0.5, 0.0]])
    assert margin(p).tolist() == pytest.approx([0.2, 0.4, 0.0])


def test_entropy_is_scipys_and_certainty_has_none():
    p = np.random.default_rng(0).dirichlet(np.ones(5), size=20)
    np.testing.assert_allclose(entropy(p), scipy_entropy(p, axis=1), atol=1e-12)
    assert entropy(np.array([1.0, 0.0, 0.0])) == 0


def test_softmax_is_scipys_also_for_large_logits():
    logits = np.random.default_rng(1).normal(size=(4, 5)) * 300
    np.testing.assert_allclose(softmax(logits), scipy_softmax(logits, axis=-1), atol=1e-12)
