"""Capacity: the same data, ever larger networks."""

from core.challenges.overfitting.capacity.claims import CLAIMS
from core.challenges.overfitting.capacity.config import (
    MIDDLE,
    WIDTHS,
    CapacityConfig,
    CapacityResult,
)
from core.challenges.overfitting.capacity.figures import FIGURES
from core.challenges.overfitting.capacity.run import TRAINING
from core.engine.sweep import ScoreView
from core.lab.experiment import Experiment, Preset
from core.lab.intervals import Estimate
from core.lab.wording import hedged, with_interval


def metrics(result: CapacityResult) -> dict[str, Estimate]:
    """Headline numbers: validation accuracy and gap of the narrowest, a middle and the widest."""
    sizes = (WIDTHS[0], MIDDLE, WIDTHS[-1])
    accuracies = {f"validation_accuracy_width_{w}": result.accuracy(w).estimate for w in sizes}
    gaps = {f"generalization_gap_width_{w}": result.gap_at(w).estimate for w in sizes[1:]}
    return {**accuracies, **gaps}


def _widest_best(result: CapacityResult) -> str:
    """Whether the widest is clearly ahead of every other width, seed by seed."""
    own = result.accuracy(WIDTHS[-1])
    ahead = {width: (own - result.accuracy(width)).estimate for width in WIDTHS[:-1]}
    rivals = [f"width {width}" for width, lead in ahead.items() if lead.low <= 0]
    if not rivals:
        return "still validates best of all: here larger is better"
    return f"still validates best on average{hedged(rivals)}"


def finding(result: CapacityResult) -> str:
    """Say what the widths did, from the numbers."""
    best = max(WIDTHS, key=lambda width: result.accuracy(width).mean)
    widest = WIDTHS[-1]
    start = (
        f"One unit per layer gets {with_interval(result.accuracy(1, 'train').estimate)} of its own "
        "training examples right. The widest network leaves a gap of "
        f"{with_interval(result.gap_at(widest).estimate)} between training and validation"
    )
    if best == widest:
        return f"{start}, and {_widest_best(result)}."
    drop = (result.accuracy(widest) - result.accuracy(best)).estimate
    lost = "loses" if drop.high < 0 else "does not clearly lose"
    return (
        f"{start}. Against width {best}, the best on validation by its mean, it {lost}: "
        f"{with_interval(drop)}."
    )


EXPERIMENT = Experiment(
    title="Capacity",
    question="How large should the network be?",
    config=CapacityConfig,
    view=ScoreView,
    result=CapacityResult,
    run=TRAINING.run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=TRAINING.cost,
    smallest=CapacityConfig(n_train=25, steps=150, depth=1, width=2),
    claims=CLAIMS,
    presets=(
        Preset("Overfit more", {"n_train": 100, "label_noise": 0.4, "steps": 1200},
               "More wrong labels and longer training: more to memorise, more time to do it."),
        Preset("Fix it with data", {"n_train": 800}, "Eight times the examples, all else equal."),
        Preset("Clean images", {"dataset": "digits", "n_train": 400, "label_noise": 0.0},
               "Here the widest network is the best one."),
    ),
)  # fmt: skip
