"""Private training: each record joins by the toss of a coin, and batches are Poisson samples."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from core.data.clusters import N_CLASSES, N_FEATURES
from core.data.populations import Population
from core.engine.cost import executed_flops
from core.lab.run import Cost

if TYPE_CHECKING:
    from core.models.private_sgd import PrivateNetworks

BATCH = 100
"""Records in a batch, on average."""
LEARNING_RATE = 0.1
DELTA = 1e-5
"""Chance with which a promise may fail."""
PADDED = 1.2
"""Times the average batch: as long as the longest of those that are computed side by side."""


def sample_rate(n_members: int) -> float:
    """Chance of each record of a training set of this size to be in a batch."""
    return BATCH / n_members


def train_on_coins(
    people: Population,
    width: int,
    protections: Sequence[tuple[float, float]],
    steps: int,
    seeds: Sequence[int],
) -> tuple[PrivateNetworks, Generator[int, None, None]]:
    """Draw networks, each with its own training set, and train them under every protection.

    Args:
        people: Who is a member was drawn by `coins`.
        width: Units in the hidden layer.
        protections: Clipping norm and noise multiplier of each arm; infinity clips nothing.
        steps: Updates.
        seeds: One per network.

    Returns:
        The networks, trained in place by the generator, which yields the steps done.
    """
    from core.models.private_sgd import PrivateNetworks, Protection, train

    networks = PrivateNetworks(N_FEATURES, width, N_CLASSES, len(protections), seeds)
    work = train(
        networks,
        np.repeat(people.x[None], len(seeds), axis=0),
        np.repeat(people.y[None], len(seeds), axis=0),
        protections=[Protection(*protection) for protection in protections],
        sample_rate=sample_rate(len(people.x) // 2),
        steps=steps,
        # On average every second of the rows is there.
        learning_rate=2 * LEARNING_RATE,
        seeds=seeds,
        present=people.is_member,
    )
    return networks, work


def expected(width: int, n_networks: int, steps: int, n_attacked: int) -> Cost:
    """Expected cost of training networks of all arms, and of their outputs on so many records."""
    examples = int(n_networks * steps * PADDED * BATCH)
    sizes = (N_FEATURES, width, N_CLASSES)
    flops = executed_flops(sizes, 1, 1, examples, n_networks * n_attacked)
    return Cost(flops, flops / 3e10 + examples * (width + N_FEATURES) * 6e-9)
