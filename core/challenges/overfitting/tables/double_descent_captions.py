"""Captions of the double-descent experiment, made from the tables behind the figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from core.challenges.overfitting.tables.double_descent import (
    NEW,
    PLACES,
    PLAIN_WEIGHTS,
    RIDGED,
    RIDGED_WEIGHTS,
    find_bump,
)
from core.lab.intervals import SHARE
from core.lab.wording import hedged, number
from core.metrics.verdicts import rivals

if TYPE_CHECKING:
    from core.challenges.overfitting.double_descent import DoubleDescentView


def _line(table: pd.DataFrame, series: str) -> pd.DataFrame:
    """One line of a figure: `mean`, `low`, `high` by `size`, ascending."""
    return table[table.series == series].sort_values("size").reset_index(drop=True)


def _at(line: pd.DataFrame, size: int, unit: str) -> str:
    return number(float(line[line["size"] == size]["mean"].iloc[0]), unit)


def _unit(view: DoubleDescentView) -> str:
    return SHARE if view.metric == "error" else ""


def width_caption(table: pd.DataFrame, view: DoubleDescentView) -> str:
    """Where the validation curve turns, and what ridge makes of the peak."""
    if table.empty:
        return ""
    line, ridged, unit = _line(table, NEW), _line(table, RIDGED), _unit(view)
    if len(line) < 2:
        return ""
    bump = find_bump(line)
    if bump is None or not bump.clear:
        first, last = int(line["size"].iloc[0]), int(line["size"].iloc[-1])
        return (
            f"No clear peak: validation {view.metric} goes from {_at(line, first, unit)} at width "
            f"{first} to {_at(line, last, unit)} at width {last}."
        )
    side = "below" if bump.lower else "above" if bump.higher else "not clearly different from"
    words = (
        f"Validation {view.metric} is {_at(line, bump.valley, unit)} at width {bump.valley}, peaks "
        f"with {_at(line, bump.peak, unit)} at width {bump.peak} and falls to "
        f"{_at(line, bump.end, unit)} at width {bump.end}, {side} the first valley."
    )
    if bump.peak in set(ridged["size"]):
        words += f" With ridge it is {_at(ridged, bump.peak, unit)} at width {bump.peak}."
    return words


def examples_caption(table: pd.DataFrame, view: DoubleDescentView) -> str:
    """Whether more examples ever hurt at this width."""
    if table.empty:
        return ""
    line, ridged, unit = _line(table, NEW), _line(table, RIDGED), _unit(view)
    if len(line) < 2:
        return ""
    width, bump = int(table["width"].iloc[0]), find_bump(line)
    if bump is None or not bump.clear:
        first, last = int(line["size"].iloc[0]), int(line["size"].iloc[-1])
        return (
            f"At width {width} more data never clearly hurt: validation {view.metric} goes from "
            f"{_at(line, first, unit)} with {first} examples to {_at(line, last, unit)} with "
            f"{last}."
        )
    words = (
        f"More data hurt: at width {width}, validation {view.metric} rises from "
        f"{_at(line, bump.valley, unit)} with {bump.valley} examples to "
        f"{_at(line, bump.peak, unit)} with {bump.peak}, and falls to "
        f"{_at(line, bump.end, unit)} with {bump.end}."
    )
    if bump.peak in set(ridged["size"]):
        words += f" With ridge it is {_at(ridged, bump.peak, unit)} with {bump.peak}."
    return words


def norm_caption(table: pd.DataFrame, view: DoubleDescentView) -> str:
    """How long the weights are at their longest, and in the widest model."""
    if table.empty:
        return ""
    line, ridged = _line(table, PLAIN_WEIGHTS), _line(table, RIDGED_WEIGHTS)
    if line.empty:
        return ""
    top, widest = int(line["size"][line["mean"].idxmax()]), int(line["size"].iloc[-1])
    words = f"Without ridge the mean weights are longest at width {top}: {_at(line, top, '')}"
    words += "." if widest == top else f", against {_at(line, widest, '')} at width {widest}."
    if top in set(ridged["size"]):
        words += f" With ridge: {_at(ridged, top, '')} at width {top}."
    return words


def ridge_caption(table: pd.DataFrame, view: DoubleDescentView) -> str:
    """What the strengths do where there are as many features as examples."""
    if table.empty:
        return ""
    line = table[table.series == PLACES[1]].reset_index(drop=True)
    if line.empty or line["ridge"].iloc[0] != "0":
        return ""
    best = line.loc[line["mean"].idxmin()]
    before = number(float(line["mean"].iloc[0]), SHARE)
    others = rivals(line, best.name, "ridge")
    if best["ridge"] == "0" or "0" in others:
        return f"At the threshold no ridge clearly helps: {before} without it."
    lowest = f"{'on average ' if others else ''}lowest at ridge {best['ridge']}"
    return (
        f"With as many features as examples the error is {before} without ridge and {lowest}: "
        f"{number(float(best['mean']), SHARE)}"
        f"{hedged([f'ridge {other}' for other in others], 'not clearly below')}."
    )
