"""The networks that are attacked: as they are, with each remedy, and two controls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.challenges.privacy.population import N_VALIDATION, Population, populate
from core.data.clusters import N_CLASSES, N_FEATURES
from core.engine.cost import expected_cost
from core.lab.run import Cost
from core.lab.seeding import derived_seed

if TYPE_CHECKING:
    from core.challenges.privacy.membership import MembershipConfig
    from core.engine.training import Job

BASELINE = "no remedy"
STOPPING = "early stopping"
MEMORISER, UNTRAINED = "random labels", "untrained"
PRIVATE, CLIPPED = "differential privacy", "clipping alone"
REMEDIES = ("more data", "weight decay", "dropout", STOPPING, PRIVATE, CLIPPED)
SHORTER = {"1/12 of the steps": 12, "1/4 of the steps": 4}
ARMS = (BASELINE, *REMEDIES, *SHORTER, MEMORISER, UNTRAINED)
GROW = 4
"""How many times more records "more data" has."""
BATCH = 50
LEARNING_RATE = 0.01
EVALUATIONS = 10


@dataclass(frozen=True)
class Group:
    """Networks that are trained together, for the same number of steps.

    Attributes:
        seeds: Each with the same number of networks.
        arms: Names of the arms, each with the same number of networks.
        steps: Updates of each network.
        options: Arm -> what `Job` is given beyond the rest.
    """

    seeds: tuple[int, ...]
    arms: tuple[str, ...]
    steps: int
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def work(self) -> int:
        """Updates of all arms and seeds together, for the progress bar."""
        return self.steps * self.width

    @property
    def width(self) -> int:
        """How many networks it has of each number."""
        return len(self.arms) * len(self.seeds)


def groups(config: MembershipConfig) -> list[Group]:
    """List what is trained; early stopping reads the weights of the baseline."""
    remedies = {
        "weight decay": {"weight_decay": 3.0},
        "dropout": {"dropout": 0.5},
    }
    # One arm at a time: together they would take five times the memory and no less time. The arm
    # with more records is as large as four, and goes seed by seed.
    every = config.seeds
    found = [Group(every, (BASELINE,), config.steps)]
    found += [Group((seed,), ("more data",), config.steps) for seed in every]
    found += [Group(every, (arm,), config.steps, remedies) for arm in (*remedies, MEMORISER)]
    found += [Group(every, (arm,), max(1, config.steps // by)) for arm, by in SHORTER.items()]
    # A learning rate this small leaves the initial weights as they are.
    return [*found, Group(every, (UNTRAINED,), 1, {UNTRAINED: {"learning_rate": 1e-9}})]


def populations(config: MembershipConfig) -> dict[tuple[str, int], Population]:
    """Draw the records behind every arm and seed; arms share them where they can."""
    kinds: dict[str, dict[str, Any]] = {
        "usual": {},
        "more data": {"grow": GROW},
        MEMORISER: {"random_labels": True},
    }
    drawn: dict[tuple[str, int], Population] = {}
    for kind, options in kinds.items():
        for seed in config.seeds:
            n = config.n_members * int(options.get("grow", 1))
            drawn[kind, seed] = populate(
                n, config.networks, config.label_noise, seed, bool(options.get("random_labels"))
            )
    return {
        (arm, seed): drawn[arm if arm in kinds else "usual", seed]
        for arm in ARMS
        for seed in config.seeds
    }


def jobs(
    config: MembershipConfig, group: Group, records: Mapping[tuple[str, int], Population]
) -> list[Job]:
    """Every network of a group: arm by arm, seed by seed, network by network.

    A network of one number has the same initial weights in every arm.
    """
    from core.engine.training import Job

    return [
        Job(
            data=records[arm, seed].dataset(network),
            seed=derived_seed(seed, "privacy", "network", network),
            hidden=(config.width,),
            batch_size=BATCH,
            **{"learning_rate": LEARNING_RATE, **group.options.get(arm, {})},
        )
        for arm in group.arms
        for seed in group.seeds
        for network in range(config.networks)
    ]


def places(config: MembershipConfig, group: Group, arm: str, seed: int) -> Sequence[int]:
    """Where an arm's networks of one seed stand in the group's jobs."""
    n = config.networks
    first = (group.arms.index(arm) * len(group.seeds) + group.seeds.index(seed)) * n
    return range(first, first + n)


def expected_groups(config: MembershipConfig) -> Cost:
    """Expected cost of training and attacking all groups."""
    sizes = (N_FEATURES, config.width, N_CLASSES)
    costs = [
        expected_cost(
            sizes,
            n_jobs=group.width * config.networks,
            steps=group.steps,
            batch_size=BATCH,
            evaluations=EVALUATIONS + 1,
            n_evaluated=N_VALIDATION + config.n_members * (1 + GROW) // 2,
        )
        for group in groups(config)
    ]
    attack = 1.5e-6 * 11 * config.repetitions * config.networks * 2 * config.n_members
    return Cost(sum(c.flops for c in costs), attack + sum(c.seconds for c in costs))
