"""Remedies: the same overfitting network, once as it is and once with each remedy."""

from contextlib import suppress

from core.challenges.overfitting.remedies.claims import CLAIMS
from core.challenges.overfitting.remedies.config import (
    STOPPING,
    RemediesConfig,
    RemediesResult,
    RemediesView,
)
from core.challenges.overfitting.remedies.figures import FIGURES, HELPS, effects, verdicts
from core.challenges.overfitting.remedies.run import TRAINING
from core.data.by_name import DRAWN_ANEW
from core.lab.experiment import Answer, Experiment, Guess, Prompt
from core.lab.intervals import Estimate
from core.lab.scores import NotMeasuredError
from core.lab.wording import with_interval


def metrics(result: RemediesResult) -> dict[str, Estimate]:
    """Headline numbers: no remedy, and what four remedies add at medium strength."""
    found = {
        "validation_accuracy_on_true_labels_no_remedy": result.final(),
        "generalization_gap_no_remedy": result.gap(),
    }
    for remedy in ("more data", "augmentation", "weight decay", STOPPING):
        with suppress(NotMeasuredError):
            found[f"gain_{remedy.replace(' ', '_')}"] = result.gain(remedy)
    return {name: values.estimate for name, values in found.items()}


def finding(result: RemediesResult) -> str:
    """Say which remedies help here and which do not, from the numbers."""
    train = result.final(split="train").of_cases(result.n_train)
    validation, gap = result.final().estimate, result.gap().estimate
    view = RemediesView()
    by_accuracy, by_loss = (effects(result, one) for one in (view, view.changed(metric="loss")))
    text = (
        f"Without a remedy the network fits {with_interval(train)} of its training labels and "
        f"gets {with_interval(validation)} of new examples right; the gap to new examples whose "
        f"labels are as often wrong is {with_interval(gap)}. "
        f"{verdicts(by_accuracy, view)}"
    )
    calmer = set(by_loss[by_loss["verdict"] == HELPS]["label"])
    not_helped = by_accuracy[by_accuracy["verdict"] != HELPS]["label"]
    only_loss = [label for label in not_helped if label in calmer]
    if not only_loss:
        return text
    names = ", ".join(only_loss)
    return f"{text} With a lower validation loss but no clearly higher accuracy: {names}."


EXPERIMENT = Experiment(
    title="Remedies",
    question="Which remedies against overfitting help here?",
    config=RemediesConfig,
    view=RemediesView,
    result=RemediesResult,
    run=TRAINING.run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=TRAINING.cost,
    smallest=RemediesConfig(repetitions=5, n_train=50, width=16, steps=300),
    claims=CLAIMS,
    version=2,
    varies=f"training examples, wrong labels, initial weights, draws of the training. {DRAWN_ANEW}",
    guess=Guess(
        "A network overfits 100 points, a fifth of them labelled wrongly. It is told to be less "
        "sure (label smoothing). What does that do to its accuracy on new points?",
        lambda r: r.gain("label smoothing"),
        (Answer("It gains over 2 points", low=0.02), Answer("Hardly anything", -0.02, 0.02)),
    ),
    prompts=(
        Prompt("Take signals in place of points", {
            "dataset": "mnist1d", "n_train": 500, "label_noise": 0.0, "width": 64, "steps": 1200,
        }, "Does augmentation help here?"),
        Prompt("Take clean digits", {
            "dataset": "digits", "n_train": 100, "label_noise": 0.0, "width": 32, "steps": 600,
        }, "Which remedy still helps?"),
        Prompt("Take the wrong labels out", {"label_noise": 0.0}, "Is anything left to remedy?"),
    ),
)  # fmt: skip
