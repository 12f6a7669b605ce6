"""Attention (Vaswani et al. 2017), for whatever stack of sequences: what its networks share."""

from __future__ import annotations

import torch
from torch import Tensor


def attended(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    """Mix values by how well their keys fit each query: scaled dot products, softmax over keys.

    Args:
        query: `(..., Q, units)`.
        key: `(..., length, units)`.
        value: `(..., length, outputs)`.

    Returns:
        `(..., Q, outputs)`.
    """
    return (query @ key.mT / query.shape[-1] ** 0.5).softmax(-1) @ value


def places(length: int, width: int) -> Tensor:
    """Sines and cosines of each place (section 3.5 there), `(length, width)`; width is even."""
    turns = 10_000.0 ** (-torch.arange(0, width, 2) / width)
    angles = torch.arange(length)[:, None] * turns
    return torch.stack([angles.sin(), angles.cos()], 2).flatten(1)
