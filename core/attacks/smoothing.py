"""Randomized smoothing (Cohen et al. 2019): the answer of a network is a vote over noisy copies."""

from __future__ import annotations

from collections.abc import Generator

import torch

from core.attacks.evasion import Target
from core.lab.seeding import torch_generator
from core.models.digit_cnn import N_CLASSES, Logits

ROWS = 400
"""Noisy copies asked at once, per network."""


def votes(
    target: Target, x: torch.Tensor, sigma: float, copies: int, purpose: str
) -> Generator[None, None, torch.Tensor]:
    """Count the classes that a network gives to noisy copies.

    Args:
        target: The networks, with their seeds.
        x: Images `(K, B, d)`.
        sigma: Standard deviation of the noise.
        copies: Of each image.
        purpose: Names the noise: different purposes draw independently.

    Returns:
        Counts `(K, B, n_classes)`, int64, each row summing to `copies`.
    """
    models, images, width = x.shape
    draws = [torch_generator(s, "smoothing", purpose, f"{sigma:g}") for s in target.seeds]
    counts = torch.zeros(models, images, N_CLASSES, dtype=torch.int64)
    most = max(1, ROWS // images)
    for start in range(0, copies, most):
        now = min(most, copies - start)
        noise = torch.stack([torch.randn(now, images, width, generator=g) for g in draws])
        noisy = (x.unsqueeze(1) + sigma * noise).flatten(1, 2)
        given = target.logits(noisy).argmax(-1).view(models, now, images)
        counts += torch.nn.functional.one_hot(given, N_CLASSES).sum(1)
        yield
    return counts


def softened(target: Target, sigma: float, copies: int) -> Logits:
    """The log of the mean probability over a few fixed noisy copies: a vote with a slope."""
    draws, shape = [torch_generator(s, "soft vote") for s in target.seeds], (copies, 1)
    noise = torch.stack([torch.randn(*shape, target.x.shape[-1], generator=own) for own in draws])

    def logits(x: torch.Tensor) -> torch.Tensor:
        noisy = x.unsqueeze(1) + sigma * noise
        given = target.logits(noisy.flatten(1, 2)).log_softmax(-1)
        per_copy = given.view(len(x), copies, x.shape[1], -1)
        return per_copy.logsumexp(1)

    return logits
