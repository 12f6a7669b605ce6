"""Networks that see two digits and say their sum, one per seed, as one set of stacked tensors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from core.engine.adam import Adam
from core.lab.seeding import torch_generator
from core.models.sum_plans import DIGITS, PLANS, SUMS, Plan

LEARNING_RATE = 0.005
_ADDS = torch.zeros(DIGITS, DIGITS, SUMS)
_ADDS[(*np.indices((DIGITS, DIGITS)), np.add.outer(range(DIGITS), range(DIGITS)))] = 1
_LEAST = 1e-12
"""Smaller probabilities count as this: their logarithm must stay a number."""


class SumNets:
    """Networks of one plan, one per seed.

    Attributes:
        plan: How pictures become an answer.
        seeds: One per network; weights depend on the seed and on their own shape alone, so that
            plans with the same encoder begin with the same one.
        weights: Of each layer in turn, encoder first: matrices `(K, in, out)`, biases
            `(K, 1, out)`.
    """

    def __init__(self, name: str, seeds: Sequence[int], width: int) -> None:
        """Draw the initial weights, as `torch.nn.Linear` does."""
        self.plan: Plan = PLANS[name](width)
        self.seeds = tuple(seeds)
        self._parts: Mapping[str, list[Tensor]] = {
            part: self._drawn(part, sizes)
            for part, sizes in (("encoder", self.plan.encoder), ("head", self.plan.head))
        }
        self.weights = [weight for part in self._parts.values() for weight in part]
        self._adam = Adam(self.weights)

    def _drawn(self, part: str, sizes: Sequence[int]) -> list[Tensor]:
        found = []
        for place, (inputs, outputs) in enumerate(zip(sizes, sizes[1:], strict=False)):
            for shape in ((inputs, outputs), (1, outputs)):
                each = [
                    torch.rand(shape, generator=torch_generator(seed, part, place, shape[0]))
                    for seed in self.seeds
                ]
                found.append(((2 * torch.stack(each) - 1) / inputs**0.5).requires_grad_())
        return found

    def logits(self, first: Tensor, second: Tensor) -> Tensor:
        """Logits `(K, B, 19)` of the sums of pairs of pictures, `(K, B, 64)` each."""
        if not self.plan.encoder:
            return self._through("head", torch.cat([first, second], dim=2))
        one, two = (self._through("encoder", x) for x in (first, second))
        if self.plan.joined == "distributions":
            return sum_of(one.softmax(2), two.softmax(2)).clamp_min(_LEAST).log()
        if self.plan.joined == "added":
            return self._through("head", (one + two).relu())
        return self._through("head", torch.cat([one, two], dim=2).relu())

    def _through(self, part: str, x: Tensor) -> Tensor:
        weights = self._parts[part]
        for place in range(0, len(weights), 2):
            x = torch.baddbmm(weights[place + 1], x.relu() if place else x, weights[place])
        return x

    def learn(self, first: Tensor, second: Tensor, sums: Tensor) -> None:
        """Take one step of Adam on a batch; `sums` are `(K, B)`."""
        logits = self.logits(first, second).flatten(0, 1)
        loss = functional.cross_entropy(logits, sums.flatten(), reduction="sum")
        (loss / sums.shape[1]).backward()
        self._adam.step(LEARNING_RATE)

    def answers(self, first: Tensor, second: Tensor) -> np.ndarray:
        """The sums that they say, `(K, B)` int64."""
        with torch.no_grad():
            return self.logits(first, second).argmax(2).numpy()

    def digits(self, x: Tensor) -> np.ndarray:
        """What an encoder that gives distributions takes single pictures for, `(K, B)` int64."""
        with torch.no_grad():
            return self._through("encoder", x).argmax(2).numpy()


def sum_of(first: Tensor, second: Tensor) -> Tensor:
    """Distribution of the sum of two independent digits, `(K, B, 19)`, from `(K, B, 10)` each."""
    both = (first.unsqueeze(3) * second.unsqueeze(2)).flatten(2)
    return both.flatten(0, 1).matmul(_ADDS.flatten(0, 1)).unflatten(0, both.shape[:2])
