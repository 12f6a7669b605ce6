"""Thresholds: one per group, all definitions at once, and why they cannot all be had."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from core.challenges.fairness.charts import thresholds as charts
from core.challenges.fairness.gap_words import against_a
from core.challenges.fairness.tables import thresholds as tables
from core.challenges.fairness.thresholds_claims import CLAIMS
from core.challenges.fairness.thresholds_policies import GRID, N_BINS, at, gaps_of
from core.data.dataset import Dataset
from core.engine.cost import expected_cost
from core.lab.experiment import Experiment, Figure, Preset
from core.lab.intervals import POINTS, Estimate, defined_interval, t_interval
from core.lab.run import Cost, Run, Snapshot, relay
from core.lab.seeding import numpy_generator
from core.lab.settings import Config, View, ladder, repetitions
from core.lab.wording import with_interval
from core.metrics import fairness

if TYPE_CHECKING:
    from core.engine.training import Fit, Job

HIDDEN = (16,)
STEPS = 300
EVALUATIONS = 10
N_VALIDATION = 4000
RUNGS = (0.1, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.8)


class ThresholdsConfig(Config):
    """Who the two groups are, and how much is known about them."""

    repetitions: int = repetitions(default=10)

    base_rate_a: float = ladder(0.2, 0.3, 0.4, 0.5, 0.6, 0.7, default=0.5, label="Base rate of A")
    """Share of group A that would repay."""
    base_rate_b: float = ladder(0.2, 0.3, 0.4, 0.5, 0.6, 0.7, default=0.3, label="Base rate of B")
    """Share of group B that would repay."""
    signal: float = ladder(
        0.5, 1.0, 1.5, 2.0, 3.0, 5.0, default=1.5, unit="SD", label="What is known"
    )
    """How far the papers of those who repay lie from those of the others, in standard deviations.
    At 5 the network is nearly never wrong."""
    n_train: int = ladder(500, 1000, 2000, 4000, default=2000, label="Training examples")
    """Applicants each network learns from."""


class ThresholdsView(View):
    """Where the lines are drawn. Nothing is trained again."""

    above = True
    threshold_a: float = ladder(*RUNGS, default=0.5, label="Threshold for group A")
    """Members of group A with this score or more get the loan."""
    threshold_b: float = ladder(*RUNGS, default=0.5, label="Threshold for group B")
    """Members of group B with this score or more get the loan."""
    metric: Literal["selection rate", "true positive rate", "false positive rate", "precision",
                    "accuracy"] = "true positive rate"  # fmt: skip
    """Which rate the curves show."""


@dataclass(frozen=True)
class ThresholdsResult:
    """What was measured.

    Attributes:
        counts: Validation applicants by seed, threshold (`GRID`), group, truth and decision,
            `(seeds, thresholds, 2, 2, 2)`.
        calibration: Expected calibration error by seed and group, `(seeds, 2)`.
    """

    counts: np.ndarray
    calibration: np.ndarray


def _people(config: ThresholdsConfig, n: int, seed: int, split: str) -> tuple[np.ndarray, ...]:
    rng = numpy_generator(seed, "thresholds", split)
    uniform, normal = rng.random((n, 2)), rng.normal(size=(n, 2))
    group = (uniform[:, 0] < 0.5).astype(np.int64)
    base = np.where(group == 1, config.base_rate_b, config.base_rate_a)
    y = (uniform[:, 1] < base).astype(np.int64)
    # Two papers, each with its part of the distance.
    papers = normal + (config.signal / 2**0.5) * y[:, None]
    return np.column_stack([papers, group]).astype(np.float32), y, group


def _job(config: ThresholdsConfig, seed: int) -> tuple[Job, np.ndarray]:
    from core.engine.training import Job

    x, y, _ = _people(config, config.n_train, seed, "train")
    x_val, y_val, group = _people(config, N_VALIDATION, seed, "validation")
    data = Dataset("loans", x, y, x_val, y_val, 2, np.zeros(len(y), dtype=bool))
    return Job(data, seed, HIDDEN, learning_rate=0.005, batch_size=128), group


def run(config: ThresholdsConfig) -> Run[ThresholdsResult]:
    """Train one network per seed and count its decisions at every threshold."""
    from core.engine.training import fit

    yield Snapshot(0, STEPS, "drawing applicants")
    made = []
    for seed in config.seeds:
        made.append(_job(config, seed))
        yield Snapshot(0, STEPS, "drawing applicants")
    jobs, groups = [job for job, _ in made], [group for _, group in made]
    fitted = yield from relay(
        fit(jobs, steps=STEPS, evaluate_every=STEPS // EVALUATIONS),
        lambda p: Snapshot(p.step, p.total, f"training {len(jobs)} networks",
                           _partial(groups, p.fit)),
    )  # fmt: skip
    yield Snapshot(STEPS, STEPS, "counting decisions")
    return _read(groups, fitted)


def _partial(groups: list[np.ndarray], fit: Fit) -> Callable[[], ThresholdsResult] | None:
    return (lambda: _read(groups, fit)) if len(fit.evaluated_steps) else None


def _read(groups: list[np.ndarray], fit: Fit) -> ThresholdsResult:
    counts, errors = [], []
    for place, group in enumerate(groups):
        data = fit.jobs[place].data
        logit = fit.logits(data.x_validation, jobs=[place])[0, :, 0].astype(float)
        score = 1 / (1 + np.exp(-logit.clip(-30, 30)))
        counts.append(decided(data.y_validation, score, group))
        n, sums = fairness.calibration_counts(
            data.y_validation, score, group, n_groups=2, bins=N_BINS
        )
        errors.append(fairness.expected_calibration_error(n, sums))
    return ThresholdsResult(np.stack(counts), np.stack(errors))


def decided(y_true: np.ndarray, score: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Count decisions at every threshold of `GRID`, `(thresholds, 2, 2, 2)`.

    A score equal to the threshold is selected.
    """
    passed = np.searchsorted(GRID, score, side="right")  # so many thresholds are reached
    place = (passed * 2 + group) * 2 + y_true
    found = np.bincount(place, minlength=(len(GRID) + 1) * 4).reshape(len(GRID) + 1, 2, 2)
    rejected = found.cumsum(axis=0)[: len(GRID)]
    return np.stack([rejected, found.sum(axis=0) - rejected], axis=-1).astype(np.int32)


def metrics(result: ThresholdsResult) -> dict[str, Estimate]:
    """Headline numbers at one threshold of 0.5 for both groups."""
    found = gaps_of(at(result.counts, 0.5, 0.5))
    names = ("selection_rate", "true_positive_rate", "false_positive_rate", "precision")
    gaps = {f"{name}_gap": defined_interval(found[name], POINTS) for name in names}
    return {**gaps, "calibration_error": t_interval(result.calibration.mean(axis=1), "share")}


def finding(result: ThresholdsResult) -> str:
    """Say what one threshold for both groups does, and what equalising costs elsewhere."""
    found = metrics(result)
    tpr = against_a(found["true_positive_rate_gap"])
    fpr = against_a(found["false_positive_rate_gap"], again=True)
    start = (
        f"One threshold of 0.5 for both groups, on scores that are off by "
        f"{with_interval(found['calibration_error'])} on average: the true positive rate of group "
        f"B {tpr}, its false positive rate {fpr}."
    )
    return f"{start} {tables.conflict(result)}"


def cost(config: ThresholdsConfig) -> Cost:
    """Expected cost of all networks."""
    trained = expected_cost(
        (3, *HIDDEN, 1), n_jobs=config.repetitions, steps=STEPS, batch_size=128,
        evaluations=EVALUATIONS + 2, n_evaluated=N_VALIDATION + config.n_train,
    )  # fmt: skip
    return Cost(trained.flops, trained.seconds + 0.004 * config.repetitions)


EXPERIMENT = Experiment(
    title="Thresholds",
    question="Can the same score be fair in every sense at once?",
    config=ThresholdsConfig,
    view=ThresholdsView,
    result=ThresholdsResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=(
        Figure(
            name="all_definitions",
            title="Every definition at once, at your two thresholds",
            table=tables.definitions,
            chart=charts.definitions,
            caption=tables.definitions_caption,
            live=True,
            note="Group B minus group A, mean over the seeds with its 95% interval. About equal: "
            "the whole interval lies within 2 points. Move the two thresholds above: try to bring "
            "every dot to zero.",
        ),
        Figure(
            name="rate_by_threshold",
            title="One rate against the threshold",
            table=tables.curves,
            underlay=tables.chosen,
            chart=charts.curves,
            caption=tables.curves_caption,
            live=True,
            note="The upright lines are the two thresholds. Equal height where each group's curve "
            "meets its own line means that the rate is equal.",
        ),
        Figure(
            name="what_equalising_costs",
            title="Equalise one thing, look at the others",
            table=tables.policies,
            chart=charts.policies,
            caption=tables.policies_caption,
            note="Group A keeps its threshold; group B's is the one that comes nearest to the "
            "row's aim, on the very applicants that are counted. Numbers: group B minus A, points; "
            "a dash where a rate is not defined.",
        ),
        Figure(
            name="forced_error_rates",
            title="Why it cannot be helped",
            table=tables.forced,
            chart=charts.forced,
            caption=tables.forced_caption,
            note="Chouldechova 2017: base rate, precision and false negative rate fix the false "
            "positive rate. Hollow: what it would have to be if both groups had the same precision "
            "and false negative rate. COMPAS: ProPublica's counts, score 5 and above.",
        ),
    ),
    cost=cost,
    smallest=ThresholdsConfig(repetitions=5, n_train=500),
    claims=CLAIMS,
    presets=(
        Preset("Same base rates", {"base_rate_a": 0.4, "base_rate_b": 0.4}, "No conflict is left."),
        Preset("Perfect knowledge", {"signal": 5.0}, "Who is never wrong is fair in every sense."),
        Preset("Little is known", {"signal": 0.5}, "The less is known, the harder the conflict."),
    ),
)
