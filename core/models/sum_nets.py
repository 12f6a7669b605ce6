"""Networks that see two digits and say their sum, one per seed, as one set of stacked tensors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from core.data.digit_pairs import Pairs
from core.engine.adam import Adam
from core.models.stacked_weights import uniform
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

    def __init__(self, name: str, seeds: Sequence[int], width: int, modulus: int = SUMS) -> None:
        """Draw the initial weights, as `torch.nn.Linear` does.

        Args:
            name: Of the plan.
            seeds: One per network; a seed may come twice, for two sets of pairs.
            width: Units in each hidden layer.
            modulus: Networks are told the remainder of each sum by it; the sum itself by default.
        """
        self.plan: Plan = PLANS[name](width)
        self.seeds, self.modulus = tuple(seeds), modulus
        self._parts: Mapping[str, list[Tensor]] = {
            part: self._drawn(part, sizes)
            for part, sizes in (("encoder", self.plan.encoder), ("head", self.plan.head))
        }
        self.weights = [weight for part in self._parts.values() for weight in part]
        self._adam = Adam(self.weights)

    def _drawn(self, part: str, sizes: Sequence[int]) -> list[Tensor]:
        found: list[Tensor] = []
        for place, (inputs, outputs) in enumerate(zip(sizes, sizes[1:], strict=False)):
            found += [
                uniform(self.seeds, shape, inputs, part, place, shape[0])
                for shape in ((inputs, outputs), (1, outputs))
            ]
        return found

    def logits(self, first: Tensor, second: Tensor) -> Tensor:
        """Logits `(K, B, 19)` of the sums of pairs of pictures, `(K, B, 64)` each.

        Built-in addition gives those of the remainders, `(K, B, modulus)`; a free head has to
        learn that there are no more.
        """
        if not self.plan.encoder:
            return self._through("head", torch.cat([first, second], dim=2))
        one, two = (self._through("encoder", x) for x in (first, second))
        if self.plan.joined == "distributions":
            sums = sum_of(one.softmax(2), two.softmax(2))
            return remainders(sums, self.modulus).clamp_min(_LEAST).log()
        if self.plan.joined == "added":
            return self._through("head", (one + two).relu())
        return self._through("head", torch.cat([one, two], dim=2).relu())

    def _through(self, part: str, x: Tensor) -> Tensor:
        weights = self._parts[part]
        for place in range(0, len(weights), 2):
            x = torch.baddbmm(weights[place + 1], x.relu() if place else x, weights[place])
        return x

    def learn(
        self, first: Tensor, second: Tensor, sums: Tensor,
        labelled: tuple[Tensor, Tensor] | None = None,
    ) -> None:  # fmt: skip
        """Take one step of Adam on a batch.

        Args:
            first: Pictures in the first place, `(K, B, 64)`,
            second: and in the second.
            sums: What is told of them, `(K, B)`.
            labelled: Single pictures `(K, m, 64)` and their digits `(K, m)`, to learn as well by an
                encoder that gives distributions.
        """
        _cross_entropy(self.logits(first, second), sums).backward()
        if labelled:
            self._name(*labelled)
        self._adam.step(LEARNING_RATE)

    def learn_digits(self, first: Tensor, second: Tensor, digits: Tensor) -> None:
        """Take one step of Adam on the digits of both pictures, `(K, 2B)`: first ones first."""
        self._name(torch.cat([first, second], 1), digits)
        self._adam.step(LEARNING_RATE)

    def _name(self, x: Tensor, digits: Tensor) -> None:
        _cross_entropy(self._through("encoder", x), digits).backward()

    def columns(self, first: Tensor, second: Tensor) -> Tensor:
        """Probabilities of the sums, `(K, B, 19)`, whatever was told of them; no gradient."""
        with torch.no_grad():
            if self.plan.joined == "distributions":
                one, two = (self._through("encoder", x).softmax(2) for x in (first, second))
                return sum_of(one, two)
            return self.logits(first, second).softmax(2)

    def answers(self, first: Tensor, second: Tensor) -> np.ndarray:
        """The sums that they say, `(K, B)` int64."""
        with torch.no_grad():
            return self.logits(first, second).argmax(2).numpy()

    def digits(self, x: Tensor) -> np.ndarray:
        """What an encoder that gives distributions takes single pictures for, `(K, B)` int64."""
        with torch.no_grad():
            return self._through("encoder", x).argmax(2).numpy()


def _cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """Mean over each network's batch, added over networks; logits are `(K, B, classes)`."""
    loss = functional.cross_entropy(logits.flatten(0, 1), labels.flatten(), reduction="sum")
    return loss / labels.shape[1]


def stacked(pairs: Sequence[Pairs]) -> tuple[Tensor, Tensor, Tensor]:
    """First and second pictures `(K, n, 64)` and sums `(K, n)` of sets of pairs of one size."""
    arrays = ([p.first for p in pairs], [p.second for p in pairs], [p.sums for p in pairs])
    first, second, sums = (torch.from_numpy(np.stack(one)) for one in arrays)
    return first, second, sums


def sum_of(first: Tensor, second: Tensor) -> Tensor:
    """Distribution of the sum of two independent digits, `(K, B, 19)`, from `(K, B, 10)` each."""
    both = (first.unsqueeze(3) * second.unsqueeze(2)).flatten(2)
    return both.flatten(0, 1).matmul(_ADDS.flatten(0, 1)).unflatten(0, both.shape[:2])


def remainders(sums: Tensor, modulus: int) -> Tensor:
    """Distribution of the remainder of a sum, `(K, B, modulus)`, from that of the sum."""
    if modulus >= SUMS:
        return sums
    found = sums[..., :modulus]
    for start in range(modulus, SUMS, modulus):
        part = sums[..., start : start + modulus]
        found = found + functional.pad(part, (0, modulus - part.shape[2]))
    return found
