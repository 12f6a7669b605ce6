"""Small networks trained with fairness in the loss, all of a comparison as one stack."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from core.engine.adam import Adam
from core.lab.seeding import torch_generator

BATCH = 256
ADVERSARY_RATE = 3.0
"""How much faster the adversary learns than the network: it must not fall behind."""


@dataclass(frozen=True)
class FairJob:
    """One network.

    Attributes:
        data: Place of its training set among those of the stack.
        seed: Of its weights and of the order of examples; equal seeds start alike.
        weights: Weight of each example in the loss, `(n,)`, mean 1.
        penalty: Times the squared difference of the groups' mean outputs is added to the loss.
        adversary: Times the loss of an adversary, who reads the group from the output, is
            subtracted from the network's (Zhang, Lemoine & Mitchell 2018, without projection).
        by_label: For equalized odds: the difference is taken among the examples of each label,
            and the adversary is told the label. Else for demographic parity.
    """

    data: int
    seed: int
    weights: np.ndarray
    penalty: float = 0.0
    adversary: float = 0.0
    by_label: bool = False


class FairStack:
    """ReLU networks with one hidden layer, trained side by side; none sees another.

    The weights are stacked: `(jobs, inputs, hidden)` and `(jobs, hidden, 1)`.
    """

    def __init__(
        self,
        x: np.ndarray,
        y: np.ndarray,
        group: np.ndarray,
        jobs: Sequence[FairJob],
        hidden: int = 16,
        learning_rate: float = 0.01,
    ) -> None:
        """Set up.

        Args:
            x: Inputs `(sets, n, d)`.
            y: Labels `(sets, n)` in {0, 1}.
            group: Groups `(sets, n)` in {0, 1}.
            jobs: What is trained on them.
            hidden: Units.
            learning_rate: Of Adam.
        """
        self.x = torch.from_numpy(x.astype(np.float32))
        self.y = torch.from_numpy(y.astype(np.float32))
        self.group = torch.from_numpy(group.astype(np.float32))
        self.jobs = tuple(jobs)
        self.sets = torch.tensor([job.data for job in jobs])
        self.weights = torch.from_numpy(np.stack([job.weights for job in jobs]).astype(np.float32))
        self.penalty = torch.tensor([job.penalty for job in jobs])
        self.adversary = torch.tensor([[job.adversary] for job in jobs])
        self.by_label = torch.tensor([[float(job.by_label)] for job in jobs])
        self.network = [part.requires_grad_() for part in self._drawn(x.shape[-1], hidden)]
        self.critic = [torch.zeros(len(jobs), 1).requires_grad_() for _ in range(4)]
        self.optimizers = (
            (Adam(self.network), learning_rate),
            (Adam(self.critic), ADVERSARY_RATE * learning_rate),
        )

    def _drawn(self, d: int, hidden: int) -> list[Tensor]:
        parts: list[list[Tensor]] = [[], [], [], []]
        shapes = (((d, hidden), d), ((1, hidden), d), ((hidden, 1), hidden), ((1, 1), hidden))
        for job in self.jobs:
            for place, (shape, fan_in) in enumerate(shapes):
                drawn = torch.rand(shape, generator=torch_generator(job.seed, "weights", place))
                parts[place].append((2 * drawn - 1) / fan_in**0.5)
        return [torch.stack(part) for part in parts]

    def train(self, steps: int) -> Iterator[int]:
        """Train, one step at a time; yields the number of steps done."""
        n = self.x.shape[1]
        size = min(BATCH, n)
        per_epoch = n // size
        order = self.order(0)
        for step in range(steps):
            epoch, place = divmod(step, per_epoch)
            if place == 0:
                order = self.order(epoch)
            self._step(order[:, place * size : (place + 1) * size])
            yield step + 1

    def order(self, epoch: int) -> Tensor:
        """Order of the examples, one row a job; jobs of one seed share it."""
        n, seeds = self.x.shape[1], dict.fromkeys(job.seed for job in self.jobs)
        by_seed = {
            seed: torch.randperm(n, generator=torch_generator(seed, "order", epoch))
            for seed in seeds
        }
        return torch.stack([by_seed[job.seed] for job in self.jobs])

    def _step(self, rows: Tensor) -> None:
        at = self.sets[:, None]
        x, y, group = self.x[at, rows], self.y[at, rows], self.group[at, rows]
        logit = self._outputs(x)
        weights = self.weights.gather(1, rows)
        plain = functional.binary_cross_entropy_with_logits(logit, y, reduction="none")
        loss = (weights * plain).mean(dim=1)
        loss = loss + self.penalty * self._unfair(torch.sigmoid(logit), y, group)
        # Same value, turned gradient: the adversary learns, the network unlearns.
        turned = logit.detach() * (1 + self.adversary) - self.adversary * logit
        told = functional.binary_cross_entropy_with_logits(
            self._guess(turned, y), group, reduction="none"
        )
        (loss + told.mean(dim=1)).sum().backward()
        for adam, rate in self.optimizers:
            adam.step(rate)

    def _unfair(self, output: Tensor, y: Tensor, group: Tensor) -> Tensor:
        """Squared distance of the groups, `(jobs,)`: among all, or in each label added up."""
        every = _apart(output, group, torch.ones_like(y)).square()
        if not self.by_label.any():
            return every
        each = sum(_apart(output, group, own).square() for own in (y, 1 - y))
        return torch.where(self.by_label[:, 0] > 0, each, every)

    def _guess(self, logit: Tensor, y: Tensor) -> Tensor:
        """The adversary's logit of the group; the label bends it where the job says so."""
        slope, bias, by_label, bend = self.critic
        return slope * logit + bias + self.by_label * y * (by_label + bend * logit)

    def _outputs(self, x: Tensor) -> Tensor:
        first, first_bias, second, second_bias = self.network
        inner = torch.relu(torch.baddbmm(first_bias, x, first))
        return torch.baddbmm(second_bias, inner, second)[..., 0]

    def logits(self, x: np.ndarray) -> np.ndarray:
        """Outputs for inputs `(sets, n, d)`, each job on its own set, `(jobs, n)` float32."""
        with torch.no_grad():
            found = self._outputs(torch.from_numpy(x.astype(np.float32))[self.sets])
        return found.numpy()


def _apart(output: Tensor, group: Tensor, counted: Tensor) -> Tensor:
    """Mean output of group 1 minus that of group 0, `(jobs,)`; 0 where a batch lacks a group.

    Only examples count whose `counted` is 1, `(jobs, batch)`.
    """
    own = group * counted
    ones, n = own.sum(dim=1), counted.sum(dim=1)
    there = (ones > 0) & (ones < n)
    second = (output * own).sum(dim=1) / ones.clamp(min=1)
    first = (output * (counted - own)).sum(dim=1) / (n - ones).clamp(min=1)
    return torch.where(there, second - first, torch.zeros_like(ones))
