"""A linear classifier drawn at random: what is exact for it checks what is not for networks."""

from __future__ import annotations

import torch
from torch import nn

from core.lab.seeding import torch_generator


def random_linear(n_features: int, n_classes: int, *, seed: int) -> nn.Module:
    """Draw a model whose logits are linear in the input: its gradient is the same everywhere.

    Args:
        n_features: Of an input, whatever its shape.
        n_classes: Outputs.
        seed: Of the run.

    Returns:
        Weights uniform in [-1, 1], no bias; it holds no gradients of its own.
    """
    with torch.random.fork_rng(devices=[]):  # Weights are replaced below by ours.
        layer = nn.Linear(n_features, n_classes, bias=False)
    with torch.no_grad():
        layer.weight.uniform_(-1, 1, generator=torch_generator(seed, "linear model"))
    return nn.Sequential(nn.Flatten(), layer).requires_grad_(False)
