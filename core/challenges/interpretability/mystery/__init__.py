"""Mystery model: which of eight marks does a network go by, and which search finds it?"""

from __future__ import annotations

from core.challenges.interpretability.mystery.claims import CLAIMS
from core.challenges.interpretability.mystery.config import (
    HONEST_ARM,
    PLANTED_ARMS,
    MysteryConfig,
    MysteryResult,
    MysteryView,
)
from core.challenges.interpretability.mystery.figures import FIGURES
from core.challenges.interpretability.mystery.run import cost, run
from core.lab.experiment import Answer, Experiment, Guess, Prompt
from core.lab.intervals import Estimate, exact_interval
from core.lab.wording import with_interval


def metrics(result: MysteryResult) -> dict[str, Estimate]:
    """Headline numbers: who names the shortcut, who suspects the honest, what accuracy says."""

    def named(*strategies: str) -> dict[str, Estimate]:
        return {
            f"{name}_names_{arm}": exact_interval(result.named_rightly(arm, name).values)
            for name in strategies
            for arm in PLANTED_ARMS
        }

    alarms = {
        f"{name}_false_alarms": exact_interval(1 - result.named_rightly(HONEST_ARM, name).values)
        for name in ("stamping", "maps", "halving", "erasing")
    }
    gaps = {
        f"accuracy_{arm}_less_honest": result.accuracy_gap(arm).estimate for arm in PLANTED_ARMS
    }
    return {**named("stamping", "maps"), **alarms, **named("halving", "erasing"), **gaps}


def finding(result: MysteryResult) -> str:
    """Say who finds what, and what accuracy says."""
    probes = int(result.answers["probes"].max())
    said = []
    for name in ("stamping", "maps"):
        found = (exact_interval(result.named_rightly(arm, name).values) for arm in PLANTED_ARMS)
        bright, everywhere = map(with_interval, found)
        said.append(f"by {name}, {bright} of bright marks and {everywhere} of those everywhere")
    one, other = (with_interval(result.accuracy_gap(arm).estimate) for arm in PLANTED_ARMS)
    return (
        f"Named with {probes} probes: {'; '.join(said)}. Accuracy on held-out pictures that carry "
        f"the marks the same way, less the honest network's: {one} with bright marks, {other} with "
        "those everywhere."
    )


EXPERIMENT = Experiment(
    title="Mystery model",
    question="A network goes by a hidden mark: which way of asking finds out?",
    config=MysteryConfig,
    view=MysteryView,
    result=MysteryResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    smallest=MysteryConfig(repetitions=5, n_train=300, budget=8),
    claims=CLAIMS,
    varies="all pictures, initial weights, and which mark is planted on which shape",
    guess=Guess(
        "A network cheats: it goes by a bright mark. New pictures carry the mark as the old ones "
        "did. How does its accuracy on them compare with an honest network's?",
        lambda r: r.accuracy_gap(PLANTED_ARMS[0]),
        (Answer("It is lower", high=0.0), Answer("It is higher", low=0.0)),
    ),
    prompts=(
        Prompt("Mark only half the pictures", {"share": 0.5}, "A shortcut that often fails."),
        Prompt("Take the stray marks away", {"stray": 0.0}, "Honest networks never saw one."),
        Prompt("Allow four probes only", {"budget": 4}, "Who is quick?"),
    ),
)  # fmt: skip
