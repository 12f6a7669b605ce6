"""Mystery model: who is asked about what, and the lesson."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.attributions.shortcut_search import STRATEGIES
from core.challenges import experiment
from core.challenges.interpretability.mystery.config import (
    ARMS,
    MysteryConfig,
    MysteryResult,
    MysteryView,
)
from core.challenges.interpretability.mystery.figures import ARM_TITLES, BRIGHT, TESTS
from core.challenges.interpretability.mystery.run import plan_of
from core.data.planted_marks import N_MARKS, NOTHING
from core.lab.intervals import exact_interval
from core.lab.run import complete
from tests import runs

EXPERIMENT = experiment("interpretability", "mystery")


def test_nothing_is_planted_in_the_honest_arm() -> None:
    assert plan_of(MysteryConfig(), 7, "honest").mark == NOTHING


@pytest.fixture(scope="module")
def smallest():
    return runs.smallest("interpretability/mystery").result


@pytest.mark.trained
def test_everyone_is_asked_about_everything(smallest) -> None:
    assert len(smallest.answers) == 5 * len(ARMS) * len(STRATEGIES) * 8
    assert smallest.answers["mark"].between(-1, N_MARKS - 1).all()
    assert set(smallest.planted[smallest.planted["arm"] == "honest"]["mark"]) == {-1}
    assert smallest.tests["value"].between(0, 1).all()
    rows = smallest.answers.merge(smallest.planted, on=["seed", "arm"], suffixes=("", "_true"))
    same = (rows["mark"] == rows["mark_true"]) & (rows["shape"] == rows["shape_true"])
    np.testing.assert_array_equal(same, rows["right"] == 1)


@pytest.mark.trained
def test_captions_and_tables(smallest: MysteryResult) -> None:
    view, aside = MysteryView(), MysteryView(shape_too=False)
    named, accuracy, suspects = (
        runs.figure(EXPERIMENT, name) for name in ("named", "accuracy", "suspects")
    )
    table = named.table(smallest, view)
    assert "most often by" in named.caption(table, view)
    assert set(accuracy.table(smallest, view)["panel"]) == set(TESTS.values())
    assert set(accuracy.table(smallest, view)["network"]) == set(ARM_TITLES.values())
    assert (named.table(smallest, aside)["mean"] >= table["mean"]).all()
    assert len(suspects.underlay(smallest, view)["pictures"]) == 1 + N_MARKS


@pytest.mark.slow
@pytest.mark.parametrize("block", [500, 700])
def test_the_lesson_holds_on_seeds_that_chose_nothing(block: int) -> None:
    result = complete(EXPERIMENT.run(MysteryConfig(first_seed=block)))
    verdicts = {c.name: c.verdict(c.measure(result)) for c in EXPERIMENT.claims}
    for name in ("the_mark_is_needed", "asking_finds_it", "maps_miss_what_is_everywhere"):
        assert verdicts[name] == "shown"
    assert result.named_rightly("honest", "stamping").mean >= 0.8
    bright = result.named_rightly("bright", "maps")
    assert bright.mean > result.named_rightly("everywhere", "maps").mean


def test_who_names_most_is_not_said_to_be_ahead_where_ten_networks_cannot_tell() -> None:
    """Nine of ten against eight of ten is no lead; ten against none is one."""
    shares = {"stamping": 0.8, "erasing": 0.9, "halving": 0.0, "maps": 0.0, "guessing": 0.0}
    found = {d: exact_interval(np.arange(10) < 10 * share) for d, share in shares.items()}
    rows = [(d, BRIGHT, e.mean, e.low, e.high) for d, e in found.items()]
    table = pd.DataFrame(rows, columns=["detective", "arm", "mean", "low", "high"])
    said = runs.figure(EXPERIMENT, "named").caption(table, MysteryView())
    assert said.endswith("most often by erasing, 90.0%, not clearly ahead of stamping.")
