"""Counterfactuals: the smallest change to a given class, and the way to it within a length.

All work on stacked networks: inputs `(K, B, d)` in [0, 1] go to logits `(K, B, C)`, one network a
row of the stack. Searches are generators that pause after each step, outside any gradient mode.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Sequence
from typing import Literal

import torch
from torch import Tensor

from core.engine.adam import Adam
from core.lab.seeding import torch_generator
from core.models.digit_cnn import Logits

Distance = Literal["L2", "L1"]
RATE = 0.05
"""Largest step of a pixel."""
MARGIN = 0.1
"""The search aims this much beyond the log odds that are asked for, so as to arrive."""
WEIGHT_CHANGE = 1.07
"""The weight of the goal grows by this factor where it is missed, and falls where it is met."""


def log_odds(scores: Tensor, target: Tensor) -> Tensor:
    """Log odds of the target class, `log(p / (1 - p))`, from logits `(..., C)`; `(...)`."""
    label = target.unsqueeze(-1)
    rest = scores.scatter(-1, label, -math.inf)
    return scores.gather(-1, label).squeeze(-1) - rest.logsumexp(-1)


def nearest_change(
    logits: Logits, x: Tensor, target: Tensor, *, sure: float, distance: Distance, steps: int
) -> Generator[Tensor, None, Tensor]:
    """Change pictures as little as possible until a network gives the target class.

    Wachter et al. (2017) minimise a loss that pulls to the goal plus a distance, and raise the
    weight of the loss until the goal is met. Here the weight of each picture goes up and down
    during one search, so that the search walks along the boundary.

    Args:
        logits: Of the networks, without gradients for their weights.
        x: Pictures, `(K, B, d)`.
        target: Class to reach, `(K, B)` int64.
        sure: Probability that the network must give the target, in (0, 1).
        distance: `"L2"`: length of the change. `"L1"`: sum of its sizes, which leaves most
            pixels as they are.
        steps: Gradients computed.

    Yields:
        The best pictures so far.

    Returns:
        The nearest pictures that met the goal; where none did, the one that came closest to it.
    """
    moved = x.clone().requires_grad_()
    update, weight = Adam([moved]), torch.ones_like(x[..., 0])
    goal, best = math.log(sure / (1 - sure)), _Best(x)
    for step in range(steps):
        odds = log_odds(logits(moved), target)
        met = odds.detach() >= goal
        best.look(moved.detach(), odds.detach(), met, distance)
        loss = (weight * (goal + MARGIN - odds).clamp_min(0)).sum()
        if distance == "L2":
            loss = loss + (moved - x).square().sum()
        loss.backward()
        rate = RATE * (1 - step / steps)
        update.step(rate)
        with torch.no_grad():
            if distance == "L1":
                moved.copy_(_shrunk(moved, x, rate, update))
            moved.clamp_(0, 1)
        weight = torch.where(met, weight / WEIGHT_CHANGE, weight * WEIGHT_CHANGE)
        yield best.found
    return best.found


def _shrunk(moved: Tensor, x: Tensor, rate: float, update: Adam) -> Tensor:
    """Bring each pixel's change closer to nothing: the step of the L1 distance (ISTA)."""
    size = rate / ((update.second[0] / (1 - 0.999 ** float(update.steps))).sqrt() + 1e-6)
    change = moved - x
    return x + change.sign() * (change.abs() - size).clamp_min(0)


class _Best:
    """The nearest picture that met the goal, or else the one that came closest to it."""

    def __init__(self, x: Tensor) -> None:
        self.x, self.found = x, x.clone()
        self.size = torch.full_like(x[..., 0], math.inf)
        self.odds = torch.full_like(x[..., 0], -math.inf)

    def look(self, moved: Tensor, odds: Tensor, met: Tensor, distance: Distance) -> None:
        """Keep what is better than before."""
        change = moved - self.x
        size = change.norm(dim=-1) if distance == "L2" else change.abs().sum(-1)
        nearer = met & (size < self.size)
        closer = ~met & self.size.isinf() & (odds > self.odds)
        self.size = torch.where(nearer, size, self.size)
        self.odds = torch.maximum(self.odds, odds)
        self.found = torch.where((nearer | closer).unsqueeze(-1), moved, self.found)


def ascended(
    logits: Logits, x: Tensor, target: Tensor, lengths: Sequence[float], *, steps: int
) -> Generator[None, None, list[Tensor]]:
    """Move pictures toward a class as far as it goes within each length (L2).

    Projected gradient steps on the log odds; each length starts from what the one before found.

    Args:
        logits: Of the networks, without gradients for their weights.
        x: Pictures, `(K, B, d)`.
        target: Class to go toward, `(K, B)` int64.
        lengths: In ascending order, pixels being in [0, 1].
        steps: Gradients computed at each length.

    Returns:
        The pictures of each length.
    """
    found, moved = [], x.clone()
    for length in lengths:
        for _ in range(steps):
            start = moved.detach().requires_grad_()
            slope = torch.autograd.grad(log_odds(logits(start), target).sum(), start)[0]
            unit = slope / slope.norm(dim=-1, keepdim=True).clamp_min(1e-12)
            moved = within(x, start.detach() + 2.5 * length / steps * unit, length)
            yield
        found.append(moved)
    return found


def within(x: Tensor, moved: Tensor, length: float | Tensor) -> Tensor:
    """Pull pictures back so that they differ from `x` by at most a length, and lie in [0, 1]."""
    change = moved.clamp(0, 1) - x
    factor = (length / change.norm(dim=-1).clamp_min(1e-12)).clamp_max(1.0)
    return x + change * factor.unsqueeze(-1)


def random_change(x: Tensor, length: Tensor, seeds: Sequence[int]) -> Tensor:
    """Change pictures by as much, in a direction drawn at random; they stay in [0, 1].

    Args:
        x: Pictures, `(K, B, d)`.
        length: Of each change (L2), `(K, B)`; no more than the room there is.
        seeds: One per row of the stack.
    """
    shape = x.shape[1:]
    drawn = [torch.randn(shape, generator=torch_generator(s, "random change")) for s in seeds]
    direction = torch.stack(drawn)
    low, high = torch.zeros_like(length), torch.full_like(length, 50.0)
    for _ in range(40):
        # Clipping shortens a change, by how much depends on the picture: found by halving.
        middle = (low + high) / 2
        size = ((x + middle.unsqueeze(-1) * direction).clamp(0, 1) - x).norm(dim=-1)
        low = torch.where(size < length, middle, low)
        high = torch.where(size < length, high, middle)
    return (x + high.unsqueeze(-1) * direction).clamp(0, 1)
