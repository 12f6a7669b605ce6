"""Gradient leakage: intervals of shares, and the lesson on fresh seeds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.challenges.privacy.gradient_leakage import EXPERIMENT
from core.challenges.privacy.gradient_leakage.config import (
    MATCH,
    GradientLeakageConfig,
    GradientLeakageResult,
    GradientLeakageView,
)
from tests.runs import and_shipped, figure, result_of


def agreeing(share: float) -> GradientLeakageResult:
    """Five gradients of four images each, of which the same share came back."""
    rows = [("batch size", 4.0, MATCH, seed, "recovered", share) for seed in range(5)]
    scores = pd.DataFrame(rows, columns=["sweep", "size", "attack", "seed", "metric", "value"])
    return GradientLeakageResult(scores, np.zeros((3, 4, 8, 8), np.uint8), np.zeros((2, 4)))


@pytest.mark.parametrize(("share", "low", "high"), [(1.0, 0.8316, 1.0), (0.0, 0.0, 0.1684)])
def test_where_all_gradients_agree_the_interval_is_no_point(share, low, high):
    # Clopper and Pearson (1934), all or none of 20 images: 0.025 ** (1 / 20).
    found = agreeing(share).recovered_of(MATCH, 4)
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-4)
    drawn = figure(EXPERIMENT, "by_batch_size").table(agreeing(share), GradientLeakageView())
    assert drawn[["low", "high"]].to_numpy().tolist() == [[found.low, found.high]]


@pytest.mark.parametrize("first_seed", and_shipped(600))
@pytest.mark.parametrize("name", [claim.name for claim in EXPERIMENT.claims])
def test_the_lesson_on_fresh_seeds(first_seed, name):
    claim = next(claim for claim in EXPERIMENT.claims if claim.name == name)
    config = GradientLeakageConfig(first_seed=first_seed)
    result = result_of("privacy/gradient_leakage", config)
    assert claim.verdict(claim.measure(result)) == "shown"
