"""Gradient leakage: reading the training images off the gradient that was sent instead."""

from core.challenges.privacy.gradient_leakage.claims import CLAIMS
from core.challenges.privacy.gradient_leakage.config import (
    BATCHES,
    DIVIDE,
    MATCH,
    GradientLeakageConfig,
    GradientLeakageResult,
    GradientLeakageView,
)
from core.challenges.privacy.gradient_leakage.figures import FIGURES
from core.challenges.privacy.gradient_leakage.run import cost, run
from core.lab.experiment import Experiment, Guess, Prompt
from core.lab.intervals import Estimate
from core.lab.wording import with_interval


def metrics(result: GradientLeakageResult) -> dict[str, Estimate]:
    """Headline numbers: images recovered, both ways, at both ends of the batch sizes."""
    return {
        f"{name}_batch_{size}": result.recovered_of(attack, size)
        for name, attack in (("divided", DIVIDE), ("matched", MATCH))
        for size in (BATCHES[0], BATCHES[-1])
    }


def finding(result: GradientLeakageResult) -> str:
    """Say how many images came back, from the numbers."""
    found = {name: with_interval(value) for name, value in metrics(result).items()}
    return (
        f"From the gradient of a single image, one division per unit brings back "
        f"{found['divided_batch_1']} of the images, and matching gradients "
        f"{found['matched_batch_1']}; from a gradient averaged over 16 images "
        f"they bring back {found['divided_batch_16']} and {found['matched_batch_16']}."
    )


EXPERIMENT = Experiment(
    title="Gradient leakage",
    question="You send a gradient and keep your images. Do they stay with you?",
    config=GradientLeakageConfig,
    view=GradientLeakageView,
    result=GradientLeakageResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    varies="the digits, drawn from one set of 1,797 (two seeds may share some), the networks' "
    "weights, the noise and where the search starts",
    smallest=GradientLeakageConfig(batch_size=1, width=32),
    claims=CLAIMS,
    guess=Guess(
        "You send one gradient, averaged over 4 images. How many of them can be read off it?",
        lambda r: r.recovered_of(MATCH, 4), scale=(0.0, 1.0, 0.05),
    ),
    prompts=(
        Prompt("Send one image's gradient", {"batch_size": 1}, "There is nothing to hide among."),
        Prompt("Add a little noise", {"batch_size": 1, "noise": 0.03}, "Do 3% protect one image?"),
    ),
)  # fmt: skip
