"""Each seed's networks under every protection, and the attack on them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from core.attacks.private_training import (
    DELTA,
    expected,
    sample_rate,
    train_on_coins,
)
from core.challenges.privacy.dp_sgd.config import EPSILONS, DpSgdConfig, DpSgdResult
from core.data.populations import N_VALIDATION, Population, coins, populate
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run
from core.lab.seeding import derived_seed
from core.metrics.privacy import confidence, likelihood_ratios, roc_auc, tpr_at_fpr
from core.metrics.privacy_accounting import epsilon_spent, largest_auc, most_caught, noise_for

if TYPE_CHECKING:
    from core.models.private_sgd import PrivateNetworks

CURVE_POINTS = 25
RECORDS, RECORDS_LIVE = 1000, 300
"""On which the attack is judged, at the end and while training."""


def promises(noises: Sequence[float]) -> Iterator[tuple[str, float, float, float, float]]:
    """What each arm's epsilon allows any attack: rows of `DpSgdResult.promises`."""
    for (arm, epsilon), noise in zip(EPSILONS.items(), noises, strict=True):
        real = epsilon or math.inf
        caught = float(most_caught(np.array([0.01]), real, DELTA)[0])
        yield arm, epsilon or -1.0, noise, largest_auc(real, DELTA), caught


def budget(config: DpSgdConfig, noises: Sequence[float]) -> Iterator[tuple[str, int, float]]:
    """Epsilon spent by then, for the arms with noise: rows of `DpSgdResult.budget`."""
    steps = np.unique(np.linspace(0, config.steps, CURVE_POINTS).round().astype(int)).tolist()
    rate = sample_rate(config.n_members)
    for arm, noise in zip(EPSILONS, noises, strict=True):
        if noise:
            yield from ((arm, step, epsilon_spent(rate, noise, step, DELTA)) for step in steps)


def run(config: DpSgdConfig) -> Run[DpSgdResult]:
    """Train each seed's networks under every protection, then attack them."""
    record = Recorder(DpSgdResult, config.repetitions * config.steps, clip=config.clip)
    yield record.snapshot("computing the noise that each promise needs", shown=False)
    rate = sample_rate(config.n_members)
    noises = [noise_for(e, rate, config.steps, DELTA) if e else 0.0 for e in EPSILONS.values()]
    record.extend("promises", promises(noises))
    record.extend("budget", budget(config, noises))
    protections = [(math.inf, 0.0), *((config.clip, noise) for noise in noises[1:])]
    for place, seed in enumerate(config.seeds):
        people = coins(populate(config.n_members, config.networks, 0.1, seed), seed)
        seeds = [derived_seed(seed, "dp sgd", network) for network in range(config.networks)]
        networks, work = train_on_coins(people, config.width, protections, config.steps, seeds)

        def so_far(_: int, networks: Any = networks, people: Any = people, seed: int = seed) -> Any:
            found = attacks(networks, people, seed, RECORDS_LIVE)
            return record.result(scores=chain.from_iterable(found))

        phase = f"training, seed {place + 1}"
        yield from record.relay(work, phase, config.steps, pauses=config.steps, partial=so_far)
        for scores in attacks(networks, people, seed, RECORDS):
            record.extend("scores", scores)
            yield record.snapshot(phase)
    return record.result()


def attacks(
    networks: PrivateNetworks, people: Population, seed: int, n: int
) -> Iterator[list[tuple[str, float, str, int]]]:
    """Attack each arm's networks with one another as shadows, on the first `n` records.

    Yields:
        Rows of `DpSgdResult.scores`, arm by arm.
    """
    logits, inside = networks.logits(people.x[:n]), people.is_member[:, :n]
    y, truth = people.y[:n], people.y_validation
    right = networks.logits(people.x_validation).argmax(-1) == truth
    for arm, name in enumerate(EPSILONS):
        ratios = likelihood_ratios(confidence(logits[arm], y), inside)
        found = {
            "accuracy in": (logits[arm].argmax(-1) == y)[inside].mean(),
            "auc": roc_auc(inside, ratios),
            "caught at 1%": tpr_at_fpr(inside, ratios, 0.01),
            "accuracy out": right[arm].mean(),
            "worst class": min(right[arm][:, truth == label].mean() for label in np.unique(truth)),
        }
        yield [(metric, float(value), name, seed) for metric, value in found.items()]


def cost(config: DpSgdConfig) -> Cost:
    """Expected cost of all networks."""
    models = len(EPSILONS) * config.networks * config.repetitions
    training = expected(config.width, models, config.steps, RECORDS + N_VALIDATION)
    return Cost(training.flops, training.seconds + 0.4 + config.repetitions * 0.05)
