"""Sanity checks: destroy what a network has learned, layer by layer, and watch the maps."""

import pandas as pd

from core.challenges.interpretability.sanity.claims import CLAIMS
from core.challenges.interpretability.sanity.config import (
    CONTROL,
    METHODS,
    SanityConfig,
    SanityResult,
    SanityView,
)
from core.challenges.interpretability.sanity.figures import FIGURES
from core.challenges.interpretability.sanity.run import cost, run
from core.lab.experiment import Experiment, Guess, Prompt
from core.lab.intervals import Estimate
from core.lab.wording import hedged, with_interval
from core.metrics.verdicts import rivals


def metrics(result: SanityResult) -> dict[str, Estimate]:
    """Similarity left when every layer is drawn anew."""
    names = ("Saliency", "Grad-CAM", "Guided Backprop", "Integrated Gradients")
    return {
        f"left_of_{name.lower().replace(' ', '_').replace('-', '_')}": result.left(name).estimate
        for name in names
    }


def finding(result: SanityResult) -> str:
    """Say which maps noticed that nothing learned was left."""
    left = {method: result.left(method).estimate for method in METHODS if method != CONTROL}
    least, most = min(left, key=lambda m: left[m].mean), max(left, key=lambda m: left[m].mean)
    kept = (
        "still draws nearly the order of pixels it drew for the trained network"
        if left[most].low > 0.8
        else f"keeps more of its map than the other methods{_tied(left, most)}"
    )
    return (
        f"When every weight is drawn anew, {most} {kept}: rank correlation "
        f"{with_interval(left[most])}. "
        f"{least} keeps least{_tied(left, least)}: {with_interval(left[least])}."
    )


def _tied(left: dict[str, Estimate], method: str) -> str:
    """Take a superlative back where other methods are not clearly apart from this one."""
    ends = [(name, found.low, found.high) for name, found in left.items()]
    table = pd.DataFrame(ends, columns=["method", "low", "high"]).set_index("method", drop=False)
    return hedged(rivals(table, method, "method"), "not clearly apart from")


EXPERIMENT = Experiment(
    title="Sanity checks",
    question="Does a map change when the network forgets what it has learned?",
    config=SanityConfig,
    view=SanityView,
    result=SanityResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    smallest=SanityConfig(n_train=250, epochs=1, dataset="digits"),
    claims=CLAIMS,
    varies="initial weights, training pictures, pictures explained; digits are splits of one set",
    guess=Guess(
        "All that a network has learned is wiped out. How much do the maps of Integrated Gradients "
        "still look as before? 1 is the same order of pixels, 0 is no relation.",
        lambda r: r.left("Integrated Gradients"), scale=(0.0, 1.0, 0.05),
    ),
    prompts=(
        Prompt("Take handwritten digits", {"dataset": "digits"}, "Do the same maps notice?"),
        Prompt("Train for one epoch", {"epochs": 1}, "Where less was learned, is less forgotten?"),
    ),
)  # fmt: skip
