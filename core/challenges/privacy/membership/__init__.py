"""Membership inference: telling from a network's outputs who was in its training set."""

from core.challenges.privacy.membership.claims import CLAIMS
from core.challenges.privacy.membership.config import (
    BASELINE,
    LOSS,
    PRIVATE,
    MembershipConfig,
    MembershipResult,
    MembershipView,
)
from core.challenges.privacy.membership.figures import FIGURES
from core.challenges.privacy.membership.run import cost, run
from core.lab.experiment import Experiment, Guess, Prompt
from core.lab.intervals import SHARE, Estimate
from core.lab.wording import number, with_interval


def metrics(result: MembershipResult) -> dict[str, Estimate]:
    """Headline numbers: the gap, both attacks on the network as it is, and two remedies."""
    found = {
        "generalization_gap": result.gap(BASELINE),
        "auc_loss_threshold": result.area(BASELINE, LOSS),
        "auc_shadow_networks": result.area(BASELINE),
        "caught_at_1_percent": result.caught(BASELINE),
        "caught_at_1_percent_weight_decay": result.caught("weight decay"),
        "auc_private": result.area(PRIVATE),
        "caught_at_1_percent_private": result.caught(PRIVATE),
        "accuracy_price_private": result.accuracy(PRIVATE) - result.accuracy(BASELINE),
    }
    return {name: scores.estimate for name, scores in found.items()}


def finding(result: MembershipResult) -> str:
    """Say what the attacks find, and what private training leaves of them, from the numbers."""
    found = metrics(result)
    strong = found["auc_shadow_networks"]
    worth = "leaks who trained it" if strong.low > 0.5 else "does not clearly leak who trained it"
    return (
        f"A network with a gap of {with_interval(found['generalization_gap'])} between its "
        f"training records and others {worth}: falsely accusing 1% of the others, a loss threshold "
        f"names {with_interval(result.caught(BASELINE, LOSS).estimate)} of the members, and shadow "
        f"networks {with_interval(found['caught_at_1_percent'])}. "
        f"Trained with differential privacy (ε = "
        f"{result.epsilon:g}, δ = {result.delta:.5f}) it is "
        f"{with_interval(found['caught_at_1_percent_private'])}, where the proof allows at most "
        f"{number(result.proof_allows, SHARE)}; accuracy on other records "
        f"changes by {with_interval(found['accuracy_price_private'])}."
    )


EXPERIMENT = Experiment(
    title="Membership",
    question="Can an attacker tell whose record was in the training set?",
    config=MembershipConfig,
    view=MembershipView,
    result=MembershipResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    varies="the classes and their records, who is in which training set, initial weights, batches "
    "and noise; within a seed all kinds of training share the records",
    version=3,
    smallest=MembershipConfig(n_members=125, width=16, steps=75, networks=8),
    claims=CLAIMS,
    guess=Guess(
        "An attacker wrongly accuses 1% of those who were not in the training set. How many of "
        "those who were in it does the attacker name?",
        lambda r: r.caught(BASELINE), scale=(0.0, 1.0, 0.05),
    ),
    prompts=(
        Prompt("Make it leak more",
               {"n_members": 250, "label_noise": 0.2, "steps": 600, "width": 128},
               "Fewer records, more wrong labels, a wider network that trains longer."),
        Prompt("Make it leak less",
               {"n_members": 1000, "label_noise": 0.0, "steps": 75, "width": 16},
               "More records, all labels right, a narrow network that trains briefly."),
        Prompt("Weaken the promise", {"epsilon": 8.0}, "Less noise in private training."),
    ),
)  # fmt: skip
