"""Forgetting in shards: what it leaves, what it takes, and what the shards cost."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.challenges.privacy import sisa
from core.challenges.privacy.population import Population
from core.challenges.privacy.tables import unlearning as tables
from core.lab.seeding import derived_seed, numpy_generator
from core.metrics.privacy import confidence

if TYPE_CHECKING:
    from core.challenges.privacy.unlearning import UnlearningConfig

SHARDS = (2, 5, 10)
REQUESTS = (1, 2, 5, 10, 25, 50, 100)
"""How many records are to be forgotten at once."""


@dataclass
class Sharded:
    """What the shards of one or more seeds gave.

    Attributes:
        scores: Rows of `UnlearningResult.scores`.
        shards: `shards`, `seed`, `value`: accuracy on other records before forgetting.
        costs: `shards`, `requests`, `seed`, `value`: work, as a share of the whole training.
        updates: Work of the records asked for, in whole updates, one number a seed.
    """

    scores: list[pd.DataFrame] = field(default_factory=list)
    shards: list[tuple[int, int, float]] = field(default_factory=list)
    costs: list[tuple[int, int, int, float]] = field(default_factory=list)
    updates: list[float] = field(default_factory=list)


def work(config: UnlearningConfig) -> int:
    """Updates of all stages of one seed, for the progress bar."""
    stages = sisa.SLICES * sisa.stage_steps(config.steps)
    return (len(SHARDS) + 1) * stages


def train_and_forget(
    config: UnlearningConfig, people: Population, members: np.ndarray, seed: int, found: Sharded
) -> Generator[None, None, None]:
    """Train with every number of shards; with the one chosen, forget and attack.

    Args:
        config: Of the run.
        people: The seed's records.
        members: Each ensemble's records, `(n_ensembles, n)` places; the first ones are to be
            forgotten.
        seed: Of the repetition.
        found: Where the outcome is added.
    """
    every = [derived_seed(seed, "unlearning", "sharded", k) for k in range(len(members))]
    for n_shards in SHARDS:
        # Half of the ensembles say how well so many shards do; the attack needs all.
        n = len(members) if n_shards == config.shards else len(members) // 2
        mine, seeds = members[:n], every[:n]
        shards = sisa.deal(people.x[mine], people.y[mine], n_shards, seeds)
        found.costs += [(n_shards, k, seed, _work_for(shards, k, seed)) for k in REQUESTS]
        ensembles = sisa.Ensembles(shards, config.width, seeds)
        yield from ensembles.learn(np.ones(shards.y.shape, dtype=bool), config.steps)
        before = sisa.log_probabilities(ensembles, people.x, n_shards)
        right = before.argmax(-1) == people.y
        found.shards.append((n_shards, seed, float(right[~people.is_member[:n]].mean())))
        yield
        if n_shards == config.shards:
            yield from _forget(config, people, members, seed, found, shards, ensembles, before)


def _forget(
    config: UnlearningConfig,
    people: Population,
    members: np.ndarray,
    seed: int,
    found: Sharded,
    shards: sisa.Shards,
    ensembles: sisa.Ensembles,
    before: np.ndarray,
) -> Generator[None, None, None]:
    places = np.tile(np.arange(config.n_forget), (len(members), 1))
    present = sisa.present_without(shards, places)
    share = sisa.share_of_work(sisa.first_stage(present)).mean()
    found.updates.append(float(share) * config.steps)
    yield from ensembles.forget(present, config.steps)
    after = sisa.log_probabilities(ensembles, people.x, shards.n_shards)
    shadows, forgotten = confidence(before, people.y), members[:, : config.n_forget]
    for arm, logits in ((tables.SHARDED, before), (tables.RESHARDED, after)):
        right = logits.argmax(-1) == people.y
        odds = confidence(logits, people.y)
        scores = tables.scores(people.is_member, forgotten, shadows, odds, right)
        found.scores.append(tables.rows_of(scores, arm, seed))
        yield


def _work_for(shards: sisa.Shards, requests: int, seed: int) -> float:
    """Work of forgetting random records at once, as a share of the whole training."""
    n_ensembles, n = len(shards.y) // shards.n_shards, shards.y.shape[1] * shards.n_shards
    rng = numpy_generator(seed, "sisa", "requests", requests)
    places = np.stack([rng.permutation(n)[:requests] for _ in range(n_ensembles)])
    first = sisa.first_stage(sisa.present_without(shards, places))
    return float(sisa.share_of_work(first).mean())
