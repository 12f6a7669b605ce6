"""The figures: layers under their roof, kinds of numbers, caches, a second thread, instructions."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from core.challenges.hardware.roofline.config import (
    GIGA,
    KILOBYTES,
    NUMBERS,
    RooflineResult,
    RooflineView,
    intensity,
)
from core.charts import axes, kinds, marks, theme, units
from core.charts.roofs import layers_under_roofs, lines_of
from core.lab.experiment import Figure
from core.lab.intervals import SHARE, summarise_ratios
from core.lab.scores import rows_where
from core.lab.timing import PROCESSOR
from core.lab.wording import capital, how_many, listed, number
from core.models.layer_work import LAYERS

COLORS = dict(
    zip(
        LAYERS,
        (theme.TRAIN, theme.REMEDY, theme.ACCENT, theme.WARNING, theme.PINK, theme.VALIDATION),
        strict=True,
    )
)
WORDS = {True: "instructions for it", False: "no instructions for it", None: "not known"}
KINDS = dict(zip(WORDS.values(), (theme.REMEDY, theme.WARNING, theme.BASELINE), strict=True))
BY = ("row", "instructions", "largest_error", "sets")
ONE, MANY, ROOFS = "One example", "Many at once", "The roofs"
LEAST = 1e-9
SEEN = 0.0005
"""Smaller errors are not told: a tenth of a percent is the last digit."""


def placed(result: RooflineResult, view: RooflineView) -> pd.DataFrame:
    """Rates of the layers in billions a second, where they lie, and how much of the peak it is."""
    rows = rows_where(result.rates, {"numbers": view.numbers})
    rows = rows.assign(value=rows["value"] / GIGA)
    found = summarise_ratios(rows, ["unit", "layer", "batch"], LEAST)
    peaks = _peaks(result, view.numbers)
    places = zip(found["layer"], found["batch"], strict=True)
    found["intensity"] = [
        intensity(layer, result.width, batch, view.numbers) for layer, batch in places
    ]
    return found.assign(of_peak=found["mean"] / found["unit"].map(peaks).astype(float))


def _peaks(result: RooflineResult, numbers: str) -> dict[str, float]:
    rows = rows_where(result.peaks, {"numbers": numbers})
    rows = rows.assign(value=rows["value"] / GIGA)
    found = summarise_ratios(rows, ["unit"], LEAST)
    return dict(zip(found["unit"], found["mean"], strict=True))


def roofs(result: RooflineResult, view: RooflineView) -> dict[str, pd.DataFrame]:
    """The lines that no layer should lie above, see `core.charts.roofs`."""
    moved = summarise_ratios(result.moved, ["unit", "kilobytes"], LEAST)
    limits = {}
    for unit, peak in _peaks(result, view.numbers).items():
        own = moved[moved["unit"] == unit].set_index("kilobytes")["mean"] / GIGA
        if KILOBYTES[-1] in own.index:
            limits[unit] = peak, float(own[own.index.max()]), float(own.max())
    return lines_of(limits)


def placed_caption(table: pd.DataFrame, view: RooflineView) -> str:
    """Each layer on the processor with one example, and with the most, in shares of the peak."""
    told = []
    for layer in LAYERS:
        own = table[(table["layer"] == layer) & (table["unit"] == PROCESSOR)]
        if len(own) > 1:
            ends = [
                f"{number(float(row.of_peak), SHARE)} with {how_many(int(row.batch), 'example')}"
                for row in (own.iloc[0], own.iloc[-1])
            ]
            told.append(f"{layer} {', '.join(ends)}")
    return f"Against a matrix product in {view.numbers}: {'; '.join(told)}." if told else ""


def peaks(result: RooflineResult, view: RooflineView) -> pd.DataFrame:
    """How fast matrices are multiplied in each kind of number, with its instructions and errors."""
    rows = result.peaks
    own = rows["unit"] == PROCESSOR
    native = {kind: WORDS[result.native(kind)] for kind in NUMBERS}
    return rows.assign(
        value=rows["value"] / GIGA,
        row=rows["numbers"].where(own, rows["numbers"] + ", " + rows["unit"]).astype(object),
        instructions=rows["numbers"].map(native).where(own, WORDS[None]).astype(object),
        largest_error=rows.groupby(["unit", "numbers"])["off"].transform("max").fillna(0.0),
        sets=rows["numbers"].map(result.sets()).where(own).fillna("").astype(object),
    )


def peaks_caption(table: pd.DataFrame, view: RooflineView) -> str:
    """Speed, instructions where they are known, and largest error of each."""
    told = []
    for row in table.itertuples():
        more = [str(row.instructions)] if row.instructions != WORDS[None] else []
        if row.largest_error >= SEEN:
            more.append(f"off by at most {number(row.largest_error, SHARE)}")
        aside = f" ({', '.join(more)})" if more else ""
        told.append(f"{row.row} {number(row.mean)} GFLOP/s{aside}")
    return f"{capital(listed(told))}." if told else ""


def moved(result: RooflineResult, view: RooflineView) -> pd.DataFrame:
    """Billions of bytes a second, by how much is moved."""
    return result.moved.assign(value=result.moved["value"] / GIGA)


def gains(result: RooflineResult, view: RooflineView) -> pd.DataFrame:
    """How many times as fast two threads are, roofs and both ends of the batches apart."""
    rows = result.gains
    ends = rows["batch"].map(lambda batch: ONE if batch == 1 else MANY).astype(object)
    rows = rows.assign(place=ends.where(rows["layer"].isin(LAYERS), ROOFS))
    return kinds.in_panels(rows, "place", {name: name for name in (ROOFS, ONE, MANY)})


def gains_caption(table: pd.DataFrame, view: RooflineView) -> str:
    """What two threads clearly do faster, and what clearly slower."""
    if table.empty:
        return ""
    told = []
    for panel, rows in table.groupby("panel", sort=False):
        parts = (rows[rows["low"] > 1], rows[rows["high"] < 1])
        faster, slower = (listed([_gain(row) for _, row in p.iterrows()]) or "none" for p in parts)
        told.append(f"{panel}: clearly faster {faster}; clearly slower {slower}.")
    return " ".join(told)


def _gain(row: pd.Series[Any]) -> str:
    return f"{row['layer']} ({number(float(row['mean']), 'times')})"


FIGURES: tuple[Figure[RooflineResult, RooflineView], ...] = (
    layers_under_roofs(
        "roofline", "Layers under the roof of this machine", placed, roofs, COLORS,
        caption=placed_caption, live=True,
        note="One thread. Solid roof: bytes from main memory; dashed: from caches, where layers of "
        "this size mostly lie. Larger dots are larger batches. Operations and bytes are counted, "
        "each byte once; of attention only its products.",
    ),
    kinds.intervals(
        "peaks", "Kinds of numbers", peaks, by=BY,
        y=axes.names("row", limit=170), color=marks.series_color("instructions", list(KINDS),
                                                                 colors=KINDS, columns=3),
        x=alt.X("mean:Q", title="matrix products (GFLOP/s)"), caption=peaks_caption, live=True,
        step=36, dots={"tooltip": [
            alt.Tooltip("row:N", title="numbers"), *marks.told(title="GFLOP/s"),
            alt.Tooltip("largest_error:Q", format=".2~%", title="largest error"),
            alt.Tooltip("sets:N", title="sets of instructions"),
        ]},
        note="The fastest of square matrix products on one thread. Largest error: over the largest "
        "entry, against the same numbers multiplied in float64. Int8 takes all that 8 bits hold. "
        "The table names the sets of instructions.",
    ),
    kinds.lines(
        "moved", "From caches to main memory", moved, by=("kilobytes", "unit"),
        x=axes.sizes("kilobytes", "three vectors together (kB, log scale)", KILOBYTES, log=True),
        y=axes.measure("GB/s (log scale)", type="log"), color=units.color(), least=LEAST,
        note="Two vectors are added into a third. The last size does not fit into most caches: "
        "its speed is that of main memory in the figures above.",
    ),
    kinds.intervals(
        "gains", "What a second thread brings", gains, by=("panel", "layer"),
        y=axes.names("layer"), x=alt.X("mean:Q", title="times as fast"),
        color=marks.one_color(), level=1.0, panels=True, caption=gains_caption,
        note="By the clock on the wall, both in turn, in a process of its own; what others run "
        "meanwhile is in it. At 1 a second thread changes nothing, at 2 it does all it can.",
    ),
)  # fmt: skip
