"""Mitigation: remedies before, in and after training, and what each costs in accuracy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from core.challenges.fairness.charts import mitigation as charts
from core.challenges.fairness.gap_words import apart
from core.challenges.fairness.mitigation_arms import (
    AIMING,
    BASELINE,
    LOTS,
    REDUCTION,
    STRENGTHS,
    TRAINED,
    Aim,
    arms,
)
from core.challenges.fairness.mitigation_claims import (
    ADJUSTED,
    BIASED,
    CLAIMS,
    ODDS,
    change,
    values,
)
from core.challenges.fairness.mitigation_trial import EITHER, HIDDEN, begun
from core.challenges.fairness.tables import mitigation as tables
from core.challenges.fairness.worlds import N_VALIDATION, World, draw
from core.lab.experiment import Experiment, Figure, Preset
from core.lab.intervals import POINTS, SHARE, Estimate, defined_interval, t_interval
from core.lab.run import Cost, Run, Snapshot
from core.lab.settings import Config, View, ladder, repetitions
from core.lab.wording import hedged, with_interval
from core.metrics.verdicts import DIFFERS, EQUAL, rivals, verdict
from core.models.reductions import ROUNDS

STEPS = 300
LIVE_EVERY = 60
KEPT = 0.01
"""Changes of accuracy up to a point count as none."""


class MitigationConfig(Config):
    """The world in which remedies are tried."""

    repetitions: int = repetitions(default=10)

    constraint: Aim = "demographic parity"
    """What the remedies aim at: equal selection rates, or equal true and false positive rates.
    The penalty, the adversary, the reduction and the thresholds with lots follow this choice; the
    others have an aim of their own."""
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

    gap: Literal[
        "selection rate", "true positive rate", "false positive rate", "either error rate"
    ] = "selection rate"
    """Which gap between the groups counts as unfair. "Either error rate" is the larger one of true
    and false positive rates: equalized odds wants both to be zero."""
    labels: Literal["true", "recorded"] = "true"
    """Judge by what is true, or by what is on record: outside a simulation only the record is
    known."""


@dataclass(frozen=True)
class MitigationResult:
    """What was measured.

    Attributes:
        scores: `remedy`, `strength`, `seed`, `labels`, `metric`, `value`: accuracy and the gaps
            (group B minus A) on validation applicants; of rules that draw lots the average.
            A gap in a rate that a group does not have is NaN.
        constraint: What the remedies aimed at.
    """

    scores: pd.DataFrame
    constraint: str


def run(config: MitigationConfig) -> Run[MitigationResult]:
    """Train the networks as one stack, solve the reductions; move thresholds when read."""
    total = STEPS + config.repetitions * ROUNDS * (len(STRENGTHS[REDUCTION]) - 1)
    yield Snapshot(0, total, "drawing applicants")
    law = World(config.base_rate_gap, config.label_bias, proxy=config.proxy)
    people = []
    for seed in config.seeds:
        people.append(draw(law, config.n_train, seed, sees_group=config.sees_group))
        yield Snapshot(0, total, "drawing applicants")
    trial = begun(tuple(config.seeds), people, config.constraint)

    def so_far() -> MitigationResult:
        return MitigationResult(trial.scores(), config.constraint)

    phase = f"training {len(trial.plan)} networks"
    for step in trial.stack.train(STEPS):
        live = step % LIVE_EVERY == 0 or step == 10
        yield Snapshot(step, total, phase, so_far if live else None)
    for rounds, whole in trial.reduce():
        yield Snapshot(STEPS + rounds, total, "solving reductions", so_far if whole else None)
    return so_far()


def metrics(result: MitigationResult) -> dict[str, Estimate]:
    """Headline numbers: the network without a remedy, and what the remedies change."""
    return {
        "accuracy_without_remedy": t_interval(values(result, BASELINE, "accuracy"), SHARE),
        "selection_gap_without_remedy": defined_interval(
            values(result, BASELINE, "selection_rate"), POINTS
        ),
        "accuracy_gained_by_reweighing": change(result, "reweighing"),
        "accuracy_gained_by_the_penalty": change(result, "penalty in the loss"),
        "accuracy_gained_by_the_adversary": change(result, "adversary"),
        "accuracy_gained_by_the_reduction": change(result, REDUCTION),
        "accuracy_gained_by_equal_selection": change(result, "thresholds for equal selection"),
        "accuracy_gained_by_lots": change(result, LOTS),
    }


def finding(result: MitigationResult) -> str:
    """Say what the remedies that share an aim leave of the gap, and what they cost or gain."""
    name = EITHER if result.constraint == "equalized odds" else "selection_rate"
    start = defined_interval(values(result, BASELINE, name), POINTS)
    said = (
        f"the larger gap of the two error rates is {with_interval(start)}"
        if name == EITHER
        else f"the selection rates {apart(start)}"
    )
    best, others = _least(result, name)
    if not best:
        return f"Without a remedy {said}. With the remedies tried a group is without these rates."
    closed = with_interval(defined_interval(values(result, best, name), POINTS))
    true, record = (change(result, best, labels) for labels in ADJUSTED)
    return (
        f"Without a remedy {said}. Of the four remedies set to {result.constraint}, “{best}” "
        f"leaves least{' on average' if others else ''} at full strength"
        f"{hedged(others, 'not clearly less than')}, {closed}, and {_priced(true, 's')} "
        f"by the true labels; by the record it would seem to {_priced(record, '')}."
    )


def _least(result: MitigationResult, name: str) -> tuple[str, list[str]]:
    """The remedy of one aim that leaves least of the gap, and those not clearly behind it."""
    left = {remedy: defined_interval(abs(values(result, remedy, name))) for remedy in AIMING}
    rows = [(f"“{remedy}”", one.mean, one.low, one.high) for remedy, one in left.items() if one.n]
    table = pd.DataFrame(rows, columns=["remedy", "mean", "low", "high"])
    if table.empty:
        return "", []
    place = table["mean"].idxmin()
    return str(table.loc[place, "remedy"]).strip("“”"), rivals(table, place, "remedy")


def _priced(found: Estimate, ending: str) -> str:
    """Continue "it ..." with a change of accuracy."""
    word, told = verdict(found.low, found.high, found.n, KEPT), with_interval(found)
    if word == EQUAL:
        return f"keep{ending} its accuracy within {100 * KEPT:g} point ({told})"
    if word == DIFFERS:
        return f"{'gain' if found.mean > 0 else 'lose'}{ending} {told}"
    return f"change{ending} its accuracy by no clear amount ({told})"


def cost(config: MitigationConfig) -> Cost:
    """Expected cost: three passes a step over a batch, and two fits a round of the reductions."""
    n_jobs = config.repetitions * len(arms(TRAINED))
    size = min(256, config.n_train)
    flops = 6.0 * n_jobs * STEPS * size * 5 * HIDDEN
    evaluated = 4.0 * n_jobs * (config.n_train + N_VALIDATION) * 5 * HIDDEN
    rounds = config.repetitions * ROUNDS * (len(STRENGTHS[REDUCTION]) - 1)
    fits = rounds * 2 * 6 * config.n_train * 60.0
    seconds = STEPS * (1.2e-3 + n_jobs * size * 2.2e-7) + 0.002 * n_jobs
    solving = rounds * (1.2e-3 + config.n_train * 6e-7)
    return Cost(flops + evaluated + fits, seconds + solving)


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
            "strengths of one remedy, bars are 95% intervals. Best is the top, at zero. “Equal "
            "selection” and “equal opportunity” are thresholds per group; the reduction starts "
            "from a logistic regression of its own.",
        ),
        Figure(
            name="before_and_after",
            title="What each remedy changes, at full strength",
            table=tables.changes,
            chart=charts.changes,
            caption=tables.changes_caption,
            panels=True,
            note="Paired differences to the same network without a remedy (of the reduction to "
            "the same logistic regression without one), with 95% intervals over the seeds. Green: "
            "better; red: worse; grey: the interval holds zero.",
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
        Preset("Equalized odds", ODDS, "Both error rates equal: that takes lots."),
    ),
    version=3,
)
