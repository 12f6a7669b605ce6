"""Arithmetic of training and evaluating networks, and the time it is expected to take."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from core.experiment import Cost
from core.job import stored_width

SECONDS_PER_STEP = 60e-6
"""Of a whole stack, however small: about thirty calls into torch."""
SECONDS_PER_MODEL_STEP = 1.5e-6
FLOPS_PER_SECOND = 2.5e10
"""Reached by small batched matrix products on one core."""


def evaluation_flops(sizes: Sequence[int], n: int) -> float:
    """Operations to compute the logits of `n` examples.

    Args:
        sizes: Layer widths from input to output.
        n: Examples.

    Returns:
        `2 * inputs * outputs` per layer and example; biases and activations are not counted.
    """
    return 2.0 * n * sum(a * b for a, b in itertools.pairwise(sizes))


def step_flops(sizes: Sequence[int], batch_size: int) -> float:
    """Operations of one training step: forward, weight gradients, and errors but the lowest."""
    return 3 * evaluation_flops(sizes, batch_size) - 2.0 * batch_size * sizes[0] * sizes[1]


def expected_cost(
    sizes: Sequence[int],
    *,
    n_jobs: int,
    steps: int,
    batch_size: int = 32,
    evaluations: int = 0,
    n_evaluated: int = 0,
) -> Cost:
    """Predict what a sweep of networks of one shape takes; sweeps of several shapes add up.

    Args:
        sizes: Layer widths from input to output, for example `(2, 32, 32, 1)`.
        n_jobs: Models.
        steps: Optimiser steps of each.
        batch_size: Examples per step.
        evaluations: How often each model is evaluated.
        n_evaluated: Examples per evaluation, all splits together.

    Returns:
        Operations of the networks as asked for, and seconds on one core of the machine on which
        the constants of this module were measured.
    """
    stored = (sizes[0] + 1, *map(stored_width, sizes[1:-1]), sizes[-1])

    def flops(widths: Sequence[int]) -> float:
        evaluated = evaluations * evaluation_flops(widths, n_evaluated)
        return n_jobs * (steps * step_flops(widths, batch_size) + evaluated)

    calls = (steps + evaluations) * (SECONDS_PER_STEP + n_jobs * SECONDS_PER_MODEL_STEP)
    return Cost(flops=flops(sizes), seconds=calls + flops(stored) / FLOPS_PER_SECOND)
