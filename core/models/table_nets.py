"""Networks with one quadratic hidden layer that learn a table of p x p answers, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from core.engine.adam import Adam
from core.lab.seeding import torch_generator

LEARNING_RATE = 0.01
SECOND_BETA = 0.98
"""Of Adam, as Power et al. 2022 have it."""


@dataclass(frozen=True)
class TableJob:
    """One network.

    Attributes:
        answers: The table, `(p, p)` int64 in `[0, p)`: row `a`, column `b`.
        known: The cells that it learns from, `(p, p)` bool.
        seed: Of the initial weights.
        decay: Decoupled weight decay: each step shrinks all weights by `LEARNING_RATE * decay`.
    """

    answers: np.ndarray
    known: np.ndarray
    seed: int
    decay: float


class Right(NamedTuple):
    """Shares of cells answered rightly, one a network, `(K,)` float64 in [0, 1].

    Attributes:
        known: Of the cells learned from.
        unknown: Of the others.
    """

    known: np.ndarray
    unknown: np.ndarray


class TableNets:
    """Networks `logits[a, b] = ((first[a] + second[b]) ** 2) @ last`, one per job (Gromov 2023).

    Each number has its own vector for either place, and there is no bias. Every step answers the
    whole table and learns from the known cells, all at once (AdamW on the mean cross-entropy).

    Attributes:
        jobs: As they were given.
        weights: `first` and `second`, `(K, p, width)`, and `last`, `(K, width, p)`.
    """

    def __init__(self, jobs: Sequence[TableJob], width: int) -> None:
        """Draw the initial weights, as `torch.nn.Linear` does: by seed, whatever the decay."""
        self.jobs, self._p = tuple(jobs), len(jobs[0].answers)
        p = self._p
        shapes = (((p, width), 2 * p), ((p, width), 2 * p), ((width, p), width))
        self.weights = [
            torch.stack([_drawn(job.seed, place, *shape) for job in jobs])
            for place, shape in enumerate(shapes)
        ]
        answers = torch.from_numpy(np.stack([job.answers.ravel() for job in jobs]))
        known = torch.from_numpy(np.stack([job.known.ravel() for job in jobs]))
        self._answers, self._known = answers[..., None], known
        self._share = (known / known.sum(1, keepdim=True))[..., None]
        decay = torch.tensor([job.decay for job in jobs]).view(-1, 1, 1)
        self._keep = 1 - LEARNING_RATE * decay
        self._adam = Adam(self.weights, SECOND_BETA)

    def step(self) -> None:
        """Learn once from every known cell."""
        with torch.no_grad():
            inner, hidden = self._hidden()
            error = torch.softmax(torch.bmm(hidden, self.weights[2]), dim=2)
            error.scatter_add_(2, self._answers, -torch.ones_like(error[..., :1]))
            error.mul_(self._share)
            back = torch.bmm(error, self.weights[2].transpose(1, 2)).mul_(inner).mul_(2)
            square = back.view(len(self.jobs), self._p, self._p, -1)
            last = torch.bmm(hidden.transpose(1, 2), error)
            for weight, slope in zip(
                self.weights, (square.sum(2), square.sum(1), last), strict=True
            ):
                weight.mul_(self._keep)
                weight.grad = slope
        self._adam.step(LEARNING_RATE)

    def right(self) -> Right:
        """Ask for every cell of the table."""
        with torch.no_grad():
            logits = torch.bmm(self._hidden()[1], self.weights[2])
            hit = logits.argmax(2) == self._answers[..., 0]
            shares = [
                (hit & cells).sum(1).double() / cells.sum(1)
                for cells in (self._known, ~self._known)
            ]
        return Right(*(share.numpy() for share in shares))

    def vectors(self) -> np.ndarray:
        """What stands for each number in the first place, `(K, p, width)` float32, copied."""
        return self.weights[0].numpy().copy()

    def lengths(self) -> np.ndarray:
        """Length of all weights of each network, `(K,)` float64."""
        with torch.no_grad():
            squares = [weight.double().square().sum((1, 2)) for weight in self.weights]
            return torch.stack(squares).sum(0).sqrt().numpy()

    def _hidden(self) -> tuple[Tensor, Tensor]:
        """Sums of the two vectors, and their squares, `(K, p * p, width)`."""
        first, second, _ = self.weights
        inner = (first[:, :, None] + second[:, None]).flatten(1, 2)
        return inner, inner.square()


def _drawn(seed: int, place: int, shape: tuple[int, int], fan_in: int) -> Tensor:
    uniform = torch.rand(shape, generator=torch_generator(seed, "table", "weights", place))
    return (2 * uniform - 1) / fan_in**0.5
