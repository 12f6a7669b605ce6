"""Robust accuracy: what training against attacks buys, and what it costs."""

from core.attacks.budget import WEAK
from core.attacks.victims import N_TEST, VARIES
from core.challenges.adversarial.robust_accuracy.claims import CLAIMS
from core.challenges.adversarial.robust_accuracy.config import (
    NAMES,
    RobustAccuracyConfig,
    RobustAccuracyResult,
    RobustAccuracyView,
)
from core.challenges.adversarial.robust_accuracy.figures import FIGURES
from core.challenges.adversarial.robust_accuracy.run import cost, run
from core.lab.experiment import Answer, Experiment, Guess, Prompt
from core.lab.intervals import Estimate
from core.lab.wording import with_interval


def metrics(result: RobustAccuracyResult) -> dict[str, Estimate]:
    """Headline numbers: clean and robust accuracy of the arms, at the size trained against."""
    found = {}
    for arm in NAMES:
        found[f"clean_accuracy_{arm}"] = result.clean_accuracy(arm).of_cases(N_TEST)
        found[f"robust_accuracy_{arm}"] = result.robust_accuracy(arm).of_cases(N_TEST)
        found[f"under_pgd_alone_{arm}"] = result.robust_accuracy(arm, WEAK).of_cases(N_TEST)
    return found


def finding(result: RobustAccuracyResult) -> str:
    """Say what PGD training buys and costs, and what a weak test would have said."""
    plain, trained = result.robust_accuracy("standard"), result.robust_accuracy("pgd")
    gain, more = (trained - plain).estimate, result.overstated("pgd").estimate
    loss = (result.clean_accuracy("pgd") - result.clean_accuracy("standard")).estimate
    start = (
        f"Under the strongest attack of size {result.epsilon:g} the undefended networks keep "
        f"{with_interval(plain.of_cases(N_TEST))}. Training on PGD attacks changes that by "
        f"{with_interval(gain)}"
    )
    price = (
        f", and costs accuracy on clean images: {with_interval(loss)}." if loss.high < 0
        else f"; on clean images it costs nothing clear: {with_interval(loss)}."
    )  # fmt: skip
    weak = (
        f"A test by PGD alone would have overstated what it keeps by {with_interval(more)}."
        if more.low > 0
        else f"A test by PGD alone would not clearly have overstated it: {with_interval(more)}."
    )  # fmt: skip
    return f"{start}{price} {weak}"


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
    version=2,
    smallest=RobustAccuracyConfig(epochs=5, n_train=200, inner_steps=2, test_steps=5),
    claims=CLAIMS,
    varies=VARIES,
    guess=Guess(
        "A network is trained on attacked images. What does that do to its accuracy on images "
        "that nobody attacked?",
        lambda r: r.clean_accuracy("pgd") - r.clean_accuracy("standard"),
        (Answer("It rises", low=0.0), Answer("It falls by up to 10 points", -0.1, 0.0),
         Answer("It falls by more", high=-0.1)),
    ),
    prompts=(
        Prompt("Train against half as much", {"epsilon": 0.1}, "Are smaller changes cheaper?"),
        Prompt("Train against too much", {"epsilon": 0.3}, "So much that training itself suffers."),
        Prompt("Train four times as long", {"epochs": 40, "inner_steps": 7}, "Does patience pay?"),
    ),
)  # fmt: skip
