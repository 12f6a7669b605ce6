"""The winner's curse: on pools that can be reckoned by hand, and its lesson on fresh seeds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.challenges.tuning.real_gain import EXPERIMENT, finding
from core.challenges.tuning.real_gain.config import (
    ARMS,
    CONFIGS,
    FOLDS,
    FRESH,
    MEASURES,
    NESTED,
    PICKED,
    SECOND,
    SEEDS,
    RealGainConfig,
    RealGainResult,
)
from core.challenges.tuning.real_gain.run import (
    DECAY,
    PARTS,
    RATE,
    drawn_settings,
    plan,
    split,
    winners,
)
from core.data.by_name import draw
from core.lab.settings import View
from tests import runs
from tests.runs import and_shipped, figure, result_of

BLOCKS = and_shipped(300, 600, 900)
SLUG = "tuning/real_gain"


def test_on_scores_of_luck_alone_the_lead_is_gone_wherever_nothing_was_picked():
    """Trials that are all alike: what is ahead where it was picked is not ahead elsewhere."""
    gaps = []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        found = {part: rng.binomial(20, 0.8, 16) / 20 for part in PARTS}
        found["validation"] = np.mean(list(found.values()), axis=0)
        found |= {name: rng.binomial(100, 0.8, 16) / 100 for name in (SECOND, FRESH)}
        best, average = winners(found, 16), winners(found, 1)
        gaps.append([best[name] - average[name] for name in (PICKED, SECOND, NESTED, FRESH)])
    picked, second, nested, fresh = np.mean(gaps, axis=0)
    # The largest of 16 numbers of spread sqrt(0.8 * 0.2 / 100) lies 1.77 of them above the mean.
    assert picked == pytest.approx(1.77 * 0.04, rel=0.1)
    assert max(map(abs, (second, nested, fresh))) < 0.012


def test_the_winner_is_measured_on_the_fold_that_did_not_pick_it():
    found = {part: np.array([0.0, 1.0]) if fold else np.array([1.0, 0.0])
             for fold, part in enumerate(PARTS)}  # fmt: skip
    found |= {"validation": np.array([0.2, 0.8]), SECOND: np.zeros(2), FRESH: np.array([0.1, 0.3])}
    told = winners(found, 2)
    assert (told[PICKED], told[FRESH], told[SECOND]) == pytest.approx((0.8, 0.3, 0.0))
    # Trial 2 wins on every four folds: it is right on four of the five.
    assert told[NESTED] == pytest.approx(0.8)


def test_held_out_examples_are_each_in_one_set_and_folds_are_the_first():
    data = draw("digits", 50, 0.0, 0)
    kept, watched = split(data, 50, 0)
    folds = np.concatenate([watched[part][0] for part in PARTS])
    assert (np.sort(folds, axis=0) == np.sort(kept.x_validation, axis=0)).all()
    assert [len(watched[part][1]) for part in PARTS] == [10] * FOLDS
    whole = np.concatenate([kept.x_validation, watched[SECOND][0], watched[FRESH][0]])
    assert len(whole) == len(data.x_validation)
    assert (np.sort(whole, axis=0) == np.sort(data.x_validation, axis=0)).all()


def test_arms_start_alike_and_one_differs_in_nothing_but_the_seed():
    config = RealGainConfig(trials=4, repetitions=5)
    planned = [(labels, job) for labels, job in plan(config) if labels["seed"] == 0]
    jobs = {(labels["arm"], labels["trial"]): job for labels, job in planned}
    seeds = [jobs[SEEDS, trial] for trial in range(4)]
    assert {(job.learning_rate, job.weight_decay) for job in seeds} == {(RATE, DECAY)}
    assert len({job.seed for job in seeds}) == 4
    assert [jobs[CONFIGS, trial].seed for trial in range(4)] == [job.seed for job in seeds]
    assert len({(job.learning_rate, job.weight_decay) for job in map(jobs.get, [
        (CONFIGS, trial) for trial in range(4)])}) > 1  # fmt: skip


def test_settings_are_drawn_within_the_range_on_both_sides():
    tried = np.array(drawn_settings(RealGainConfig(trials=64, spread=3.0), 0)) / (RATE, DECAY)
    assert tried.min() >= 1 / 3 - 1e-9 and tried.max() <= 3 + 1e-9
    assert np.abs(np.log(tried).mean(0)).max() < 0.25


def hand_made(seeds: int = 3) -> RealGainResult:
    """The lead is 8 points where it was picked and 2 elsewhere, in both arms."""
    rows = [(arm, trials, measure, seed, (0.08 if measure == PICKED else 0.02) * (trials > 1))
            for arm in ARMS for trials in (1, 2, 4) for measure in MEASURES
            for seed in range(seeds)]  # fmt: skip
    gains = pd.DataFrame(rows, columns=["arm", "trials", "measure", "seed", "value"])
    pool = pd.DataFrame([(arm, trial, 0.7 + 0.1 * (trial > 1), 0.5 + 0.1 * trial)
                         for arm in ARMS for trial in range(4)],
                        columns=["arm", "trial", "validation", "test"])  # fmt: skip
    return RealGainResult(gains, pool, 4, 50)


def test_flattery_is_what_is_not_there_on_fresh_examples():
    result = hand_made()
    assert result.flattery(SEEDS).mean == pytest.approx(0.06)
    assert result.flattery(SEEDS, SECOND).mean == pytest.approx(0.0)
    assert result.lost(SEEDS).mean == pytest.approx(0.02 - 0.04)
    assert "flattered by +6.0 points" in finding(result)


def test_trials_that_tie_are_all_marked_and_told_by_their_mean():
    pool = figure(EXPERIMENT, "pool")
    table = pool.table(hand_made(), View())
    assert table.groupby("arm")["kept"].value_counts()[SEEDS, "picked"] == 2
    assert "gets 80.0% of the validation and 75.0% of the fresh" in pool.caption(table, View())


@pytest.mark.trained
def test_an_average_trial_leads_by_nothing():
    result = runs.smallest(SLUG).result
    first = result.gains[result.gains["trials"] == 1]
    assert len(first) and (first["value"] == 0).all()


@pytest.mark.parametrize("block", BLOCKS)
def test_the_lesson_holds_on_seeds_that_chose_nothing(block):
    result = result_of(SLUG, RealGainConfig(first_seed=block))
    verdicts = {c.name: c.verdict(c.measure(result)) for c in EXPERIMENT.claims}
    assert set(verdicts.values()) == {"shown"}, verdicts
