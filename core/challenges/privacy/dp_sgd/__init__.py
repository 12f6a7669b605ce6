"""Differential privacy: clip every record's gradient, add noise, and prove what that hides."""

from core.challenges.privacy.dp_sgd.claims import CLAIMS
from core.challenges.privacy.dp_sgd.config import (
    CLIPPED,
    NOTHING,
    DpSgdConfig,
    DpSgdResult,
    DpSgdView,
)
from core.challenges.privacy.dp_sgd.figures import FIGURES
from core.challenges.privacy.dp_sgd.run import cost, run
from core.lab.experiment import Answer, Experiment, Guess, Prompt
from core.lab.intervals import Estimate
from core.lab.wording import number, with_interval


def metrics(result: DpSgdResult) -> dict[str, Estimate]:
    """Headline numbers: attack and accuracy without protection, clipped, and at epsilon 8 and 2."""
    found = {}
    arms = {"unprotected": NOTHING, "clipped": CLIPPED, "epsilon_8": "ε = 8", "epsilon_2": "ε = 2"}
    for name, arm in arms.items():
        found[f"auc_{name}"] = result.area(arm).estimate
        found[f"accuracy_{name}"] = result.accuracy(arm).estimate
    return found


def finding(result: DpSgdResult) -> str:
    """Say what clipping and noise do to attack and accuracy, from the numbers."""
    m = metrics(result)
    return (
        f"Without protection the attack's area is {number(m['auc_unprotected'].mean)}. Clipping "
        f"each record's gradient to {result.clip:g}, without noise and without any promise, "
        f"makes it {number(m['auc_clipped'].mean)}. With noise for ε = 8 it is "
        f"{number(m['auc_epsilon_8'].mean)}, for ε = 2 {number(m['auc_epsilon_2'].mean)}, where "
        f"0.5 is guessing; accuracy on other records is "
        f"{with_interval(m['accuracy_unprotected'])} without protection, "
        f"{with_interval(m['accuracy_clipped'])} clipped, {with_interval(m['accuracy_epsilon_8'])} "
        f"at ε = 8 and {with_interval(m['accuracy_epsilon_2'])} at ε = 2."
    )


EXPERIMENT = Experiment(
    title="Differential privacy",
    question="What does a proof of privacy cost, and what does it buy?",
    config=DpSgdConfig,
    view=DpSgdView,
    result=DpSgdResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    varies="the classes and their records, who is in which training set, initial weights, batches "
    "and noise; within a seed all protections share the records",
    smallest=DpSgdConfig(n_members=500, width=16, steps=50),
    claims=CLAIMS,
    guess=Guess(
        "Gradients of single records are shortened, without any noise and any promise. What does "
        "that alone do to an attacker who looks for members?",
        lambda r: r.area(CLIPPED) - r.area(NOTHING),
        (Answer("Next to nothing", -0.02, 0.02), Answer("It weakens the attack", high=-0.02)),
    ),
    prompts=(
        Prompt("Train on more records", {"n_members": 4000, "steps": 300}, "They share the noise."),
        Prompt("Shorten gradients to a tenth", {"clip": 0.1}, "What does that alone prevent?"),
        Prompt("Shorten gradients hardly at all", {"clip": 2.0}, "Then noise must be larger."),
    ),
    version=3,
)  # fmt: skip
