"""What layers compute and what they move, by arithmetic alone; without torch, for forecasts."""

from __future__ import annotations

from dataclasses import dataclass

ITEMS = {"float32": 4, "bfloat16": 2, "int8": 1}
"""Bytes of a number."""
LINEAR, CONVOLUTION, GRU, ATTENTION = "linear", "convolution", "GRU step", "attention"
NORM, RELU = "layer norm", "ReLU"
LAYERS = (LINEAR, CONVOLUTION, GRU, ATTENTION, NORM, RELU)
FORMS = {"float32": LAYERS, "bfloat16": (LINEAR, NORM, RELU), "int8": (LINEAR,)}
"""Which layers are computed in which numbers."""
SIDE, KERNEL, HEADS, PLACES = 8, 3, 4, 32
"""Side of the pictures and of the kernels; heads of the attention, and places it looks at."""
OF_A_NORM = 8
"""Operations of a layer norm for each number: mean, variance, scaling and shifting."""
WORK, MOST_CALLS, LONG, BLOCKS, FEW_BLOCKS = 4e6, 32, 1e8, 5, 2
"""Operations that are timed at once, at least, in at most so many calls; how often that is done,
and how often where a single call is long."""


@dataclass(frozen=True)
class Work:
    """One layer on one batch.

    Attributes:
        flops: Operations, a multiplication and an addition counted as two.
        numbers: Weights, inputs and outputs: what has to move at least, each once.
    """

    flops: float
    numbers: float

    def intensity(self, item: int) -> float:
        """Operations for each byte that has to move, where a number takes `item` bytes."""
        return self.flops / (self.numbers * item)


def channels(width: int) -> int:
    """Of the convolution, in and out."""
    return width // 16


def work(layer: str, width: int, batch: int) -> Work:
    """What a layer does for a batch.

    Args:
        layer: In `LAYERS`. Of products only multiplications and additions are counted, as torch
            does; of the others every operation.
        width: Units in and out of a linear layer, at least 32. A GRU step has half as many, the
            convolution a sixteenth as channels, a head of the attention a 32nd; layer norm and
            ReLU take as many numbers of each example.
        batch: Examples.
    """
    if layer == LINEAR:
        return Work(2.0 * batch * width**2, width**2 + width + 2 * batch * width)
    if layer == CONVOLUTION:
        weights, places = (channels(width) * KERNEL) ** 2, batch * SIDE**2
        moved = weights + channels(width) * (1 + 2 * places)
        return Work(2.0 * places * weights, moved)
    if layer == GRU:
        half = width // 2
        return Work(12.0 * batch * half**2, 6 * half * (half + 1) + 3 * batch * half)
    if layer == ATTENTION:
        each = batch * HEADS * PLACES * (width // 32)
        return Work(4.0 * each * PLACES, 4 * each)
    if layer == NORM:
        return Work(float(OF_A_NORM) * batch * width, 2 * width * (batch + 1))
    return Work(float(batch * width), 2 * batch * width)


def batches_to(most: int) -> tuple[int, ...]:
    """Batch sizes from 1 in steps of four, to `most`."""
    return tuple(4**k for k in range((most.bit_length() + 1) // 2))


def calls_of(one: Work) -> tuple[int, int]:
    """How many calls are timed together, and how often: more of those that are short."""
    amount = one.flops + 8 * one.numbers
    return max(1, min(MOST_CALLS, round(WORK / amount))), FEW_BLOCKS if one.flops > LONG else BLOCKS


def timed_flops(one: Work) -> float:
    """Operations of all calls of one layer that is timed so, with one to warm up and one to try."""
    calls, blocks = calls_of(one)
    return one.flops * (2 + calls * blocks)
