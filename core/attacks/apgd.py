"""Auto-PGD (Croce & Hein 2020, algorithm 1): projected ascent that chooses its own step size.

It begins with steps as long as the ball is wide, with momentum, and halves them at checkpoints: for
each example on its own, where fewer than three quarters of the steps since the last checkpoint went
uphill, or where nothing was gained since then. Each halving goes back to the best point.
"""

from __future__ import annotations

from itertools import pairwise
from math import ceil

import torch

from core.attacks.evasion import Attack, Norm, Target, direction, into_ball
from core.attacks.losses import Loss

MOMENTUM = 0.75
"""Weight of the new step; the rest is the step before."""
UPHILL = 0.75
"""Share of the steps between two checkpoints that has to gain."""


def apgd(
    target: Target,
    epsilon: float,
    loss: Loss,
    aim: torch.Tensor,
    start: torch.Tensor,
    steps: int,
    *,
    first: bool = True,
    norm: Norm = "linf",
) -> Attack:
    """Climb a loss within a ball.

    Args:
        target: What is attacked.
        epsilon: Radius of the ball, per pixel.
        loss: To climb.
        aim: Class aimed at, `(K, B)`.
        start: Inputs to begin at, `(K, B, d)`; pulled into the ball.
        steps: Gradients computed, at least 1.
        norm: Of the ball.
        first: Whether an example keeps the first point that was misread. Without it is the one of
            the greatest loss, which is more likely to fool another network, too.

    Returns:
        For each example the first point that was misread, else the one of the greatest loss.
    """
    climb = _Climb(target, epsilon, norm, loss, aim, start)
    yield
    for here, there in pairwise(checkpoints(steps)):
        before, climb.uphill = climb.best, torch.zeros_like(climb.best)
        for _ in range(here, there):
            climb.step()
            yield
        climb.halve(before, there - here)
    return climb.found if first else climb.top


def checkpoints(steps: int) -> list[int]:
    """The steps after which lengths are reconsidered: 0, 22%, 41%, ... of them, and the last."""
    shares = [0.0, 0.22]
    while shares[-1] < 1:
        shares.append(shares[-1] + max(shares[-1] - shares[-2] - 0.03, 0.06))
    last = steps - 1
    return sorted({min(last, ceil(round(share * last, 6))) for share in shares} | {last})


class _Climb:
    """Where each example stands.

    Attributes:
        found: First point misread, else the best one, `(K, B, d)`.
        top: The best one.
        best: Greatest loss so far, `(K, B)`.
        uphill: Steps since the last checkpoint that gained, `(K, B)`.
    """

    def __init__(
        self, target: Target, epsilon: float, norm: Norm, loss: Loss,
        aim: torch.Tensor, start: torch.Tensor,
    ) -> None:  # fmt: skip
        self._target, self._loss, self._aim = target, loss, aim
        self._epsilon, self._norm = epsilon, norm
        self._x = self._inside(start)
        self._before = self.top = self.found = self._x
        self._size = torch.full(target.y.shape, 2 * epsilon)
        self._fooled = torch.zeros_like(target.y, dtype=torch.bool)
        self._halved = torch.ones_like(self._fooled)
        self.best = torch.full(target.y.shape, -torch.inf)
        self.uphill = torch.zeros_like(self.best)
        self._top_slope = torch.zeros_like(self._x)
        self._value, self._slope = self._look()

    def step(self) -> None:
        """Go one step on, and look how high it is there."""
        ahead = self._inside(
            self._x + self._size.unsqueeze(-1) * direction(self._slope, self._norm)
        )
        moved = MOMENTUM * (ahead - self._x) + (1 - MOMENTUM) * (self._x - self._before)
        self._before, self._x = self._x, self._inside(self._x + moved)
        last = self._value
        self._value, self._slope = self._look()
        self.uphill = self.uphill + (self._value > last)

    def halve(self, before: torch.Tensor, steps: int) -> None:
        """At a checkpoint: shorter steps, from the best point, where these led nowhere.

        Args:
            before: Greatest loss at the checkpoint before, `(K, B)`.
            steps: Steps since then.
        """
        halved = (self.uphill < UPHILL * steps) | (~self._halved & (self.best <= before))
        row = halved.unsqueeze(-1)
        self._size = torch.where(halved, self._size / 2, self._size)
        self._x, self._before = (torch.where(row, self.top, at) for at in (self._x, self._before))
        self._slope = torch.where(row, self._top_slope, self._slope)
        self._value = torch.where(halved, self.best, self._value)
        self._halved = halved

    def _inside(self, x: torch.Tensor) -> torch.Tensor:
        return into_ball(x, self._target.x, self._epsilon, self._norm)

    def _look(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Loss and slope at the point, which is kept if it is the best or the first misread."""
        value, slope, wrong = _slopes(self._target, self._x, self._loss, self._aim)
        better = value > self.best
        keep = (better | wrong) & ~self._fooled
        self.found = torch.where(keep.unsqueeze(-1), self._x, self.found)
        self._fooled = self._fooled | wrong
        self.best = torch.where(better, value, self.best)
        row = better.unsqueeze(-1)
        self.top = torch.where(row, self._x, self.top)
        self._top_slope = torch.where(row, slope, self._top_slope)
        return value, slope


def _slopes(
    target: Target, x: torch.Tensor, loss: Loss, aim: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Loss `(K, B)`, its gradient by the input `(K, B, d)`, and what is misread `(K, B)`."""
    free = x.detach().requires_grad_()
    scores = target.logits(free)
    value = loss(scores, target.y, aim)
    slope = torch.autograd.grad(value.sum(), free)[0]
    return value.detach(), slope, scores.detach().argmax(-1) != target.y
