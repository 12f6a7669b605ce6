"""The figures: the frontier with your choice, what the best choice buys, and what saves."""

from __future__ import annotations

import altair as alt
import pandas as pd

from core.challenges.compute.budget.config import (
    ARMS,
    BEST,
    BUDGETS,
    END,
    USUAL,
    YOURS,
    BudgetResult,
    BudgetView,
)
from core.charts import axes, kinds, marks, theme
from core.lab.experiment import Figure
from core.lab.intervals import SHARE, summarise_ratios
from core.lab.scores import NotMeasuredError
from core.lab.wording import listed, number

COLORS = {BEST: theme.REMEDY, YOURS: theme.WARNING}
SERIES = ["seed", "value", "operations", "series"]
BOUGHT = {"parameters": "Parameters", "examples": "Examples", "seen": "Examples seen, all passes"}
WAYS = [arm for arm in (*ARMS, END) if arm != USUAL]
LEAST = 1e-9


def operations(title: str) -> alt.X:
    """Budgets along the bottom."""
    scale = alt.Scale(type="log", nice=False, padding=12)
    axis = alt.Axis(format="~e", tickCount=4)
    return alt.X("operations:Q", title=title, scale=scale, axis=axis)


def frontier(result: BudgetResult, view: BudgetView) -> pd.DataFrame:
    """Accuracy on fresh examples by budget: of the best choice, and of yours."""
    own = {"width": view.width, "depth": view.depth, "examples": view.examples}
    rows = []
    for budget in BUDGETS:
        for series, choice in ((BEST, {}), (YOURS, own)):
            try:
                scores = result.test(budget, **choice)
            except NotMeasuredError:
                continue
            rows.append(scores.rows(operations=round(budget), series=series))
    return pd.concat(rows)[SERIES] if rows else pd.DataFrame(columns=SERIES)


def frontier_caption(table: pd.DataFrame, view: BudgetView) -> str:
    """Both at the budget that was chosen."""
    here = table[table["operations"] == round(view.operations)].set_index("series")["mean"]
    if BEST not in here.index:
        return ""
    best = (
        f"what validation chooses gets {number(float(here[BEST]), SHARE)} of fresh examples right"
    )
    start = f"With {number(view.operations)} operations"
    if YOURS not in here.index:
        return f"{start}, {best}; your network cannot even begin with so few."
    return f"{start}, {best}, yours {number(float(here[YOURS]), SHARE)}."


def chosen_budget(view: BudgetView) -> alt.Chart:
    """Where the budget lies."""
    return marks.dashed(x=alt.XDatum(view.operations))


def bought(result: BudgetResult, view: BudgetView) -> pd.DataFrame:
    """What the best choice of each budget consists of, by seed."""
    spent = result.spent()
    rows = spent.melt(["seed", "operations"], list(BOUGHT), "what", "value")
    rows = rows.assign(operations=rows["operations"].round().astype("int64"))
    found = summarise_ratios(rows, ["what", "operations"], LEAST)
    return kinds.in_panels(found, "what", BOUGHT)


def bought_caption(table: pd.DataFrame, view: BudgetView) -> str:
    """What the smallest and the largest budget buy."""
    told = []
    for what, name in BOUGHT.items():
        rows = table[table["what"] == what]
        if len(rows) > 1:
            ends = [number(float(rows["mean"].iloc[place])) for place in (0, -1)]
            told.append(f"{name.lower()} {ends[0]}, {ends[1]}")
    if not told:
        return ""
    budgets = (table["operations"].min(), table["operations"].max())
    least, most = (number(float(end)) for end in budgets)
    return f"Geometric means with {least} and with {most} operations: {'; '.join(told)}."


def bought_chart(view: BudgetView) -> alt.LayerChart:
    """A line in each panel."""
    y = alt.Y("mean:Q", title=None, scale=alt.Scale(type="log"), axis=alt.Axis(format="~s"))
    drawn = marks.interval_lines(
        operations("operations (log scale)"), y, marks.one_color(theme.ACCENT)
    )
    return drawn.properties(height=theme.PANEL_HEIGHT)


def ways(result: BudgetResult, view: BudgetView) -> pd.DataFrame:
    """Operations to the goal as multiples of those of the usual training, by seed."""
    parts = []
    for arm in WAYS:
        try:
            parts.append(result.times(arm).rows(arm=arm))
        except NotMeasuredError:
            continue
    rows = pd.concat(parts) if parts else pd.DataFrame(columns=["seed", "value", "arm"])
    return summarise_ratios(rows.dropna(), ["arm"], LEAST)


def ways_caption(table: pd.DataFrame, view: BudgetView) -> str:
    """Which ways clearly cost more, and which clearly cost less."""
    if table.empty:
        return ""
    dear, cheap = table[table["low"] > 1], table[table["high"] < 1]
    return (
        f"Times as many operations as usual, clearly more: {_told(dear)}; clearly fewer: "
        f"{_told(cheap)}."
    )


def _told(rows: pd.DataFrame) -> str:
    pairs = zip(rows["arm"], rows["mean"], strict=True)
    return listed([f"{arm} ({number(float(mean))})" for arm, mean in pairs]) or "none"


def ways_chart(view: BudgetView) -> alt.LayerChart:
    """A dot for each way; at 1 it costs as much as the usual training."""
    x = alt.X("mean:Q", title="times as many operations to the same accuracy (log scale)",
              scale=alt.Scale(type="log", nice=False, padding=12))  # fmt: skip
    rows = axes.names("arm", WAYS, limit=150)
    drawn = marks.interval_bars(rows, x, marks.one_color(), level=1.0)
    return drawn.properties(height=alt.Step(34))


FIGURES: tuple[Figure[BudgetResult, BudgetView], ...] = (
    kinds.lines(
        "frontier", "What a budget buys, and your choice", frontier,
        by=("operations", "series"), x=operations("operations of training (log scale)"),
        y=axes.share("accuracy on fresh examples"),
        color=marks.series_color("series", list(COLORS), colors=COLORS), beneath=chosen_budget,
        caption=frontier_caption, seeds=False, live=True,
        note="Chosen: of all widths, depths, numbers of examples and lengths of training that "
        "the budget pays for, the one with the highest accuracy on one half of the held-out "
        "examples; drawn is its accuracy on the other half. Your network may stop early as well.",
    ),
    Figure(
        "bought", "What the best choice spends it on", bought, bought_chart, bought_caption,
        panels=True,
        note="Geometric means over the seeds. Both axes have log scales.",
    ),
    Figure(
        "ways", "What saves operations, and what wastes them", ways, ways_chart, ways_caption,
        note="Two hidden layers of 24 units, all examples. The goal is four fifths of the highest "
        "accuracy of the usual training (learning rate 0.01, 32 examples a step); seeds in which a "
        "way never reaches it are left out. Trained to the end: no early stopping. Lower "
        "precision makes operations cheaper or dearer, not fewer: see the page on hardware limits.",
    ),
)  # fmt: skip
