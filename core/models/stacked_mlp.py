"""Fully connected ReLU networks, one per seed, as one set of stacked tensors for autograd."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from core.models.stacked_weights import uniform


class StackedMlp:
    """Networks of one shape, one per seed.

    Attributes:
        sizes: Units of each layer, inputs first.
        weights: Of each layer in turn: matrices `(K, in, out)`, biases `(K, 1, out)`.
    """

    def __init__(self, seeds: Sequence[int], sizes: Sequence[int], *purpose: str) -> None:
        """Draw the initial weights, as `torch.nn.Linear` does.

        Args:
            seeds: One per network; a seed may come twice, for two sets of examples.
            sizes: Units of each layer, inputs first.
            purpose: Networks with the same purpose begin with the same weights.
        """
        self.sizes = tuple(sizes)
        self.weights: list[Tensor] = []
        for place, (inputs, outputs) in enumerate(zip(sizes, sizes[1:], strict=False)):
            self.weights += [
                uniform(seeds, shape, inputs, *purpose, place, shape[0])
                for shape in ((inputs, outputs), (1, outputs))
            ]

    def __call__(self, x: Tensor) -> Tensor:
        """Outputs of the last layer `(K, B, out)`, without an activation, for `(K, B, in)`."""
        for place in range(0, len(self.weights), 2):
            x = torch.baddbmm(
                self.weights[place + 1], x.relu() if place else x, self.weights[place]
            )
        return x

    def asked(self, x: Tensor) -> Tensor:
        """The same without a gradient."""
        with torch.no_grad():
            return self(x)
