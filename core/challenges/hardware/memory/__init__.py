"""Memory arithmetic: what training holds besides weights, told before and counted."""

from core.challenges.hardware.memory.claims import CLAIMS
from core.challenges.hardware.memory.config import (
    ACCUMULATED,
    ACTIVATIONS,
    BOTH,
    CHECKPOINTED,
    PLAIN,
    STATE,
    WEIGHTS,
    MemoryConfig,
    MemoryResult,
)
from core.challenges.hardware.memory.figures import FIGURES
from core.challenges.hardware.memory.run import cost, run
from core.lab.experiment import Answer, Experiment, Guess, Prompt
from core.lab.intervals import SHARE, Estimate
from core.lab.scores import PerSeed
from core.lab.settings import View
from core.lab.wording import number, with_interval

CLOCKED = {f"{arm}_time": arm for arm in (CHECKPOINTED, ACCUMULATED, BOTH)}


def times_weights(result: MemoryResult) -> PerSeed:
    """How many times its weights a step holds in all."""
    return result.total() / result.held(WEIGHTS)


def metrics(result: MemoryResult) -> dict[str, Estimate]:
    """What is held, and what the arms save and cost."""
    share = (result.held(ACTIVATIONS) / result.total()).map(lambda v: v, SHARE)
    found = {
        "held_at_the_peak": result.total().estimate,
        "times_the_weights": times_weights(result).estimate,
        "share_of_activations": share.estimate,
        "optimizer_state": result.held(STATE).estimate,
    }
    for arm in CLOCKED.values():
        found[f"{arm}_memory"] = (result.total(arm) / result.total(PLAIN)).estimate
    return found | {name: result.slower(arm) for name, arm in CLOCKED.items()}


def finding(result: MemoryResult) -> str:
    """Say what is held, and what checkpointing changes."""
    total, ratio = result.total().mean, times_weights(result).mean
    share = result.held(ACTIVATIONS).mean / total
    less = result.total(CHECKPOINTED).mean / total
    slower = with_interval(result.slower(CHECKPOINTED))
    return (
        f"A training step of {result.plan().numbers:,} weights holds {number(total, 'kB')}, "
        f"{number(ratio, 'times')} what the weights take; {number(share, SHARE)} of it are "
        f"activations. Checkpointing holds {number(less, 'times')} as much, and a step takes "
        f"{slower} as long."
    )


EXPERIMENT = Experiment(
    title="Memory arithmetic",
    question="What does training hold besides the weights?",
    config=MemoryConfig,
    view=View,
    result=MemoryResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    smallest=MemoryConfig(width=16, depth=4, batch=16),
    claims=CLAIMS,
    guess=Guess(
        "A network's weights fill so much memory. How many times as much does training it hold, "
        "with Adam and 256 examples at once?",
        times_weights,
        (
            Answer("Up to twice as much", high=2.0),
            Answer("2 to 6 times", low=2.0, high=6.0),
            Answer("More than 6 times", low=6.0),
        ),
    ),
    clocked=frozenset(CLOCKED),
    varies="weights, examples and the moment of timing; bytes are the same for all seeds",
    prompts=(
        Prompt("Shrink the batch", {"batch": 16}, "Which part is the largest now?"),
        Prompt("Change the optimizer", {"optimizer": "sgd"}, "What was Adam's part?"),
        Prompt("Halve every number", {"precision": "bfloat16"}, "Half the memory. And the time?"),
    ),
)
