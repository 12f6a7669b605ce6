"""The memory experiment: hand-made gradients and scores, what its run holds, its lesson."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from core.challenges.history import memory
from core.challenges.history.memory import EXPERIMENT
from core.challenges.history.memory.config import MemoryConfig, MemoryResult
from core.challenges.history.memory.run import sequences
from core.lab.settings import View
from core.models.recall_plans import ARMS, ATTENTION, BIASED, GATED, IDENTITY, LONG, OPEN, PLAIN
from tests import runs
from tests.runs import and_shipped, figure, result_of

SLUG = "history/memory"
FORGETS = (PLAIN, GATED, LONG)


def hand_made() -> MemoryResult:
    """Some lose a quarter of a power of ten at every step, and guess beyond ten of them."""
    cells = [*itertools.product(ARMS, (10, 20, 40), range(5))]
    gradients = [
        (arm, delay, back, seed, -1.0 - (0.25 * back if arm in FORGETS else 0.0))
        for arm, delay, seed in cells for back in range(delay + 1)
    ]  # fmt: skip
    scores = [(a, delay, s, 0.5 if a in FORGETS and delay > 10 else 1.0) for a, delay, s in cells]
    return MemoryResult(
        pd.DataFrame(gradients, columns=["arm", "delay", "back", "seed", "value"]),
        pd.DataFrame(scores, columns=["arm", "delay", "seed", "value"]), longest=40,
    )  # fmt: skip


def test_powers_of_ten_are_those_between_the_symbol_and_the_last_step():
    result = hand_made()
    assert result.lost(PLAIN, 40).values.tolist() == [-10.0] * 5
    assert result.lost(ATTENTION, 20).values.tolist() == [0.0] * 5
    table = figure(EXPERIMENT, "lost").table(result, View()).set_index(["arm", "back"])
    assert table.loc[(LONG, 12), "mean"] == -3.0 and table.loc[(LONG, 0), "mean"] == 0.0


def test_networks_that_remember_are_counted_with_exact_intervals():
    table = figure(EXPERIMENT, "solved").table(hand_made(), View()).set_index("arm")
    assert table["mean"].to_dict() == {arm: float(arm not in FORGETS) for arm in ARMS}
    # Five of five: Clopper and Pearson's lower end is 0.025 ** (1 / 5).
    assert table.loc[OPEN, "low"] == pytest.approx(0.025**0.2)


def test_the_finding_and_the_caption_say_who_differs_who_does_not_and_who_is_unclear():
    result = hand_made()
    shaken = (result.scores["arm"] == GATED) & (result.scores["delay"] == 40)
    result.scores.loc[shaken, "value"] = [0.4, 0.6, 0.5, 0.5, 0.55]
    text = memory.finding(result)
    assert f"{OPEN}: +50.0 points" in text and f"{PLAIN}: about equal, +0.0 points" in text
    assert f"{GATED}: no clear difference, +1.0 points" in text and "−10 powers of ten" in text
    gains = figure(EXPERIMENT, "gains")
    caption = gains.caption(gains.table(result, View()), View())
    assert caption.endswith(
        "to three points): RNN (+0.0 points). No clear difference: GRU (+1.0 points)."
    )


def test_sequences_hold_the_symbol_first_and_are_the_same_for_every_network():
    config = MemoryConfig(longest=8, noise=0.5, repetitions=5)
    (x, y), (again, _) = (next(sequences(config, 8, "training", 200)) for _ in range(2))
    assert x.shape == (9, 5, 2, 200) and (x == again).all()
    assert (x[0, :, 0] == 2 * y - 1).all() and x[1:, :, 0].std() == pytest.approx(0.5, rel=0.05)
    assert (x[0, :, 1] == 1).all() and (x[1:, :, 1] == 0).all()
    assert not np.array_equal(x, next(sequences(config, 8, "new", 200))[0])


@pytest.mark.trained
def test_every_network_is_asked_at_every_delay():
    result, config = runs.smallest(SLUG).result, EXPERIMENT.smallest
    assert config.delays == (2, 4, 8)
    per_arm = sum(delay + 1 for delay in config.delays) * config.repetitions
    assert result.gradients.groupby("arm").size().to_dict() == dict.fromkeys(ARMS, per_arm)
    assert len(result.scores) == len(ARMS) * 3 * config.repetitions
    assert result.scores["value"].between(0, 1).all()


@pytest.mark.parametrize("block", and_shipped(300, 600))
def test_the_lesson_holds_on_seeds_that_chose_nothing(block):
    result = result_of(SLUG, MemoryConfig(first_seed=block))
    assert result.lost(PLAIN, 40).estimate.high < -6 < -1 < result.lost(ATTENTION, 40).mean
    for arm in (IDENTITY, BIASED, OPEN, ATTENTION):
        assert result.gain(arm, PLAIN, 40).estimate.low > 0
    assert result.gain(LONG, BIASED, 40).estimate.high < -0.3
