"""Clever Hans: a mark planted in the training pictures, and whether maps give it away."""

from core.challenges.interpretability.clever_hans.claims import CLAIMS
from core.challenges.interpretability.clever_hans.config import (
    ARMS,
    CleverHansConfig,
    CleverHansResult,
    CleverHansView,
)
from core.challenges.interpretability.clever_hans.figures import FIGURES
from core.challenges.interpretability.clever_hans.run import cost, run
from core.lab.experiment import Experiment, Guess, Prompt
from core.lab.intervals import Estimate
from core.lab.wording import with_interval
from core.metrics.verdicts import side


def metrics(result: CleverHansResult) -> dict[str, Estimate]:
    """Headline numbers: what the mark does, and where Integrated Gradients puts its colour."""
    found = {}
    for arm in ARMS:
        found[f"plain_discs_{arm}"] = result.known(arm, "plain_discs")
        if (
            arm != "erased"
        ):  # What is multiplied by a black corner is 0 there, whatever was learned.
            found[f"mass_on_corner_{arm}"] = result.mass(arm).estimate
    return found


def finding(result: CleverHansResult) -> str:
    """Say what the mark did and what the map showed."""
    plain, marked = (
        with_interval(result.known("marked", f"{k}_discs")) for k in ("plain", "marked")
    )
    gain = (
        result.outcome("erased", "plain_discs") - result.outcome("marked", "plain_discs")
    ).estimate
    helped = side(gain.low, gain.high, "loses discs", "does not clearly help", "brings discs back")
    return (
        f"Trained with the mark, the network knows {marked} of discs that carry it and {plain} of "
        "those that do not. Integrated "
        f"Gradients puts {with_interval(result.mass('marked').estimate)} of its map on the corner, "
        f"4.6% of the picture. Erasing the corner {helped}: {with_interval(gain)}."
    )


EXPERIMENT = Experiment(
    title="Clever Hans",
    question="Right for the wrong reason: does a map give a shortcut away?",
    config=CleverHansConfig,
    view=CleverHansView,
    result=CleverHansResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    smallest=CleverHansConfig(n_train=250, epochs=1),
    claims=CLAIMS,
    varies="all pictures and initial weights; the three networks of a seed share them",
    guess=Guess(
        "In training every disc carries a white mark. Shown discs without it, how many does the "
        "network still call discs?",
        lambda r: r.known("marked", "plain_discs"), scale=(0.0, 1.0, 0.05),
    ),
    prompts=(
        Prompt("Mark only half the discs", {"share": 0.5}, "A shortcut that does not always work."),
        Prompt("Make the mark faint", {"strength": 0.25}, "No brighter than clutter: still found?"),
    ),
)  # fmt: skip
