"""Robust accuracy: what training against attacks buys, and what it costs."""

from core.challenges.adversarial.robust_accuracy.claims import CLAIMS
from core.challenges.adversarial.robust_accuracy.config import (
    RobustAccuracyConfig,
    RobustAccuracyResult,
    RobustAccuracyView,
)
from core.challenges.adversarial.robust_accuracy.figures import FIGURES
from core.challenges.adversarial.robust_accuracy.run import cost, run
from core.lab.experiment import Experiment, Preset
from core.lab.intervals import Estimate
from core.lab.wording import with_interval


def metrics(result: RobustAccuracyResult) -> dict[str, Estimate]:
    """Headline numbers: clean and robust accuracy of the arms, at the size trained against."""
    found = {}
    for arm in ("standard", "noise", "pgd", "trades"):
        found[f"clean_accuracy_{arm}"] = result.clean_accuracy(arm).estimate
        found[f"robust_accuracy_{arm}"] = result.robust_accuracy(arm).estimate
    return found


def finding(result: RobustAccuracyResult) -> str:
    """Say what PGD training buys and costs, from the numbers."""
    plain = result.robust_accuracy("standard")
    gain = (result.robust_accuracy("pgd") - plain).estimate
    loss = (result.clean_accuracy("pgd") - result.clean_accuracy("standard")).estimate
    start = (
        f"Under PGD attacks of size {result.epsilon:g} the undefended networks keep "
        f"{with_interval(plain.estimate)}. Training on such attacks changes that by "
        f"{with_interval(gain)}"
    )
    if loss.high < 0:
        return f"{start}, and costs accuracy on clean images: {with_interval(loss)}."
    return f"{start}; on clean images it costs nothing clear: {with_interval(loss)}."


EXPERIMENT = Experiment(
    title="Robust accuracy",
    question="Can a network be trained to withstand attacks, and what does it cost?",
    config=RobustAccuracyConfig,
    view=RobustAccuracyView,
    result=RobustAccuracyResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    smallest=RobustAccuracyConfig(epochs=5, n_train=200, inner_steps=2, test_steps=5),
    claims=CLAIMS,
    presets=(
        Preset("A smaller threat", {"epsilon": 0.1}, "Trained against changes half as large."),
        Preset("Too much", {"epsilon": 0.3}, "Changes so large that training itself suffers."),
        Preset("Train longer", {"epochs": 40, "inner_steps": 7}, "Four times as long."),
    ),
)
