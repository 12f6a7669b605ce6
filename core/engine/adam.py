"""Adam for networks that autograd trains (Kingma & Ba 2015)."""

from __future__ import annotations

import torch
from torch import Tensor


class Adam:
    """Adam through the kernel behind `torch.optim.Adam(fused=True)`, first beta 0.9.

    The first use of `torch.optim` imports torch's compiler: 0.8 s and 150 MB.
    """

    def __init__(self, weights: list[Tensor], second_beta: float = 0.999) -> None:
        """Start with empty moments."""
        self.weights, self.second_beta = weights, second_beta
        self.first = [torch.zeros_like(w) for w in weights]
        self.second = [torch.zeros_like(w) for w in weights]
        # Beside the weights, wherever they lie.
        self.steps = torch.zeros((), device=weights[0].device if weights else None)

    def step(self, learning_rate: float) -> None:
        """Apply the gradients once and drop them."""
        gradients = [w.grad for w in self.weights if w.grad is not None]
        self.steps += 1
        with torch.no_grad():
            torch._fused_adam_(
                self.weights, gradients, self.first, self.second, [],
                [self.steps] * len(self.weights), lr=learning_rate, beta1=0.9,
                beta2=self.second_beta, weight_decay=0.0, eps=1e-8, amsgrad=False, maximize=False,
            )  # fmt: skip
        self.forget()

    def forget(self) -> None:
        """Drop the gradients."""
        for weight in self.weights:
            weight.grad = None
