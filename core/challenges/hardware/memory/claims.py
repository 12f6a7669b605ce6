"""What the literature says about memory in training, and how a run speaks to it."""

from __future__ import annotations

from core.challenges.hardware.memory.config import (
    ACTIVATIONS,
    ARMS,
    BOTH,
    CHECKPOINTED,
    PLAIN,
    WEIGHTS,
    MemoryResult,
)
from core.lab.claims import OWN_CONTROL, Claim, claim
from core.lab.scores import PerSeed, per_seed

CHEN = "Chen et al. 2016, abstract"


def farthest(result: MemoryResult) -> PerSeed:
    """Bytes by which arithmetic is off, in all arms together."""
    first, *others = (result.off(arm) for arm in ARMS)
    return sum(others, first)


CLAIMS: tuple[Claim[MemoryResult], ...] = (
    claim(
        "arithmetic_is_right",
        "What a step holds is what arithmetic says, in every part and every arm, to the byte.",
        OWN_CONTROL, farthest, below=1, reason="less than a single byte",
    ),
    claim(
        "gradients_are_the_same",
        "Checkpointing and accumulation together give the gradients that keeping all gives.",
        OWN_CONTROL, lambda r: per_seed(r.gradients, arm=BOTH), below=1e-4,
        settings={"precision": "float32"},
        reason="a thousand times the rounding of one number, set before the numbers were seen",
    ),
    claim(
        "activations_are_the_most",
        "In a deep network with a large batch activations take more than weights.",
        "Chen et al. 2016, section 1", lambda r: r.held(ACTIVATIONS) - r.held(WEIGHTS), above=0,
        settings={"batch": 256},
    ),
    claim(
        "checkpointing_saves",
        "With checkpointing activations take less than half.",
        (CHEN, "from 48 GB to 7 GB for 1,000 layers"),
        lambda r: r.held(ACTIVATIONS, CHECKPOINTED) / r.held(ACTIVATIONS, PLAIN), below=0.5,
        settings={"depth": 16}, read=True,
        reason="the root of 16 layers is a quarter of them, once kept and once computed again",
    ),
    claim(
        "checkpointing_costs_time",
        "With checkpointing a step takes longer: most layers are computed twice.",
        (CHEN, "one extra forward pass, 30% more time"),
        lambda r: r.slower(CHECKPOINTED), above=1, read=True, reason="at 1 it takes as long",
    ),
    claim(
        "a_third_at_most",
        "With checkpointing a step takes at most 30% longer.",
        (CHEN, "only 30 percent additional running time"),
        lambda r: r.slower(CHECKPOINTED), below=1.3, read=True,
    ),
)  # fmt: skip
