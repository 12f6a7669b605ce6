"""What making networks smaller costs, and how layers are timed; without torch, for forecasts."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence

BATCH = 32
"""Examples of a training step."""
WORK, MOST_CALLS, BLOCKS, FEW_BLOCKS = 2e6, 8, 7, 2
"""Operations that are timed at once, at least, in at most so many calls; and how often that is
done: less where a single call is long."""
COUNTED = 2.25
"""Of the layers of `kernels`, how many torch counts: float32, bfloat16 and two thin matrices."""


def step_flops(sizes: Sequence[int], rank: int = 0) -> float:
    """Operations of one training step of one network.

    Args:
        sizes: Layer widths from input to output.
        rank: Of the two factors of each layer, which are multiplied out at each step; 0 for none.
    """
    layers = list(itertools.pairwise(sizes))
    products = sum(2.0 * a * b for a, b in layers)
    own = BATCH * (3 * products - 2.0 * sizes[0] * sizes[1])
    return own + 3 * sum(2.0 * a * min(rank, a, b) * b for a, b in layers if rank)


def seconds_of(flops: float, steps: int, numbers: float, models: int) -> float:
    """Seconds of a part on one core.

    Args:
        flops: Its operations.
        steps: Of training, each a few dozen calls into torch.
        numbers: Weights of one network, those of a form that rounds them twice.
        models: How many are trained, written and read back.
    """
    return flops / 3e10 + steps * (4e-4 + models * numbers * 5e-9) + models * 1e-3


def calls_of(width: int, batch: int) -> tuple[int, int]:
    """How many calls of a square layer are timed together, and how often that is done."""
    work = 2.0 * width * width * batch
    return max(1, min(MOST_CALLS, round(WORK / work))), FEW_BLOCKS if work > 10 * WORK else BLOCKS


def timed_flops(widths: Iterable[int], batches: Iterable[int]) -> float:
    """Operations of timing all forms of all layers once, of those that torch counts."""
    return sum(
        COUNTED * 2.0 * width * width * batch * (1 + math.prod(calls_of(width, batch)))
        for width, batch in itertools.product(widths, batches)
    )


def layer_bytes(kernel: str, width: int) -> float:
    """Memory of a square layer's weights in one form of `core.models.kernels`.

    Args:
        kernel: A name there.
        width: Inputs, and outputs.
    """
    weights = width * width
    of_a_weight = {
        "float32": 4.0, "bfloat16": 2.0, "int8": 1.0, "static int8": 1.0, "int8 weights": 1.0,
        "int4 weights": 0.5 + 4 / 32, "1 weight in 10": 0.1 * (4 + 8), "low rank": 2 * 4 / 8,
    }  # fmt: skip
    of_a_row = {"int8": 4.0, "static int8": 4.0, "int8 weights": 2.0, "1 weight in 10": 8.0}
    return of_a_weight[kernel] * weights + of_a_row.get(kernel, 0.0) * width
