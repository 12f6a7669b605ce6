"""The figures of the depth experiment."""

from __future__ import annotations

import altair as alt
import pandas as pd

from core.challenges.history.depth.config import (
    BASELINE,
    HE,
    NORM,
    PLANS,
    REMEDIES,
    RESIDUAL,
    DepthResult,
)
from core.charts import axes, kinds, marks, theme
from core.lab.intervals import SHARE, differences
from core.lab.scores import rows_where
from core.lab.settings import View
from core.lab.wording import listed, number
from core.metrics.families import together
from core.metrics.verdicts import DIFFERS, named_changes, of_rows

COLORS = {BASELINE: theme.WARNING, HE: theme.VALIDATION, NORM: theme.TRAIN, RESIDUAL: theme.REMEDY}
SERIES = marks.series_color("arm", list(PLANS), colors=COLORS)
DEPTH = axes.sizes("depth", "hidden layers")


def lost(result: DepthResult, view: View) -> pd.DataFrame:
    """Powers of ten between the gradients of the first and the last hidden layer."""
    rows = [
        result.lost(arm, depth).rows(arm=arm, depth=depth)
        for arm in PLANS for depth in result.depths()
        if len(rows_where(result.gradients, {"arm": arm, "depth": depth}))
    ]  # fmt: skip
    return pd.concat(rows) if rows else pd.DataFrame(columns=["seed", "value", "arm", "depth"])


def lost_caption(table: pd.DataFrame, view: View) -> str:
    """How much each network loses at its deepest."""
    if table.empty:
        return ""
    deepest = table["depth"].max()
    rows = table[table["depth"] == deepest].to_dict("records")
    told = listed([f"{row['arm']} ({number(row['mean'])})" for row in rows])
    return f"Powers of ten between first and last layer at {deepest} layers: {told}."


def scores(result: DepthResult, view: View) -> pd.DataFrame:
    """Accuracy of every network."""
    return result.scores


def scores_caption(table: pd.DataFrame, view: View) -> str:
    """Every network at its deepest."""
    if table.empty:
        return ""
    deepest = table["depth"].max()
    rows = table[table["depth"] == deepest].to_dict("records")
    told = listed([f"{row['arm']} ({number(row['mean'], SHARE)})" for row in rows])
    return f"Held-out digits right at {deepest} layers: {told}. Guessing gets 10%."


def gains(result: DepthResult, view: View) -> pd.DataFrame:
    """Accuracy that each remedy adds to the deepest sigmoid network, seed by seed."""
    rows = rows_where(result.scores, {"depth": result.deepest})
    found = differences(rows.drop(columns="depth"), "arm", BASELINE)
    return found[found["arm"].isin(REMEDIES)]


def gains_caption(table: pd.DataFrame, view: View) -> str:
    """Which remedies clearly change something; all of them are read at once."""
    if table.empty:
        return ""
    clear = of_rows(table) == DIFFERS
    return (
        f"Clearly different from plain sigmoid units: {named_changes(table[clear], 'arm')}. "
        f"No clear difference: {named_changes(table[~clear], 'arm')}."
    )


def by_layer(result: DepthResult, view: View) -> pd.DataFrame:
    """Gradients of the deepest networks, layer by layer."""
    return rows_where(result.gradients, {"depth": result.deepest}).drop(columns="depth")


FIGURES = (
    kinds.lines(
        "lost", "How much smaller the first layer's gradient is", lost, by=("depth", "arm"),
        x=DEPTH, color=SERIES, caption=lost_caption, live=True,
        y=axes.measure("first/last layer (powers of ten)"),
        note="Root mean square of the gradients before the first step. 0: first and last layer "
        "get gradients of one size; −6: the first one's is a millionth.",
    ),
    kinds.lines(
        "accuracy", "What they learn", scores, by=("depth", "arm"), x=DEPTH, color=SERIES,
        y=axes.share("held-out digits right", domain=[0, 1]), caption=scores_caption, live=True,
    ),
    kinds.intervals(
        "gains", "What each remedy adds to the deepest network", gains, by=("arm",),
        y=axes.rows("arm", REMEDIES, labelLimit=190), x=axes.points("change of accuracy (points)"),
        color=marks.row_color("arm", COLORS), caption=gains_caption,
        extra=lambda table, view: together(table), step=36, seeds=True,
        note="Differences from plain sigmoid units on the same seeds; the intervals hold for all "
        "three at once.",
    ),
    kinds.lines(
        "by_layer", "The way back, layer by layer", by_layer, by=("layer", "arm"),
        x=alt.X("layer:Q", title="hidden layer (1 is next to the pixels)"), color=SERIES,
        y=axes.measure("size of the gradient (power of ten)"), seeds=False,
        note="Gradients of the deepest networks before the first step. They come from the right.",
    ),
)  # fmt: skip
