"""Stochastic gradient descent with every example's gradient clipped, and noise on their sum.

Abadi et al. 2016. The gradient of one example in a linear layer is the outer product of its input
and its error, so its norm is the product of their norms: no example's gradient is ever formed.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from core.lab.seeding import torch_generator

MOMENTUM = 0.9


@dataclass(frozen=True)
class Protection:
    """How the gradients of one arm are treated.

    Attributes:
        clip: Largest norm of one example's gradient; infinity clips nothing.
        noise_multiplier: Standard deviation of the noise on the sum, divided by `clip`.
    """

    clip: float = math.inf
    noise_multiplier: float = 0.0


class PrivateNetworks:
    """Networks of one hidden ReLU layer: some data sets, each under every protection.

    Attributes:
        first: Input and bias to hidden, `(n_arms, n_sets, d + 1, width)`.
        second: Hidden and bias to output, `(n_arms, n_sets, width + 1, n_classes)`.
    """

    def __init__(
        self, n_features: int, width: int, n_classes: int, n_arms: int, seeds: Sequence[int]
    ) -> None:
        """Draw initial weights; all arms of a data set begin with the same."""
        draws = [_initial(n_features, width, n_classes, seed) for seed in seeds]
        self.first = torch.stack([d[0] for d in draws]).repeat(n_arms, 1, 1, 1)
        self.second = torch.stack([d[1] for d in draws]).repeat(n_arms, 1, 1, 1)
        self._speed = [torch.zeros_like(self.first), torch.zeros_like(self.second)]

    def copied(self) -> PrivateNetworks:
        """The same networks once more, at rest: momentum is not copied."""
        return self.some(np.arange(self.first.shape[1]))

    def some(self, sets: np.ndarray) -> PrivateNetworks:
        """A copy, at rest, of the networks of some data sets, `(n,)` places."""
        copy = object.__new__(PrivateNetworks)
        copy.first, copy.second = self.first[:, sets], self.second[:, sets]
        copy._speed = [torch.zeros_like(copy.first), torch.zeros_like(copy.second)]
        return copy

    def put(self, sets: np.ndarray, networks: PrivateNetworks) -> None:
        """Write the weights of some data sets' networks back."""
        self.first[:, sets], self.second[:, sets] = networks.first, networks.second

    def logits(self, x: np.ndarray) -> np.ndarray:
        """Outputs for the same inputs `(n, d)`: `(n_arms, n_sets, n, n_classes)` float32."""
        inputs = with_ones(torch.from_numpy(x))
        hidden = with_ones(torch.relu(inputs @ self.first))
        return np.asarray((hidden @ self.second).numpy())

    def step(
        self,
        inputs: torch.Tensor,
        y: torch.Tensor,
        chosen: torch.Tensor,
        clips: torch.Tensor,
        noise: Sequence[torch.Tensor],
        rate: float,
    ) -> None:
        """Update all networks once.

        Args:
            inputs: Padded batches with a column of ones, `(n_sets, batch, d + 1)`.
            y: Their labels, `(n_sets, batch)`.
            chosen: 1 for examples of the batch, 0 for padding, `(n_sets, batch)`.
            clips: Largest norms, `(n_arms, 1, 1)`.
            noise: To add to the sums of gradients, shaped like `first` and `second`.
            rate: Learning rate divided by the expected batch size.
        """
        before = inputs @ self.first
        hidden = with_ones(torch.relu(before))
        out = torch.softmax(hidden @ self.second, dim=-1)
        out.scatter_add_(
            -1, y.expand(len(clips), -1, -1)[..., None], -torch.ones_like(out[..., :1])
        )
        error = (out @ self.second[..., :-1, :].mT) * (before > 0)
        weight = chosen[..., None]
        if not clips.isinf().all():
            squares = inputs.square().sum(-1) * error.square().sum(-1)
            squares = squares + hidden.square().sum(-1) * out.square().sum(-1)
            weight = (chosen * (clips / squares.sqrt().clamp(min=1e-12)).clamp(max=1.0))[..., None]
        sums = (inputs.mT @ (weight * error), hidden.mT @ (weight * out))
        weights = (self.first, self.second)
        for w, speed, total, drawn in zip(weights, self._speed, sums, noise, strict=True):
            speed.mul_(MOMENTUM).add_(total + drawn)
            w.sub_(speed, alpha=rate)


def with_ones(x: torch.Tensor) -> torch.Tensor:
    """Append a column of ones, for the biases."""
    return torch.cat([x, x.new_ones(*x.shape[:-1], 1)], dim=-1)


def _initial(
    n_features: int, width: int, n_classes: int, seed: int
) -> tuple[torch.Tensor, torch.Tensor]:
    rng = torch_generator(seed, "private sgd", "weights")
    drawn = []
    for n_in, n_out in ((n_features, width), (width, n_classes)):
        bound = 1 / math.sqrt(n_in)
        drawn.append(bound * (2 * torch.rand(n_in + 1, n_out, generator=rng) - 1))
    return drawn[0], drawn[1]


def train(
    networks: PrivateNetworks,
    x: np.ndarray,
    y: np.ndarray,
    *,
    protections: Sequence[Protection],
    sample_rate: float,
    steps: int,
    learning_rate: float,
    seeds: Sequence[int],
    present: np.ndarray | None = None,
) -> Generator[int, None, None]:
    """Train on Poisson samples: each record joins each batch by its own toss of a coin.

    All arms of a data set see the same batches and, scaled, the same noise.

    Args:
        networks: Trained in place.
        x: Inputs, `(n_sets, n, d)`.
        y: Labels, `(n_sets, n)`.
        protections: One per arm.
        sample_rate: Chance of each record to be in a batch.
        steps: Updates.
        learning_rate: On the sum of gradients divided by the expected batch size; below 0 it
            climbs the loss.
        seeds: One per data set.
        present: Which rows belong to each data set at all, `(n_sets, n)` bool; all when None. The
            others join no batch. The expected batch size still counts them: it must not tell.

    Yields:
        Steps done, after every one.
    """
    inputs, labels = with_ones(torch.from_numpy(x)), torch.from_numpy(y)
    clips = torch.tensor([p.clip for p in protections]).view(-1, 1, 1)
    scales = [p.clip * p.noise_multiplier if p.noise_multiplier else 0.0 for p in protections]
    sizes = torch.tensor(scales).view(-1, 1, 1, 1)
    tosses = [torch_generator(seed, "private sgd", "batches") for seed in seeds]
    noises = [torch_generator(seed, "private sgd", "noise") for seed in seeds]
    rate = learning_rate / (sample_rate * y.shape[1])
    absent = None if present is None else torch.from_numpy(~present)
    for done in range(1, steps + 1):
        thrown = torch.stack([torch.rand(y.shape[1], generator=g) for g in tosses])
        index, chosen = poisson_batch(thrown if absent is None else thrown + absent, sample_rate)
        batch = inputs.gather(1, index[..., None].expand(-1, -1, inputs.shape[2]))
        drawn = [
            sizes * torch.stack([torch.randn(w.shape[2:], generator=g) for g in noises])
            for w in (networks.first, networks.second)
        ]
        networks.step(batch, labels.gather(1, index), chosen, clips, drawn, rate)
        yield done


def poisson_batch(tosses: torch.Tensor, rate: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Draw batches that each record joined by its own toss.

    Args:
        tosses: Uniform in [0, 1), `(n_sets, n)`; 1 or more for a record that cannot join.
        rate: Chance of each record.

    Returns:
        Places of those that joined, padded to the largest batch, and 1 for those that did, 0 for
        the padding, both `(n_sets, batch)`.
    """
    joined = tosses < rate
    most = max(1, int(joined.sum(1).max()))
    chosen, index = joined.to(torch.int8).topk(most, dim=1)
    return index, chosen.float()
