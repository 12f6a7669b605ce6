"""Grokking: a network learns part of a table by heart, and much later understands the rest."""

from contextlib import suppress

import numpy as np

from core.challenges.generalization.grokking.claims import CLAIMS
from core.challenges.generalization.grokking.config import (
    ARMS,
    DECAY,
    NO_DECAY,
    GrokkingConfig,
    GrokkingResult,
    GrokkingView,
)
from core.challenges.generalization.grokking.figures import FIGURES
from core.challenges.generalization.grokking.run import cost, run
from core.lab.experiment import Answer, Experiment, Guess, Prompt
from core.lab.intervals import Estimate
from core.lab.scores import NotMeasuredError
from core.lab.wording import with_interval

NAMES = {DECAY: "with_decay", NO_DECAY: "without_decay"}


def metrics(result: GrokkingResult) -> dict[str, Estimate]:
    """Unknown cells right and waves of both arms; steps only where every network got there."""
    found = {}
    for arm in ARMS:
        found[f"unknown_right_{NAMES[arm]}"] = result.right(arm)
        found[f"understood_{NAMES[arm]}"] = result.reached(arm=arm)
        found[f"concentration_{NAMES[arm]}"] = result.last("concentration", arm).estimate
        with suppress(NotMeasuredError):
            for name in ("learned", "understood"):
                steps = result.moment(name, arm)
                if not np.isnan(steps.values).any():
                    found[f"steps_until_{name}_{NAMES[arm]}"] = steps.estimate
    return found


def finding(result: GrokkingResult) -> str:
    """Say when the known cells were learned, whether the others were understood, and by whom."""
    known = result.moment("learned")
    learned = (
        f"learn 99% of the known cells after {with_interval(known.estimate)}"
        if not np.isnan(known.values).any()
        else f"do not all learn 99% of the known cells within {result.steps:,} steps"
    )
    return (
        f"With weight decay the networks {learned}, and {_understood(result, DECAY)}: at the end "
        f"{with_interval(result.right())} of the other cells are right. Without, from the same "
        f"initial weights, {_understood(result, NO_DECAY)}, and "
        f"{with_interval(result.right(NO_DECAY))} are."
    )


def _understood(result: GrokkingResult, arm: str) -> str:
    """How many networks understood; after how many steps only where all of them did."""
    steps = result.moment("understood", arm)
    there = int((~np.isnan(steps.values)).sum())
    if there == len(steps.values):
        return f"all have 95% of the others right after {with_interval(steps.estimate)}"
    return (
        f"{there} of {len(steps.values)} have 95% of the others right within {result.steps:,} steps"
    )


EXPERIMENT = Experiment(
    title="Grokking",
    question="It knows the answers by heart. Does it still learn?",
    config=GrokkingConfig,
    view=GrokkingView,
    result=GrokkingResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    smallest=GrokkingConfig(modulus=17, width=32, steps=250, table="random"),
    claims=CLAIMS,
    varies="the cells learned from and the initial weights; both arms of a seed share them",
    prompts=(
        Prompt("Give it less of the table", {"share": 0.4, "steps": 1500},
               "Understanding comes later, or not at all."),
        Prompt("Rescue it with data", {"share": 0.7},
               "The delay shrinks."),
        Prompt("Give it nothing to understand", {"table": "random"},
               "Random cells can be learned by heart, and that is all."),
    ),
    guess=Guess(
        "After about 50 steps the network has learned its part of the table by heart, and gets few "
        "of the other cells right. It goes on training on the same cells. What happens to the "
        "other cells?",
        lambda result: result.right(),
        (
            Answer("Nothing much: below 30% right", high=0.3),
            Answer("It gets better: 30 to 80%", low=0.3, high=0.8),
            Answer("Nearly all turn right: above 80%", low=0.8),
        ),
    ),
)  # fmt: skip
