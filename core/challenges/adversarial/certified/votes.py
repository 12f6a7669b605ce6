"""Votes over noisy copies of an image, and the smooth stand-in that an attacker follows."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from core.lab.seeding import torch_generator

if TYPE_CHECKING:
    import torch

    from core.attacks.evasion import Target
    from core.models.digit_cnn import Logits

N_ATTACK_SAMPLES = 8
"""Noisy copies over which the attack averages its gradient."""
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
    import torch

    from core.models.digit_cnn import N_CLASSES

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


def softened(target: Target, sigma: float) -> Logits:
    """The log of the mean probability over a few fixed noisy copies: a vote with a slope."""
    import torch

    width = target.x.shape[-1]
    noise = torch.stack(
        [
            torch.randn(N_ATTACK_SAMPLES, 1, width, generator=torch_generator(s, "soft vote"))
            for s in target.seeds
        ]
    )

    def logits(x: torch.Tensor) -> torch.Tensor:
        noisy = x.unsqueeze(1) + sigma * noise
        given = target.logits(noisy.flatten(1, 2)).log_softmax(-1)
        per_copy = given.view(len(x), N_ATTACK_SAMPLES, x.shape[1], -1)
        return per_copy.logsumexp(1)

    return logits
