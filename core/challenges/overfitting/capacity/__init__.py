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
from core.data.by_name import DRAWN_ANEW
from core.engine.sweep import ScoreView
from core.lab.experiment import Answer, Experiment, Guess, Prompt
from core.lab.intervals import Estimate
from core.lab.wording import hedged, with_interval
from core.metrics.families import one_of
from core.metrics.verdicts import by_verdict


def metrics(result: CapacityResult) -> dict[str, Estimate]:
    """Headline numbers: accuracy on true labels and gap, narrowest, middle and widest."""
    sizes = (WIDTHS[0], MIDDLE, WIDTHS[-1])
    name = "validation_accuracy_on_true_labels_width_"
    accuracies = {f"{name}{w}": result.accuracy(w).estimate for w in sizes}
    gaps = {f"generalization_gap_width_{w}": result.gap_at(w).estimate for w in sizes[1:]}
    return {**accuracies, **gaps}


def _widest_best(result: CapacityResult) -> str:
    """Whether the widest is clearly ahead of every other width, seed by seed."""
    own = result.accuracy(WIDTHS[-1])
    ahead = {width: (own - result.accuracy(width)).estimate for width in WIDTHS[:-1]}
    rivals = [f"width {width}" for width, lead in ahead.items() if lead.low <= 0]
    if not rivals:
        return "validates best of all widths"
    return f"validates best on average{hedged(rivals)}"


def finding(result: CapacityResult) -> str:
    """Say what the widths did, from the numbers."""
    best = max(WIDTHS, key=lambda width: result.accuracy(width).mean)
    widest = WIDTHS[-1]
    start = (
        f"One unit per layer gets {with_interval(result.accuracy(1, 'train').estimate)} of its own "
        "training examples right. The widest network leaves a generalization gap of "
        f"{with_interval(result.gap_at(widest).estimate)} between its training examples and new "
        "ones whose labels are as often wrong"
    )
    if best == widest:
        return f"{start}, and on true labels {_widest_best(result)}."
    change = result.accuracy(widest) - result.accuracy(best)
    drop = one_of(change.estimate, len(WIDTHS) - 1)
    lost = by_verdict(drop, differs="loses: {}", unclear="does not clearly lose: {}")
    return (
        f"{start}. On true labels, against width {best}, the best there by its mean, it {lost} "
        f"(an interval that allows for having picked one of {len(WIDTHS) - 1} widths)."
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
    version=2,
    varies=f"training examples, wrong labels, initial weights, order of examples. {DRAWN_ANEW}",
    guess=Guess(
        "A fifth of 100 labels is wrong. Both networks are large enough; one has 16 times the "
        "units of the other. Which gets more new examples right?",
        lambda r: r.accuracy(WIDTHS[-1]) - r.accuracy(MIDDLE),
        (Answer("The larger one", low=0.0), Answer("The smaller one", high=0.0)),
    ),
    prompts=(
        Prompt("Give it more wrong labels", {"n_train": 100, "label_noise": 0.4, "steps": 1200},
               "More to memorise, and more time to do it."),
        Prompt("Rescue it with data", {"n_train": 800}, "Eight times the examples."),
        Prompt("Show it clean images", {"dataset": "digits", "n_train": 400, "label_noise": 0.0},
               "No wrong labels: does the widest network still lose?"),
    ),
)  # fmt: skip
