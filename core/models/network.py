"""A plain ReLU network made of given weights, outside of any stack: to ask, not to train."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn


class Network(nn.Module):
    """Linear layers with ReLU between them; every activation is a module of its own.

    It has no gradients of its own weights, so that explaining it leaves nothing behind.
    """

    def __init__(self, weights: Sequence[np.ndarray]) -> None:
        """Take the weights over.

        Args:
            weights: Per layer `(inputs + 1, outputs)`, biases in the last row, as
                `Fit.weights` gives them.
        """
        super().__init__()
        parts: list[nn.Module] = []
        for layer in weights:
            inputs, outputs = len(layer) - 1, layer.shape[1]
            # Made without drawing first weights: those would come from the global generator.
            linear = nn.Linear(inputs, outputs, device="meta")
            linear.weight = nn.Parameter(torch.tensor(layer[:-1].T.copy()), requires_grad=False)
            linear.bias = nn.Parameter(torch.tensor(layer[-1]), requires_grad=False)
            parts += [linear, nn.ReLU()]
        self.layers = nn.Sequential(*parts[:-1])

    def forward(self, x: Tensor) -> Tensor:
        """Logits `(n, outputs)` of inputs `(n, inputs)`."""
        logits: Tensor = self.layers(x)
        return logits


def logits_of(weights: Sequence[np.ndarray], x: np.ndarray) -> np.ndarray:
    """First output of the same network in plain numpy, `(n,)`, for inputs `(n, inputs)`."""
    *hidden, last = weights
    for layer in hidden:
        x = np.maximum(x @ layer[:-1] + layer[-1], 0)
    return np.asarray(x @ last[:-1, 0] + last[-1, 0])
