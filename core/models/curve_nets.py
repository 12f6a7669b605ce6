"""Networks of one answer with ReLU, tanh or periodic units, trained side by side."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from core.engine.adam import Adam
from core.lab.seeding import torch_generator

UNITS: Mapping[str, Callable[[Tensor], Tensor]] = {
    "relu": torch.relu,
    "tanh": torch.tanh,
    "periodic": lambda z: z + z.sin().square(),
}
"""What a hidden unit makes of its sum; the periodic one is that of Ziyin et al. 2020."""


class CurveNets:
    """Networks with two hidden layers, stacked.

    Attributes:
        weights: Matrices `(K, in, out)` and biases `(K, 1, out)` of each layer in turn; by seed
            and shape alone, so that networks of one seed begin alike whatever their units are.
    """

    def __init__(
        self, arms: Sequence[str], seeds: Sequence[int], *, inputs: int, width: int
    ) -> None:
        """Draw the initial weights, as `torch.nn.Linear` does.

        Args:
            arms: Units of each arm, names in `UNITS`; alike ones beside each other are quicker.
            seeds: Each arm has a network of every seed; the stack goes arm by arm.
            inputs: Numbers that a network is given.
            width: Units of each hidden layer.
        """
        self.weights: list[Tensor] = []
        for place, (fan_in, out) in enumerate(itertools.pairwise((inputs, width, width, 1))):
            for part, shape in (("matrix", (fan_in, out)), ("bias", (1, out))):
                each = [_drawn(seed, place, part, shape) / fan_in**0.5 for seed in seeds]
                self.weights.append(torch.stack(each * len(arms)).requires_grad_())
        alike = [(name, len(list(same))) for name, same in itertools.groupby(arms)]
        self._parts = [(name, count * len(seeds)) for name, count in alike]
        self._adam = Adam(self.weights)

    def learn(self, x: Tensor, y: Tensor, learning_rate: float, *, classes: bool = False) -> None:
        """Take one step of Adam on a batch.

        Args:
            x: Inputs, `(K, B, inputs)`.
            y: Numbers to say, or classes 0 and 1, `(K, B)`.
            learning_rate: Over 0.
            classes: Whether the answer is the logit of class 1 (cross-entropy); else the number
                itself (squared error).
        """
        said = self._answers(x, self.weights)
        lost = functional.softplus(said) - said * y if classes else (said - y).square()
        # A sum over networks of means over examples: each gradient is as if it were alone.
        lost.mean(1).sum().backward()
        self._adam.step(learning_rate)

    def ask(self, x: np.ndarray) -> np.ndarray:
        """Answers of all networks, `(K, n)`, in double precision: far away too a line stays one.

        Args:
            x: Inputs, the same for all, `(n, inputs)`, or each network's own, `(K, n, inputs)`.
        """
        with torch.no_grad():
            weights = [weight.double() for weight in self.weights]
            inputs = torch.from_numpy(x.astype(float)).expand(len(weights[0]), -1, -1)
            return self._answers(inputs, weights).numpy()

    def _answers(self, x: Tensor, weights: Sequence[Tensor]) -> Tensor:
        for place in range(0, len(weights), 2):
            x = torch.baddbmm(weights[place + 1], self._bent(x) if place else x, weights[place])
        return x[..., 0]

    def _bent(self, z: Tensor) -> Tensor:
        parts = z.split([count for _, count in self._parts])
        return torch.cat(
            [UNITS[name](part) for (name, _), part in zip(self._parts, parts, strict=True)]
        )


def _drawn(seed: int, place: int, part: str, shape: tuple[int, int]) -> Tensor:
    uniform = torch.rand(shape, generator=torch_generator(seed, "curve", place, part))
    return 2 * uniform - 1
