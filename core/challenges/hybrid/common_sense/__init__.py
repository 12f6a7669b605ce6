"""Common sense, small: block towers, a shortcut, and a law that may be told."""

from core.challenges.hybrid.common_sense.claims import CLAIMS
from core.challenges.hybrid.common_sense.config import (
    AGREES,
    ARMS,
    BROKEN,
    LAW,
    NETWORK,
    NONE,
    OPPOSES,
    TOLD,
    CommonSenseConfig,
    CommonSenseResult,
    CommonSenseView,
)
from core.challenges.hybrid.common_sense.figures import FIGURES
from core.challenges.hybrid.common_sense.run import TRAINING
from core.lab.experiment import Answer, Experiment, Guess, Prompt
from core.lab.intervals import Estimate
from core.lab.wording import with_interval


def metrics(result: CommonSenseResult) -> dict[str, Estimate]:
    """Right answers of every arm by kind of tower, and with the shortcut broken in training."""
    kinds = {
        "shortcut_right": (NONE, AGREES), "shortcut_wrong": (NONE, OPPOSES),
        "broken_in_training": (BROKEN, OPPOSES),
    }  # fmt: skip
    return {
        f"{arm.replace(' ', '_')}_{told}": result.known(arm, *kind)
        for told, kind in kinds.items()
        for arm in ARMS
    }


def finding(result: CommonSenseResult) -> str:
    """Say who takes the shortcut, and who does not when it is broken or the law is known."""
    plain, against, broken = (
        with_interval(found)
        for found in (
            result.known(NETWORK, split=AGREES), result.known(NETWORK),
            result.known(NETWORK, BROKEN),
        )
    )  # fmt: skip
    told, law = (with_interval(result.known(arm)) for arm in (TOLD, LAW))
    return (
        f"Trained where a shortcut always holds, a network gets {plain} of new towers of that kind "
        f"right, and {against} of those that contradict it; given the law’s numbers besides, "
        f"{told}; the law with a learned threshold gets {law}. Trained where the shortcut says "
        f"nothing, the network gets {broken}."
    )


EXPERIMENT = Experiment(
    title="Common sense, small",
    question="Does it know why towers fall?",
    config=CommonSenseConfig,
    view=CommonSenseView,
    result=CommonSenseResult,
    run=TRAINING.run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=TRAINING.cost,
    smallest=CommonSenseConfig(repetitions=5, steps=60, n_train=200),
    claims=CLAIMS,
    varies="towers, their order and initial weights; the arms of a seed share towers, and more "
    "against the shortcut take the place of as many for it",
    prompts=(
        Prompt("Let the height tell", {"shortcut": "height"},
               "Is the network that is told the law still better off?"),
        Prompt("Build in a wrong law", {"law": "even_weights"},
               "As if all blocks weighed the same: nearly right, everywhere alike."),
        Prompt("Show it more towers", {"n_train": 3000},
               "All of the same kind: does the shortcut go away?"),
    ),
    guess=Guess(
        "All training towers that lean far to one side fall, and all the others stand. Then come "
        "towers that lean and stand, and straight ones that fall. How many of these will a network "
        "get right that sees every block’s place and weight?",
        lambda result: result.right(NETWORK),
        (
            Answer("Nearly all: it saw what holds a tower up", low=0.8),
            Answer("About half, as by guessing", low=0.35, high=0.8),
            Answer("Fewer than a third", high=0.35),
        ),
    ),
)  # fmt: skip
