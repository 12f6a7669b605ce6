"""Wrong labels: what they cost, how they are found, and what finding them gives back."""

from contextlib import suppress

from core.challenges.data_quality.label_noise.claims import CLAIMS
from core.challenges.data_quality.label_noise.config import (
    ARMS,
    PRUNE,
    SIZES,
    USUAL,
    LabelNoiseConfig,
    LabelNoiseResult,
    LabelNoiseView,
)
from core.challenges.data_quality.label_noise.figures import FIGURES
from core.challenges.data_quality.label_noise.run import cost, run
from core.lab.experiment import Answer, Experiment, Guess, Prompt
from core.lab.intervals import Estimate
from core.lab.scores import NotMeasuredError
from core.lab.wording import with_interval
from core.metrics.verdicts import by_verdict


def metrics(result: LabelNoiseResult) -> dict[str, Estimate]:
    """Headline numbers, where a fifth of the labels is wrong."""
    found = {
        "accuracy_with_true_labels": result.accuracy(rate=0.0).estimate,
        "accuracy_with_wrong_labels": result.accuracy().estimate,
        **{f"gain_{arm.replace(' ', '_')}": result.gain(arm).estimate for arm in ARMS[1:]},
        "area_under_the_roc_curve": result.share("auc"),
        "precision_of_suspects": result.share("precision"),
        "recall_of_wrong_labels": result.share("recall"),
    }
    with suppress(NotMeasuredError):
        found["true_labels_that_do_as_much"] = result.worth().estimate
        found["examples_per_per_cent"] = result.price().estimate
    return {name: value for name, value in found.items() if value.n}


def finding(result: LabelNoiseResult) -> str:
    """Say what wrong labels cost, whether they are found, and what dropping them gives back."""
    true, wrong = (result.accuracy(rate=rate).estimate for rate in (0.0, USUAL))
    recall, precision = (result.share(name) for name in ("recall", "precision"))
    gain = by_verdict(
        result.gain(PRUNE).estimate, differs="changes accuracy by {}",
        unclear="does not clearly change accuracy: {}",
    )  # fmt: skip
    return (
        f"With a fifth of the labels wrong, the network names {with_interval(wrong)} of new images "
        f"right, with true labels {with_interval(true)}. Of the wrong labels "
        f"{with_interval(recall)} are among the suspects, of the suspects "
        f"{with_interval(precision)} are wrong; leaving the suspects out {gain}.{_price(result)}"
    )


def _price(result: LabelNoiseResult) -> str:
    try:
        worth, price = result.worth().estimate, result.price().estimate
    except NotMeasuredError:
        least = SIZES[0] * result.n_train
        return f" Some networks do worse than with {least:.0f} true labels."
    return (
        f" {result.n_train:,} such labels do as much as {with_interval(worth)} with true labels: "
        f"each per cent of wrong ones costs {with_interval(price)}."
    )


EXPERIMENT = Experiment(
    title="Wrong labels",
    question="What do wrong labels cost, and can they be found?",
    config=LabelNoiseConfig,
    view=LabelNoiseView,
    result=LabelNoiseResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    smallest=LabelNoiseConfig(repetitions=5, n_train=200, width=16, steps=150),
    claims=CLAIMS,
    varies="which digits are trained on and which are tested, of the same 1,797, so that tests "
    "overlap; which labels are wrong; initial weights and order of examples",
    guess=Guess(
        question="400 labelled images, and a fifth of the labels is wrong: 320 are right. With how "
        "many labels, all of them right, would the network do as well?",
        measure=lambda result: result.worth(),
        answers=(
            Answer("About 320: those that are right", low=280),
            Answer("About 200", low=150, high=280),
            Answer("Fewer than 150", high=150),
        ),
    ),
    prompts=(
        Prompt("Confuse neighbours", {"kind": "pair"},
               "Every wrong label is the next digit: mistakes with a system."),
        Prompt("Mislabel what is hard", {"kind": "hard_examples"},
               "As people do: mistakes where images look like another digit. Are they found?"),
        Prompt("Rescue it with data", {"n_train": 1200}, "Three times the images, as many wrong."),
    ),
)  # fmt: skip
