"""Batch size: rates chosen on one half and judged on the other, laws found again, the lesson."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.challenges.scalability.batch_size import EXPERIMENT
from core.challenges.scalability.batch_size.config import (
    BASE,
    BATCHES,
    GOALS,
    BatchSizeConfig,
    BatchSizeResult,
    BatchSizeView,
)
from core.challenges.scalability.batch_size.run import digits, job
from core.engine.training import fit
from core.lab.run import complete
from core.metrics.batch_scaling import KEPT, LINEAR
from core.metrics.verdicts import verdict
from tests.runs import and_shipped, figure, result_of, smallest

SLUG = "scalability/batch_size"
GOAL = GOALS[-1]


def hand_made(least: float = 40, critical: float = 24) -> BatchSizeResult:
    """Steps after the law at the best rate, twice as many at the others; four seeds.

    The best rate is 0.5, but for seed 0 at batches of 2: it alone likes 0.0625, at half the steps.
    """
    rows = []
    for batch in BATCHES:
        for rate in BatchSizeConfig().rates(batch):
            for seed in range(4):
                value = least * (1 + critical / batch) * (1 if rate == 0.5 else 2)
                if (batch, rate, seed) == (2, 0.0625, 0):
                    value /= 4
                rows += [(batch, rate, goal, seed, value) for goal in GOALS]
    noise = [
        (seed, step, share, scale) for seed in range(4)
        for step, share, scale in ((1, 0.1, 50.0), (101, 0.65, 50.0), (201, 0.85, 200.0))
    ]  # fmt: skip
    return BatchSizeResult(
        pd.DataFrame(rows, columns=["batch", "rate", "goal", "seed", "value"]),
        pd.DataFrame(noise, columns=["seed", "step", "accuracy", "value"]),
    )


def test_a_seeds_own_luck_does_not_choose_its_rate():
    """Seed 0 would have picked 0.0625 by itself; it is judged with what the others chose."""
    steps = hand_made().steps(GOAL, 2)
    assert steps.values.tolist() == pytest.approx([40 * 13] * 4)
    own = hand_made().best_rates(GOAL)
    assert own[(own["batch"] == 2) & (own["seed"] == 0)]["value"].item() == 0.0625


def test_the_law_that_made_the_steps_is_found_again():
    result = hand_made()
    assert result.critical(GOAL).values.tolist() == pytest.approx([24] * 4)
    assert result.laws(GOAL)["least"].tolist() == pytest.approx([40] * 4)
    assert result.saved(GOAL, 2, 8).values.tolist() == pytest.approx([np.log(13 / 4)] * 4)


def test_rules_of_thumb_start_from_one_batch_size():
    result = hand_made()
    kept, scaled = result.by_rule(GOAL, KEPT), result.by_rule(GOAL, LINEAR)
    assert set(kept["rate"]) == {0.5} and set(kept["batch"]) == set(BATCHES)
    assert {(b, r) for b, r in zip(scaled["batch"], scaled["rate"], strict=True)} == {
        (2, 0.0625), (4, 0.125), (8, 0.25), (BASE, 0.5), (32, 1.0), (64, 2.0), (128, 4.0),
    }  # fmt: skip


def test_noise_is_read_where_the_goal_is_reached_and_averaged_until_there():
    result = hand_made()
    assert result.noise_at(0.75).mean == pytest.approx(100)  # Half way, on a scale of ratios.
    assert result.noise_at(0.65).mean == result.noise_until(0.65).mean == pytest.approx(50)
    # Flat for half of the way, then growing to four times: its mean there is 150 / log 4.
    assert result.noise_until(0.85).mean == pytest.approx(25 + 75 / np.log(4), rel=0.01)


def test_a_goal_that_is_not_reached_is_missing_and_not_zero():
    result = hand_made()
    result.reached.loc[result.reached["batch"] == 256, "value"] = np.nan
    assert set(result.by_rule(GOAL)["batch"]) == set(BATCHES) - {256}
    assert result.critical(GOAL).values.tolist() == pytest.approx([24] * 4)
    one = hand_made()
    one.reached.loc[(one.reached["seed"] == 1) & (one.reached["batch"] == 4), "value"] = np.nan
    steps = one.steps(GOAL, 4)
    assert steps.seeds == (0, 1, 2, 3) and np.isnan(steps.values[1])
    assert steps.defined.n == 3 and steps.defined.mean == pytest.approx(280)


def test_a_rate_that_fails_is_not_chosen_however_quick_the_others_are_with_it():
    result = hand_made()
    own = (result.reached["batch"] == 4) & (result.reached["rate"] == 0.5)
    result.reached.loc[own & (result.reached["seed"] == 2), "value"] = np.nan
    found = result.by_rule(GOAL)
    chosen = found[found["batch"] == 4].set_index("seed")["rate"].to_dict()
    assert chosen[1] == chosen[3] != 0.5 and chosen[0] == 0.5
    assert 2 not in chosen  # Its choosers, 1 and 3, got there with 0.5; it did not.


def test_networks_of_a_seed_begin_alike_and_a_short_training_begins_a_long_one():
    config = BatchSizeConfig(repetitions=5, width=16)
    data = digits(config, 0)
    jobs = [job(config, data, 0, batch, 0.5) for batch in (4, 32)]
    assert [one.seed for one in jobs] == [0, 0]
    short, long = (
        complete(fit(jobs[1:], steps=n, evaluate_every=8)).curve("validation", "accuracy")
        for n in (16, 32)
    )
    assert short.ravel().tolist() == long[: len(short)].ravel().tolist()


def test_momentum_steps_at_a_tenth_of_the_rate():
    config = BatchSizeConfig(optimizer="momentum")
    one = job(config, digits(config, 0), 0, 8, 0.5)
    assert (one.momentum, one.learning_rate) == (0.9, pytest.approx(0.05))


def test_the_captions_say_what_the_tables_hold():
    view = BatchSizeView()
    steps = figure(EXPERIMENT, "steps")
    table = steps.table(hand_made(), view)
    assert steps.caption(table, view).startswith("520 steps to 85% with batches of 2, 43.7")
    fitted = table[table["series"] == "law fitted"]["mean"].to_numpy()
    measured = table[table["series"] == "measured"]["mean"].to_numpy()
    np.testing.assert_allclose(fitted, measured)
    perfect = table[table["series"] == "perfect scaling"]["mean"].to_numpy()
    np.testing.assert_allclose(perfect * np.array(BATCHES), 520 * 2)


@pytest.mark.trained
def test_the_smallest_run_measures_every_size_rate_and_seed():
    result = smallest(SLUG).result
    assert len(result.reached) == len(BATCHES) * 3 * len(GOALS) * 5
    assert set(result.noise["seed"]) == set(EXPERIMENT.smallest.seeds)
    assert (result.noise["value"] > 0).all()


@pytest.mark.parametrize("block", and_shipped(300, 600, 900))
def test_the_lesson_holds_on_seeds_that_chose_nothing(block):
    result = result_of(SLUG, BatchSizeConfig().changed(first_seed=block))
    said = {c.name: c.verdict(c.measure(result)) for c in EXPERIMENT.claims}
    assert "contradicted" not in said.values(), said
    assert {said["less_and_less"], said["noise_scale_grows"], said["rate_grows"]} == {"shown"}
    ratio = result.saved(GOAL, 2, 256).estimate
    assert verdict(ratio.low, ratio.high, ratio.n) == "differs"
    assert ratio.high < np.log(30)
