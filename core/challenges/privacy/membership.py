"""Membership inference: telling from a network's outputs who was in its training set."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pandas as pd

from core.challenges.privacy import membership_private as private
from core.challenges.privacy.charts import membership as charts
from core.challenges.privacy.membership_arms import (
    BASELINE,
    EVALUATIONS,
    STOPPING,
    Group,
    expected_groups,
    groups,
    jobs,
    places,
    populations,
)
from core.challenges.privacy.membership_claims import CLAIMS
from core.challenges.privacy.membership_summary import finding, metrics
from core.challenges.privacy.population import Population
from core.challenges.privacy.tables import membership as tables
from core.lab.experiment import Experiment, Figure, Preset
from core.lab.run import Cost, Run, Snapshot, relay
from core.lab.settings import Config, View, ladder
from core.metrics.privacy import confidence

if TYPE_CHECKING:
    from core.engine.training import Fit

SEEDS_SHOWN_LIVE = 1
PRIVATE_WORK = len(private.ARMS) * private.STEPS


class MembershipConfig(Config):
    """What is trained and attacked."""

    n_members: int = ladder(125, 250, 500, 1000, default=500, label="Training records")
    """How many records each network learns from. As many others stay out; the attack must tell
    the two apart."""
    label_noise: float = ladder(0.0, 0.1, 0.2, default=0.1, label="Wrong labels")
    """Chance that a record's label is wrong, in and out of the training set alike. A wrong label
    can only be learned by heart."""
    width: int = ladder(16, 32, 64, 128, default=64, unit="units")
    """Units in the hidden layer. More units can remember more."""
    steps: int = ladder(75, 150, 300, 600, default=300, label="Training steps")
    """Updates of the weights, each on a batch of 50 records (Adam, learning rate 0.01)."""
    networks: int = ladder(8, 16, 32, default=16, label="Networks")
    """Networks per seed, each trained on its own random half of the records. Each is attacked
    once, and the others serve the attacker as shadow networks."""
    epsilon: float = ladder(0.5, 1.0, 2.0, 4.0, 8.0, default=2.0, label="ε of private training")
    """What differential privacy promises with δ = 0.00001: the smaller ε, the less anybody can
    learn about one record, and the more noise training has to bear."""


class MembershipView(View):
    """How it is drawn."""

    arm: Literal[
        "no remedy", "more data", "weight decay", "dropout", "early stopping",
        "differential privacy", "clipping alone",
        "1/12 of the steps", "1/4 of the steps", "random labels", "untrained",
    ] = "no remedy"  # fmt: skip
    """Whose attack is drawn. The last two are controls: networks that can only memorise, which an
    attack must catch, and networks before training, which it must not."""
    attack: Literal["shadow networks", "loss threshold"] = "shadow networks"
    """Loss threshold: call a record a member if the network's loss on it is low. Shadow networks:
    compare the network with others that did, and did not, train on that very record (LiRA)."""


@dataclass(frozen=True)
class MembershipResult:
    """What was measured.

    Attributes:
        scores: `arm`, `seed`, `metric`, `value`: shares in [0, 1]. Accuracy on records in and out
            of the training set, their difference `gap`, and for each attack the area under its
            ROC curve and the share of members caught at 1% and 0.1% false alarms.
        curves: `arm`, `attack`, `seed`, `fpr`, `tpr`: the ROC curves at fixed false-positive rates.
        epsilon: What private training promises,
        delta: and the chance with which the promise may fail.
        finished: False while the training goes on.
    """

    scores: pd.DataFrame
    curves: pd.DataFrame
    epsilon: float
    delta: float
    finished: bool


def run(config: MembershipConfig) -> Run[MembershipResult]:
    """Train every arm's networks, then attack each with the others of its arm and seed."""
    every = groups(config)
    total = sum(group.work for group in every) + config.repetitions**2 * PRIVATE_WORK
    yield Snapshot(0, total, "drawing the records")
    records = populations(config)
    done, reports = 0, []
    for group in every:
        # In a function of its own: a group's networks are gone before the next one's come.
        reports += yield from _train_and_attack(config, group, records, done, total)
        done += group.work
    for seed in config.seeds:
        reports += yield from _train_privately(config, records[BASELINE, seed], seed, done, total)
        done += config.repetitions * PRIVATE_WORK
    return _result(config, reports, finished=True)


def _train_and_attack(
    config: MembershipConfig,
    group: Group,
    records: Mapping[tuple[str, int], Population],
    done: int,
    total: int,
) -> Generator[Snapshot[MembershipResult], None, list[tables.Report]]:
    from core.engine.training import fit

    work = fit(
        jobs(config, group, records),
        steps=group.steps,
        evaluate_every=max(1, group.steps // EVALUATIONS),
        keep_best=BASELINE in group.arms,
    )
    phase = f"training {group.width * config.networks} networks"
    fitted = yield from relay(
        work,
        lambda p: Snapshot(
            done + p.step * group.width, total, phase, _partial(config, group, records, p.fit)
        ),
    )
    reports = []
    for report in _attacks(config, group, records, fitted):
        reports.append(report)
        yield Snapshot(done + group.work, total, "attacking the networks")
    return reports


def _train_privately(
    config: MembershipConfig, people: Population, seed: int, done: int, total: int
) -> Generator[Snapshot[MembershipResult], None, list[tables.Report]]:
    n = len(private.ARMS)
    phase = f"training {n * config.networks} networks privately"
    work, unit = private.train_and_attack(config, people, seed), n * config.repetitions
    return (yield from relay(work, lambda step: Snapshot(done + unit * step, total, phase)))


def _partial(
    config: MembershipConfig,
    group: Group,
    records: Mapping[tuple[str, int], Population],
    fit: Fit,
) -> Callable[[], MembershipResult] | None:
    if BASELINE not in group.arms:
        return None
    seeds = config.seeds[:SEEDS_SHOWN_LIVE]
    return lambda: _result(
        config,
        [_attack(config, group, records, fit, BASELINE, seed) for seed in seeds],
        finished=False,
    )


def _attacks(
    config: MembershipConfig,
    group: Group,
    records: Mapping[tuple[str, int], Population],
    fit: Fit,
) -> Iterator[tables.Report]:
    """Attack every arm of a group, one seed at a time; the work between two is milliseconds."""
    for arm in group.arms:
        for seed in group.seeds:
            yield _attack(config, group, records, fit, arm, seed)
            if arm == BASELINE:
                yield _attack(config, group, records, fit, arm, seed, best=True)


def _attack(
    config: MembershipConfig,
    group: Group,
    records: Mapping[tuple[str, int], Population],
    fit: Fit,
    arm: str,
    seed: int,
    best: bool = False,
) -> tables.Report:
    people = records[arm, seed]
    first = slice(0, 2 * config.n_members)
    logits = fit.logits(people.x[first], places(config, group, arm, seed), best)
    y, inside = people.y[first], people.is_member[:, first]
    correct = logits.argmax(axis=-1) == y
    name = STOPPING if best else arm
    return tables.report(name, seed, inside, correct, confidence(logits, y))


def _result(
    config: MembershipConfig, reports: list[tables.Report], *, finished: bool
) -> MembershipResult:
    scores = pd.concat([report.scores for report in reports], ignore_index=True)
    curves = pd.concat([report.curves for report in reports], ignore_index=True)
    return MembershipResult(scores, curves, config.epsilon, private.DELTA, finished)


def cost(config: MembershipConfig) -> Cost:
    """Expected cost of all networks."""
    parts = expected_groups(config), private.expected(config)
    return Cost(sum(part.flops for part in parts), sum(part.seconds for part in parts))


EXPERIMENT = Experiment(
    title="Membership",
    question="Can an attacker tell whose record was in the training set?",
    config=MembershipConfig,
    view=MembershipView,
    result=MembershipResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=(
        Figure(
            name="roc_curves",
            title="Members caught against false alarms",
            table=tables.roc_curves,
            chart=charts.roc_curves,
            caption=tables.roc_caption,
            live=True,
            note="Both axes are logarithmic: an accusation counts only if it is hardly ever wrong, "
            "and the left end is where that is so. Line: mean over the seeds; band: its 95% "
            "interval; grey, dashed: guessing. Differential privacy comes with a proof: no attack "
            "whatever can reach beyond the dotted line, drawn for private training only, for the ε "
            "of the settings and δ = 0.00001.",
        ),
        Figure(
            name="leak_by_gap",
            title="The gap is what leaks",
            table=tables.leak_by_gap,
            chart=charts.leak_by_gap,
            caption=tables.gap_caption,
            note="One dot per kind of training, with 95% intervals over the seeds both ways. "
            "Dashed: guessing. The controls: networks trained on random labels can only memorise "
            "and must be caught; untrained ones must not.",
        ),
        Figure(
            name="remedy_effects",
            title="What each remedy changes",
            table=tables.remedy_effects,
            chart=charts.remedy_effects,
            caption=tables.remedy_caption,
            panels=True,
            note="Difference to the network without a remedy, seed by seed, with 95% intervals. "
            "The attacker knows the remedy and trains the shadow networks with it. More data: "
            "four times the records and as many steps. Differential privacy: 50 steps with each "
            "record's gradient clipped, and noise for the ε of the settings (δ = 0.00001). "
            "Clipping alone is the same without the noise: it promises nothing.",
        ),
    ),
    cost=cost,
    version=2,
    smallest=MembershipConfig(n_members=125, width=16, steps=75, networks=8),
    claims=CLAIMS,
    presets=(
        Preset("Leak more", {"n_members": 250, "label_noise": 0.2, "steps": 600, "width": 128}),
        Preset("A weaker promise", {"epsilon": 8.0}, "Less noise in private training."),
        Preset("Leak less", {"n_members": 1000, "label_noise": 0.0, "steps": 75, "width": 16}),
    ),
)
