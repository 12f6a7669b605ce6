"""The training-time experiment: its tables by hand, its data, its lesson on fresh seeds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.challenges.overfitting.training_time import EXPERIMENT, finding, metrics
from core.challenges.overfitting.training_time.claims import CLAIMS
from core.challenges.overfitting.training_time.config import (
    GROUPS,
    RULES,
    SETS,
    TrainingTimeConfig,
    TrainingTimeResult,
    TrainingTimeView,
)
from core.challenges.overfitting.training_time.figures import effect
from core.challenges.overfitting.training_time.run import BATCH_SIZE, plan
from core.data.by_name import draw
from core.engine.job import Job
from core.engine.training import fit
from core.lab.run import complete
from tests import runs
from tests.runs import and_shipped, figure, result_of

BLOCKS = and_shipped(500, 600, 700)
SLUG = "overfitting/training_time"


def hand_made(noise: bool = True) -> TrainingTimeResult:
    """Five epochs, two seeds. Noisy labels stop at epoch 1, true ones at epoch 2."""
    curves = np.zeros((4, 2, 5, 2), dtype=np.float32)
    loss = {
        "train": (5, 4, 3, 2, 1), "noisy": (3, 1, 2, 3, 4), "true": (3, 2, 1, 2, 3),
        "test": (4, 3, 2, 1, 2),
    }  # fmt: skip
    for place, values in loss.items():
        curves[SETS.index(place), 0] = np.array(values)[:, None]
    test = np.array([[0.1, 0.1], [0.6, 0.8], [0.5, 0.7], [0.4, 0.6], [0.3, 0.3]])
    curves[SETS.index("test"), 1] = test
    correct, wrong, corrected = (0.1, 0.9, 1, 1, 1), (0.1, 0, 0.2, 0.5, 1), (0.1, 0.8, 0.7, 0.4, 0)
    groups = [correct, wrong, corrected] if noise else [correct]
    labels = np.repeat(np.array(groups, dtype=np.float32)[:, :, None], 2, axis=2)
    return TrainingTimeResult(curves, labels, np.array([0, 1]), 4, patience=2, monitor="loss")


def caption(name: str, result: TrainingTimeResult, view: TrainingTimeView) -> str:
    found = figure(EXPERIMENT, name)
    return found.caption(found.table(result, view), view)


# Tables


def test_restored_weights_are_those_of_the_best_watched_epoch() -> None:
    result = hand_made()
    assert result.restored("noisy").values == pytest.approx([0.6, 0.8])
    assert result.restored("true").values == pytest.approx([0.5, 0.7])
    assert result.restored("test", "loss").values == pytest.approx([1, 1])
    assert result.stops("noisy").stopped.tolist() == [3, 3]
    # Differences to the final 0.3 and 0.3: +0.3 and +0.5.
    assert result.gain("noisy").mean == pytest.approx(0.4)
    assert result.gain("true").mean == pytest.approx(0.3)


def test_watching_accuracy_looks_for_the_highest() -> None:
    result = hand_made()
    result.curves[SETS.index("noisy"), 1] = np.array([0.1, 0.2, 0.3, 0.5, 0.4])[:, None]
    watching = replace(result, monitor="accuracy")
    assert watching.stops("noisy").restored.tolist() == [3, 3]


def test_tables_hold_every_epoch_and_rule() -> None:
    result, view = hand_made(), TrainingTimeView(metric="loss")
    by_epoch = figure(EXPERIMENT, "score_by_epoch").table
    curves = by_epoch(result, view).set_index(["split", "epoch"])["mean"]
    assert curves["train"].tolist() == [5, 4, 3, 2, 1]
    assert curves["validation"].tolist() == [3, 1, 2, 3, 4]
    true = by_epoch(result, TrainingTimeView(metric="loss", validation_labels="true"))
    assert true[true.split == "validation"]["mean"].tolist() == [3, 2, 1, 2, 3]
    gains = figure(EXPERIMENT, "stopping_gain").table(result, view)
    assert gains["watched"].tolist() == list(RULES.values())
    patience = (
        figure(EXPERIMENT, "score_by_patience")
        .table(result, view)
        .set_index(["watched", "patience"])
    )
    assert patience.loc[("noisy labels", 1), "epochs"] == 2
    assert patience.loc[("noisy labels", 40), "epochs"] == 4


def test_captions_say_what_happened() -> None:
    result, view = hand_made(), TrainingTimeView()
    epochs = caption("score_by_epoch", result, view)
    assert "best after epoch 1 (70.0%); after epoch 4 it is 30.0%" in epochs
    answers = caption("answers_by_epoch", result, view)
    assert "After epoch 1 the network answers 80.0%" in answers
    assert "is 0.0% and 100.0%." in answers
    restored = caption("stopping_epochs", result, view)
    assert "1 with noisy labels, 2 with true labels, 3 with test examples" in restored


@pytest.mark.parametrize(
    ("low", "high", "lower_is_better", "word"),
    [
        (0.1, 0.2, False, "helps"),
        (0.1, 0.2, True, "hurts"),
        (-0.2, -0.1, False, "hurts"),
        (-0.2, -0.1, True, "helps"),
        (-0.1, 0.2, False, "makes no clear difference"),
    ],
)
def test_a_gain_is_told_from_a_loss(
    low: float, high: float, lower_is_better: bool, word: str
) -> None:
    assert effect(low, high, lower_is_better) == word


def test_without_wrong_labels_nothing_is_said_about_them() -> None:
    result, view = hand_made(noise=False), TrainingTimeView()
    gains = figure(EXPERIMENT, "stopping_gain").table(result, view)
    assert gains["watched"].tolist() == ["true labels", "test examples"]
    assert "No label is wrong" in caption("answers_by_epoch", result, view)
    assert "wrong labels" not in finding(result)
    assert not [name for name in metrics(result) if "wrong" in name or "true" in name]
    silent = [claim.name for claim in CLAIMS if claim.measure(result) is None]
    assert silent == ["early_learning", "memorising", "stopping_helps", "noisy_validation_suffices"]


# Data


def job_of(config: TrainingTimeConfig, seed: int) -> Job:
    (job,) = [job for label, job in plan(config) if label["seed"] == seed]
    return job


def test_groups_are_the_correctly_and_the_wrongly_labelled() -> None:
    job = job_of(TrainingTimeConfig(n_train=64, label_noise=0.4), 7)
    groups = [job.watch[name] for name in GROUPS]
    assert [len(y) for _, y in groups] == [38, 26, 26]
    assert (groups[1][1] != groups[2][1]).all()
    np.testing.assert_array_equal(groups[1][0], groups[2][0])
    clean = draw("digits", 64, 0.0, 7)
    truth = {x.tobytes(): int(y) for x, y in zip(clean.x_train, clean.y_train, strict=True)}
    for x, y in (groups[0], groups[2]):
        assert [truth[row.tobytes()] for row in x] == y.tolist()


# Runs


@pytest.fixture(scope="module")
def smallest() -> TrainingTimeResult:
    return runs.smallest(SLUG).result


@pytest.mark.trained
def test_groups_add_up_to_the_training_accuracy(smallest: TrainingTimeResult) -> None:
    correct, wrong, corrected = smallest.labels.astype(float)
    n = EXPERIMENT.smallest.n_train
    n_wrong = round(0.4 * n)
    train = smallest.curve("train", "accuracy")
    np.testing.assert_allclose((correct * (n - n_wrong) + wrong * n_wrong) / n, train, atol=1e-6)
    assert (wrong + corrected <= 1 + 1e-6).all()
    assert train.shape == (EXPERIMENT.smallest.epochs + 1, EXPERIMENT.smallest.repetitions)


def test_the_score_read_off_the_curve_is_that_of_the_restored_weights() -> None:
    """The trainer really keeps its best weights; they must score what the tables say."""
    config = TrainingTimeConfig(n_train=128, width=64, epochs=40, patience=40, repetitions=5)
    result = complete(EXPERIMENT.run(config))
    steps = config.n_train // BATCH_SIZE
    jobs = [job for _, job in plan(config)]
    fitted = complete(fit(jobs, steps=config.epochs * steps, evaluate_every=steps, keep_best=True))  # type: ignore[arg-type]
    assert (fitted.best_step // steps).tolist() == result.stops("true").restored.tolist()
    assert (fitted.best_step < config.epochs * steps).all(), "nothing to restore: no test"
    for place, job in enumerate(jobs):
        x, y = job.watch["test"]
        called = fitted.logits(x, jobs=[place], best=True)[0].argmax(axis=1)
        expected = result.restored("true").values[place]
        assert (called == y).mean() == pytest.approx(expected, abs=1e-6)


@pytest.mark.trained
def test_patience_and_monitor_change_the_reading_not_the_training(
    smallest: TrainingTimeResult,
) -> None:
    base = EXPERIMENT.smallest
    other = complete(EXPERIMENT.run(base.changed(patience=10, monitor="accuracy")))
    np.testing.assert_array_equal(other.curves, smallest.curves)


# The lesson, on seeds that chose nothing


def verdicts(config: TrainingTimeConfig) -> dict[str, str]:
    result = result_of(SLUG, config)
    applying = [claim for claim in CLAIMS if claim.applies(config)]
    found = {claim.name: (claim, claim.measure(result)) for claim in applying}
    return {name: claim.verdict(value) for name, (claim, value) in found.items() if value}


@pytest.mark.parametrize("block", BLOCKS)
def test_the_pattern_comes_first_then_the_wrong_labels(block: int) -> None:
    assert verdicts(TrainingTimeConfig(first_seed=block)) == {
        "early_learning": "shown",
        "memorising": "shown",
        "stopping_helps": "shown",
        "noisy_validation_suffices": "shown",
        "patience_pays": "shown",
    }


@pytest.mark.parametrize("block", BLOCKS[1:])
@pytest.mark.parametrize("name", ["no_gain_on_true_digits", "stopping_helps_on_mnist1d"])
def test_stopping_early_is_no_gift_where_labels_are_true(name: str, block: int) -> None:
    claim = next(claim for claim in CLAIMS if claim.name == name)
    config = TrainingTimeConfig(first_seed=block, repetitions=5, **claim.settings)
    helps = name.startswith("stopping_helps")
    assert verdicts(config)[name] == ("contradicted" if helps else "shown")
