"""Composition: tables by hand, and the lesson on fresh seeds."""

from __future__ import annotations

import pandas as pd
import pytest

from core.challenges.generalization.composition import EXPERIMENT
from core.challenges.generalization.composition.config import (
    ARMS,
    ASKED,
    SEEN,
    UNSEEN,
    CompositionConfig,
    CompositionResult,
    CompositionView,
)
from core.lab.run import complete
from core.models.sum_plans import MONOLITH
from tests import runs
from tests.runs import figure, first_now

FRESH_BLOCKS = first_now(400, 700, 900)


def hand_made(seen: float = 0.8, unseen: float = 0.0) -> CompositionResult:
    """Two looks at three seeds; every arm has the same numbers."""
    rows = [
        (arm, seed, step, pairs, value if step else 0.05)
        for arm in ARMS
        for seed in range(3)
        for step in (0, 10)
        for pairs, value in ((SEEN, seen), (UNSEEN, unseen))
    ]
    cells = [
        (arm, a, b, a == b, unseen if a == b else seen)
        for arm in ARMS
        for a in range(10)
        for b in range(10)
    ]
    return CompositionResult(
        curves=pd.DataFrame(rows, columns=["arm", "seed", "step", "pairs", "value"]),
        cells=pd.DataFrame(cells, columns=["arm", "first", "second", "held_out", "value"]),
        digits=pd.DataFrame({"seed": range(3), "value": [0.9, 0.9, 0.9]}), unseen_cells=10,
    )  # fmt: skip


def test_numbers_are_those_of_the_last_look():
    result = hand_made()
    assert result.at(MONOLITH, SEEN).mean == pytest.approx(0.8)
    assert result.at(MONOLITH).mean == 0


def test_an_interval_at_none_stays_open_by_the_pairs_that_were_asked():
    found = hand_made().known(MONOLITH)
    assert found.low == 0
    # Clopper and Pearson's upper end for none of n cases is 1 - 0.025 ** (1 / n).
    assert found.high == pytest.approx(1 - 0.025 ** (1 / (10 * ASKED * 3)))


def test_captions_tell_seen_and_unseen_pairs_apart():
    result, view = hand_made(), CompositionView()
    shown = {name: figure(EXPERIMENT, name) for name in ("grid", "summary", "by_step")}
    told = {name: one.caption(one.table(result, view), view) for name, one in shown.items()}
    assert "80.0% on pairs it learned from, 0.0% on framed ones" in told["grid"]
    assert "one network 80.0% and 0.0%" in told["summary"]
    assert "5.0%" not in told["summary"]
    assert EXPERIMENT.finding(result).startswith("One network for both pictures gets 80.0%")
    assert "clearly fewer" in EXPERIMENT.finding(result)
    assert "not clearly another share" in EXPERIMENT.finding(hand_made(unseen=0.8))


def test_the_grid_waits_for_all_its_panels():
    result, view = hand_made(), CompositionView()
    some = result.cells[result.cells["arm"] == MONOLITH]
    partly = CompositionResult(
        curves=result.curves, cells=some, digits=result.digits, unseen_cells=10
    )
    assert figure(EXPERIMENT, "grid").table(partly, view).empty


@pytest.mark.trained
def test_the_run_keeps_one_grid_and_every_look():
    result = runs.smallest("generalization/composition").result
    assert len(result.cells) == len(ARMS) * 100
    assert result.curves.groupby(["arm", "seed", "pairs"])["step"].nunique().eq(13).all()
    means = result.cells.groupby(["arm", "held_out"])["value"].mean()
    for arm in ARMS:
        for pairs, held in ((SEEN, False), (UNSEEN, True)):
            assert result.at(arm, pairs).values[0] == pytest.approx(means[arm, held])


@pytest.mark.parametrize("first_seed", FRESH_BLOCKS)
def test_the_lesson_holds_on_fresh_seeds(first_seed: int):
    config = CompositionConfig(first_seed=first_seed, steps=300)
    result = complete(EXPERIMENT.run(config))
    found = {one.name: one.verdict(one.measure(result)) for one in EXPERIMENT.claims}
    # Adding two outputs before a free head is no better than putting them side by side.
    assert found.pop("adding_vectors_helps") != "contradicted"
    assert set(found.values()) == {"shown"}, found
