"""Shortcuts: a planted cue that mostly tells the class, and what takes it away again."""

from contextlib import suppress

from core.challenges.generalization.shortcuts.claims import CLAIMS
from core.challenges.generalization.shortcuts.config import (
    ADDED,
    DECAY,
    EQUAL,
    LAST,
    OFTEN,
    RANDOM,
    ShortcutsConfig,
    ShortcutsResult,
    ShortcutsView,
)
from core.challenges.generalization.shortcuts.figures import FIGURES
from core.challenges.generalization.shortcuts.run import cost, run
from core.lab.experiment import Answer, Experiment, Guess, Prompt
from core.lab.intervals import Estimate
from core.lab.scores import NotMeasuredError
from core.lab.wording import how_many, with_interval
from core.metrics.verdicts import side

HEADLINES = {
    "weight_decay": DECAY, "rare_groups_more_often": OFTEN, "equal_groups": EQUAL,
    "last_layer_retrained": LAST, "balanced_added": ADDED, "cue_at_random": RANDOM,
}  # fmt: skip


def metrics(result: ShortcutsResult) -> dict[str, Estimate]:
    """Accuracy with each cue, of the worst group with no remedy and with each, and on average."""
    found = {
        f"accuracy_{test}_cue": result.at(test).estimate for test in ("right", "none", "wrong")
    }
    found["accuracy_worst_group"] = result.at("worst").estimate
    for name, arm in HEADLINES.items():
        with suppress(NotMeasuredError):
            found[f"worst_group_gain_{name}"] = result.gain(arm).estimate
    found["accuracy_cues_as_learned"] = result.usual().estimate
    return found


def finding(result: ShortcutsResult) -> str:
    """Say whether the cue is a shortcut here, what the average shows of it, and what helps."""
    right, none, wrong = (with_interval(result.at(t).estimate) for t in ("right", "none", "wrong"))
    lost = (result.at("wrong") - result.at("none")).estimate
    taken = side(
        lost.low, lost.high, "It goes by the cue", "It does not clearly go by the cue",
        "The wrong cue does no harm",
    )  # fmt: skip
    usual, worst = (with_interval(v.estimate) for v in (result.usual(), result.at("worst")))
    random, last = (with_interval(result.gain(arm).estimate) for arm in (RANDOM, LAST))
    return (
        f"Without a remedy the network is right on {right} of new pictures with the right cue, "
        f"{none} without one and {wrong} with the wrong one. {taken}. New pictures like those "
        f"learned from show {usual}; the worst group has {worst} (the rarest holds "
        f"{how_many(result.rarest, 'training picture')} in the first seed). There a cue at random "
        f"brings {random}, a retrained last layer {last}."
    )


EXPERIMENT = Experiment(
    title="Shortcuts",
    question="Did it learn the digit, or the mark in the corner?",
    config=ShortcutsConfig,
    view=ShortcutsView,
    result=ShortcutsResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    smallest=ShortcutsConfig(repetitions=5, n_train=250, width=16, steps=100),
    claims=CLAIMS,
    varies="pictures, cues and initial weights; the arms of a seed share them. Digits are split "
    "anew from the same 1,797, so that test sets overlap",
    prompts=(
        Prompt("Make the cue almost perfect", {"alignment": 0.99, "n_train": 500},
               "Hardly a picture is left that shows the cue is not the point."),
        Prompt("Make the cue faint", {"brightness": 0.1},
               "A corner a tenth as bright as a stroke."),
        Prompt("Take the cue's meaning away", {"alignment": 0.5},
               "The corner is still there, and says nothing."),
    ),
    guess=Guess(
        "Weight decay is a remedy against overfitting. What does it do here for the group of "
        "pictures that the network gets wrong most?",
        lambda result: result.gain(DECAY),
        (
            Answer("Raises its accuracy by more than 5 points", low=0.05),
            Answer("Changes little", low=-0.05, high=0.05),
            Answer("Lowers it by more than 5 points", high=-0.05),
        ),
    ),
)  # fmt: skip
