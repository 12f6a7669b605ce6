"""Differential privacy: clip every record's gradient, add noise, and prove what that hides."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from core.challenges.privacy.charts import dp_sgd as charts
from core.challenges.privacy.dp_sgd_claims import CLAIMS
from core.challenges.privacy.population import N_VALIDATION, Population, coins, populate
from core.challenges.privacy.tables import dp_sgd as tables
from core.data.clusters import N_CLASSES, N_FEATURES
from core.lab.experiment import Experiment, Figure, Preset
from core.lab.intervals import SHARE, Estimate, t_interval
from core.lab.run import Cost, Run, Snapshot
from core.lab.seeding import derived_seed
from core.lab.settings import Config, View, ladder
from core.lab.wording import number, with_interval
from core.metrics.privacy import confidence
from core.metrics.privacy_accounting import noise_for

if TYPE_CHECKING:
    from core.models.private_sgd import PrivateNetworks, Protection

BATCH = 100
LEARNING_RATE = 0.1
DELTA = 1e-5
CURVE_POINTS = 25
RECORDS, RECORDS_LIVE = 1000, 300
"""On which the attack is judged, at the end and while training."""


class DpSgdConfig(Config):
    """What is trained, and how it is protected."""

    n_members: int = ladder(500, 1000, 2000, 4000, default=1000, label="Training records")
    """How many records each network learns from, on average: each by the toss of a coin. The more
    there are, the less the noise that hides one of them matters."""
    clip: float = ladder(0.1, 0.25, 0.5, 1.0, 2.0, default=1.0, label="Clipping norm")
    """Gradients of single records are shortened to this length. The noise is measured by it."""
    width: int = ladder(16, 32, 64, default=32, unit="units")
    """Units in the hidden layer. Every weight gets its own noise."""
    steps: int = ladder(50, 150, 300, default=150, label="Training steps")
    """Updates of the weights, each on about 100 records (momentum 0.9, learning rate 0.1)."""
    networks: int = ladder(8, 16, default=8, label="Networks")
    """Networks per seed and protection, each trained on its own random half of the records; the
    others serve the attacker as shadow networks."""


class DpSgdView(View):
    """How it is drawn."""

    measure: Literal["area", "caught at 1%"] = "area"
    """Area under the attack's ROC curve (0.5 is guessing), or the share of members caught when 1%
    of the others are falsely accused (1% is guessing)."""


@dataclass(frozen=True)
class DpSgdResult:
    """What was measured.

    Attributes:
        scores: `arm`, `seed`, `metric`, `value`: `auc`, `caught at 1%`, `accuracy in`,
            `accuracy out`, `worst class` (accuracy of the class that fares worst).
        promises: `arm`, `epsilon` (infinite without noise: -1), `noise_multiplier`, and the
            highest `auc` and `caught at 1%` that the promise allows any attack.
        budget: `arm`, `step`, `epsilon` spent by then.
        clip: The clipping norm.
    """

    scores: pd.DataFrame
    promises: pd.DataFrame
    budget: pd.DataFrame
    clip: float


def _rate(config: DpSgdConfig) -> float:
    return BATCH / config.n_members


def _noises(config: DpSgdConfig) -> list[float]:
    """Noise multipliers of the arms; 0 for those without a promise."""
    return [
        noise_for(epsilon, _rate(config), config.steps, DELTA) if epsilon else 0.0
        for epsilon in tables.EPSILONS.values()
    ]


def run(config: DpSgdConfig) -> Run[DpSgdResult]:
    """Train each seed's networks under every protection, then attack them."""
    total = config.repetitions * config.steps
    yield Snapshot(0, total, "computing the noise that each promise needs")
    noises = _noises(config)
    promises = tables.promises(noises, DELTA)
    every = np.linspace(0, config.steps, CURVE_POINTS).round().astype(int)
    budget = tables.budget(noises, _rate(config), np.unique(every), DELTA)
    done: list[pd.DataFrame] = []

    def result(*more: pd.DataFrame) -> DpSgdResult:
        scores = pd.concat([*done, *more], ignore_index=True)
        return DpSgdResult(scores, promises, budget, config.clip)

    for place, seed in enumerate(config.seeds):
        people = coins(populate(config.n_members, config.networks, 0.1, seed), seed)
        networks, work = _training(config, people, noises, seed)
        before = place * config.steps
        phase = f"training, seed {place + 1}"
        for step in work:
            yield Snapshot(
                before + step, total, phase,
                lambda n=networks, p=people, s=seed: result(*_attacks(n, p, s, RECORDS_LIVE)),  # type: ignore[misc]
            )  # fmt: skip
        for scores in _attacks(networks, people, seed, RECORDS):
            done.append(scores)
            yield Snapshot(before + config.steps, total, phase)
    return result()


def _training(
    config: DpSgdConfig, people: Population, noises: list[float], seed: int
) -> tuple[PrivateNetworks, Generator[int, None, None]]:
    from core.models.private_sgd import PrivateNetworks, train

    protections = _protections(config, noises)
    seeds = [derived_seed(seed, "dp sgd", network) for network in range(config.networks)]
    networks = PrivateNetworks(N_FEATURES, config.width, N_CLASSES, len(protections), seeds)
    work = train(
        networks,
        np.repeat(people.x[None], len(seeds), axis=0),
        np.repeat(people.y[None], len(seeds), axis=0),
        protections=protections,
        sample_rate=_rate(config),
        steps=config.steps,
        # On average every second of the rows is there.
        learning_rate=2 * LEARNING_RATE,
        seeds=seeds,
        present=people.is_member,
    )
    return networks, work


def _protections(config: DpSgdConfig, noises: list[float]) -> list[Protection]:
    from core.models.private_sgd import Protection

    clipped = [Protection(config.clip, noise) for noise in noises[1:]]
    return [Protection(), *clipped]


def _attacks(
    networks: PrivateNetworks, people: Population, seed: int, n: int
) -> Iterator[pd.DataFrame]:
    """Scores of one arm after the other for one seed, on the first records."""
    logits, inside = networks.logits(people.x[:n]), people.is_member[:, :n]
    y, truth = people.y[:n], people.y_validation
    right = networks.logits(people.x_validation).argmax(-1) == truth
    for arm, name in enumerate(tables.EPSILONS):
        correct = logits[arm].argmax(-1) == y
        found = tables.scores(inside, correct, confidence(logits[arm], y))
        found["accuracy out"] = float(right[arm].mean())
        of_class = [float(right[arm][:, truth == label].mean()) for label in np.unique(truth)]
        found["worst class"] = min(of_class)
        rows = pd.DataFrame({"metric": list(found), "value": list(found.values())})
        yield rows.assign(arm=name, seed=seed)


def metrics(result: DpSgdResult) -> dict[str, Estimate]:
    """Headline numbers: attack and accuracy without protection, clipped, and at epsilon 8 and 2."""
    found = {}
    arms = {"unprotected": tables.NOTHING, "clipped": tables.CLIPPED, "epsilon_8": "ε = 8"}
    for name, arm in {**arms, "epsilon_2": "ε = 2"}.items():
        found[f"auc_{name}"] = t_interval(tables.values(result, arm, "auc"))
        accuracy = tables.values(result, arm, "accuracy out")
        found[f"accuracy_{name}"] = t_interval(accuracy, SHARE)
    return found


def finding(result: DpSgdResult) -> str:
    """Say what clipping and noise do to attack and accuracy, from the numbers."""
    m = metrics(result)
    return (
        f"Without protection the attack's area is {number(m['auc_unprotected'].mean)}. Clipping "
        f"each record's gradient to {result.clip:g}, without noise and without any promise, "
        f"makes it {number(m['auc_clipped'].mean)}. With noise for ε = 8 it is "
        f"{number(m['auc_epsilon_8'].mean)}, for ε = 2 {number(m['auc_epsilon_2'].mean)}, where "
        f"0.5 is guessing; accuracy on other records is "
        f"{with_interval(m['accuracy_unprotected'])} without protection, "
        f"{with_interval(m['accuracy_clipped'])} clipped, {with_interval(m['accuracy_epsilon_8'])} "
        f"at ε = 8 and {with_interval(m['accuracy_epsilon_2'])} at ε = 2."
    )


def cost(config: DpSgdConfig) -> Cost:
    """Expected cost of all networks."""
    models = len(tables.EPSILONS) * config.networks * config.repetitions
    padded = 1.25 * BATCH
    weights = config.width * (N_FEATURES + 1 + N_CLASSES)
    flops = config.steps * models * padded * 6.0 * weights
    attack = models * (1000 + N_VALIDATION) * 2.0 * weights
    elements = config.steps * models * padded * (config.width + N_FEATURES)
    return Cost(flops + attack, 0.4 + flops / 3e10 + elements * 6e-9 + config.repetitions * 0.05)


EXPERIMENT = Experiment(
    title="Differential privacy",
    question="What does a proof of privacy cost, and what does it buy?",
    config=DpSgdConfig,
    view=DpSgdView,
    result=DpSgdResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=(
        Figure(
            name="attack_and_accuracy",
            title="The attack, the proof and the price",
            table=tables.attack_and_accuracy,
            chart=charts.attack_and_accuracy,
            caption=tables.attack_caption,
            live=True,
            panels=True,
            note="Shadow networks attack networks trained in the same way. The smaller ε, the more "
            "noise; δ is 0.00001. No attack, however clever, can pass what the proof allows; "
            "clipping alone proves nothing. Line: mean over the seeds; band: its 95% interval.",
        ),
        Figure(
            name="changes",
            title="What clipping does alone, and what the noise adds",
            table=tables.changes,
            chart=charts.changes,
            caption=tables.changes_caption,
            panels=True,
            note="Difference to training without protection, seed by seed, with 95% intervals.",
        ),
        Figure(
            name="budget",
            title="Every step spends privacy",
            table=tables.budget_lines,
            chart=charts.budget,
            caption=tables.budget_caption,
            note="Computed, not measured: the accountant adds up each step's divergence. The noise "
            "is chosen so that the last step reaches the ε of its name.",
        ),
    ),
    cost=cost,
    smallest=DpSgdConfig(n_members=500, width=16, steps=50),
    claims=CLAIMS,
    presets=(
        Preset("More records", {"n_members": 4000, "steps": 300}, "The noise matters less."),
        Preset("Clip hard", {"clip": 0.1}),
        Preset("Clip hardly", {"clip": 2.0}),
    ),
    version=2,
)
