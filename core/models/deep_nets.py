"""Deep networks, one per seed, as stacked tensors: with and without what makes depth trainable."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from core.engine.adam import Adam
from core.lab.seeding import torch_generator
from core.models.deep_plans import Plan

EPSILON = 1e-5
"""Added to variances by batch norm."""
MOMENTUM = 0.9
ACTIVATIONS = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "ReLU": torch.relu}


class DeepNets:
    """Networks of one plan and depth; examples lie along the last axis, `(K, features, B)`.

    Attributes:
        plan: What the layers do.
        weights: Of each hidden layer and of the output, `(K, outputs, inputs)`; all layers but the
            first and the last are square.
        biases: `(K, outputs, 1)`, zero at first.
        norms: Scale and shift of each hidden layer with batch norm, `(K * width,)` each.
    """

    def __init__(
        self, plan: Plan, depth: int, seeds: Sequence[int], sizes: tuple[int, int, int]
    ) -> None:
        """Draw the weights; a seed's draws are the same for every plan but for their scale.

        Args:
            plan: What the layers do.
            depth: Hidden layers, at least 2.
            seeds: One per network.
            sizes: Inputs, width of the hidden layers, classes.
        """
        inputs, width, classes = sizes
        self.plan, self.depth = plan, depth
        shapes = [(width, inputs), *[(width, width)] * (depth - 1), (classes, width)]
        self.weights = [_drawn(shape, place, seeds, plan) for place, shape in enumerate(shapes)]
        self.biases = [torch.zeros(len(seeds), shape[0], 1) for shape in shapes]
        units = len(seeds) * width
        self.norms = [one for _ in range(depth * plan.batch_norm)
                      for one in (torch.ones(units), torch.zeros(units))]  # fmt: skip
        self._all = [one.requires_grad_() for one in (*self.weights, *self.biases, *self.norms)]
        self._adam = Adam(self._all) if plan.adam else None
        self._speed = [torch.zeros_like(one) for one in self._all]

    def logits(self, x: Tensor, statistics: list[tuple[Tensor, Tensor]] | None = None) -> Tensor:
        """Answers `(K, classes, B)` to inputs `(K, features, B)`.

        Args:
            x: The inputs.
            statistics: Mean and variance of every layer with batch norm, see `statistics`; those
                of the batch by default.
        """
        shown = self._layer(0, x, statistics)
        for place in range(1, self.depth):
            new = self._layer(place, shown, statistics)
            shown = shown + new if self.plan.residual else new
        return torch.baddbmm(self.biases[-1], self.weights[-1], shown)

    def _layer(
        self, place: int, x: Tensor, statistics: list[tuple[Tensor, Tensor]] | None
    ) -> Tensor:
        sums = torch.baddbmm(self.biases[place], self.weights[place], x)
        if self.plan.batch_norm:
            scale, shift = self.norms[2 * place : 2 * place + 2]
            flat = sums.view(1, -1, sums.shape[-1])
            if statistics is not None and len(statistics) <= place:
                statistics.append(torch.var_mean(flat, dim=(0, 2), correction=0)[::-1])
            mean, variance = (None, None) if statistics is None else statistics[place]
            normed = functional.batch_norm(
                flat, mean, variance, scale, shift, training=statistics is None, eps=EPSILON
            )
            sums = normed.view_as(sums)
        return ACTIVATIONS[self.plan.activation](sums)

    def statistics(self, x: Tensor) -> list[tuple[Tensor, Tensor]]:
        """Means and variances of the layers with batch norm over all these examples."""
        found: list[tuple[Tensor, Tensor]] = []
        with torch.no_grad():
            self.logits(x, found)
        return found

    def accuracy(self, x: Tensor, y: Tensor, seen: Tensor) -> np.ndarray:
        """Share of examples answered rightly, `(K,)`.

        Args:
            x: Inputs `(K, features, n)`.
            y: Labels `(K, n)`.
            seen: Training inputs, over which batch norm takes its statistics.
        """
        known = self.statistics(seen) if self.plan.batch_norm else None
        with torch.no_grad():
            right = self.logits(x, known).argmax(1) == y
        found: np.ndarray = right.double().mean(1).numpy()
        return found

    def backward(self, x: Tensor, y: Tensor) -> None:
        """Ask for the gradients of every network's own mean cross-entropy on its batch."""
        loss = functional.cross_entropy(self.logits(x), y, reduction="sum")
        (loss / y.shape[1]).backward()

    def gradient_sizes(self, x: Tensor, y: Tensor) -> np.ndarray:
        """Root mean square of the gradient of each hidden layer's weights, `(depth, K)`.

        In double precision: past some depth it is smaller than the sums of single precision tell.
        """
        self.backward(x, y)
        sizes = [w.grad.double().square().mean((1, 2)).sqrt() for w in self.weights[:-1]
                 if w.grad is not None]  # fmt: skip
        self.forget()
        found: np.ndarray = torch.stack(sizes).numpy()
        return found

    def learn(self, x: Tensor, y: Tensor, rate: float) -> None:
        """Take one step on a batch, `(K, features, B)` and `(K, B)`."""
        self.backward(x, y)
        if self._adam is not None:
            self._adam.step(rate)
            return
        with torch.no_grad():
            gradients = [one.grad for one in self._all if one.grad is not None]
            torch._foreach_mul_(self._speed, MOMENTUM)
            torch._foreach_add_(self._speed, gradients)
            torch._foreach_add_(self._all, self._speed, alpha=-rate)
        self.forget()

    def forget(self) -> None:
        """Drop the gradients."""
        for one in self._all:
            one.grad = None


def _drawn(shape: tuple[int, int], place: int, seeds: Sequence[int], plan: Plan) -> Tensor:
    """Normal weights of one layer, `(K, outputs, inputs)`, with the plan's variance."""
    outputs, inputs = shape
    each = [torch.randn(shape, generator=torch_generator(s, "deep", place)) for s in seeds]
    return torch.stack(each) * plan.deviation(inputs, outputs)
