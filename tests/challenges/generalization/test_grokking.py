"""Grokking: tables by hand, networks that never understand, and the lesson on fresh seeds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.challenges.generalization.grokking import EXPERIMENT
from core.challenges.generalization.grokking.config import (
    ARMS,
    DECAY,
    EVERY,
    LEARNED,
    MEASURES,
    NO_DECAY,
    SHARES,
    UNDERSTOOD,
    GrokkingConfig,
    GrokkingResult,
    GrokkingView,
)
from core.challenges.generalization.grokking.figures import REACHED, purity
from core.challenges.generalization.grokking.run import KEPT, Stage, networks, stages
from core.data.modular_tables import known_cells, modular_table
from core.lab.run import complete
from core.metrics.milestones import looks, note_first
from tests import runs
from tests.runs import figure

FRESH_BLOCKS = (400, 700, 900)
NAN = float("nan")


def hand_made(never: int = 0) -> GrokkingResult:
    """Three seeds understand with decay after 300, 400 and 500 steps of 1000, none without.

    With `never`, the last so many never do; at 80% of the table all take 100 steps.
    """
    understood = [300.0, 400.0, 500.0][: 3 - never] + [NAN] * never
    moments = [(DECAY, 0.5, seed, 50.0, steps) for seed, steps in enumerate(understood)]
    moments += [(NO_DECAY, 0.5, seed, 50.0, NAN) for seed in range(3)]
    moments += [(DECAY, 0.8, seed, 40.0, 100.0) for seed in range(3)]
    curves = [
        (arm, seed, step, *values)
        for arm in ARMS
        for seed in range(3)
        for step, values in (
            (0, (0.03, 0.03, 0.2, 5.0)),
            (300, (1.0, 0.1, 0.6, 40.0)),
            (1000, (1.0, 1.0 if arm == DECAY else 0.04, 0.8 if arm == DECAY else 0.3, 30.0)),
        )
    ]
    return GrokkingResult(
        curves=pd.DataFrame(curves, columns=["arm", "seed", "step", *MEASURES]),
        moments=pd.DataFrame(moments, columns=["arm", "share", "seed", "learned", "understood"]),
        units=np.ones((2, 2, 15, 8), np.float16), share=0.5, steps=1000, cells=961,
    )  # fmt: skip


# Tables


@pytest.mark.parametrize(("table", "expected"), [("addition", 1), ("subtraction", 15)])
def test_tables_are_those_of_the_clock(table, expected):
    found = modular_table(17, table, 0)
    assert found.shape == (17, 17)
    assert found[8, 10] == expected


def test_a_random_table_is_as_good_as_any_and_differs_by_seed():
    config = GrokkingConfig(table="random", modulus=31)
    one, other = (modular_table(config.modulus, config.table, seed) for seed in (0, 1))
    assert (one != other).mean() > 0.9
    assert set(np.unique(one)) == set(range(31))


def test_a_smaller_share_is_part_of_a_larger_one():
    config = GrokkingConfig(modulus=17)
    cells = [known_cells(config.modulus, share, 3) for share in SHARES]
    assert [one.sum() for one in cells] == [round(share * 289) for share in SHARES]
    for less, more in zip(cells, cells[1:], strict=False):
        assert not (less & ~more).any()


def test_looks_are_even_on_a_logarithmic_axis_and_hold_both_ends():
    for steps in (250, 500, 1000, 1500):
        found = looks(steps, EVERY, KEPT)
        assert found[:2] == [0, 5] and found[-1] == steps
        assert all(step % 5 == 0 for step in found)
        assert found == sorted(set(found)) and len(found) < 80


# Moments


def test_only_the_first_time_counts():
    moments = np.full((2, 2), np.nan)
    note_first(moments, 10, np.array([[0.5, 0.99], [0.1, 0.2]]), (LEARNED, UNDERSTOOD))
    note_first(moments, 20, np.array([[1.0, 0.9], [0.95, 0.94]]), (LEARNED, UNDERSTOOD))
    note_first(moments, 30, np.array([[1.0, 1.0], [0.2, 0.949]]), (LEARNED, UNDERSTOOD))
    np.testing.assert_array_equal(moments, [[20, 10], [20, np.nan]])


def test_a_network_that_never_understood_has_no_number():
    result = hand_made(never=1)
    assert result.moment("understood").defined.n == 2
    assert result.at_least("understood").values.tolist() == [300, 400, 1000]
    assert result.delay().values.tolist() == [250, 350, 950]
    assert result.reached().mean == pytest.approx(2 / 3)
    metrics = EXPERIMENT.metrics(result)
    assert "steps_until_understood_with_decay" not in metrics
    assert "2 of 3 have 95% of the others right within 1,000 steps" in EXPERIMENT.finding(result)


def test_what_never_came_did_not_come_later():
    (claim,) = [one for one in EXPERIMENT.claims if one.name == "understanding_comes_later"]
    assert claim.measure(hand_made()).mean == 350
    assert claim.measure(hand_made(never=1)) is None


def test_all_understood_has_its_mean():
    result = hand_made()
    assert EXPERIMENT.metrics(result)["steps_until_understood_with_decay"].mean == 400
    told = EXPERIMENT.finding(result)
    assert "all have 95% of the others right after 400 steps" in told
    assert "0 of 3 have 95% of the others right" in told


def test_marks_of_networks_that_never_did_stand_at_the_end_and_say_so():
    shown, view = figure(EXPERIMENT, "by_share"), GrokkingView()
    table = shown.table(hand_made(never=1), view)
    assert table["steps"].tolist() == [300, 400, 1000, 100, 100, 100]
    assert (table["outcome"] == REACHED).tolist() == [True, True, False, True, True, True]
    told = shown.caption(table, view)
    assert "50%: 1 of 3 networks not within the training" in told
    assert "80%: median 100 steps" in told


def test_captions_say_when_and_how_far():
    shown, view = figure(EXPERIMENT, "by_step"), GrokkingView()
    told = shown.caption(shown.table(hand_made(), view), view)
    assert "90% of the cells learned from by step 300" in told
    assert "90% of the other cells by step 1,000; at the last step 100.0%" in told
    assert "90% of the other cells not yet; at the last step 4.0%" in told


def test_a_unit_with_one_spot_is_pure():
    assert purity(np.eye(4)) == 1
    assert purity(np.ones((4, 3))) == pytest.approx(0.25)


def test_waves_that_grow_early_are_told_from_waves_that_come_with_the_answers():
    (claim,) = [one for one in EXPERIMENT.claims if one.name == "waves_grow_gradually"]
    # By the last look before half are right, 0.4 of 0.6 have come.
    assert claim.measure(hand_made()).mean == pytest.approx(0.4 / 0.6 - 0.5)


@pytest.mark.trained
def test_the_run_looks_at_every_network():
    result = runs.smallest("generalization/grokking").result
    assert len(result.moments) == 5 * len(ARMS)
    assert set(result.curves["arm"]) == set(ARMS)
    first = result.curves[result.curves["step"] == 0].pivot(
        index="seed", columns="arm", values="unknown"
    )
    np.testing.assert_array_equal(first[DECAY], first[NO_DECAY])


def test_other_shares_are_learned_too_where_there_is_something_to_understand():
    shares = [stage.share for stage in stages(GrokkingConfig(share=0.7))]
    assert shares == [0.7, 0.8, 0.6, 0.5]
    assert [one.share for one in stages(GrokkingConfig(table="random"))] == [0.5]


# The lesson


@pytest.mark.trained
def test_the_lesson_in_small():
    """60% of the table, 450 steps: all that decay are nearly right, and none of the others."""
    config = GrokkingConfig(first_seed=400)
    nets = networks(config, Stage(0.6, ARMS))
    for step in range(450):
        nets.step()
        if step == 80:
            early = nets.right()
    late = nets.right().unknown.reshape(2, 5)
    assert (early.known > 0.99).all() and (early.unknown < 0.5).all()
    assert (late[0] > 0.9).all() and (late[1] < 0.5).all()


@pytest.mark.slow
@pytest.mark.parametrize("first_seed", FRESH_BLOCKS)
def test_the_lesson_holds_on_fresh_seeds(first_seed: int):
    config = GrokkingConfig(first_seed=first_seed)
    result = complete(EXPERIMENT.run(config))
    claims = [one for one in EXPERIMENT.claims if one.applies(config)]
    found = {one.name: one.verdict(one.measure(result)) for one in claims}
    assert set(found.values()) == {"shown"}, found
