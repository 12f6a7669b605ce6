"""What training a network of equally wide layers takes in memory, by arithmetic alone."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, replace

LABEL, STEPS = 8, 4
"""Bytes of a label, and of the optimizer's count of steps."""
STATES = {"sgd": 0, "momentum": 1, "adam": 2}
"""Numbers that an optimizer keeps for each weight."""


@dataclass(frozen=True)
class Plan:
    """A network and how it is trained.

    Attributes:
        inputs: Numbers of an example.
        width: Units in each hidden layer.
        depth: Hidden layers, with ReLU.
        classes: Outputs.
        batch: Examples that are in the memory at once.
        optimizer: A key of `STATES`.
        item: Bytes of a number: 4 of float32, 2 of bfloat16.
        segments: Hidden layers in each part that is computed again in the backward pass; none by
            default: all is kept.
    """

    inputs: int
    width: int
    depth: int
    classes: int
    batch: int
    optimizer: str
    item: int = 4
    segments: tuple[int, ...] = ()

    @property
    def sizes(self) -> tuple[int, ...]:
        """Layer widths from input to output."""
        return self.inputs, *[self.width] * self.depth, self.classes

    @property
    def numbers(self) -> int:
        """Weights and biases."""
        return sum((a + 1) * b for a, b in itertools.pairwise(self.sizes))

    @property
    def weights(self) -> int:
        """Bytes of the weights, and of their gradients."""
        return self.item * self.numbers

    @property
    def state(self) -> int:
        """Bytes that the optimizer keeps."""
        counter = STEPS if self.optimizer == "adam" else 0
        return STATES[self.optimizer] * self.weights + counter

    @property
    def activations(self) -> int:
        """Most bytes that are kept at once for the backward pass.

        ReLU keeps its output, which is the input that the next layer keeps; cross-entropy keeps
        logarithms of shares, labels and their weight. A segment keeps its input, and while it is
        computed again what is within it.
        """
        row = self.batch * self.item
        head = row * self.classes + self.batch * LABEL + self.item
        if not self.segments:
            return row * (self.inputs + self.width * self.depth) + head
        # When the forward pass ends: each segment's input, the last one's output, and the head.
        inputs = [row * (self.inputs + self.width * n) for n in range(len(self.segments))]
        ends = [inputs[-1] + row * self.width + head]
        ends += [kept + row * self.width * n for kept, n in zip(inputs, self.segments, strict=True)]
        return max(ends)

    @property
    def total(self) -> int:
        """Bytes of weights, gradients, the optimizer's state and activations."""
        return 2 * self.weights + self.state + self.activations

    @property
    def to_run(self) -> int:
        """Bytes of a trained network that answers one example: weights, and two layers' numbers."""
        return self.weights + self.item * 2 * max(self.sizes)


def even_segments(depth: int) -> tuple[int, ...]:
    """Cut hidden layers into about as many segments as each has layers: the root of the depth."""
    count = math.ceil(math.sqrt(depth))
    return tuple(depth // count + (place < depth % count) for place in range(count))


def widest_within(memory: float, plan: Plan, *, training: bool) -> int:
    """Most units in each hidden layer with which a plan stays within a memory; 0 if none does.

    Args:
        memory: In bytes.
        plan: Its width does not count.
        training: Whether it is trained, or only answers one example.
    """
    low, high = 0, 1 << 24
    while low < high:
        width = (low + high + 1) // 2
        wider = replace(plan, width=width)
        if (wider.total if training else wider.to_run) <= memory:
            low = width
        else:
            high = width - 1
    return low
