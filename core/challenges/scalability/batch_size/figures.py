"""The figures of the batch size experiment: steps, examples, noise, rules and rates."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from core.challenges.scalability.batch_size.config import (
    BATCHES,
    GOALS,
    SMALLEST,
    BatchSizeResult,
    BatchSizeView,
)
from core.charts import axes, kinds, marks, theme
from core.lab.experiment import Figure
from core.lab.scores import NotMeasuredError, PerSeed
from core.lab.wording import capital, number
from core.metrics.batch_scaling import RULES, TUNED

MEASURED, FITTED, PERFECT = "measured", "law fitted", "perfect scaling"
CRITICAL, THERE, UNTIL = "critical batch size", "noise scale there", "its mean until there"
SIZES = {CRITICAL: theme.REMEDY, THERE: theme.BASELINE, UNTIL: theme.ACCENT}
BATCH = axes.sizes("batch", "examples in a batch (log scale)", BATCHES, log=True)
GOAL = axes.sizes("goal", "goal: share of new digits right (%)", [round(100 * g) for g in GOALS])
Rows = Callable[[BatchSizeResult, BatchSizeView], pd.DataFrame]


def steps(result: BatchSizeResult, view: BatchSizeView) -> pd.DataFrame:
    """Steps to the goal: measured, by the fitted law, and as perfect scaling would have it."""
    found = result.by_rule(view.goal).drop(columns="rate")
    laws = result.laws(view.goal).drop(columns="critical")
    fitted = found[["seed", "batch"]].merge(laws, on="seed")
    fitted["value"] = fitted["least"] + fitted["slope"] / fitted["batch"]
    first = found[found["batch"] == SMALLEST].set_index("seed")["value"]
    perfect = found[found["seed"].isin(first.index)].copy()
    perfect["value"] = perfect["seed"].map(first) * SMALLEST / perfect["batch"]
    parts = {MEASURED: found, FITTED: fitted[found.columns], PERFECT: perfect}
    return pd.concat([rows.assign(series=name) for name, rows in parts.items()])


def steps_caption(table: pd.DataFrame, view: BatchSizeView) -> str:
    """What the largest batch saves against the smallest."""
    own = table[table["series"] == MEASURED]
    if len(own) < 2:
        return ""
    (small, many), (large, few) = (
        (int(own["batch"].iloc[at]), float(own["mean"].iloc[at])) for at in (0, -1)
    )
    return (
        f"{number(many)} steps to {100 * view.goal:.0f}% with batches of {small}, {number(few)} "
        f"with batches of {large}: the small ones need {number(many / few)} times as many, the "
        f"large ones see {number(large / small)} times the examples a step."
    )


def examples(result: BatchSizeResult, view: BatchSizeView) -> pd.DataFrame:
    """Examples that were computed with until the goal, with the tuned rates."""
    found = result.by_rule(view.goal)
    return found.assign(value=found["value"] * found["batch"]).drop(columns="rate")


def examples_caption(table: pd.DataFrame, view: BatchSizeView) -> str:
    """What the steps saved cost in examples."""
    if len(table) < 2:
        return ""
    ends = [table.iloc[0], table.iloc[-1]]
    told = [f"{number(float(e['mean']))} with batches of {int(e['batch'])}" for e in ends]
    return f"Examples computed with until the goal: {told[0]}, {told[1]}."


def _by_goal(read: Callable[[float], PerSeed], name: str) -> list[pd.DataFrame]:
    try:
        return [read(goal).rows(goal=round(100 * goal), series=name) for goal in GOALS]
    except NotMeasuredError:
        return []


def noise(result: BatchSizeResult, view: BatchSizeView) -> pd.DataFrame:
    """Critical batch size and noise scale at each goal."""
    reads = {CRITICAL: result.critical, THERE: result.noise_at, UNTIL: result.noise_until}
    parts = [rows for name, read in reads.items() for rows in _by_goal(read, name)]
    empty = pd.DataFrame(columns=["seed", "value", "goal", "series"])
    return pd.concat(parts).dropna() if parts else empty


def noise_caption(table: pd.DataFrame, view: BatchSizeView) -> str:
    """Where each began and where it ended."""
    told = []
    for name, own in table.groupby("series", sort=False):
        ends = [
            f"{number(float(row['mean']))} at {row['goal']:.0f}%"
            for row in (own.iloc[0], own.iloc[-1])
        ]
        told.append(f"{capital(str(name))}: {ends[0]}, {ends[1]}.")
    return " ".join(told)


def rules(result: BatchSizeResult, view: BatchSizeView) -> pd.DataFrame:
    """Steps by rule for the learning rate."""
    return pd.concat(
        [result.by_rule(view.goal, rule).assign(rule=rule).drop(columns="rate") for rule in RULES]
    )


def rules_caption(table: pd.DataFrame, view: BatchSizeView) -> str:
    """What each rule needs at the largest batch that it got to the goal with."""
    told = []
    for name, own in table.groupby("rule", sort=False):
        row = own.iloc[-1]
        told.append(f"{name}: {number(float(row['mean']))} steps at batches of {int(row['batch'])}")
    return f"Learning rate {'; '.join(told)}." if told else ""


def rates(result: BatchSizeResult, view: BatchSizeView) -> pd.DataFrame:
    """The best of the rates tried, seed by seed."""
    return result.best_rates(view.goal)


def rates_caption(table: pd.DataFrame, view: BatchSizeView) -> str:
    """Where the best rate begins and where it ends."""
    if len(table) < 2:
        return ""
    ends = [
        f"{number(float(row['mean']))} at batches of {int(row['batch'])}"
        for row in (table.iloc[0], table.iloc[-1])
    ]
    return f"Best rate tried, geometric mean over the seeds: {ends[0]}, {ends[1]}."


COLORS = {MEASURED: theme.ACCENT, FITTED: theme.REMEDY, PERFECT: theme.BASELINE}
FIGURES: tuple[Figure[BatchSizeResult, BatchSizeView], ...] = (
    kinds.lines(
        "steps", "Steps to the goal against batch size", steps, by=("batch", "series"), x=BATCH,
        y=axes.measure("steps to the goal (log scale)", type="log"), caption=steps_caption,
        least=kinds.LEAST,
        color=marks.series_color("series", list(COLORS), colors=COLORS), seeds=False, live=True,
        note="With the learning rate that was best on the other half of the seeds. Law: least "
        "steps × (1 + critical batch size / batch size), fitted to each seed. Perfect scaling: "
        "twice the batch, half the steps; where the lines part, more examples a step pay less.",
    ),
    kinds.lines(
        "examples", "What it costs: examples computed with", examples, by=("batch",), x=BATCH,
        y=axes.measure("examples until the goal (log scale)", type="log"),
        caption=examples_caption, least=kinds.LEAST, color=marks.one_color(theme.VALIDATION),
        note="Steps times batch size: flat where a larger batch only shares the same work out.",
    ),
    kinds.lines(
        "noise", "Do the gradients tell it beforehand?", noise, by=("goal", "series"), x=GOAL,
        y=axes.measure("examples (log scale)", type="log"), caption=noise_caption,
        least=kinds.LEAST,
        color=marks.series_color("series", list(SIZES), colors=SIZES),
        note="Critical batch size: from the law fitted to steps, after all trainings. Gradient "
        "noise scale: from the gradients of all training examples along one slow training on "
        "batches of 32, where it first reaches the goal, and its mean over the steps until there.",
    ),
    kinds.lines(
        "rules", "Which learning rate?", rules, by=("batch", "rule"), x=BATCH,
        y=axes.measure("steps to the goal (log scale)", type="log"), caption=rules_caption,
        least=kinds.LEAST,
        color=marks.series_color("rule", RULES, colors={TUNED: theme.ACCENT}), seeds=False,
        note="Tuned anew for each size; scaled: that of batches of 16 times size over 16, as far "
        "as the rates tried reach; kept: that of batches of 16 for all. Means are over the seeds "
        "that reached the goal.",
    ),
    kinds.lines(
        "rates", "The best learning rate by batch size", rates, by=("batch",), x=BATCH,
        y=axes.measure("learning rate (log scale)", type="log", base=2), caption=rates_caption,
        least=kinds.LEAST, color=marks.one_color(),
        note="Each seed's own best of those tried. With momentum a tenth of the rate shown is "
        "used.",
    ),
)  # fmt: skip
