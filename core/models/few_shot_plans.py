"""Shapes and operations of the networks that learn from few labels; without PyTorch."""

from __future__ import annotations

from collections.abc import Sequence

from core.data.few_shot import PIXELS, WAYS

SIDE, TURNS = 8, 4
"""Of a picture, in pixels; quarter turns that a picture can be given."""
WIDTH, FEATURES = 64, 32
ENCODER = (PIXELS, WIDTH, FEATURES)
PLAIN = (*ENCODER, WAYS)
"""A plain network: an encoder and a layer for the classes."""
CONTRASTIVE, DENOISING, ROTATION = "contrastive", "denoising", "rotation"
HEADS = {CONTRASTIVE: 32, DENOISING: PIXELS, ROTATION: TURNS}
"""Numbers that each self-supervised task reads off the features,"""
COPIES = {CONTRASTIVE: 2, DENOISING: 1, ROTATION: TURNS}
"""and changed copies that it makes of each picture."""
BATCH, EPISODE_SHOTS, EPISODE_ASKED = 25, 1, 5
"""Pictures in a step, and of each class in an episode: for the prototypes, and asked for."""


def forward_flops(sizes: Sequence[int]) -> float:
    """Operations of a ReLU network on one example."""
    return sum(2.0 * inputs * outputs for inputs, outputs in zip(sizes, sizes[1:], strict=False))


def learning_flops(sizes: Sequence[int]) -> float:
    """Operations of one example's step; the first layer sends nothing further back."""
    return 3 * forward_flops(sizes) - forward_flops(sizes[:2])
