"""The attack of Carlini & Wagner (2017) in the Euclidean norm: the shortest change that fools.

The change is looked for by gradient descent on its squared length plus a weight times the margin
by which the true class is still ahead of another one. The right weight is found by bisection, for
each example on its own: larger while the example is not fooled, smaller when it is. Pixels are
written as a tanh, so that they stay in [0, 1] by themselves.

Their best case attacks every other class in turn and keeps the shortest change. Here it is the
classes whose boundaries look nearest from the example; and the steps shrink to nothing, since
there are dozens of them and not their ten thousand.
"""

from __future__ import annotations

from collections.abc import Generator

import torch

from core.attacks.evasion import Attack, Target, all_gradients, correct
from core.engine.adam import Adam

NEARLY_ONE = 0.99
"""Black and white would lie at infinity, where the tanh is flat and few steps lead nowhere."""


def carlini_wagner(
    target: Target,
    *,
    classes: int = 1,
    searches: int = 3,
    steps: int = 100,
    learning_rate: float = 0.2,
    first_weight: float = 0.5,
) -> Attack:
    """Find the shortest change of each example that fools (confidence 0).

    Args:
        target: What is attacked.
        classes: Other classes aimed at, the nearest ones first.
        searches: Weights tried for each class, one after the other.
        steps: Updates with each weight (Adam), from the clean example on.
        learning_rate: Of the first update, in the space of the tanh; falls to zero.
        first_weight: Of the margin; times 10 until an example is fooled, bisected afterwards.

    Returns:
        The shortest change found, `(K, B, d)`; examples never fooled stay as they are.
    """
    best = target.x.clone()
    shortest = torch.where(correct(target.logits, best, target.y), torch.inf, 0.0)
    scores, slopes = yield from all_gradients(target.logits, best)
    nearest = _distances(scores, slopes, target.y).argsort(dim=-1)
    for place in range(classes):
        low, high = torch.zeros_like(shortest), torch.full_like(shortest, torch.inf)
        weight = torch.full_like(shortest, first_weight)
        for _ in range(searches):
            found = _Found(best, shortest, nearest[..., place])
            yield from _descend(target, found, weight, steps, learning_rate)
            best, shortest, fooled = found.image, found.square, found.fooled
            low, high = torch.where(fooled, low, weight), torch.where(fooled, weight, high)
            weight = torch.where(high.isinf(), 10 * weight, (low + high) / 2)
    return best


def _distances(scores: torch.Tensor, slopes: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Distance to the boundary with each class, were it straight, `(K, B, C)`; own: infinite."""
    label = y.unsqueeze(-1)
    own = slopes.gather(2, label[..., None].expand(-1, -1, 1, slopes.shape[-1]))
    gaps = scores.gather(2, label) - scores
    lengths = (slopes - own).norm(dim=-1).clamp_min(1e-8)
    return (gaps / lengths).scatter(2, label, torch.inf)


class _Found:
    """The shortest changes so far, and which examples one descent has fooled.

    Attributes:
        image: Attacked examples, `(K, B, d)`.
        square: Squared lengths of their changes, `(K, B)`; infinite before any fools.
        aim: The class that is to win, `(K, B)`.
        fooled: Whether this descent fooled the example, `(K, B)`.
    """

    def __init__(self, image: torch.Tensor, square: torch.Tensor, aim: torch.Tensor) -> None:
        self.image, self.square, self.aim = image, square, aim
        self.fooled = torch.zeros_like(square, dtype=torch.bool)

    def look(self, image: torch.Tensor, square: torch.Tensor, wrong: torch.Tensor) -> None:
        """Keep what fools with a shorter change than any before."""
        self.fooled |= wrong
        better = wrong & (square < self.square)
        self.square = torch.where(better, square, self.square)
        self.image = torch.where(better.unsqueeze(-1), image, self.image)


def _descend(
    target: Target, found: _Found, weight: torch.Tensor, steps: int, learning_rate: float
) -> Generator[None, None, None]:
    """One descent with one weight per example; a pause after every step."""
    moved = torch.atanh((2 * target.x - 1) * NEARLY_ONE)
    adam = Adam([moved])
    places = torch.stack([target.y, found.aim], dim=-1)
    for step in range(steps):
        free = moved.detach().requires_grad_()
        image = ((torch.tanh(free) / NEARLY_ONE + 1) / 2).clamp(0, 1)
        square = (image - target.x).square().sum(-1)
        own, other = target.logits(image).gather(-1, places).unbind(-1)
        loss = square + weight * (own - other).clamp_min(0)
        moved.grad = torch.autograd.grad(loss.sum(), free)[0]
        found.look(image.detach(), square.detach(), (own < other).detach())
        adam.step(learning_rate * (1 - step / steps))
        yield
