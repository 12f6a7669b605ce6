"""What training costs, counted before it starts; no torch needed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from core.experiment import Cost

STEP_OVERHEAD = 25e-6
"""Seconds a layer of one stacked update takes on top of its arithmetic, as measured."""
FLOP_RATE = 12e9
"""Floating-point operations a second that small stacked layers reach on one core, as measured."""


def parameter_count(sizes: Sequence[int]) -> int:
    """Weights and biases of a fully connected network, `sizes` from inputs to outputs."""
    return sum((n_in + 1) * n_out for n_in, n_out in zip(sizes, sizes[1:], strict=False))


def step_flops(sizes: Sequence[int], batch_size: int) -> float:
    """Floating-point operations of one update of one network.

    Two per weight and example forward, four backward (inputs and weights), the usual 6 N D
    (Kaplan et al. 2020, section 2.1).
    """
    weights = sum(n_in * n_out for n_in, n_out in zip(sizes, sizes[1:], strict=False))
    return 6.0 * weights * batch_size


def training_cost(
    layers: Iterable[Sequence[int]], *, models: int, batch_size: int, steps: int
) -> Cost:
    """Expected cost of a sweep of fully connected networks.

    Args:
        layers: Sizes from inputs to outputs, one sequence per architecture.
        models: How many networks of each architecture, trained as one stack.
        batch_size: Examples per update.
        steps: Updates of each network.
    """
    architectures = [tuple(sizes) for sizes in layers]
    flops = sum(steps * models * step_flops(sizes, batch_size) for sizes in architectures)
    overhead = sum(steps * STEP_OVERHEAD * (len(sizes) + 1) for sizes in architectures)
    return Cost(flops=flops, seconds=overhead + flops / FLOP_RATE)
