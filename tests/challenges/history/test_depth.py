"""The depth experiment: hand-made gradients and scores, what its run holds, its lesson."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from core.challenges.history import depth
from core.challenges.history.depth import EXPERIMENT
from core.challenges.history.depth.config import (
    BASELINE,
    NORM,
    PLANS,
    REMEDIES,
    DepthConfig,
    DepthResult,
)
from core.lab.settings import View
from tests import runs
from tests.runs import and_shipped, figure, result_of

SLUG = "history/depth"


def hand_made() -> DepthResult:
    """Sigmoid units lose half a power of ten a layer and learn nothing at depth 10."""
    gradients = [
        (arm, deep, layer, seed, -2.0 - (0.5 * (deep - layer) if arm == BASELINE else 0.0))
        for arm in PLANS for deep in (2, 10) for layer in range(1, deep + 1) for seed in range(5)
    ]  # fmt: skip
    scores = [
        (arm, deep, seed, 0.1 if arm == BASELINE and deep == 10 else 0.9 + seed / 100)
        for arm in PLANS for deep in (2, 10) for seed in range(5)
    ]  # fmt: skip
    columns = ["arm", "depth", "layer", "seed", "value"]
    frame = pd.DataFrame(scores, columns=[c for c in columns if c != "layer"])
    return DepthResult(pd.DataFrame(gradients, columns=columns), frame, 10)


def test_powers_of_ten_are_those_between_first_and_last_layer():
    result = hand_made()
    assert result.lost(BASELINE, 10).values.tolist() == [-4.5] * 5
    assert result.lost(NORM, 10).values.tolist() == [0.0] * 5
    table = figure(EXPERIMENT, "lost").table(result, View()).set_index(["arm", "depth"])
    assert table.loc[(BASELINE, 2), "mean"] == -0.5


def test_gains_are_paired_by_seed_and_hold_together():
    result = hand_made()
    assert result.gain(NORM, 10).values.tolist() == pytest.approx(
        [0.8 + seed / 100 for seed in range(5)]
    )
    table = figure(EXPERIMENT, "gains").table(result, View()).set_index("arm")
    assert list(table.index) == list(REMEDIES)
    # Three intervals at once: t at 1 - 0.05 / 6 with 4 degrees of freedom is 3.961.
    half = 3.961 * math.sqrt(0.00025 / 5)
    assert table.loc[NORM, "high"] - table.loc[NORM, "mean"] == pytest.approx(half, rel=1e-3)


def test_the_finding_says_which_remedy_makes_no_clear_difference():
    result = hand_made()
    none = (result.scores["arm"] == NORM) & (result.scores["depth"] == 10)
    result.scores.loc[none, "value"] = [0.0, 0.2, 0.1, 0.1, 0.1]
    text = depth.finding(result)
    assert f"{NORM}: no clear difference, +0.0 points" in text
    assert "−4.5" in text


@pytest.mark.trained
def test_every_layer_of_every_network_is_asked_and_scored():
    result, config = runs.smallest(SLUG).result, EXPERIMENT.smallest
    assert config.depths == (2, 6, 12)
    per_arm = sum(config.depths) * config.repetitions
    assert result.gradients.groupby("arm").size().to_dict() == dict.fromkeys(PLANS, per_arm)
    assert len(result.scores) == len(PLANS) * 3 * config.repetitions
    assert result.lost(BASELINE, 12).values.max() < -3


@pytest.mark.parametrize("block", and_shipped(300, 600, 900))
def test_the_lesson_holds_on_seeds_that_chose_nothing(block):
    result = result_of(SLUG, DepthConfig(first_seed=block))
    assert result.lost(BASELINE, 20).estimate.high < -6
    assert abs(result.lost(NORM, 20).mean) < 1.5
    assert (result.accuracy(BASELINE, 20) - result.accuracy(BASELINE, 2)).estimate.high < 0
    for arm in REMEDIES:
        assert result.gain(arm, 20).estimate.low > 0
