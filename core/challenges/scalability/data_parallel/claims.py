"""What the literature says about sharing work out, and how a run speaks to it."""

from __future__ import annotations

import numpy as np

from core.challenges.scalability.data_parallel.config import (
    GRADIENT,
    LARGER,
    MESSAGES,
    SAME,
    WEIGHTS,
    DataParallelResult,
)
from core.lab.claims import OWN_CONTROL, Claim, claim
from core.lab.scores import PerSeed


def ratio(above: PerSeed, below: PerSeed) -> PerSeed:
    """Logarithm of the ratio, seed by seed."""
    return above.map(np.log) - below.map(np.log)


CLAIMS: tuple[Claim[DataParallelResult], ...] = (
    claim(
        "gradients_are_the_same",
        "The gradient that two processes sum up is that of one process, as far as rounding goes.",
        OWN_CONTROL, lambda r: r.distance(GRADIENT), below=1e-5,
        reason="a hundred times the rounding of one number",
    ),
    claim(
        "trainings_are_the_same",
        "At the end of training two processes have the weights of one, as far as rounding goes.",
        OWN_CONTROL, lambda r: r.distance(WEIGHTS), below=1e-3,
        reason="rounding a hundred times as large as in one step, which training may let grow",
    ),
    claim(
        "below_amdahl",
        "Two processes that share a batch out stay below Amdahl's law, which counts no messages.",
        "Amdahl 1967", lambda r: ratio(r.faster(SAME), r.law(SAME)), below=0,
    ),
    claim(
        "larger_batches_scale_better",
        "Two processes are of more use where each takes a whole batch than where they share one "
        "out.",
        "Gustafson 1988", lambda r: ratio(r.faster(LARGER), r.faster(SAME)), above=0,
    ),
    claim(
        "waiting_shrinks_with_work",
        "Where each process takes a whole batch, a smaller share of a step goes into summing and "
        "waiting.",
        "Gustafson 1988", lambda r: r.waiting(LARGER) - r.waiting(SAME), below=0,
    ),
    claim(
        "small_messages_are_dear",
        "Large messages take longer than small ones, but by far less than in proportion: a million "
        "times the bytes take fewer than a thousand times as long.",
        "Patarasuk & Yuan 2009, section 1",
        lambda r: ratio(r.message(MESSAGES[-1]), r.message(MESSAGES[0])), below=float(np.log(1000)),
        reason="half the powers of ten by which the bytes grow",
    ),
)  # fmt: skip
