"""The figures: the frontier with your choice, what the best choice buys, and what saves."""

from __future__ import annotations

import itertools

import altair as alt
import pandas as pd

from core.challenges.compute.budget.config import (
    ARMS,
    BEST,
    BUDGETS,
    END,
    OPERATIONS,
    SECONDS,
    TIMES,
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
SERIES = ["seed", "value", "spent", "series"]
TITLES = {OPERATIONS: "operations (log scale)", SECONDS: "seconds of this processor (log scale)"}
PANELS = {OPERATIONS: "Operations", SECONDS: "Seconds"}
BOUGHT = {"parameters": "Parameters", "examples": "Examples", "seen": "Examples seen, all passes"}
WAYS = [arm for arm in (*ARMS, END) if arm != USUAL]
LEAST = 1e-9


def budgets(view: BudgetView) -> alt.X:
    """Budgets along the bottom, in operations or in seconds."""
    scale = alt.Scale(type="log", nice=False, padding=12)
    if view.paid_in == OPERATIONS:
        axis = alt.Axis(labelExpr=axes.MILLIONS, values=[1e7, 1e8, 1e9])
    else:
        axis = alt.Axis(format="~g", values=[0.01, 0.03, 0.1, 0.3])
    return alt.X("spent:Q", title=TITLES[view.paid_in], scale=scale, axis=axis)


def _steps(paid_in: str) -> tuple[float, ...]:
    return BUDGETS if paid_in == OPERATIONS else TIMES


def _shown(budget: float) -> float:
    """Large budgets as whole numbers, as they are written."""
    return float(round(budget)) if budget > 1 else budget


def frontier(result: BudgetResult, view: BudgetView) -> pd.DataFrame:
    """Accuracy on fresh examples by what is `spent`: of the best choice, and of yours."""
    own = {"width": view.width, "depth": view.depth, "examples": view.examples}
    rows = []
    for budget in _steps(view.paid_in):
        for series, choice in ((BEST, {}), (YOURS, own)):
            try:
                scores = result.test(budget, view.paid_in, **choice)
            except NotMeasuredError:
                continue
            rows.append(scores.rows(spent=_shown(budget), series=series))
    return pd.concat(rows)[SERIES] if rows else pd.DataFrame(columns=SERIES)


def frontier_caption(table: pd.DataFrame, view: BudgetView) -> str:
    """Both at the budget that was chosen."""
    here = table[table["spent"] == _shown(view.amount)].set_index("series")["mean"]
    if BEST not in here.index:
        return ""
    best = (
        f"what validation chooses gets {number(float(here[BEST]), SHARE)} of fresh examples right"
    )
    start = f"With {number(view.amount)} {view.paid_in}"
    if YOURS not in here.index:
        return f"{start}, {best}; your network cannot even begin with so few."
    return f"{start}, {best}, yours {number(float(here[YOURS]), SHARE)}."


def chosen_budget(view: BudgetView) -> alt.Chart:
    """Where the budget lies."""
    return marks.dashed(x=alt.XDatum(view.amount))


def bought(result: BudgetResult, view: BudgetView) -> pd.DataFrame:
    """What the best choice of each budget consists of, by seed."""
    try:
        spent = result.spent(view.paid_in)
    except NotMeasuredError:
        return pd.DataFrame(columns=["panel", "what", "spent", "mean", "low", "high", "n"])
    rows = spent.melt(["seed", "spent"], list(BOUGHT), "what", "value")
    rows = rows.assign(spent=rows["spent"].map(_shown))
    found = summarise_ratios(rows, ["what", "spent"], LEAST)
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
    least, most = (number(float(end)) for end in (table["spent"].min(), table["spent"].max()))
    return f"Geometric means with {least} and with {most} {view.paid_in}: {'; '.join(told)}."


def bought_chart(view: BudgetView) -> alt.LayerChart:
    """A line in each panel."""
    y = alt.Y("mean:Q", title=None, scale=alt.Scale(type="log"), axis=alt.Axis(format="~s"))
    drawn = marks.interval_lines(budgets(view), y, marks.one_color(theme.ACCENT))
    return drawn.properties(height=theme.PANEL_HEIGHT)


def ways(result: BudgetResult, view: BudgetView) -> pd.DataFrame:
    """Operations and seconds to the goal as multiples of the usual training's, a panel each."""
    parts = []
    for paid_in, arm in itertools.product(PANELS, WAYS):
        try:
            parts.append(result.multiple(arm, paid_in).rows(arm=arm, paid_in=paid_in))
        except NotMeasuredError:
            continue
    columns = ["seed", "value", "arm", "paid_in"]
    rows = pd.concat(parts) if parts else pd.DataFrame(columns=columns)
    found = summarise_ratios(rows.dropna(), ["paid_in", "arm"], LEAST)
    return kinds.in_panels(found, "paid_in", PANELS)


def ways_caption(table: pd.DataFrame, view: BudgetView) -> str:
    """Which ways clearly cost more, and which clearly cost less."""
    said = []
    for paid_in, panel in PANELS.items():
        rows = table[table["panel"] == panel]
        dear, cheap = rows[rows["low"] > 1], rows[rows["high"] < 1]
        if len(rows):
            said.append(
                f"Times as many {paid_in} as usual, clearly more: {_told(dear)}; clearly fewer: "
                f"{_told(cheap)}."
            )
    return " ".join(said)


def _told(rows: pd.DataFrame) -> str:
    pairs = zip(rows["arm"], rows["mean"], strict=True)
    return listed([f"{arm} ({number(float(mean))})" for arm, mean in pairs]) or "none"


def ways_chart(view: BudgetView) -> alt.LayerChart:
    """A dot for each way; at 1 it costs as much as the usual training."""
    x = alt.X("mean:Q", title="times as many (log scale)",
              scale=alt.Scale(type="log", nice=False, padding=12))  # fmt: skip
    rows = axes.names("arm", WAYS, limit=150)
    drawn = marks.interval_bars(rows, x, marks.one_color(), level=1.0)
    return drawn.properties(height=alt.Step(34))


FIGURES: tuple[Figure[BudgetResult, BudgetView], ...] = (
    kinds.lines(
        "frontier", "What a budget buys, and your choice", frontier,
        by=("spent", "series"), x=budgets,
        y=axes.share("accuracy on fresh examples"),
        color=marks.series_color("series", list(COLORS), colors=COLORS), beneath=chosen_budget,
        caption=frontier_caption, seeds=False, live=True,
        note="Chosen: of all widths, depths, numbers of examples and lengths of training that "
        "the budget pays for, the one with the highest accuracy on one half of the held-out "
        "examples; drawn is its accuracy on the other half. Your network may stop early as well. "
        "Seconds: steps times what one takes on this processor, of one network by itself.",
    ),
    Figure(
        "bought", "What the best choice spends it on", bought, bought_chart, bought_caption,
        panels=True,
        note="Geometric means over the seeds that the budget lets begin. Log scales.",
    ),
    Figure(
        "ways", "What saves, and what wastes", ways, ways_chart, ways_caption, panels=True,
        note="Two hidden layers of 24 units, all examples. The goal is four fifths of the highest "
        "accuracy of the usual training (learning rate 0.01, 32 examples a step); seeds in which a "
        "way never reaches it are left out. Trained to the end: no early stopping. bfloat16: all "
        "products, activations and their gradients with 16 bits, the weights with 32. "
        "Seconds hold for this processor; one with instructions for bfloat16 may turn them round.",
    ),
)  # fmt: skip
