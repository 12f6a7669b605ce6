"""The landscape: its map on hand-made scores, its lesson on fresh seeds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.challenges.tuning.landscape import EXPERIMENT, finding
from core.challenges.tuning.landscape.config import (
    PICK,
    RATES,
    SETTINGS,
    TEST,
    LandscapeConfig,
    LandscapeResult,
)
from core.challenges.tuning.landscape.run import drawn, growing
from core.lab.settings import View
from tests import runs
from tests.runs import and_shipped, figure, result_of

BLOCKS = and_shipped(300, 600, 900)
SLUG = "tuning/landscape"
MOMENTUM = SETTINGS["momentum"]


def hand_made(**changes: Any) -> LandscapeResult:
    """Accuracy 0.9 where rate / (1 − momentum) is at most 2, from there on 0.1; 0.95 at one cell.

    Args:
        changes: Split -> what its cell (rate 0.1, momentum 0.9) gets instead of 0.95.
    """
    rows = []
    for rate in RATES:
        for setting in MOMENTUM:
            for seed in range(3):
                base = 0.9 if rate / (1 - setting) <= 2 else 0.1
                for split in ("train", TEST, PICK):
                    value = base + seed / 100
                    if (rate, setting) == (0.1, 0.9):
                        value = changes.get(split, 0.95) + seed / 100
                    rows += [(rate, setting, seed, split, "accuracy", value),
                             (rate, setting, seed, split, "loss", 1 - value)]  # fmt: skip
    columns = ["rate", "setting", "seed", "split", "metric", "value"]
    test = pd.DataFrame({"seed": [0, 0, 1, 1, 2, 2], "rate": [0.1, 1.0] * 3,
                         "value": [0.5, np.nan, 0.4, 3.0, 0.4, np.inf]})  # fmt: skip
    return LandscapeResult(pd.DataFrame(rows, columns=columns), test, "momentum")


def test_one_half_picks_and_the_other_measures():
    result = hand_made(validation=0.5)
    assert result.picked() == (0.1, 0.9)
    assert result.accuracy(*result.picked()).mean == pytest.approx(0.51)
    assert "rate 0.1 with momentum 0.9 gets 51.0%" in finding(result)


def test_the_map_tells_what_is_as_good_and_what_broke_down():
    one = figure(EXPERIMENT, "map")
    table = one.table(hand_made(validation=0.9), View())
    cells = table.set_index(["rate", "setting"])["standing"]
    assert cells["0.1", "momentum 0.9"] == "picked"
    assert cells["0.001", "momentum 0"] == "not clearly behind it"
    assert cells["3.16", "momentum 0"] == "most broke down"
    # At the smallest rate nothing can have broken down: there is no smaller one to hold it to.
    assert cells["0.001", "momentum 0.99"] == "not clearly behind it"
    near = (table["standing"] == "not clearly behind it").sum()
    broken = (table["standing"] == "most broke down").sum()
    assert near + broken + 1 == len(table)
    assert f"Of the other settings {near} are not" in one.caption(table, View())
    worse = one.table(hand_made(), View())
    assert (worse["standing"] == "clearly behind it").sum() == near


def test_the_edge_is_the_last_rate_before_the_first_that_breaks_down():
    result = hand_made()
    assert set(result.edge(0.0).values) == {1.78}
    assert set(result.edge(0.9).values) == {0.178}
    assert set(result.edge(0.99).values) == {0.0178}


def test_a_rate_that_is_kept_while_momentum_grows():
    result = hand_made()
    change = result.carried()  # Picked at momentum 0: the smallest of those alike.
    assert change.mean == pytest.approx(0.0)
    rows = result.scores
    at = (rows["rate"] == 1.0) & (rows["setting"] == 0.0) & (rows["split"] == PICK)
    result.scores.loc[at, "value"] = 0.99
    assert result.picked_rate(0.0) == 1.0
    assert result.carried().mean == pytest.approx(-0.8)


def test_losses_that_overflowed_are_drawn_at_the_top_and_pick_nothing():
    result = hand_made()
    assert result.lowest().values.tolist() == [0.1, 0.1, 0.1]
    table = figure(EXPERIMENT, "range_test").table(result, View())
    grown = table[table["series"] == "one run, the rate grows"].set_index("rate")
    assert grown.loc[1.0, "mean"] == pytest.approx((10 + 3 + 10) / 3)


def test_the_range_test_ends_at_the_largest_rate():
    config = LandscapeConfig(steps=100)
    (first, *_) = growing(config, drawn(config))
    assert first.learning_rate * first.growth**config.steps == pytest.approx(RATES[-1])
    assert first.momentum == 0.9 and first.weight_decay == 0


@pytest.mark.trained
def test_every_cell_is_trained_from_every_seed_and_nothing_is_lost():
    result = runs.smallest(SLUG).result
    seeds = EXPERIMENT.smallest.repetitions
    counts = result.scores.groupby(["split", "metric"]).size()
    assert set(counts) == {len(RATES) * len(result.settings) * seeds}
    assert result.scores.loc[result.scores["metric"] == "accuracy", "value"].between(0, 1).all()
    shares = sum(own.values for own in result.shares().values())
    assert shares == pytest.approx(np.ones(seeds))


@pytest.mark.parametrize("block", BLOCKS)
def test_the_lesson_holds_on_seeds_that_chose_nothing(block):
    result = result_of(SLUG, LandscapeConfig(first_seed=block))
    verdicts = {c.name: c.verdict(c.measure(result)) for c in EXPERIMENT.claims}
    assert {verdicts[name] for name in ("rate_matters_more", "knobs_interact", "effective_rate")} \
        == {"shown"}  # fmt: skip
    # The plateau is wide here: what is picked on it lies well below the cliff.
    assert verdicts["just_below_the_edge"] != "shown"
