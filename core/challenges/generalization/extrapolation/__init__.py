"""Extrapolation: networks that fit a law within a range are asked beyond it."""

from core.challenges.generalization.extrapolation import config as arms
from core.challenges.generalization.extrapolation.claims import CLAIMS
from core.challenges.generalization.extrapolation.config import ExtrapolationResult
from core.challenges.generalization.extrapolation.figures import FIGURES
from core.challenges.generalization.extrapolation.run import cost, run
from core.lab.experiment import Experiment, Prompt
from core.lab.guess import Answer, Guess
from core.lab.intervals import Estimate
from core.lab.wording import with_interval
from core.metrics.verdicts import side


def metrics(result: ExtrapolationResult) -> dict[str, Estimate]:
    """Error of every arm where it learned and outside, and confidence near and far."""
    found = {}
    for arm in arms.ARMS:
        name = arm.lower().replace(" ", "_")
        found[f"error_inside_{name}"] = result.error(arm, arms.INSIDE).geometric
        found[f"error_outside_{name}"] = result.error(arm).geometric
    for arm in arms.CLASSIFIERS:
        found[f"confidence_near_{arm.lower()}"] = result.sure(0, arm).estimate
        found[f"confidence_far_{arm.lower()}"] = result.sure(arm=arm).estimate
    return found


def finding(result: ExtrapolationResult) -> str:
    """Say how far off the arms are outside, and how sure a classifier is far away."""
    said = {arm: with_interval(result.error(arm).geometric) for arm in arms.ARMS}
    others = "; ".join(f"{arm} {said[arm]}" for arm in arms.ARMS[1:])
    inside = result.error(place=arms.INSIDE)
    ratio = result.error().ratio_to(inside)
    off = side(ratio.low - 1, ratio.high - 1, "clearly less", "not clearly more", "clearly more")
    near, far = (with_interval(one.estimate) for one in (result.sure(0), result.sure()))
    return (
        f"Where its examples lie a ReLU network is off by {with_interval(inside.geometric)}; from "
        f"{arms.OUTSIDE} by {said[arms.RELU]}, {off}. The others there: {others}. In two moons a "
        f"ReLU network is {near} sure of new points, and {far} a thousand times as far out."
    )


EXPERIMENT = Experiment(
    title="Extrapolation",
    question="It fits the curve. What does it draw beyond the last point?",
    config=arms.ExtrapolationConfig,
    view=arms.ExtrapolationView,
    result=ExtrapolationResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    smallest=arms.ExtrapolationConfig(n_train=30, width=16, steps=500),
    claims=CLAIMS,
    varies="examples and initial weights, which the networks of a seed share as far as they can",
    prompts=(
        Prompt("Give it a straight line", {"law": "line"},
               "Here straight on is right: how near does it come?"),
        Prompt("Bend it once", {"law": "quadratic"}, "Does it go on bending?"),
        Prompt("Make it narrow", {"width": 16}, "Do fewer units draw another outside?"),
    ),
    guess=Guess(
        "A network learns a wave between −1 and 1, and is hardly off there. From 2.5 to 3, "
        "whoever always says zero would be off by 0.7. By how much is the network off?",
        lambda result: result.error().geometric,
        (
            Answer("Less: it goes on waving, more or less", high=0.6),
            Answer("About as much", low=0.6, high=0.9),
            Answer("More than that", low=0.9),
        ),
    ),
)  # fmt: skip
