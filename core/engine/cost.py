"""Arithmetic of training and evaluating networks, and the time it is expected to take."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from core.engine.job import stored_width
from core.lab.run import Cost

SECONDS_PER_LAYER = 18e-6
"""Of one step of a whole stack, however small: eight or so calls into torch."""
SECONDS_PER_MODEL = 150e-6
"""Drawing its weights, laying out its data."""
SECONDS_PER_MODEL_STEP = 1e-6
SECONDS_PER_ACTIVATION = 1.5e-9
"""Of each input or hidden unit and example, besides the matrix products."""
FLOPS_PER_SECOND = 8e10
"""Reached by batched matrix products on one core."""
SHORT_SECONDS_PER_PRODUCT, SHORT_FLOPS_PER_SECOND = 5e-6, 5e9
"""Of a product in bfloat16 of one model, beyond float32; without instructions for it."""


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
        Operations as they are carried out (hidden layers at their stored width, a row of biases
        in each layer), and seconds on one core of the machine on which the constants of this
        module were measured.
    """
    return Cost(
        flops=executed_flops(sizes, n_jobs, steps, batch_size, evaluations * n_evaluated),
        seconds=_seconds(sizes, n_jobs, steps, batch_size, evaluations, n_evaluated),
    )


def executed_flops(
    sizes: Sequence[int], n_jobs: int, steps: int, batch_size: int, n_evaluated: int
) -> float:
    """Operations of a stack of networks, those of units that are only stored among them.

    Args:
        sizes: Layer widths from input to output, as asked for.
        n_jobs: Models.
        steps: Optimiser steps of each.
        batch_size: Examples per step.
        n_evaluated: Examples that each evaluates, in all.
    """
    stored = (sizes[0], *(stored_width(width) for width in sizes[1:-1]), sizes[-1])
    layers = list(itertools.pairwise(stored))
    forward = sum(2.0 * (a + 1) * b for a, b in layers)
    errors = sum(2.0 * a * b for a, b in layers[1:])
    return n_jobs * (steps * batch_size * (2 * forward + errors) + n_evaluated * forward)


def _flops(sizes: Sequence[int], n_jobs: int, steps: int, batch_size: int, n: int) -> float:
    return n_jobs * (steps * step_flops(sizes, batch_size) + evaluation_flops(sizes, n))


def _seconds(
    sizes: Sequence[int],
    n_jobs: int,
    steps: int,
    batch_size: int,
    evaluations: int,
    n_evaluated: int,
) -> float:
    hidden = [stored_width(width) for width in sizes[1:-1]]
    stored = (sizes[0] + 1, *hidden, sizes[-1])
    n = evaluations * n_evaluated
    calls = (steps + 5 * evaluations) * (len(hidden) + 1) * SECONDS_PER_LAYER
    models = n_jobs * (SECONDS_PER_MODEL + steps * SECONDS_PER_MODEL_STEP)
    activations = n_jobs * (steps * batch_size + n) * sum(stored[:-1]) * SECONDS_PER_ACTIVATION
    products = _flops(stored, n_jobs, steps, batch_size, n) / FLOPS_PER_SECOND
    return calls + models + activations + products


def short_seconds(sizes: Sequence[int], n_jobs: int, steps: int, batch_size: int) -> float:
    """Seconds that training in bfloat16 takes beyond those in float32, see `expected_cost`."""
    stored = (sizes[0] + 1, *map(stored_width, sizes[1:-1]), sizes[-1])
    calls = 3 * (len(stored) - 1) * SHORT_SECONDS_PER_PRODUCT
    return n_jobs * steps * (calls + step_flops(stored, batch_size) / SHORT_FLOPS_PER_SECOND)
