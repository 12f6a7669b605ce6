"""Unlearning: making a network forget records, and asking an attacker whether it did."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from core.challenges.privacy import unlearning_shards as sharding
from core.challenges.privacy.charts import unlearning as charts
from core.challenges.privacy.population import Population, populate
from core.challenges.privacy.tables import unlearning as tables
from core.challenges.privacy.unlearning_claims import CLAIMS
from core.challenges.privacy.unlearning_summary import finding, metrics
from core.data.clusters import N_CLASSES, N_FEATURES
from core.lab.experiment import Experiment, Figure, Preset
from core.lab.run import Cost, Run, Snapshot
from core.lab.seeding import derived_seed
from core.lab.settings import Config, View, ladder
from core.metrics.privacy import confidence

if TYPE_CHECKING:
    from core.models.private_sgd import PrivateNetworks

N_MEMBERS = 500
NETWORKS = 12
SAMPLE_RATE = 0.2
LEARNING_RATE = 0.1
ASCENT_RATE = 0.02
"""Of gradient ascent: at the training's own rate a few steps destroy the network."""


class UnlearningConfig(Config):
    """What is learned, and what is to be forgotten."""

    n_forget: int = ladder(10, 25, 50, 100, default=50, label="Records to forget")
    """How many of each network's 500 training records are to be forgotten."""
    width: int = ladder(16, 32, 64, default=32, unit="units")
    """Units in the hidden layer."""
    steps: int = ladder(75, 150, 300, default=150, label="Training steps")
    """Updates of the original training, and of training again from scratch, each on about 100
    records."""
    tuning: int = ladder(10, 30, 60, 120, default=60, label="Fine-tuning steps")
    """Updates with which the network is trained on, without the records to forget."""
    ascent: int = ladder(5, 10, 20, 40, default=20, label="Ascent steps")
    """Updates that make the loss on the records to forget larger."""
    shards: int = ladder(*sharding.SHARDS, default=5)
    """Parts into which the records are dealt for SISA; each part has a network of its own. More
    parts make forgetting cheaper, and each network learns from fewer records."""


class UnlearningView(View):
    """How it is drawn."""

    against: Literal["original", "retrained"] = "retrained"
    """What the differences are taken to: the network before forgetting, or one trained from
    scratch without the records, which is what forgetting should look like."""


@dataclass(frozen=True)
class UnlearningResult:
    """What was measured.

    Attributes:
        scores: `arm`, `seed`, `metric`, `value`: `auc` of the attack on the forgotten records
            against records never seen, and accuracy on `forgotten`, `kept` and `other` records.
        steps: Updates each arm took to forget, `arm`, `value`; those of SISA are counted as
            updates on records of all shards.
        shards: `shards`, `seed`, `value`: accuracy on other records, before forgetting.
        costs: `shards`, `requests`, `seed`, `value`: the work that SISA takes to forget so many
            records at once, as a share of training from scratch.
    """

    scores: pd.DataFrame
    steps: pd.DataFrame
    shards: pd.DataFrame
    costs: pd.DataFrame


@dataclass(frozen=True)
class _Sets:
    """Each network's records: to learn, to keep, to forget; `(NETWORKS, n)` places."""

    people: Population
    members: np.ndarray
    forgotten: np.ndarray
    kept: np.ndarray


def _sets(config: UnlearningConfig, seed: int) -> _Sets:
    people = populate(N_MEMBERS, NETWORKS, 0.1, seed)
    members = np.stack([np.flatnonzero(mine) for mine in people.is_member])
    # Records come in random order, so the first ones are random ones.
    return _Sets(people, members, members[:, : config.n_forget], members[:, config.n_forget :])


def run(config: UnlearningConfig) -> Run[UnlearningResult]:
    """Train each seed's networks, make copies of them forget, and attack all of them."""
    from core.models.private_sgd import PrivateNetworks

    own = sum(step for _, step in _plan(config)) + sharding.work(config)
    total = config.repetitions * own
    yield Snapshot(0, total, "drawing the records")
    rows: list[pd.DataFrame] = []
    sharded = sharding.Sharded()
    done = 0

    def so_far() -> UnlearningResult:
        return _result(config, rows, sharded)

    for place, seed in enumerate(config.seeds):
        sets, seeds = _sets(config, seed), _network_seeds(seed)
        fresh = PrivateNetworks(N_FEATURES, config.width, N_CLASSES, 1, seeds)
        found = {"fresh": fresh}
        for arm, steps in _plan(config):
            networks = found[tables.STARTS.get(arm, "fresh")].copied()
            for _ in _work(arm, steps, networks, sets, seeds):
                done += 1
                phase = f"{arm}, seed {place + 1}"
                yield Snapshot(done, total, phase, so_far if rows else None)
            found[arm] = networks
            rows.append(_attack(arm, seed, found[tables.ORIGINAL], networks, sets))
        for _ in sharding.train_and_forget(config, sets.people, sets.members, seed, sharded):
            done = min(done + 1, own * (place + 1))
            yield Snapshot(done, total, f"SISA, seed {place + 1}", so_far)
        done = own * (place + 1)
    return so_far()


def _plan(config: UnlearningConfig) -> list[tuple[str, int]]:
    """Arms and their own updates, in the order in which they need each other."""
    return [
        (tables.ORIGINAL, config.steps),
        (tables.RETRAINED, config.steps),
        (tables.TUNED, config.tuning),
        (tables.CLIMBED, config.ascent),
        (tables.REPAIRED, config.tuning),
    ]


def _result(
    config: UnlearningConfig, rows: list[pd.DataFrame], sharded: sharding.Sharded
) -> UnlearningResult:
    own = {arm: float(steps) for arm, steps in _plan(config)}
    own[tables.REPAIRED] += own[tables.CLIMBED]
    own[tables.ORIGINAL] = own[tables.SHARDED] = 0.0
    if sharded.updates:
        own[tables.RESHARDED] = float(np.mean(sharded.updates))
    return UnlearningResult(
        pd.concat([*rows, *sharded.scores], ignore_index=True),
        pd.DataFrame({"arm": list(own), "value": list(own.values())}),
        pd.DataFrame(sharded.shards, columns=["shards", "seed", "value"]),
        pd.DataFrame(sharded.costs, columns=["shards", "requests", "seed", "value"]),
    )


def _network_seeds(seed: int) -> list[int]:
    return [derived_seed(seed, "unlearning", network) for network in range(NETWORKS)]


def _work(
    arm: str, steps: int, networks: PrivateNetworks, sets: _Sets, seeds: list[int]
) -> Iterator[int]:
    from core.models.private_sgd import Protection, train

    climbs = arm == tables.CLIMBED
    places = sets.members if arm == tables.ORIGINAL else sets.kept
    places = sets.forgotten if climbs else places
    return train(
        networks,
        sets.people.x[places],
        sets.people.y[places],
        protections=[Protection()],
        sample_rate=1.0 if climbs else SAMPLE_RATE,
        steps=steps,
        learning_rate=-ASCENT_RATE if climbs else LEARNING_RATE,
        seeds=[derived_seed(s, arm) for s in seeds],
    )


def _attack(
    arm: str, seed: int, original: PrivateNetworks, networks: PrivateNetworks, sets: _Sets
) -> pd.DataFrame:
    people = sets.people
    logits = networks.logits(people.x)[0]
    before = confidence(original.logits(people.x)[0], people.y)
    right = logits.argmax(-1) == people.y
    found = tables.scores(
        people.is_member, sets.forgotten, before, confidence(logits, people.y), right
    )
    return tables.rows_of(found, arm, seed)


def cost(config: UnlearningConfig) -> Cost:
    """Expected cost of all arms."""
    steps = config.repetitions * sum(step for _, step in _plan(config))
    parts = config.repetitions * sharding.work(config)
    weights = config.width * (N_FEATURES + 1 + N_CLASSES)
    flops = (steps + parts) * NETWORKS * 120 * 6.0 * weights
    waiting = steps * (4e-4 + config.width * 1.2e-5) + parts * (3e-4 + config.width * 1.2e-5)
    return Cost(flops, 0.3 + flops / 3e10 + waiting)


EXPERIMENT = Experiment(
    title="Unlearning",
    question="Can a network be made to forget somebody, and who checks?",
    config=UnlearningConfig,
    view=UnlearningView,
    result=UnlearningResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=(
        Figure(
            name="forgotten",
            title="Is it forgotten, and what did it cost?",
            table=tables.forgotten,
            chart=charts.forgotten,
            caption=tables.forgotten_caption,
            live=True,
            panels=True,
            note="Attack: shadow networks tell the forgotten records from records never seen; the "
            "area under the curve, where 0.5 is guessing. Training from scratch shows what "
            "forgetting looks like. An area below 0.5 is a leak too: the record is known because "
            "the network does strangely badly on it. Bars: 95% intervals over the seeds.",
        ),
        Figure(
            name="differences",
            title="How far from the yardstick",
            table=tables.differences,
            chart=charts.differences,
            caption=tables.differences_caption,
            panels=True,
            note="Seed by seed, with 95% intervals. Forgetting should leave no difference to the "
            "network trained from scratch without the records.",
        ),
        Figure(
            name="shards",
            title="What shards cost, and what they save",
            table=tables.shards,
            chart=charts.shards,
            caption=tables.shards_caption,
            panels=True,
            note="One shard is the original network. Accuracy: before anything is forgotten. Work: "
            "examples seen until one random record is forgotten, as a share of training from "
            "scratch. Bars: 95% intervals over the seeds.",
        ),
        Figure(
            name="work_by_requests",
            title="The work of forgetting many at once",
            table=tables.work_by_requests,
            chart=charts.work_by_requests,
            caption=tables.work_caption,
            note="Computed from the shards and slices that random records were dealt to, not "
            "timed. Line: mean over the seeds; band: its 95% interval.",
        ),
    ),
    cost=cost,
    version=2,
    smallest=UnlearningConfig(n_forget=10, width=16, steps=75, tuning=10, ascent=5),
    claims=CLAIMS,
    presets=(
        Preset("Climb further", {"ascent": 40}, "The records look worse than never seen."),
        Preset("Tune longer", {"tuning": 120}),
        Preset("Few requests", {"n_forget": 10, "shards": 10}, "Shards pay when few are hit."),
    ),
)
