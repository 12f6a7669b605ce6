"""What the training-time experiment found: headline numbers, a sentence, and claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.challenges.overfitting.tables import training_time as tables
from core.lab.claims import Claim
from core.lab.intervals import POINTS, SHARE, Estimate, paired_difference, t_interval
from core.lab.wording import with_interval

if TYPE_CHECKING:
    from core.challenges.overfitting.training_time import TrainingTimeResult as Result


def gain(result: Result, rule: str, patience: int | None = None) -> Estimate:
    """Test accuracy of the restored minus the final weights, paired by seed."""
    stopped = tables.restored(result, rule, "accuracy", patience)
    return paired_difference(stopped, tables.final(result, "accuracy"), POINTS)


def _answers_then(result: Result, rule: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The three groups of answers at each seed's restored epoch."""
    epochs = tables.stops(result, rule).restored
    correct, wrong, corrected = result.labels[:, epochs, np.arange(len(epochs))].astype(float)
    return correct, wrong, corrected


def _seen_through(result: Result) -> Estimate | None:
    if not tables.has_wrong_labels(result):
        return None
    _, wrong, corrected = _answers_then(result, "noisy")
    return paired_difference(corrected, wrong, POINTS)


def _memorised(result: Result) -> Estimate | None:
    if not tables.has_wrong_labels(result):
        return None
    then = _answers_then(result, "noisy")[1]
    return paired_difference(result.labels[1, -1].astype(float), then, POINTS)


def _noisy_against_true(result: Result) -> Estimate | None:
    if not tables.has_wrong_labels(result):
        return None
    noisy, true = (tables.restored(result, rule, "accuracy") for rule in ("noisy", "true"))
    return paired_difference(noisy, true, POINTS)


def _patience(result: Result) -> Estimate:
    rule = tables.rules(result)[0]
    long, short = (tables.restored(result, rule, "accuracy", p) for p in (20, 1))
    return paired_difference(long, short, POINTS)


def metrics(result: Result) -> dict[str, Estimate]:
    """Headline numbers: test accuracy at the end and restored, the gain, and what was learnt.

    The labels of the validation examples are as often wrong as those of the training examples,
    unless a name says that they are true.
    """
    rule = tables.rules(result)[0]
    found = {
        "final_test_accuracy": t_interval(tables.final(result, "accuracy"), SHARE),
        "restored_test_accuracy": t_interval(tables.restored(result, rule, "accuracy"), SHARE),
        "gain_of_stopping": gain(result, rule),
        "restored_epoch": t_interval(tables.stops(result, rule).restored, "epochs"),
    }
    if tables.has_wrong_labels(result):
        found["gain_with_true_validation_labels"] = gain(result, "true")
        found["wrong_labels_learnt"] = t_interval(result.labels[1, -1], SHARE)
    return found


def finding(result: Result) -> str:
    """Say what training to the end did, and whether stopping early would have been better."""
    rule = tables.rules(result)[0]
    change = gain(result, rule)
    last = t_interval(tables.final(result, "accuracy"), SHARE)
    stopped = t_interval(tables.restored(result, rule, "accuracy"), SHARE)
    epoch = tables.stops(result, rule).restored.mean()
    effect = tables.verdict(change.low, change.high, lower_is_better=False)
    text = f"Trained to the end, the network gets {with_interval(last)} of new examples right"
    if tables.has_wrong_labels(result):
        learnt = t_interval(result.labels[1, -1], SHARE)
        text += f" and has learnt {with_interval(learnt)} of the wrong labels"
    return (
        f"{text}. Stopped early, at epoch {epoch:.1f} on average, it gets "
        f"{with_interval(stopped)}: stopping {effect}, {with_interval(change)}."
    )


CLAIMS: tuple[Claim[Result], ...] = (
    Claim(
        name="early_learning",
        sentence="The pattern comes first: where early stopping stops, the network answers more "
        "of the wrongly labelled examples with their true label than with the wrong one.",
        source="Arpit et al. 2017, abstract; Liu et al. 2020, abstract",
        published="no number: simple patterns are learnt before noise is memorised",
        measure=_seen_through,
        direction="above",
        threshold=0.0,
    ),
    Claim(
        name="memorising",
        sentence="Then the wrong labels are memorised: from there to the end of training the "
        "network learns at least another 20 in 100 of them.",
        source="Zhang et al. 2017, abstract; Liu et al. 2020, abstract",
        published="no number for this: networks can fit labels that are all random",
        measure=_memorised,
        direction="above",
        threshold=0.2,
    ),
    Claim(
        name="stopping_helps",
        sentence="With wrong labels, stopping early gives better predictions than training to "
        "the end, even if the validation labels are as often wrong.",
        source="Li, Soltanolkotabi & Oymak 2020, abstract",
        published="no number, a proof under assumptions about the data",
        measure=lambda r: gain(r, "noisy") if tables.has_wrong_labels(r) else None,
        direction="above",
        threshold=0.0,
    ),
    Claim(
        name="noisy_validation_suffices",
        sentence="Noisy validation labels are nearly as good for stopping as true ones: they "
        "cost less than 3 points of test accuracy.",
        source="Chen et al. 2021, abstract",
        published="no number, a proof that validation on noisy labels is reliable",
        measure=_noisy_against_true,
        direction="above",
        threshold=-0.03,
    ),
    Claim(
        name="patience_pays",
        sentence="Slower rules generalize better: patience of 20 epochs gives a higher test "
        "accuracy than patience of 1.",
        source="Prechelt 1998, abstract",
        published="slower rules: about 4% better on average, for about 4 times the training time",
        measure=_patience,
        direction="above",
        threshold=0.0,
    ),
    Claim(
        name="no_gain_on_true_digits",
        sentence="Where all labels are true there is little to save: on digits stopping early "
        "gains less than one point of test accuracy.",
        source="Zhang, Lipton, Li & Smola 2023, Generalization in Deep Learning",
        published="no number: without label noise and with separable classes, no significant gain",
        measure=lambda r: gain(r, "true"),
        direction="below",
        threshold=0.01,
        settings={"dataset": "digits", "label_noise": 0.0},
    ),
    Claim(
        name="stopping_hurts_on_mnist1d",
        sentence="Early stopping can hurt: on MNIST-1D with true labels it gives worse "
        "predictions than training to the end.",
        source="measured here; a counterexample to Prechelt 1998, section 1",
        published="no number: stopping is meant to avoid overfitting",
        measure=lambda r: gain(r, "true"),
        direction="below",
        threshold=0.0,
        settings={"dataset": "mnist1d", "label_noise": 0.0},
    ),
)
