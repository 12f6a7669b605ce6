"""Mitigation: remedies before, in and after training, and what each costs in accuracy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from core.challenges.fairness.charts import mitigation as charts
from core.challenges.fairness.mitigation_arms import (
    BASELINE,
    MOVED,
    STRENGTHS,
    TRAINED,
    Arm,
    arms,
    job,
    moved,
)
from core.challenges.fairness.mitigation_claims import ADJUSTED, BIASED, CLAIMS, change, values
from core.challenges.fairness.tables import mitigation as tables
from core.challenges.fairness.worlds import N_VALIDATION, Applicants, World, draw
from core.experiment import (
    Config,
    Cost,
    Estimate,
    Experiment,
    Figure,
    Preset,
    Run,
    Snapshot,
    View,
    ladder,
    repetitions,
)
from core.metrics import fairness
from core.metrics.intervals import t_interval
from core.wording import POINTS, SHARE, with_interval

if TYPE_CHECKING:
    from core.models.fair_stack import FairStack

STEPS = 300
LIVE_EVERY = 60
HIDDEN = 16


class MitigationConfig(Config):
    """The world in which remedies are tried."""

    repetitions: int = repetitions(default=10)

    label_bias: float = ladder(0.0, 0.1, 0.2, 0.4, 0.6, default=0.4, label="Label bias")
    """Share of group B's repaid loans that are on record as not repaid."""
    base_rate_gap: float = ladder(
        0.0, 0.2, 0.4, 0.8, 1.2, default=0.0, unit="SD", label="Gap in circumstances"
    )
    """How much worse group B can really repay on average, in standard deviations."""
    proxy: float = ladder(
        0.0, 0.5, 1.0, 1.5, 2.0, 3.0, default=1.5, unit="SD", label="Postcode tells the group"
    )
    """How far apart the groups live."""
    sees_group: bool = True
    """Whether the network sees the group. Thresholds per group need to know it in any case."""
    n_train: int = ladder(500, 1000, 2000, 4000, default=2000, label="Training examples")
    """Applicants each network learns from."""


class MitigationView(View):
    """How it is drawn."""

    gap: Literal["selection rate", "true positive rate", "false positive rate"] = "selection rate"
    """Which gap between the groups counts as unfair."""
    labels: Literal["true", "recorded"] = "true"
    """Judge by what is true, or by what is on record: outside a simulation only the record is
    known."""


@dataclass(frozen=True)
class MitigationResult:
    """What was measured.

    Attributes:
        scores: `remedy`, `strength`, `seed`, `labels`, `metric`, `value`: accuracy and the gaps
            (group B minus A) on validation applicants.
    """

    scores: pd.DataFrame


def run(config: MitigationConfig) -> Run[MitigationResult]:
    """Train every arm on every seed's data as one stack; move thresholds afterwards."""
    from core.models.fair_stack import FairStack

    yield Snapshot(0, STEPS, "drawing applicants")
    law = World(config.base_rate_gap, config.label_bias, proxy=config.proxy)
    people = []
    for seed in config.seeds:
        people.append(draw(law, config.n_train, seed, sees_group=config.sees_group))
        yield Snapshot(0, STEPS, "drawing applicants")
    plan = [(arm, place) for arm in arms(TRAINED) for place in range(len(people))]
    jobs = [job(arm, place, config.seeds[place], people[place]) for arm, place in plan]
    stack = FairStack(
        np.stack([p.data.x_train for p in people]), np.stack([p.data.y_train for p in people]),
        np.stack([p.train_group for p in people]), jobs, HIDDEN,
    )  # fmt: skip
    phase = f"training {len(jobs)} networks"
    for step in stack.train(STEPS):
        live = step % LIVE_EVERY == 0 or step == 10
        partial = _partial(config, plan, people, stack) if live else None
        yield Snapshot(step, STEPS, phase, partial)
    return _read(config, plan, people, stack)


def _partial(
    config: MitigationConfig,
    plan: list[tuple[Arm, int]],
    people: list[Applicants],
    stack: FairStack,
) -> Callable[[], MitigationResult]:
    return lambda: _read(config, plan, people, stack)


def _read(
    config: MitigationConfig,
    plan: list[tuple[Arm, int]],
    people: list[Applicants],
    stack: FairStack,
) -> MitigationResult:
    logits = stack.logits(np.stack([p.data.x_validation for p in people]))
    trained = stack.logits(np.stack([p.data.x_train for p in people]))
    rows: list[tuple[object, ...]] = []
    for (arm, place), found, before in zip(plan, logits, trained, strict=True):
        one, seed = people[place], config.seeds[place]
        rows += _judged(arm, seed, one, found > 0)
        if arm.remedy != BASELINE:
            continue
        for other in arms(MOVED):
            line = moved(other, before, one.data.y_train, one.train_group)
            rows += _judged(other, seed, one, found > np.where(one.group == 1, line[1], line[0]))
    columns = ["remedy", "strength", "seed", "labels", "metric", "value"]
    table = pd.DataFrame(rows, columns=columns)
    order = {remedy: place for place, remedy in enumerate(STRENGTHS)}
    table = table.sort_values(
        ["remedy", "strength", "seed"], key=lambda c: c.map(order) if c.name == "remedy" else c,
        kind="stable", ignore_index=True,
    )  # fmt: skip
    return MitigationResult(table)


def _judged(
    arm: Arm, seed: int, people: Applicants, called: np.ndarray
) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for labels, truth in (("true", people.data.y_validation), ("recorded", people.recorded)):
        counts = fairness.confusion_counts(truth, called.astype(np.int64), people.group, n_groups=2)
        found = fairness.rates(counts)
        right = float((called == truth).mean())
        rows.append((arm.remedy, arm.strength, seed, labels, "accuracy", right))
        for metric in tables.GAPS.values():
            apart = float(np.nan_to_num(fairness.signed_gap(found[metric])))
            rows.append((arm.remedy, arm.strength, seed, labels, metric, apart))
    return rows


def metrics(result: MitigationResult) -> dict[str, Estimate]:
    """Headline numbers: the network without a remedy, and what the penalty changes."""
    return {
        "accuracy_without_remedy": t_interval(values(result, BASELINE, "accuracy"), SHARE),
        "selection_gap_without_remedy": t_interval(
            values(result, BASELINE, "selection_rate"), POINTS
        ),
        "accuracy_gained_by_reweighing": change(result, "reweighing"),
        "accuracy_gained_by_the_penalty": change(result, "penalty in the loss"),
        "accuracy_gained_by_the_adversary": change(result, "adversary"),
        "accuracy_gained_by_equal_selection": change(result, "thresholds for equal selection"),
    }


def finding(result: MitigationResult) -> str:
    """Say what fairness cost or gained, by the true and by the recorded labels."""
    found = metrics(result)
    true, record = (change(result, "penalty in the loss", labels) for labels in ADJUSTED)
    closed = t_interval(values(result, "penalty in the loss", "selection_rate"), POINTS)
    gains = "gains" if true.low > 0 else "loses" if true.high < 0 else "keeps its accuracy:"
    seems = "gain" if record.low > 0 else "lose" if record.high < 0 else "keep its accuracy:"
    return (
        f"Without a remedy the selection rates differ by "
        f"{with_interval(found['selection_gap_without_remedy'])}. The strongest penalty leaves "
        f"{with_interval(closed)} and {gains} {with_interval(true)} by the true labels; by the "
        f"record it would seem to {seems} {with_interval(record)}."
    )


def cost(config: MitigationConfig) -> Cost:
    """Expected cost: three passes a step over a batch, for every trained arm."""
    n_jobs = config.repetitions * len(arms(TRAINED))
    size = min(256, config.n_train)
    flops = 6.0 * n_jobs * STEPS * size * 5 * HIDDEN
    evaluated = 4.0 * n_jobs * (config.n_train + N_VALIDATION) * 5 * HIDDEN
    seconds = STEPS * (1.2e-3 + n_jobs * size * 2.2e-7) + 0.002 * n_jobs
    return Cost(flops + evaluated, seconds)


EXPERIMENT = Experiment(
    title="Mitigation",
    question="Which remedy closes the gap, and what does it cost?",
    config=MitigationConfig,
    view=MitigationView,
    result=MitigationResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=(
        Figure(
            name="frontier",
            title="Accuracy against the gap",
            table=tables.frontier,
            chart=charts.frontier,
            caption=tables.frontier_caption,
            live=True,
            note="Each dot is a remedy at one strength, mean over the seeds; lines join the "
            "strengths of one remedy, bars are 95% intervals. Best is the top, at zero.",
        ),
        Figure(
            name="before_and_after",
            title="What each remedy changes, at full strength",
            table=tables.changes,
            chart=charts.changes,
            caption=tables.changes_caption,
            panels=True,
            note="Paired differences to the same network without a remedy, with 95% intervals "
            "over the seeds. Green: better; red: worse; grey: the interval holds zero.",
        ),
    ),
    cost=cost,
    smallest=MitigationConfig(repetitions=5, n_train=500),
    claims=CLAIMS,
    presets=(
        Preset("Biased labels", BIASED, "The record is wrong: fairness can pay."),
        Preset(
            "A real difference",
            {"label_bias": 0.0, "base_rate_gap": 0.8},
            "The groups differ in truth: equal selection costs accuracy.",
        ),
    ),
)
