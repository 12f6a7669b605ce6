"""Differential privacy as a remedy against membership inference, and its recipe without noise."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

import numpy as np

from core.challenges.privacy.membership_arms import CLIPPED, PRIVATE
from core.challenges.privacy.population import Population, coins
from core.challenges.privacy.tables import membership as tables
from core.data.clusters import N_CLASSES, N_FEATURES
from core.lab.run import Cost
from core.lab.seeding import derived_seed
from core.metrics.privacy import confidence
from core.metrics.privacy_accounting import noise_for

if TYPE_CHECKING:
    from core.challenges.privacy.membership import MembershipConfig
    from core.models.private_sgd import PrivateNetworks

ARMS = (PRIVATE, CLIPPED)
STEPS = 50
"""Every step spends privacy, so private training is short whatever the others do."""
BATCH = 100
CLIP = 1.0
LEARNING_RATE = 0.1
DELTA = 1e-5
PIECE = 250
"""Records whose outputs are computed at once: hidden units of all networks take the memory."""


def sample_rate(config: MembershipConfig) -> float:
    """Chance of each record to be in a batch."""
    return BATCH / config.n_members


def train_and_attack(
    config: MembershipConfig, people: Population, seed: int
) -> Generator[int, None, list[tables.Report]]:
    """Train one seed's networks with and without noise, then attack them.

    Args:
        config: Of the run.
        people: The seed's records; who is a member is drawn anew.
        seed: Of the repetition.

    Yields:
        Steps done, after every one and after every attack.
    """
    from core.models.private_sgd import PrivateNetworks, Protection, train

    people = coins(people, seed)
    rate = sample_rate(config)
    noise = noise_for(config.epsilon, rate, STEPS, DELTA)
    seeds = [derived_seed(seed, "membership", "private", k) for k in range(config.networks)]
    networks = PrivateNetworks(N_FEATURES, config.width, N_CLASSES, len(ARMS), seeds)
    yield from train(
        networks,
        np.repeat(people.x[None], len(seeds), axis=0),
        np.repeat(people.y[None], len(seeds), axis=0),
        protections=[Protection(CLIP, noise), Protection(CLIP)],
        sample_rate=rate,
        steps=STEPS,
        # On average every second of the rows is there.
        learning_rate=2 * LEARNING_RATE,
        seeds=seeds,
        present=people.is_member,
    )
    logits = yield from _outputs(networks, people.x)
    reports = []
    for arm, found in zip(ARMS, logits, strict=True):
        correct, log_odds = found.argmax(axis=-1) == people.y, confidence(found, people.y)
        reports.append(tables.report(arm, seed, people.is_member, correct, log_odds))
        yield STEPS
    return reports


def _outputs(networks: PrivateNetworks, x: np.ndarray) -> Generator[int, None, np.ndarray]:
    """Logits of all records, `(arms, networks, n, classes)`, piece by piece."""
    pieces = []
    for first in range(0, len(x), PIECE):
        pieces.append(networks.logits(x[first : first + PIECE]))
        yield STEPS
    return np.concatenate(pieces, axis=2)


def expected(config: MembershipConfig) -> Cost:
    """Expected cost of both arms over all seeds."""
    models = len(ARMS) * config.networks * config.repetitions
    weights = config.width * (N_FEATURES + 1 + N_CLASSES)
    examples = STEPS * models * 1.25 * min(BATCH, config.n_members)
    flops = examples * 6.0 * weights + models * 2 * config.n_members * 2.0 * weights
    attack = 3e-6 * models * config.n_members
    return Cost(flops, attack + flops / 3e10 + examples * (config.width + N_FEATURES) * 6e-9)
