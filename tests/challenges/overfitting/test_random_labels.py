"""The random-labels experiment: its labels and tables by hand, its lesson on fresh seeds."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from core.challenges.overfitting import random_labels
from core.challenges.overfitting.random_labels import EXPERIMENT
from core.challenges.overfitting.random_labels.config import (
    PLAIN,
    SHARES,
    RandomLabelsConfig,
    RandomLabelsResult,
    RandomLabelsView,
)
from core.challenges.overfitting.random_labels.figures import PANELS
from core.challenges.overfitting.random_labels.run import (
    BATCH,
    jobs,
    stages,
)
from core.data.by_name import draw
from core.data.dataset import with_label_noise
from core.engine.interpolation import ends
from core.engine.sweep import Trained
from core.engine.training import fit
from core.lab.run import complete
from tests.runs import and_shipped, figure, result_of

BLOCKS = and_shipped(300, 600, 900)
TRUE_AND_RANDOM = ((PLAIN, 0.0), (PLAIN, 1.0))
SMALL = RandomLabelsConfig(n_train=64, repetitions=5)


def hand_made(given_up: int = 0) -> RandomLabelsResult:
    """Three seeds: 10 epochs with true labels; 20, 40 and 80 with random ones.

    With `given_up`, so many of the networks on random labels never learn all of theirs.
    """
    rows = []
    arms = (PLAIN, "weight decay 0.1", "dropout 0.2")
    for arm in arms:
        for share in SHARES if arm == PLAIN else (0.0, 1.0):
            for seed in range(3):
                fitted = share < 1 or seed >= given_up
                epochs = 10.0 if share == 0 else 20.0 * 2**seed
                validation = 0.9 - 0.8 * share + 0.01 * (seed - 1)
                validation += 0.05 if arm.startswith("dropout") and share == 0 else 0.0
                train = 1.0 if fitted else 0.8
                rows.append((arm, share, seed, epochs, fitted, train, validation))
    columns = ["arm", "share", "seed", "epochs", "fitted", "train", "validation"]
    labels = pd.DataFrame(
        [(share, seed) for share in (0.0, 1.0) for seed in range(3)], columns=["share", "seed"]
    )
    trained = fake_fit((np.arange(18.0).reshape(3, 6) / 20).tolist())
    drawn = Trained(labels, trained).by_epoch(4)
    return RandomLabelsResult(drawn, pd.DataFrame(rows, columns=columns), 0.1, 100, 40)


def fake_fit(accuracy: list[list[float]], steps_per_evaluation: int = 4) -> Any:
    """Something with curves: training accuracy as given, validation accuracy is row + 10 column."""
    train = np.array(accuracy)
    rows, columns = np.indices(train.shape)
    curve = {"train": train, "validation": rows + 10.0 * columns}
    steps = np.arange(len(train)) * steps_per_evaluation
    return SimpleNamespace(evaluated_steps=steps, curve=lambda split, metric: curve[split])


# Stages


def test_every_network_is_trained_once():
    config = RandomLabelsConfig(augmentation=True)
    networks = [network for stage in stages(config).values() for network in stage]
    assert len(set(networks)) == len(networks)
    arms = [PLAIN, "weight decay 0.1", "dropout 0.2", "augmentation"]
    expected = {(PLAIN, share) for share in SHARES}
    expected |= {(arm, share) for arm in arms for share in (0.0, 1.0)}
    assert set(networks) == expected


@pytest.mark.parametrize("dataset", ["digits", "mnist1d"])
def test_arms_start_from_the_same_weights(dataset):
    config = RandomLabelsConfig(dataset=dataset, n_train=64, augmentation=True, repetitions=5)
    first = [jobs(config, stage)[0] for stage in stages(config).values()]
    assert len({job.seed for job in first}) == 1
    *_, last = fit(first, steps=1, evaluate_every=1)
    before = last.fit.curve("validation", "loss")[0]
    np.testing.assert_allclose(before, before[0], rtol=1e-6)


# Tables and words


def test_slowdown_is_the_geometric_mean_of_paired_ratios():
    ratio = hand_made().slowdown()
    assert ratio.mean == pytest.approx(4.0)  # 2, 4 and 8
    low, high = stats.t.interval(0.95, 2, loc=np.log(4), scale=np.log(2) / 3**0.5)
    assert (ratio.low, ratio.high) == pytest.approx((np.exp(low), np.exp(high)))


def test_slowdown_is_not_given_when_a_network_was_given_up():
    result = hand_made(given_up=1)
    assert result.slowdown() is None
    assert "epochs_random_over_true" not in random_labels.metrics(result)
    assert "2 of 3 networks learn all their random labels" in random_labels.finding(result)
    assert "3 of 3 networks learn all their true labels" in random_labels.finding(result)


def test_finding_says_what_regularisers_do():
    assert "learned completely all the same with weight decay 0.1 and with dropout 0.2" in (
        random_labels.finding(hand_made())
    )
    assert "not learned completely with weight decay 0.1 (93.3% learned)" in (
        random_labels.finding(hand_made(given_up=1))
    )


def test_epochs_by_share_mark_what_was_given_up():
    view = RandomLabelsView()
    shown = figure(EXPERIMENT, "epochs_to_fit")
    table = shown.table(hand_made(given_up=1), view).set_index("share")
    assert list(table.loc[0.0, ["mean", "low", "high", "reached"]]) == [10.0, 10.0, 10.0, 3]
    last = table.loc[1.0]
    assert last["mean"] == last["low"] == last["high"] == pytest.approx(140 / 3)
    assert last["reached"] == 2 and last["outcome"] == "some given up: too low"
    assert table.loc[0.8, "low"] == 1.0  # 20, 40, 80: the t interval would begin below 0
    caption = shown.caption(table.reset_index(), view)
    assert "10 with 0%" in caption and "1 of 3 at 100%" in caption


def test_curves_keep_each_network_apart():
    drawn = hand_made().curves
    one = drawn[(drawn["share"] == 1.0) & (drawn.seed == 1)]
    assert list(one.epoch) == [0, 1, 2]
    assert list(one.train_loss) == [4 / 20, 10 / 20, 16 / 20]  # column 4 of 0..17 in rows of 6


def test_curves_by_epoch_average_over_seeds():
    shown = figure(EXPERIMENT, "score_by_epoch")
    table = shown.table(hand_made(), RandomLabelsView(log_epochs=True))
    assert table.epoch.min() == 1
    at = table[(table.epoch == 2) & (table.labels == "random labels") & (table.split == "train")]
    assert at["mean"].item() == pytest.approx(16 / 20)
    assert at["n"].item() == 3


def test_regularisers_are_compared_in_pairs():
    view = RandomLabelsView(regularisers="difference")
    shown = figure(EXPERIMENT, "regularisers")
    table = shown.table(hand_made(), view)
    assert PLAIN not in set(table.arm)
    row = table[(table.panel == PANELS[0.0]) & (table.arm == "dropout 0.2")]
    # The seeds differ by a point, the pairs all by five: paired intervals have no width.
    assert row[["mean", "low", "high"]].to_numpy() == pytest.approx(np.full((1, 3), 0.05))
    caption = shown.caption(table, view)
    assert "Dropout 0.2: all random labels learned, after 46.7 epochs" in caption
    assert "on new examples +5.0 points" in caption


def test_captions_say_what_was_not_learned():
    view = RandomLabelsView()
    result = hand_made(given_up=1)
    by_share, arms = (figure(EXPERIMENT, name) for name in ("score_by_share", "regularisers"))
    said = by_share.caption(by_share.table(result, view), view)
    assert "On average at least 93.3% of the labels are learned" in said
    said = arms.caption(arms.table(result, view), view)
    assert "93.3% of the random labels learned (2 of 3 networks learned all of them)" in said


def test_claims_compare_with_chance_and_between_arms():
    measured = {claim.name: claim.measure(hand_made()) for claim in EXPERIMENT.claims}
    assert measured["validation_at_chance"].mean == pytest.approx(0.0, abs=1e-12)
    assert measured["not_necessary"].mean == pytest.approx(0.8)
    assert measured["partly_random_validates_worse"].mean == pytest.approx(-0.32)
    assert measured["strong_dropout_hinders_noise_more"].mean == pytest.approx(0.05)


# The lesson


def verdicts(config: RandomLabelsConfig) -> dict[str, str]:
    result = result_of("overfitting/random_labels", config)
    measured = {c.name: (c, c.measure(result)) for c in EXPERIMENT.claims if c.applies(config)}
    return {name: c.verdict(v) if v else "no value" for name, (c, v) in measured.items()}


@pytest.mark.parametrize("first_seed", BLOCKS)
def test_the_lesson_holds_on_fresh_seeds(first_seed):
    found = verdicts(RandomLabelsConfig(first_seed=first_seed))
    # 20% random labels already take about as long as all of them: the paper's rise is not seen.
    assert found.pop("slower_with_every_share") == "not shown"
    assert set(found.values()) == {"shown"}


@pytest.mark.parametrize("first_seed", BLOCKS[1:])
def test_hard_signals_are_learned_by_heart_too(first_seed):
    found = verdicts(RandomLabelsConfig(first_seed=first_seed, dataset="mnist1d"))
    assert found["random_labels_are_fitted"] == found["validation_at_chance"] == "shown"


@pytest.mark.slow
@pytest.mark.parametrize("first_seed", BLOCKS[1:])
def test_strong_dropout_hinders_random_labels_more(first_seed):
    config = RandomLabelsConfig(first_seed=first_seed, dropout=0.5, n_train=256)
    assert verdicts(config)["strong_dropout_hinders_noise_more"] == "shown"


def test_a_narrow_network_does_not_learn_random_labels():
    config = RandomLabelsConfig(first_seed=300, width=8, repetitions=5)
    steps = config.epochs * config.n_train // BATCH
    training = fit(jobs(config, TRUE_AND_RANDOM), steps=steps, evaluate_every=config.n_train // 32)
    found = ends(complete(training), config.n_train // BATCH)
    assert not found["fitted"][5:].any() and found["train"][5:].max() < 0.95
    assert found["train"][:5].mean() > 0.95


def test_all_wrong_labels_would_not_be_at_chance():
    """Why share 1 is a shuffle: labels that are never the true ones teach what not to say."""
    config = RandomLabelsConfig(repetitions=5, first_seed=300)
    networks = jobs(config, ((PLAIN, 1.0),))
    wrong = [
        replace(job, data=with_label_noise(draw("digits", 128, 0.0, job.seed), 1.0, job.seed))
        for job in networks
    ]
    done = complete(fit(wrong, steps=200, evaluate_every=50))
    assert done.curve("validation", "accuracy")[-1].mean() < 0.07
