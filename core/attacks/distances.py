"""How far an attack had to go: lengths of changes, as root mean squares over the pixels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import torch

from core.attacks.evasion import Target, correct, size_of


def shorten(target: Target, farthest: torch.Tensor, epsilon: float) -> torch.Tensor:
    """Cut changes to the size allowed: those that needed more do not get through."""
    change = farthest - target.x
    size = size_of(change, "l2").clamp_min(1e-12)
    return target.x + change * (epsilon / size).clamp_max(1.0).unsqueeze(-1)


def lengths(target: Target, attacked: torch.Tensor, *, along: Sequence[float] = ()) -> torch.Tensor:
    """Length of the change that fools each image: how far the nearest mistake is.

    Args:
        target: What was attacked.
        attacked: What the attack made of the images, `(K, B, d)`.
        along: Sizes to try in turn along the signs of its change, where its direction counts and
            not its size.

    Returns:
        Root mean squares over the pixels `(K, B)`. An image that is never fooled counts as
        farther than any: 1, all pixels from black to white.
    """
    tried: Iterable[torch.Tensor] = [attacked]
    if along:
        direction = (attacked - target.x).sign()
        tried = ((target.x + size * direction).clamp(0, 1) for size in along)
    length = torch.full(target.y.shape, torch.inf)
    for moved in tried:
        first = ~correct(target.logits, moved, target.y) & length.isinf()
        length = torch.where(first, size_of(moved - target.x, "l2"), length)
    return length.clamp_max(1.0)


def compared(
    target: Target, length: torch.Tensor, before: torch.Tensor | None
) -> list[tuple[int, float, float]]:
    """How far an attack went, and how often less far than another one.

    Args:
        target: What was attacked. Images misread from the start are left out.
        length: How far it went, `(K, B)`.
        before: How far the other one did; None if there is none.

    Returns:
        For each seed: the seed, the median length (1 without an image), and the share of images
        for which it is shorter.
    """
    right = correct(target.logits, target.x, target.y)
    shorter = right & (length < (length if before is None else before))
    shares = (shorter.sum(1) / right.sum(1).clamp_min(1)).tolist()
    medians = [
        float(own[kept].median()) if kept.any() else 1.0
        for own, kept in zip(length, right, strict=True)
    ]
    return list(zip(target.seeds, medians, shares, strict=True))
