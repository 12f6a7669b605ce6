"""The Square Attack (Andriushchenko et al. 2020) for the largest change of a pixel.

It asks for answers and uses no gradient, so that no hidden gradient stops it: set one square of the
image to plus or minus `epsilon`, keep what lowers the margin, and take smaller squares with time.
"""

from __future__ import annotations

import torch

from core.attacks.evasion import PIECE, Attack, Target, into_ball, lead, uniform

FIRST_SHARE = 0.8
"""Share of the image that the first squares cover."""
HALVINGS = (0.001, 0.005, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8)
"""Shares of the queries after which it is halved: 10, 50, 200, ..., 8000 of 10,000 in the paper."""


def square(target: Target, epsilon: float, *, queries: int = 200, restart: int = 0) -> Attack:
    """Flip squares of pixels at random, and keep what helps.

    Args:
        target: What is attacked; images of one channel and `side * side` pixels.
        epsilon: Change per pixel.
        queries: Answers asked for, for each image.
        restart: Names the draws: others give others.
    """
    side = round(target.x.shape[-1] ** 0.5)
    found = into_ball(target.x + epsilon * _stripes(target, side, restart), target.x, epsilon)
    left, drawn = _ahead(target, found), uniform(target, 3 * queries, "squares", restart)
    for query in range(1, queries):
        size, numbers = edge(query / queries, side), drawn[..., 3 * query : 3 * query + 3]
        moved = _flip(found, target.x, epsilon, size, numbers)
        now = _ahead(target, moved)
        better = (now < left) & (left >= 0)
        found = torch.where(better.unsqueeze(-1), moved, found)
        left = torch.where(better, now, left)
        yield
        if bool((left < 0).all()):
            break
    return found


def edge(done: float, side: int) -> int:
    """Length of a square's edge in pixels after a share of the queries; 1 to `side`."""
    share = FIRST_SHARE / 2 ** sum(done > point for point in HALVINGS)
    return min(side, max(1, round((share * side * side) ** 0.5)))


def _ahead(target: Target, x: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        parts = zip(x.split(PIECE, 1), target.y.split(PIECE, 1), strict=True)
        return torch.cat([lead(target.logits(own), y) for own, y in parts], 1)


def _signs(numbers: torch.Tensor) -> torch.Tensor:
    return 1.0 - 2.0 * (numbers < 0.5).float()


def _stripes(target: Target, side: int, restart: int) -> torch.Tensor:
    """Columns of plus or minus one."""
    return _signs(uniform(target, side, "stripes", restart)).repeat(1, 1, side)


def _flip(
    x: torch.Tensor, clean: torch.Tensor, epsilon: float, size: int, numbers: torch.Tensor
) -> torch.Tensor:
    """Set one square of each image to plus or minus epsilon, by three numbers in [0, 1)."""
    side = round(x.shape[-1] ** 0.5)
    corner = (numbers[..., :2] * (side - size + 1)).long()
    line = torch.arange(side)
    inside = (line >= corner[..., None]) & (line < corner[..., None] + size)
    square = (inside[..., 0, :, None] & inside[..., 1, None, :]).flatten(-2)
    sign = _signs(numbers[..., 2:])
    return torch.where(square, into_ball(clean + epsilon * sign, clean, epsilon), x)
