"""The figures of the grokking experiment."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import numpy as np
import pandas as pd

from core.challenges.generalization.grokking.config import (
    ARMS,
    DECAY,
    EVERY,
    NO_DECAY,
    GrokkingResult,
    GrokkingView,
)
from core.charts import axes, marks, raster, theme
from core.charts.curves import curves
from core.charts.summaries import within
from core.lab.experiment import Figure
from core.lab.intervals import SHARE
from core.lab.wording import how_many, listed, number

KNOWN, UNKNOWN = "cells learned from", "other cells"
CELLS = {"known": KNOWN, "unknown": UNKNOWN}
CELL_COLORS = {KNOWN: theme.TRAIN, UNKNOWN: theme.TEST}
ARM_COLORS = {DECAY: theme.REMEDY, NO_DECAY: theme.BASELINE}
DASHES = {DECAY: (1, 0), NO_DECAY: (4, 4)}
PANELS = {"Before training": (0, 0), "Now, with weight decay": (0, 1), "Now, without": (1, 1)}
"""Pictures of the units: arm, and whether now."""
REACHED, NOT_REACHED = "understood", "not within the training"
OUTCOMES = {REACHED: theme.REMEDY, NOT_REACHED: theme.WARNING}
PLACE = [alt.Tooltip("arm:N", title="network"), alt.Tooltip("step:Q")]


def _steps(view: GrokkingView) -> alt.X:
    if view.log_steps:
        axis = alt.Axis(values=[5, 10, 20, 50, 100, 200, 500, 1000], format=",d")
        scale = alt.Scale(type="log", nice=False)
        return alt.X("step:Q", title="training step (log scale)", axis=axis, scale=scale)
    axis, scale = alt.Axis(format=",d"), alt.Scale(type="linear", nice=False)
    return alt.X("step:Q", title="training step", axis=axis, scale=scale)


def _drawn(result: GrokkingResult, view: GrokkingView) -> pd.DataFrame:
    """The curves; a logarithmic axis has no place for step 0."""
    return result.curves[result.curves["step"] > 0] if view.log_steps else result.curves


def by_step(result: GrokkingResult, view: GrokkingView) -> pd.DataFrame:
    """Accuracy on both kinds of cells by arm, step and seed."""
    drawn = _drawn(result, view)
    parts = [
        drawn.assign(cells=name, value=drawn[column])[["cells", "arm", "step", "seed", "value"]]
        for column, name in CELLS.items()
    ]
    return pd.concat(parts, ignore_index=True)


def step_caption(table: pd.DataFrame, view: GrokkingView) -> str:
    """When the mean curves pass nine tenths, and where that of the other cells ends."""
    told = []
    for arm in ARMS:
        known, unknown = (
            table[(table["arm"] == arm) & (table["cells"] == name)] for name in (KNOWN, UNKNOWN)
        )
        if len(known) < 2 or len(unknown) < 2:
            return ""
        end = number(float(unknown["mean"].iloc[-1]), SHARE)
        when = f"{_when(known, KNOWN)}, {_when(unknown, UNKNOWN)}"
        told.append(f"{arm.capitalize()}, {when}; at the last step {end} of these are right")
    return f"Means over the seeds. {'. '.join(told)}."


def _when(rows: pd.DataFrame, name: str) -> str:
    there = rows[rows["mean"] >= 0.9]
    when = f"by step {int(there['step'].min()):,}" if len(there) else "not yet"
    return f"90% of the {name} {when}"


def units(result: GrokkingResult, view: GrokkingView) -> pd.DataFrame:
    """What each panel's picture shows: units of one network, and how pure they are."""
    if not result.units[:, 1].any():
        return pd.DataFrame(columns=["panel", "purity", "left", "right", "bottom", "top"])
    frequencies, count = result.units.shape[2:]
    rows = [
        (panel, purity(result.units[place].astype(float)), 0.5, count + 0.5, 0.5, frequencies + 0.5)
        for panel, place in PANELS.items()
    ]
    return pd.DataFrame(rows, columns=["panel", "purity", "left", "right", "bottom", "top"])


def purity(waves: np.ndarray) -> float:
    """Mean share of a unit's power at its strongest frequency, of `(frequencies, units)`."""
    total = waves.sum(axis=0)
    there = total > 0
    return float((waves.max(axis=0)[there] / total[there]).mean()) if there.any() else 0.0


def unit_pictures(result: GrokkingResult, view: GrokkingView) -> Mapping[str, pd.DataFrame]:
    """The powers as pictures: a column a unit, ordered by strongest frequency; low ones below."""
    waves = [result.units[place].astype(float) for place in PANELS.values()]
    ordered = [one[:, np.argsort(one.argmax(axis=0), kind="stable")] for one in waves]
    urls = [raster.tinted(one[::-1], theme.ACCENT) for one in ordered]
    return {"image": pd.DataFrame({"panel": list(PANELS), "url": urls})}


def unit_chart(view: GrokkingView) -> alt.LayerChart:
    """A picture with its axes."""
    frame = alt.Chart(marks.TABLE).mark_rect(opacity=0).encode(
        x=alt.X("left:Q", title="hidden unit", scale=alt.Scale(nice=False, zero=False),
                axis=alt.Axis(grid=False, tickCount=4)),
        x2="right:Q",
        y=alt.Y("bottom:Q", title="frequency", scale=alt.Scale(nice=False, zero=False),
                axis=alt.Axis(grid=False, tickMinStep=1)),
        y2="top:Q",
        tooltip=[alt.Tooltip("purity:Q", format=".0%",
                             title="power at a unit's strongest frequency, mean")],
    )  # fmt: skip
    return alt.layer(marks.image_background(), frame).properties(height=180)


def unit_caption(table: pd.DataFrame, view: GrokkingView) -> str:
    """How pure the units are in each picture."""
    told = [
        f"{str(panel)[:1].lower()}{str(panel)[1:]} {number(float(share), SHARE)}"
        for panel, share in zip(table["panel"], table["purity"], strict=True)
    ]
    if not told:
        return ""
    return (
        f"First seed; mean share of a unit's power at its strongest frequency: {'; '.join(told)}."
    )


def waves_by_step(result: GrokkingResult, view: GrokkingView) -> pd.DataFrame:
    """Concentration by arm, step and seed."""
    drawn = _drawn(result, view)
    return drawn.assign(value=drawn["concentration"])


def waves_caption(table: pd.DataFrame, view: GrokkingView) -> str:
    """Where both curves begin and end."""
    told = []
    for arm in ARMS:
        rows = table[table["arm"] == arm]
        if len(rows) < 2:
            return ""
        first, last = (number(float(rows["mean"].iloc[i]), SHARE) for i in (0, -1))
        told.append(f"{arm} from {first} to {last}")
    return f"Mean share of the power at the units' strongest frequencies: {listed(told)}."


def by_share(result: GrokkingResult, view: GrokkingView) -> pd.DataFrame:
    """Steps until understood of each network with decay; one that never was stands at the end."""
    rows = result.moments[result.moments["arm"] == DECAY].sort_values(["share", "seed"])
    got = rows["understood"].notna()
    found = pd.DataFrame({
        "place": [f"{100 * share:.0f}%" for share in rows["share"]],
        "seed": rows["seed"].to_numpy(),
        "steps": rows["understood"].fillna(result.steps).to_numpy(),
        "outcome": np.where(got, REACHED, NOT_REACHED),
    })  # fmt: skip
    return found.reset_index(drop=True)


def share_chart(view: GrokkingView) -> alt.Chart:
    """One mark a network; an arrow up where it had not understood when its training ended."""
    kind = {"type": "log"} if view.log_steps else {"type": "linear"}
    shapes = alt.Scale(domain=list(OUTCOMES), range=["circle", "triangle-up"])
    return alt.Chart(marks.TABLE).mark_point(filled=True, size=80, opacity=0.75).encode(
        x=axes.steps("place", "share of the table learned from"),
        y=alt.Y("steps:Q", title="steps until understood",
                scale=alt.Scale(**kind, nice=False, padding=10),
                axis=alt.Axis(format=",d", values=[50, 100, 200, 500, 1000, 1500])),
        xOffset=alt.XOffset("seed:N"),
        color=marks.series_color("outcome", list(OUTCOMES), colors=OUTCOMES),
        shape=alt.Shape("outcome:N", scale=shapes, legend=None),
        tooltip=[alt.Tooltip("place:N", title="share of the table"), alt.Tooltip("seed:Q"),
                 alt.Tooltip("steps:Q", format=",d"), alt.Tooltip("outcome:N")],
    ).properties(height=theme.PANEL_HEIGHT)  # fmt: skip


def share_caption(table: pd.DataFrame, view: GrokkingView) -> str:
    """The median steps of each share where more than half of the networks got there."""
    told = []
    for place, rows in table.groupby("place", sort=False):
        never = int((rows["outcome"] == NOT_REACHED).sum())
        if never == 0:
            told.append(f"{place}: median {number(float(rows['steps'].median()))} steps")
        else:
            told.append(f"{place}: {never} of {how_many(len(rows), 'network')} {NOT_REACHED}")
    return f"With weight decay, learning from {'; '.join(told)}." if told else ""


FIGURES = (
    curves(
        "by_step", "By heart, and by understanding", by_step, ("cells", "arm", "step"),
        step_caption, x=_steps, y=axes.share("cells answered rightly", domain=[0, 1]),
        color=marks.series_color("cells", list(CELL_COLORS), colors=CELL_COLORS),
        dash=marks.series_dash("arm", DASHES),
        places=[alt.Tooltip("cells:N"), *PLACE], extra=lambda table, view: within(table),
        span=lambda result: (EVERY, result.steps), live=True,
        note="Solid: with weight decay. Dashed: the same initial weights without. All cells of one "
        "table; the other cells are asked and never learned from.",
    ),
    Figure(
        "units", "Numbers as waves", units, unit_chart, unit_caption, unit_pictures, live=True,
        panels=True,
        note="Each column is a hidden unit of the first seed's network: how strongly it goes up "
        "and down as the first number runs once round the circle, 1, 2, ... times. A unit that "
        "is one pure wave has one dark spot.",
    ),
    curves(
        "waves", "How pure the waves are", waves_by_step, ("arm", "step"),
        waves_caption, x=_steps,
        y=axes.share("power at the strongest frequency", domainMax=1),
        color=marks.series_color("arm", list(ARM_COLORS), colors=ARM_COLORS), places=PLACE,
        extra=lambda table, view: within(table),
    ),
    Figure(
        "by_share", "How much of the table it takes", by_share, share_chart,
        share_caption,
        note="One mark a network. Understood: 95% of the cells not learned from are right. Arrows: "
        "not yet when the training ended, so that the true number is larger and no mean can be "
        "told.",
    ),
)  # fmt: skip
