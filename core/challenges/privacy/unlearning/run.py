"""Networks that learn, ways of making them forget, and the attack on what they should have."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.challenges.privacy.unlearning.config import (
    ASCENDED,
    ORIGINAL,
    REPAIRED,
    RESHARDED,
    RETRAINED,
    SHARDED,
    SHARDS,
    TUNED,
    UnlearningConfig,
    UnlearningResult,
)
from core.data.clusters import N_CLASSES, N_FEATURES
from core.data.populations import Population, populate
from core.engine.cost import executed_flops
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot
from core.lab.seeding import derived_seed
from core.metrics.privacy import confidence, likelihood_ratios, roc_auc
from core.models import sisa

if TYPE_CHECKING:
    from core.models.private_sgd import PrivateNetworks

N_MEMBERS = 500
NETWORKS = 12
ASCENT_RATE = 0.02
"""Of gradient ascent: at the training's own rate a few steps destroy the network."""
STARTS = {TUNED: ORIGINAL, ASCENDED: ORIGINAL, REPAIRED: ASCENDED}
"""Whose weights an arm begins with; the others begin fresh."""
REQUESTS = (1, 2, 5, 10, 25, 50, 100)
"""How many records are to be forgotten at once."""
Record = Recorder[UnlearningResult]


@dataclass(frozen=True)
class Sets:
    """Each network's records: to learn, to forget, to keep; `(NETWORKS, n)` places."""

    people: Population
    members: np.ndarray
    forgotten: np.ndarray
    kept: np.ndarray


def draw_sets(config: UnlearningConfig, seed: int) -> Sets:
    """Draw records, each network's own half of them, and what it is to forget."""
    people = populate(N_MEMBERS, NETWORKS, 0.1, seed)
    members = np.stack([np.flatnonzero(mine) for mine in people.is_member])
    # Records come in random order, so the first ones are random ones.
    return Sets(people, members, members[:, : config.n_forget], members[:, config.n_forget :])


def plan(config: UnlearningConfig) -> dict[str, int]:
    """Arms and their own updates, in the order in which they need each other."""
    return {
        ORIGINAL: config.steps,
        RETRAINED: config.steps,
        TUNED: config.tuning,
        ASCENDED: config.ascent,
        REPAIRED: config.tuning,
    }


def sharded_updates(config: UnlearningConfig) -> int:
    """Updates of all stages with every number of shards, and of forgetting with one of them."""
    return (len(SHARDS) + 1) * sisa.SLICES * sisa.stage_steps(config.steps)


def run(config: UnlearningConfig) -> Run[UnlearningResult]:
    """Train each seed's networks, make copies of them forget, and attack all of them."""
    own = sum(plan(config).values()) + sharded_updates(config)
    record = Recorder(UnlearningResult, config.repetitions * own)
    record.replace("steps", _steps(config, []))
    yield record.snapshot("drawing the records", shown=False)
    updates: list[float] = []
    for place, seed in enumerate(config.seeds):
        sets, of_seed = draw_sets(config, seed), f"seed {place + 1}"
        yield from _approximate(config, record, sets, seed, of_seed)
        units = sharded_updates(config)
        work = _shard(config, record, sets, seed, updates)
        yield from record.relay(work, f"SISA, {of_seed}", units, pauses=units)
    # The shards of all seeds come last.
    scores = record.frame("scores")
    late = scores["arm"].isin((SHARDED, RESHARDED))
    record.replace("scores", scores.loc[late.sort_values(kind="stable").index])
    return record.result()


def _steps(config: UnlearningConfig, updates: list[float]) -> Iterable[tuple[str, float]]:
    """Updates that each arm took to forget; those of shards, in whole updates, once known."""
    own = {arm: float(steps) for arm, steps in plan(config).items()}
    own[REPAIRED] += own[ASCENDED]
    own[ORIGINAL] = own[SHARDED] = 0.0
    if updates:
        own[RESHARDED] = float(np.mean(updates))
    return own.items()


def _approximate(
    config: UnlearningConfig, record: Record, sets: Sets, seed: int, of_seed: str
) -> Generator[Snapshot[UnlearningResult], None, None]:
    """Train the networks of one seed, with and without the records, and make copies forget."""
    from core.models.private_sgd import PrivateNetworks

    x = sets.people.x
    seeds = [derived_seed(seed, "unlearning", network) for network in range(NETWORKS)]
    found = {"fresh": PrivateNetworks(N_FEATURES, config.width, N_CLASSES, 1, seeds)}
    for arm, steps in plan(config).items():
        networks = found[STARTS.get(arm, "fresh")].copied()
        yield from record.relay(
            _training(arm, steps, networks, sets, seeds), f"{arm}, {of_seed}", steps,
            pauses=steps, shown=(seed, arm) != (config.first_seed, ORIGINAL),
        )  # fmt: skip
        found[arm] = networks
        _attack(record, arm, seed, found[ORIGINAL].logits(x)[0], networks.logits(x)[0], sets)


def _training(
    arm: str, steps: int, networks: PrivateNetworks, sets: Sets, seeds: list[int]
) -> Generator[int, None, None]:
    from core.models.private_sgd import Protection, train

    ascends = arm == ASCENDED
    places = {ORIGINAL: sets.members, ASCENDED: sets.forgotten}.get(arm, sets.kept)
    return train(
        networks,
        sets.people.x[places],
        sets.people.y[places],
        protections=[Protection()],
        sample_rate=1.0 if ascends else sisa.SHARE,
        steps=steps,
        learning_rate=-ASCENT_RATE if ascends else sisa.LEARNING_RATE,
        seeds=[derived_seed(s, arm) for s in seeds],
    )


def _attack(
    record: Record, arm: str, seed: int, before: np.ndarray, after: np.ndarray, sets: Sets
) -> None:
    """Attack the networks of an arm; outputs before and after are `(n_networks, n, n_classes)`."""
    y = sets.people.y
    found = attack_scores(
        sets.people.is_member, sets.forgotten, confidence(before, y), confidence(after, y),
        after.argmax(-1) == y,
    )  # fmt: skip
    record.extend("scores", ((metric, value, arm, seed) for metric, value in found.items()))


def attack_scores(
    is_member: np.ndarray,
    forgotten: np.ndarray,
    before: np.ndarray,
    after: np.ndarray,
    right: np.ndarray,
) -> dict[str, float]:
    """Attack the forgotten records, with other networks before forgetting as shadows.

    Args:
        is_member: Who was trained on what, `(n_networks, n)` bool.
        forgotten: Places of the records to forget, `(n_networks, n_forget)`.
        before: Confidences of the original networks, `(n_networks, n)`.
        after: Those of the networks attacked, same shape.
        right: Whether these get each record right, same shape.
    """
    gone = np.zeros_like(is_member)
    np.put_along_axis(gone, forgotten, True, axis=1)
    judged = gone | ~is_member
    ratios = likelihood_ratios(before, is_member, after)
    return {
        "auc": roc_auc(gone[judged], ratios[judged]),
        "forgotten": float(right[gone].mean()),
        "kept": float(right[is_member & ~gone].mean()),
        "other": float(right[~is_member].mean()),
    }


def _ensembles(config: UnlearningConfig, n_shards: int) -> int:
    """Ensembles of a seed: half say how well so many shards do, the attack needs all."""
    return NETWORKS if n_shards == config.shards else NETWORKS // 2


def _shard(
    config: UnlearningConfig, record: Record, sets: Sets, seed: int, updates: list[float]
) -> Generator[None, None, None]:
    """Train with every number of shards; with the one chosen, forget and attack.

    The work of forgetting, in whole updates, is added to `updates`.
    """
    people = sets.people
    for n_shards in SHARDS:
        n = _ensembles(config, n_shards)
        mine = sets.members[:n]
        seeds = [derived_seed(seed, "unlearning", "sharded", k) for k in range(n)]
        shards = sisa.deal(people.x[mine], people.y[mine], n_shards, seeds)
        work = ((n_shards, k, seed, sisa.work_of_requests(shards, k, seed)) for k in REQUESTS)
        record.extend("costs", work)
        ensembles = sisa.Ensembles(shards, config.width, N_CLASSES, seeds)
        yield from ensembles.learn(np.ones(shards.y.shape, dtype=bool), config.steps)
        before = sisa.log_probabilities(ensembles, people.x, n_shards)
        right = before.argmax(-1) == people.y
        record.add("shards", n_shards, seed, float(right[~people.is_member[:n]].mean()))
        yield
        if n_shards == config.shards:
            present = sisa.present_without(shards, np.tile(np.arange(config.n_forget), (n, 1)))
            share = sisa.share_of_work(sisa.first_stage(present)).mean()
            updates.append(float(share) * config.steps)
            record.replace("steps", _steps(config, updates))
            yield from ensembles.forget(present, config.steps)
            after = sisa.log_probabilities(ensembles, people.x, n_shards)
            for arm, outputs in ((SHARDED, before), (RESHARDED, after)):
                _attack(record, arm, seed, before, outputs, sets)
                yield


def cost(config: UnlearningConfig) -> Cost:
    """Expected cost of all arms; as if forgetting met every shard from its first slice on."""
    n, updates = 2 * N_MEMBERS, sum(plan(config).values())
    shapes = [
        (NETWORKS, steps, config.n_forget if arm == ASCENDED else 120, 2 * n)
        for arm, steps in plan(config).items()
    ]
    for n_shards in (*SHARDS, config.shards):
        networks = _ensembles(config, n_shards) * n_shards
        examples = sisa.padded_examples(N_MEMBERS // n_shards, config.steps)
        shapes.append((networks, 1, examples, n))
    sizes = (N_FEATURES, config.width, N_CLASSES)
    flops = config.repetitions * sum(executed_flops(sizes, *shape) for shape in shapes)
    waiting = updates * (4e-4 + config.width * 1.2e-5)
    waiting += sharded_updates(config) * (3e-4 + config.width * 1.2e-5)
    return Cost(flops, 0.3 + flops / 3e10 + config.repetitions * waiting)
