"""Chance: how wide a gap is without any cause, how to tell, and gaps that hide at crossings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.challenges.fairness.chance_gaps_claims import CLAIMS, alarms, false_alarms, hidden, wide
from core.challenges.fairness.chance_gaps_draws import (
    SIZES,
    crossed_gap,
    crossings,
    people,
    simulated,
)
from core.challenges.fairness.charts import chance_gaps as charts
from core.challenges.fairness.tables import chance_gaps as tables
from core.engine.cost import expected_cost
from core.lab.experiment import Experiment, Figure, Preset
from core.lab.intervals import POINTS, SHARE, Estimate, t_interval
from core.lab.run import Cost, Run, Snapshot, relay
from core.lab.settings import Config, View, ladder, repetitions
from core.lab.wording import with_interval

if TYPE_CHECKING:
    from core.engine.training import Fit, Job

HIDDEN = (16,)
STEPS = 300
N_TRAIN, N_VALIDATION = 3000, 4000


class ChanceGapsConfig(Config):
    """Who is audited."""

    repetitions: int = repetitions(default=10)

    true_gap: float = ladder(0.05, 0.1, 0.15, 0.2, 0.3, default=0.1, label="A true gap")
    """How much lower the true positive rate of group B is in the world that is not fair."""
    minority_share: float = ladder(0.05, 0.1, 0.2, 0.5, default=0.2, label="Share of group B")
    """Share of group B among those audited."""
    base_rate: float = ladder(0.1, 0.3, 0.5, default=0.5, label="Base rate")
    """Share of those audited who would repay: true positive rates count only them."""
    crossing_bias: float = ladder(0.0, 0.2, 0.4, 0.6, default=0.4, label="Bias at the crossing")
    """Share of repaid loans struck off the record for those of whom exactly one of two attributes
    holds: a bias that neither attribute shows alone."""


class ChanceGapsView(View):
    """How it is drawn."""

    log_sizes: bool = True
    """Whether the axis of numbers audited is logarithmic."""


@dataclass(frozen=True)
class ChanceGapsResult:
    """What was measured.

    Attributes:
        audits: `seed`, `n` audited, `world` ("no gap" or "true gap"), `metric` ("wide": share of
            audits with a gap over 10 points; "alarm": share that the shuffle test calls more than
            chance), `value`.
        crossings: `seed`, `attributes` crossed, `n` audited, `value`: mean of the widest gap
            between crossed groups in a fair world.
        network: `seed`, `by` (an attribute, or both), `value`: widest gap in selection rates.
    """

    audits: pd.DataFrame
    crossings: pd.DataFrame
    network: pd.DataFrame


def run(config: ChanceGapsConfig) -> Run[ChanceGapsResult]:
    """Train the networks of the crossing, then audit simulated decisions seed by seed."""
    from core.engine.training import fit

    total = STEPS + config.repetitions * (2 * len(SIZES) + 1)
    yield Snapshot(0, total, "drawing applicants")
    made = []
    for seed in config.seeds:
        made.append(_job(config, seed))
        yield Snapshot(0, total, "drawing applicants")
    jobs, sides = [job for job, _ in made], [side for _, side in made]
    fitted = yield from relay(
        fit(jobs, steps=STEPS, evaluate_every=STEPS // 4),
        lambda p: Snapshot(p.step, total, f"training {len(jobs)} networks"),
    )
    network = _network(config, fitted, sides)
    audits: list[tuple[object, ...]] = []
    crossed: list[tuple[object, ...]] = []
    step = STEPS
    for seed in config.seeds:
        for part in simulated(config, seed):
            audits += part
            step += 1
            yield Snapshot(step, total, "auditing decisions made by chance")
        crossed += crossings(config.base_rate, seed)
        step += 1
        yield Snapshot(step, total, "crossing attributes", _partial(audits, crossed, network))
    return _result(audits, crossed, network)


def _partial(
    audits: list[tuple[object, ...]], crossed: list[tuple[object, ...]], network: pd.DataFrame
) -> Callable[[], ChanceGapsResult]:
    return lambda: _result(audits, crossed, network)


def _result(
    audits: list[tuple[object, ...]], crossed: list[tuple[object, ...]], network: pd.DataFrame
) -> ChanceGapsResult:
    return ChanceGapsResult(
        pd.DataFrame(audits, columns=["seed", "n", "world", "metric", "value"]),
        pd.DataFrame(crossed, columns=["seed", "attributes", "n", "value"]),
        network,
    )


def _job(config: ChanceGapsConfig, seed: int) -> tuple[Job, np.ndarray]:
    from core.engine.training import Job

    data, sides = people(N_TRAIN, N_VALIDATION, config.crossing_bias, seed)
    return Job(data, seed, HIDDEN, batch_size=128), sides


def _network(config: ChanceGapsConfig, fit: Fit, sides: list[np.ndarray]) -> pd.DataFrame:
    rows = []
    for place, seed in enumerate(config.seeds):
        x = fit.jobs[place].data.x_validation
        called = fit.logits(x, jobs=[place])[0, :, 0] > 0
        for by, gap in crossed_gap(called, sides[place]).items():
            rows.append((seed, by, gap))
    return pd.DataFrame(rows, columns=["seed", "by", "value"])


def metrics(result: ChanceGapsResult) -> dict[str, Estimate]:
    """Headline numbers: wide gaps and alarms without a true gap, and the hidden one."""
    return {
        "gaps_over_10_points_by_chance_at_100": t_interval(wide(result, 100), SHARE),
        "gaps_over_10_points_by_chance_at_5000": t_interval(wide(result, 5000), SHARE),
        "false_alarms_of_the_shuffle_test": t_interval(false_alarms(result), SHARE),
        "true_gaps_found_at_1000": t_interval(alarms(result, 1000, "true gap"), SHARE),
        "widest_gap_by_one_attribute": t_interval(hidden(result, crossed=False), POINTS),
        "widest_gap_at_the_crossing": t_interval(hidden(result, crossed=True), POINTS),
    }


def finding(result: ChanceGapsResult) -> str:
    """Say how often chance makes a wide gap, and what hides at the crossing."""
    found = metrics(result)
    return (
        f"With no true gap, {with_interval(found['gaps_over_10_points_by_chance_at_100'])} of "
        f"audits of 100 people see true positive rates more than 10 points apart, and "
        f"{with_interval(found['gaps_over_10_points_by_chance_at_5000'])} of audits of 5,000. The "
        f"network's selection rates differ by {with_interval(found['widest_gap_by_one_attribute'])}"
        f" between the values of one attribute, by "
        f"{with_interval(found['widest_gap_at_the_crossing'])} where two are crossed."
    )


def cost(config: ChanceGapsConfig) -> Cost:
    """Expected cost: the networks, then the shuffles."""
    trained = expected_cost(
        (4, *HIDDEN, 1), n_jobs=config.repetitions, steps=STEPS, batch_size=128,
        evaluations=6, n_evaluated=N_TRAIN + N_VALIDATION,
    )  # fmt: skip
    return Cost(trained.flops, trained.seconds + 0.09 * config.repetitions)


EXPERIMENT = Experiment(
    title="Is this gap noise?",
    question="Two groups differ in the audit. Is that a finding or chance?",
    config=ChanceGapsConfig,
    view=ChanceGapsView,
    result=ChanceGapsResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=(
        Figure(
            name="wide_gaps",
            title="How often an audit sees more than 10 points",
            table=tables.wide_gaps,
            chart=charts.wide_gaps,
            caption=tables.wide_caption,
            live=True,
            note="Each audit draws people and decisions anew; the true positive rate is 70% in "
            "both groups, or lower by the true gap in group B. Band: 95% interval over the seeds.",
        ),
        Figure(
            name="alarms",
            title="How often the shuffle test calls a gap more than chance",
            table=tables.alarm_rates,
            chart=charts.alarm_rates,
            caption=tables.alarm_caption,
            live=True,
            note="The test deals the same outcomes to shuffled groups 199 times and calls a gap "
            "more than chance if at most 5% of all are as wide. The dashed line is 5%.",
        ),
        Figure(
            name="hidden_at_the_crossing",
            title="Fair by each attribute, unfair where they cross",
            table=tables.network,
            chart=charts.network,
            caption=tables.network_caption,
            note="A network trained on records that wrong those with exactly one of two "
            "attributes. Widest difference in selection rates between the groups.",
        ),
        Figure(
            name="worst_of_many",
            title="The more groups, the wider the widest gap by chance",
            table=tables.worst,
            chart=charts.worst,
            caption=tables.worst_caption,
            live=True,
            note="A fair world: every group is selected alike. Mean of the widest gap between the "
            "groups that the attributes make when crossed.",
        ),
    ),
    cost=cost,
    smallest=ChanceGapsConfig(repetitions=5),
    claims=CLAIMS,
    presets=(
        Preset("A small minority", {"minority_share": 0.05}, "Few people, wide gaps by chance."),
        Preset("A wide true gap", {"true_gap": 0.3}, "How many must be audited to see it?"),
    ),
)
