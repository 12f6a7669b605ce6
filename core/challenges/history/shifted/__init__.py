"""Shifted: a perceptron of many layers, an SVM and a CNN on digits moved and shuffled."""

from collections.abc import Callable

from core.challenges.history.shifted.claims import CLAIMS
from core.challenges.history.shifted.config import (
    FARTHEST,
    MARGIN,
    MLP,
    MODELS,
    SVM,
    TEST,
    ShiftedConfig,
    ShiftedResult,
)
from core.challenges.history.shifted.figures import FIGURES
from core.challenges.history.shifted.run import cost, run
from core.lab.experiment import Experiment, Guess, Prompt
from core.lab.intervals import Estimate
from core.lab.settings import View
from core.lab.wording import listed, with_interval
from core.metrics.verdicts import by_verdict


def metrics(result: ShiftedResult) -> dict[str, Estimate]:
    """Accuracy at both ends, on digits anywhere, and what shuffled pixels change."""
    found = {}
    for model in MODELS:
        name = model.lower()
        found[f"centred_{name}"] = result.accuracy(model).of_cases(TEST)
        found[f"moved_{name}"] = result.accuracy(model, FARTHEST).of_cases(TEST)
        found[f"anywhere_{name}"] = result.anywhere(model).estimate
        found[f"shuffling_changes_{name}"] = result.shuffling(model).estimate
    return found


def finding(result: ShiftedResult) -> str:
    """Say how models compare on digits in the middle, what moving them leaves, what helps."""
    kinds: tuple[Callable[[str], Estimate], ...] = (
        lambda m: result.accuracy(m).of_cases(TEST),
        lambda m: result.accuracy(m, FARTHEST).of_cases(TEST),
        lambda m: result.anywhere(m).estimate,
    )
    centred, moved, taught = (
        listed([f"{model} {with_interval(found(model))}" for model in MODELS]) for found in kinds
    )
    old = by_verdict(
        (result.accuracy(MLP) - result.accuracy(SVM)).estimate, MARGIN,
        differs="The MLP differs from the SVM by {}", equal="MLP and SVM are about equal, {}",
        unclear="MLP and SVM do not clearly differ, {}",
    )  # fmt: skip
    return (
        f"Centred digits right: {centred}. {old}. Moved by {FARTHEST} pixels: {moved}. After "
        f"training on as many digits anywhere, in the mean over all shifts: {taught}."
    )


EXPERIMENT = Experiment(
    title="Shifted digits",
    question="What does a network know about pictures before it has seen one?",
    config=ShiftedConfig,
    view=View,
    result=ShiftedResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    smallest=ShiftedConfig(n_train=100, passes=4),
    claims=CLAIMS,
    varies="training digits, where they are put, initial weights, order of examples, and how "
    "pixels are shuffled. Each seed splits the same 1,797 digits, so held-out sets overlap",
    guess=Guess(
        "A multilayer perceptron has seen digits in the middle of a picture only, and reads most "
        "new ones there. Now each of these is moved by two pixels, a quarter of its width. What "
        "share does it still read?",
        lambda r: r.accuracy(MLP, 2), scale=(0.0, 1.0, 0.05),
    ),
    prompts=(
        Prompt("Train on a sixth of the digits", {"n_train": 100}, "Who needs examples most?"),
        Prompt("Stop after two passes", {"passes": 2}, "Who learns slowest?"),
        Prompt("Let the SVM fit less closely", {"penalty": 0.1}, "Is it still ahead?"),
    ),
)  # fmt: skip
