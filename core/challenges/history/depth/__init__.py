"""Depth: gradients that vanish on their way back, and three remedies."""

from core.challenges.history.depth.claims import CLAIMS
from core.challenges.history.depth.config import (
    BASELINE,
    PLANS,
    REMEDIES,
    DepthConfig,
    DepthResult,
)
from core.challenges.history.depth.figures import FIGURES
from core.challenges.history.depth.run import cost, run
from core.lab.experiment import Answer, Experiment, Guess, Prompt
from core.lab.intervals import Estimate
from core.lab.settings import View
from core.lab.wording import with_interval
from core.metrics.families import one_of
from core.metrics.verdicts import by_verdict


def metrics(result: DepthResult) -> dict[str, Estimate]:
    """Headline numbers: gradients lost and accuracy at the deepest, and accuracy at two layers."""
    deepest = result.deepest
    found = {"powers_of_ten_lost_sigmoid": result.lost(BASELINE, deepest).estimate}
    for depth, where in ((2, "two_layers"), (deepest, "deepest")):
        for arm in PLANS:
            name = arm.lower().replace(" ", "_")
            found[f"accuracy_{where}_{name}"] = result.accuracy(arm, depth).estimate
    return found


def finding(result: DepthResult) -> str:
    """Say what depth does to sigmoid units, and what each remedy brings."""
    deepest = result.deepest
    two, deep = (result.accuracy(BASELINE, depth).estimate for depth in (2, deepest))
    told = [
        f"{arm}: " + by_verdict(
            one_of(result.gain(arm, deepest).estimate, len(REMEDIES)),
            differs="{}", unclear="no clear difference, {}",
        )
        for arm in REMEDIES
    ]  # fmt: skip
    return (
        f"With {deepest} hidden layers of sigmoid units the first layer's gradient differs from "
        f"the last one's by {with_interval(result.lost(BASELINE, deepest).estimate)}; the networks "
        f"get {with_interval(deep)} of new digits right, those with two layers "
        f"{with_interval(two)}. "
        f"Against plain sigmoid units, at {deepest} layers, on the same seeds: "
        f"{'; '.join(told)}."
    )


EXPERIMENT = Experiment(
    title="Depth",
    question="Why did deep networks not learn, and what changed that?",
    config=DepthConfig,
    view=View,
    result=DepthResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    smallest=DepthConfig(deepest=12, width=16, n_train=200, steps=50),
    claims=CLAIMS,
    varies="training digits, initial weights, order of examples. Each seed splits the same 1,797 "
    "digits, so held-out sets overlap",
    guess=Guess(
        "A network of sigmoid units reads digits. It gets 20 hidden layers in place of two, and is "
        "trained as long. What becomes of the share of new digits that it reads rightly?",
        lambda r: r.accuracy(BASELINE, r.deepest) - r.accuracy(BASELINE, 2),
        (
            Answer("It grows by over 5 points", low=0.05),
            Answer("It stays about the same", -0.05, 0.05),
            Answer("It falls by over 5 points", high=-0.05),
        ),
    ),
    prompts=(
        Prompt("Go to forty layers", {"deepest": 40}, "Which remedy gives way first?"),
        Prompt("Train with Adam", {"optimizer": "adam", "learning_rate": 0.001},
               "It divides gradients by their size. Is that a remedy too?"),
        Prompt("Train twice as long", {"steps": 400}, "Is it only a matter of patience?"),
    ),
)  # fmt: skip
