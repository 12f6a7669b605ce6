"""The figures of the scaling law: one forecaster's law, equal budgets, other ways to forecast."""

from __future__ import annotations

import altair as alt
import pandas as pd

from core.challenges.compute.scaling_law.config import (
    BUDGETS,
    FORMS,
    TIMES,
    ScalingResult,
    ScalingView,
    parameters,
)
from core.challenges.compute.scaling_law.published import sizes, sizes_caption, sizes_chart
from core.charts import axes, kinds, marks, theme
from core.lab.experiment import Figure
from core.lab.intervals import summarise
from core.lab.scores import NotMeasuredError
from core.lab.wording import number
from core.metrics.placing import last

KNOWN, FORECAST, MEASURED, FLOOR = "small networks", "forecast", "measured afterwards", "entropy"
SERIES = {
    KNOWN: theme.TRAIN, FORECAST: theme.ACCENT, MEASURED: theme.VALIDATION, FLOOR: theme.BASELINE,
}  # fmt: skip
LAW = ["series", "parameters", "mean", "low", "high", "n"]
SHOWN = {times: f"{times:g} × the operations" for times in BUDGETS[:9:2]}
"""Budgets that are drawn, and their names."""
LEAST_SIZES = 3
"""That a budget's line has."""


def chosen(result: ScalingResult, view: ScalingView) -> pd.DataFrame:
    """The last known losses of the forecaster that is shown, and what they are to it."""
    rows = result.losses
    seeds = sorted(rows["seed"].unique())
    mine = rows["seed"].isin(seeds[view.forecaster - 1 :][:1])
    last_known = rows.groupby("width")["signs"].transform("max")
    rows = rows[mine & (rows["signs"] == last_known)]
    larger = rows["width"] > result.target // TIMES[-1]
    return rows.assign(
        series=larger.map({False: KNOWN, True: MEASURED}), parameters=rows["width"].map(parameters)
    )


def law(result: ScalingResult, view: ScalingView) -> pd.DataFrame:
    """One forecaster's known losses, law with its band, what was measured, and the entropy."""
    rows = chosen(result, view)
    found = summarise(rows, ["series", "parameters"])
    laws = result.laws[result.laws["seed"].isin(rows["seed"])].assign(series=FORECAST, n=1)
    floor = result.floors[result.floors["seed"].isin(rows["seed"])]["entropy"]
    ends = [(FLOOR, p, e, e, e, 1) for e in floor for p in laws["parameters"].iloc[[0, -1]]]
    return pd.concat([found, laws, pd.DataFrame(ends, columns=LAW)], ignore_index=True)[LAW]


def law_caption(table: pd.DataFrame, view: ScalingView) -> str:
    """What was forecast for the largest network, and what came of it."""
    ends = table.groupby("series").tail(1).set_index("series")
    if not {FORECAST, KNOWN, FLOOR} <= set(ends.index):
        return ""
    told = ends.loc[FORECAST]
    said, low, high = (number(float(told[end])) for end in ("mean", "low", "high"))
    text = (
        f"{number(ends['parameters'][KNOWN])} parameters leave {number(ends['mean'][KNOWN])} nats "
        f"a sign, where {number(ends['mean'][FLOOR])} cannot be avoided. The forecast for "
        f"{number(told['parameters'])} is {said}, its band {low} to {high}"
    )
    if MEASURED not in ends.index or ends["parameters"][MEASURED] != told["parameters"]:
        return f"{text}."
    found = ends["mean"][MEASURED]
    held = "inside it" if told["low"] <= found <= told["high"] else "outside it"
    return f"{text}; measured afterwards: {number(float(found))}, {held}."


def law_chart(view: ScalingView) -> alt.LayerChart:
    """Loss against parameters."""
    dashes = {KNOWN: (1, 0), FORECAST: (6, 4), MEASURED: (1, 0), FLOOR: (2, 3)}
    return marks.interval_lines(
        axes.sizes("parameters", "parameters (log scale)", log=True),
        axes.measure("loss on fresh text (nats a sign)", zero=False),
        marks.series_color("series", list(SERIES), colors=SERIES, columns=2),
        seeds=True,
        dash=marks.series_dash("series", dashes),
    )


def budgets(result: ScalingResult, view: ScalingView) -> pd.DataFrame:
    """Avoidable loss at some budgets, for every size that such a budget can train."""
    rows = result.avoidable()
    least = rows["operations"].min()
    multiple = (rows["operations"] / least).round(1).map(SHOWN)
    rows = rows.assign(budget=multiple, operations=rows["operations"].round().astype("int64"))
    rows = rows[multiple.notna()]
    sizes = rows.groupby("budget")["parameters"].transform("nunique")
    return rows[sizes >= LEAST_SIZES]


def budgets_caption(table: pd.DataFrame, view: ScalingView) -> str:
    """Which size is best with the smallest and with the largest budget, as far as is clear."""
    table = table[table["n"] > 1]
    if table["budget"].nunique() < 2:
        return ""
    told = []
    for operations in (table["operations"].min(), table["operations"].max()):
        part = table[table["operations"] == operations]
        best = last(part, "parameters", "nats")
        told.append(
            f"with {number(float(operations))} operations it is that of {number(float(best.name))} "
            f"parameters ({number(float(best.row['mean']))} nats above the entropy{best.hedge})"
        )
    return f"Lowest mean loss: {'; '.join(told)}."


def misses(result: ScalingResult, view: ScalingView) -> pd.DataFrame:
    """How far each way to forecast lay off, by seed."""
    try:
        return pd.concat([abs(result.missed_by(form)).rows(form=form) for form in FORMS])
    except (NotMeasuredError, ValueError):
        return pd.DataFrame(columns=["seed", "value", "form"])


def misses_caption(table: pd.DataFrame, view: ScalingView) -> str:
    """Which way lay closest, as far as the intervals tell."""
    if len(table) < len(FORMS):
        return ""
    best = last(table, "form", "")
    told = [f"{r.form} {number(float(r.mean))}" for r in table.itertuples() if r.form != best.name]
    return (
        f"Lowest mean miss: {best.name}, {number(float(best.row['mean']))} nats{best.hedge}. "
        f"The others: {', '.join(told)}."
    )


FIGURES: tuple[Figure[ScalingResult, ScalingView], ...] = (
    Figure(
        "law", "A law from small networks, then a large one", law, law_chart, law_caption,
        lambda r, v: {"seeds": chosen(r, v)[["series", "parameters", "seed", "value"]]}, live=True,
        note="One forecaster: faint dots are single networks, each trained on another text. The "
        "law is fitted to the small ones alone; its band holds 95% of the laws fitted to resampled "
        "networks. The entropy is the lowest loss of all who see two signs. The two larger sizes "
        "are trained afterwards.",
    ),
    kinds.lines(
        "budgets", "One budget, many sizes", budgets, by=("parameters", "budget", "operations"),
        x=axes.sizes("parameters", "parameters (log scale)", log=True),
        y=axes.measure("avoidable loss (nats, log scale)", type="log"),
        color=marks.series_color("budget", list(SHOWN.values())), seeds=False,
        caption=budgets_caption,
        note="Along a line every network has had the same operations: a small one has seen much "
        "text, a large one little. The lowest point is the best use of that budget. Operations are "
        "told as multiples of the smallest budget that was compared.",
    ),
    Figure(
        "published", "The size that a budget deserves, here and as published", sizes, sizes_chart,
        sizes_caption,
        note="Blue: the best size of each budget above, geometric mean over the seeds. All else is "
        "published, not measured here, for transformers on natural language: six models "
        "(operations: six times parameters times tokens; the names are in the table), and the "
        "compute-optimal size by Kaplan et al. (operations to the power 0.73) and by Hoffmann et "
        "al. (0.5, drawn through Chinchilla).",
    ),
    kinds.intervals(
        "misses", "Other ways to forecast", misses, by=("form",),
        y=axes.rows("form", FORMS, labelLimit=190),
        x=alt.X("mean:Q", title="distance of forecast and measured loss (nats)"),
        color=marks.row_color("form", dict(zip(
            FORMS, (theme.ACCENT, theme.REMEDY, theme.TRAIN, theme.BASELINE), strict=True
        ))),
        caption=misses_caption, seeds=True,
        note="For the largest network; mean over the seeds, with 95% intervals; faint dots: single "
        "forecasters. The true floor is the entropy, which is known because two signs are all "
        "that is seen; of whole texts that people write nobody knows it.",
    ),
)  # fmt: skip
