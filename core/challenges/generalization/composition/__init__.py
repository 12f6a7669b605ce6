"""Composition: sums of two digits, asked about pairs that never stood together."""

from core.challenges.generalization.composition.claims import CLAIMS
from core.challenges.generalization.composition.config import (
    ARMS,
    GUESSING,
    SEEN,
    UNSEEN,
    CompositionConfig,
    CompositionResult,
    CompositionView,
)
from core.challenges.generalization.composition.figures import FIGURES
from core.challenges.generalization.composition.run import cost, run
from core.lab.experiment import Answer, Experiment, Guess, Prompt
from core.lab.intervals import SHARE, Estimate
from core.lab.wording import number, with_interval
from core.metrics.verdicts import side
from core.models.sum_plans import DISTRIBUTIONS, MONOLITH, SHARED


def metrics(result: CompositionResult) -> dict[str, Estimate]:
    """Accuracy of every architecture on both kinds of pairs, and on single digits."""
    found = {}
    for arm in ARMS:
        name = arm.replace(" ", "_")
        found[f"seen_pairs_{name}"] = result.known(arm, SEEN)
        found[f"unseen_pairs_{name}"] = result.known(arm)
    return {**found, "single_digits_named": result.named().estimate}


def finding(result: CompositionResult) -> str:
    """Say what each architecture makes of new pairs."""
    seen, unseen = (with_interval(result.known(MONOLITH, pairs)) for pairs in (SEEN, UNSEEN))
    shared, built = (with_interval(result.known(arm)) for arm in (SHARED, DISTRIBUTIONS))
    named = with_interval(result.named().estimate)
    lost = (result.at(MONOLITH) - result.at(MONOLITH, SEEN)).estimate
    does = side(lost.low, lost.high, "clearly fewer", "not clearly another share", "clearly more")
    return (
        f"One network for both pictures gets {seen} of the pairs right that it learned from, and "
        f"{unseen} of those it never saw together, {does}; guessing gets "
        f"{number(GUESSING, SHARE)}. A shared encoder with a free head: {shared}. One that gives "
        f"digits, with the addition built in: {built}; it names {named} of single digits, and was "
        "never told one."
    )


EXPERIMENT = Experiment(
    title="Composition",
    question="It has seen a 3 and a 5: can it add them?",
    config=CompositionConfig,
    view=CompositionView,
    result=CompositionResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    smallest=CompositionConfig(n_pairs=500, width=32, steps=120),
    claims=CLAIMS,
    varies="pairs held out, pictures and initial weights; the architectures of a seed share pairs, "
    "pictures and their order. Digits are split anew from the same 1,797",
    prompts=(
        Prompt("Hold out most pairs", {"held_out": 0.7},
               "Is a third of the table enough to learn what addition is?"),
        Prompt("Give it a tenth of the pairs", {"n_pairs": 500},
               "500 sums, and not one digit is labelled."),
        Prompt("Train it twice as long", {"steps": 1200}, "Perhaps it only needs time."),
    ),
    guess=Guess(
        "One network learns sums of two pictures, with three of ten pairs of digits held out. "
        "How many of those never-seen pairs will it add rightly?",
        lambda result: result.known(MONOLITH),
        (
            Answer("Nearly as many as of the others", low=0.7),
            Answer("About half", low=0.3, high=0.7),
            Answer("A few: 5 to 30%", low=0.05, high=0.3),
            Answer("Fewer than by guessing", high=0.05),
        ),
    ),
)  # fmt: skip
