"""Networks as they are, with each remedy, and two controls: trained, and attacked by each other."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from core.attacks.private_training import (
    DELTA,
    expected,
    sample_rate,
    train_on_coins,
)
from core.challenges.privacy.membership.config import (
    ARMS,
    BASELINE,
    CLIPPED,
    LOSS,
    MEMORISER,
    PRIVATE,
    SHADOWS,
    SHORTER,
    STOPPING,
    UNTRAINED,
    MembershipConfig,
    MembershipResult,
)
from core.data.clusters import N_CLASSES, N_FEATURES
from core.data.populations import N_VALIDATION, Population, coins, populate
from core.engine.cost import expected_cost
from core.engine.training import Fit, Job, fit
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot
from core.lab.seeding import derived_seed
from core.metrics.privacy import confidence, likelihood_ratios, roc_at, roc_auc, tpr_at_fpr
from core.metrics.privacy_accounting import noise_for

GROW = 4
"""How many times more records "more data" has."""
BATCH = 50
LEARNING_RATE = 0.01
EVALUATIONS = 10
RATES = np.geomspace(1e-3, 1, 31)
"""False-positive rates at which curves are kept."""
PRIVATE_ARMS = (PRIVATE, CLIPPED)
PRIVATE_STEPS = 50
"""Every step spends privacy, so private training is short whatever the others do."""
CLIP = 1.0
PIECE = 250
"""Records whose outputs are computed at once: hidden units of all networks take the memory."""
MOST_RECORDS = 160_000
"""Training records of all networks that are trained together, at most: about 80 MB."""
Records = Mapping[tuple[str, int], Population]
"""Arm, seed -> the records behind them."""


@dataclass(frozen=True)
class Group:
    """Networks of one arm that are trained together.

    Attributes:
        arm: Its name.
        seeds: Each with the same number of networks.
        steps: Updates of each network.
        options: What `Job` is given beyond the rest.
    """

    arm: str
    seeds: tuple[int, ...]
    steps: int
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def work(self) -> int:
        """Updates of all seeds together, for the progress bar."""
        return self.steps * len(self.seeds)


def groups(config: MembershipConfig) -> list[Group]:
    """List what is trained; early stopping reads the weights of the baseline.

    One arm at a time, and of many large networks some seeds at a time: together they would take
    many times the memory and no less time. The arm with more records goes seed by seed.
    """
    steps, parts = config.steps, _together(config)
    arms: list[tuple[str, int, dict[str, Any], list[tuple[int, ...]]]] = [
        (BASELINE, steps, {}, parts),
        ("more data", steps, {}, [(seed,) for seed in config.seeds]),
        ("weight decay", steps, {"weight_decay": 3.0}, parts),
        ("dropout", steps, {"dropout": 0.5}, parts),
        (MEMORISER, steps, {}, parts),
        *((arm, max(1, steps // by), {}, parts) for arm, by in SHORTER.items()),
        # A learning rate this small leaves the initial weights as they are.
        (UNTRAINED, 1, {"learning_rate": 1e-9}, parts),
    ]
    return [Group(arm, some, n, more) for arm, n, more, seeds in arms for some in seeds]


def _together(config: MembershipConfig) -> list[tuple[int, ...]]:
    """Seeds whose networks are trained side by side."""
    most = max(1, MOST_RECORDS // (config.networks * config.n_members))
    return [config.seeds[at : at + most] for at in range(0, config.repetitions, most)]


def populations(config: MembershipConfig) -> dict[tuple[str, int], Population]:
    """Draw the records behind every arm and seed; arms share them where they can."""

    def drawn(seed: int, grow: int = 1, random_labels: bool = False) -> Population:
        n = config.n_members * grow
        return populate(n, config.networks, config.label_noise, seed, random_labels)

    found: dict[tuple[str, int], Population] = {}
    for seed in config.seeds:
        found |= dict.fromkeys([(arm, seed) for arm in ARMS], drawn(seed))
        found["more data", seed] = drawn(seed, GROW)
        found[MEMORISER, seed] = drawn(seed, random_labels=True)
    return found


def jobs(config: MembershipConfig, group: Group, records: Records) -> list[Job]:
    """Every network of a group, seed by seed.

    A network of one number has the same initial weights in every arm.
    """
    return [
        Job(
            data=records[group.arm, seed].dataset(network),
            seed=derived_seed(seed, "privacy", "network", network),
            hidden=(config.width,),
            batch_size=BATCH,
            **{"learning_rate": LEARNING_RATE, **group.options},
        )
        for seed in group.seeds
        for network in range(config.networks)
    ]


def places(config: MembershipConfig, group: Group, seed: int) -> Sequence[int]:
    """Where the networks of one seed stand in the group's jobs."""
    first = group.seeds.index(seed) * config.networks
    return range(first, first + config.networks)


def recorder(config: MembershipConfig) -> Recorder[MembershipResult]:
    """Empty tables, and the updates of all networks as the work to do."""
    total = sum(group.work for group in groups(config)) + config.repetitions * private_work(config)
    return Recorder(MembershipResult, total, epsilon=config.epsilon, delta=DELTA, finished=False)


def private_work(config: MembershipConfig) -> int:
    """What the private training of one seed counts for in the progress bar."""
    return len(PRIVATE_ARMS) * PRIVATE_STEPS * config.repetitions


def run(config: MembershipConfig) -> Run[MembershipResult]:
    """Train every arm's networks, then attack each with the others of its arm and seed."""
    record = recorder(config)
    yield record.snapshot("drawing the records", shown=False)
    records = populations(config)
    for group in groups(config):
        # In a function of its own: a group's networks are gone before the next one's come.
        yield from _train_and_attack(config, record, group, records)
    for seed in config.seeds:
        yield from _train_privately(config, record, records[BASELINE, seed], seed)
    record.put(finished=True)
    return record.result()


def _train_and_attack(
    config: MembershipConfig, record: Recorder[MembershipResult], group: Group, records: Records
) -> Generator[Snapshot[MembershipResult], None, None]:
    live = group.arm == BASELINE
    first = slice(0, 2 * config.n_members)

    def attacked(
        into: Recorder[MembershipResult], fitted: Fit, seed: int, best: bool = False
    ) -> Recorder[MembershipResult]:
        people = records[group.arm, seed]
        logits = fitted.logits(people.x[first], places(config, group, seed), best)
        name = STOPPING if best else group.arm
        attack(into, name, seed, people.is_member[:, first], logits, people.y[first])
        return into

    fitted = yield from record.relay(
        fit(
            jobs(config, group, records), steps=group.steps,
            evaluate_every=max(1, group.steps // EVALUATIONS), keep_best=live,
        ),
        f"training {len(group.seeds) * config.networks} networks", group.work,
        share=lambda p: p.step / p.total, shown=live,
        partial=lambda p: attacked(recorder(config), p.fit, group.seeds[0]).result(),
    )  # fmt: skip
    for seed in group.seeds:
        for best in (False, True) if live else (False,):
            attacked(record, fitted, seed, best)
            yield record.snapshot("attacking the networks", shown=False)


def _train_privately(
    config: MembershipConfig, record: Recorder[MembershipResult], people: Population, seed: int
) -> Generator[Snapshot[MembershipResult], None, None]:
    """Train one seed's networks with and without noise; who is a member is drawn anew."""
    phase = f"training {len(PRIVATE_ARMS) * config.networks} networks privately"
    people = coins(people, seed)
    noise = noise_for(config.epsilon, sample_rate(config.n_members), PRIVATE_STEPS, DELTA)
    seeds = [derived_seed(seed, "membership", "private", k) for k in range(config.networks)]
    networks, work = train_on_coins(
        people, config.width, [(CLIP, noise), (CLIP, 0.0)], PRIVATE_STEPS, seeds
    )
    yield from record.relay(work, phase, private_work(config), pauses=PRIVATE_STEPS, shown=False)
    pieces = []
    for first in range(0, len(people.x), PIECE):
        pieces.append(networks.logits(people.x[first : first + PIECE]))
        yield record.snapshot(phase, shown=False)
    for arm, logits in zip(PRIVATE_ARMS, np.concatenate(pieces, axis=2), strict=True):
        attack(record, arm, seed, people.is_member, logits, people.y)
        yield record.snapshot(phase, shown=False)


def attack(
    record: Recorder[MembershipResult],
    arm: str,
    seed: int,
    is_member: np.ndarray,
    logits: np.ndarray,
    y: np.ndarray,
) -> None:
    """Attack all networks of an arm both ways; one threshold holds for all of them.

    Args:
        record: Where scores and curves are added.
        arm: Its name.
        seed: Of the repetition.
        is_member: Who was trained on what, `(n_networks, n)` bool.
        logits: Outputs of the networks, `(n_networks, n, n_classes)`.
        y: Labels as given, `(n,)`.
    """
    correct, found = logits.argmax(axis=-1) == y, confidence(logits, y)
    inside, outside = correct[is_member].mean(), correct[~is_member].mean()
    rows = {"accuracy in": inside, "accuracy out": outside, "gap": inside - outside}
    for name, score in ((LOSS, found), (SHADOWS, likelihood_ratios(found, is_member))):
        rows[f"auc, {name}"] = roc_auc(is_member, score)
        rows[f"tpr at 1%, {name}"] = tpr_at_fpr(is_member, score, 0.01)
        rows[f"tpr at 0.1%, {name}"] = tpr_at_fpr(is_member, score, 0.001)
        curve = zip(RATES.tolist(), roc_at(is_member, score, RATES).tolist(), strict=True)
        record.extend("curves", ((name, *point, arm, seed) for point in curve))
    for metric, value in rows.items():
        record.add("scores", metric, float(value), arm, seed)


def cost(config: MembershipConfig) -> Cost:
    """Expected cost of training and attacking all networks."""
    costs = [
        expected_cost(
            (N_FEATURES, config.width, N_CLASSES), n_jobs=len(group.seeds) * config.networks,
            steps=group.steps, batch_size=BATCH, evaluations=EVALUATIONS + 1,
            n_evaluated=N_VALIDATION + config.n_members * (1 + GROW) // 2,
        )
        for group in groups(config)
    ]  # fmt: skip
    models, attacked = config.networks * config.repetitions, 2 * config.n_members
    costs.append(expected(config.width, len(PRIVATE_ARMS) * models, PRIVATE_STEPS, attacked))
    attack = 1.5e-6 * len(ARMS) * models * attacked
    return Cost(sum(c.flops for c in costs), attack + sum(c.seconds for c in costs))
