"""The figures: accuracy against size, what each form loses, and how fast its layers are."""

from __future__ import annotations

import altair as alt
import pandas as pd

from core.challenges.hardware.fitting import beside, planes
from core.challenges.hardware.fitting.config import (
    ACCURACY,
    ARMS,
    BATCHES,
    COMPUTED,
    FULL,
    KERNELS,
    MARGIN,
    WIDTHS,
    FittingResult,
    FittingView,
)
from core.challenges.hardware.fitting.planes import COLORS, FORMS, KILO, PANELS
from core.charts import axes, kinds, marks, theme
from core.lab.experiment import Figure
from core.lab.intervals import POINTS, SHARE, differences, summarise_ratios
from core.lab.scores import rows_where
from core.lab.wording import capital, listed, number
from core.metrics.families import together
from core.metrics.verdicts import DIFFERS, EQUAL, UNCLEAR, UNDEFINED, of_rows

VERDICTS = {EQUAL: theme.REMEDY, UNCLEAR: theme.BASELINE, DIFFERS: theme.WARNING,
            UNDEFINED: theme.BASELINE}  # fmt: skip
SPEEDS_HEIGHT = 360
"""In pixels: three rows of names stand above the lines."""
KERNEL_PANELS = {
    str(batch): f"{batch} example{'s' if batch > 1 else ''} at once" for batch in BATCHES
}


def by_size(result: FittingResult, view: FittingView) -> pd.DataFrame:
    """Scores of the forms with the kilobytes that they take; the full network begins each line."""
    rows = rows_where(result.scores, {"metric": view.metric})
    placed = rows.merge(result.sizes, on=["arm", "budget"])
    placed["kilobytes"] = placed["bytes"] / KILO
    return placed.sort_values(["arm", "bytes"], kind="stable")


def by_size_caption(table: pd.DataFrame, view: FittingView) -> str:
    """The smallest file of each form, and what is left there."""
    told = []
    for arm in COLORS:
        rows = table[table["arm"] == arm]
        if len(rows):
            row = rows.loc[rows["kilobytes"].idxmin()]
            share, size = number(float(row["mean"]), SHARE), number(float(row["kilobytes"]), "kB")
            told.append(f"{arm} {share} in {size}")
    return f"{capital(told[-1])}. At its smallest: {'; '.join(told[:-1])}." if told[1:] else ""


def changes(result: FittingResult, view: FittingView) -> pd.DataFrame:
    """What each form gains over the full network at the chosen size, by panel and seed."""
    known = result.scores[result.scores["budget"].isin((32, view.budget))]
    found = differences(known, "arm", FULL, keep=["metric"])
    return kinds.in_panels(found.assign(verdict=""), "metric", PANELS)


def judged(table: pd.DataFrame, view: FittingView) -> pd.DataFrame:
    """Intervals that hold for all forms together, and what they allow to be said."""
    parts = [together(rows) for _, rows in table.groupby("panel", sort=False)]
    found = pd.concat(parts) if parts else table
    return found.assign(verdict=of_rows(found, MARGIN) if parts else [])


def changes_caption(table: pd.DataFrame, view: FittingView) -> str:
    """Which forms are as good as the full network, which are not, over all classes."""
    told = _verdicts(table)
    return f"At the size of {view.size} a weight, {told}." if told else ""


def _verdicts(table: pd.DataFrame) -> str:
    rows = table[table["panel"] == PANELS[ACCURACY]]
    apart = rows["verdict"] == DIFFERS
    groups = {
        "as accurate as the full network within a point": rows["verdict"] == EQUAL,
        "neither clearly as accurate nor clearly less": rows["verdict"] == UNCLEAR,
        "clearly less accurate": apart & (rows["mean"] < 0),
        "clearly more accurate": apart & (rows["mean"] > 0),
    }
    told = [f"{said}: {listed(_named(rows[own]))}" for said, own in groups.items() if own.any()]
    return "; ".join(told)


def _named(rows: pd.DataFrame) -> list[str]:
    return [
        f"{arm} ({number(float(mean), POINTS)})"
        for arm, mean in zip(rows["arm"], rows["mean"], strict=True)
    ]


def computed(result: FittingResult, view: FittingView) -> pd.DataFrame:
    """What the full network gains when a kernel for few bits computes it, by panel and seed."""
    rows = result.answers[result.answers["metric"].isin(PANELS)]
    found = differences(rows.rename(columns={"kernel": "arm"}), "arm", KERNELS[0], keep=["metric"])
    return kinds.in_panels(found.assign(verdict=""), "metric", PANELS)


def computed_caption(table: pd.DataFrame, view: FittingView) -> str:
    """Which forms answer as well as float32 does."""
    told = _verdicts(table)
    return f"Without any mending, {told}." if told else ""


def whole(result: FittingResult, view: FittingView) -> pd.DataFrame:
    """How many times as fast as float32 the whole network answers, by kernel and batch."""
    rows = result.answers[result.answers["metric"].isin(KERNEL_PANELS)]
    return _ratios(rows.rename(columns={"metric": "batch"}), ["kernel", "batch"])


def whole_caption(table: pd.DataFrame, view: FittingView) -> str:
    """Which forms are faster, one example at a time."""
    rows = table[table["panel"] == KERNEL_PANELS["1"]]
    return f"With one example, {_against_float32(rows)}." if len(rows) else ""


def whole_chart(view: FittingView) -> alt.LayerChart:
    """A dot for each form; at one it is as fast as float32."""
    x = alt.X("mean:Q", title="times as fast (log scale)",
              scale=alt.Scale(type="log", base=2, nice=False, padding=12))  # fmt: skip
    rows = axes.names("kernel", COMPUTED)
    drawn = marks.interval_bars(rows, x, marks.one_color(), level=1.0)
    return drawn.properties(height=alt.Step(30))


def speeds(result: FittingResult, view: FittingView) -> pd.DataFrame:
    """How many times as fast as float32 a layer is, by kernel and width; a panel a batch size."""
    return _ratios(result.times, ["kernel", "width", "batch"])


def _ratios(times: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Seconds in float32 over those of each other kernel, a panel for each batch size."""
    logs = times.pivot_table(index=[*keys[1:], "seed"], columns="kernel", values="value")
    if logs.empty:
        return pd.DataFrame(columns=["panel", *keys, "mean", "low", "high", "n"])
    ratios = logs.rdiv(logs[KERNELS[0]], axis=0).drop(columns=KERNELS[0])
    rows = ratios.stack().rename("value").reset_index()
    order = {name: place for place, name in enumerate(KERNELS)}
    rows = rows.sort_values(keys, key=lambda c: c.map(order) if c.name == "kernel" else c)
    found = summarise_ratios(rows, keys, 1e-6)
    return kinds.in_panels(found.assign(batch=found["batch"].astype(str)), "batch", KERNEL_PANELS)


def speeds_caption(table: pd.DataFrame, view: FittingView) -> str:
    """Which form is the fastest at the narrowest and at the widest layer, one example at a time."""
    rows = table[table["panel"] == KERNEL_PANELS["1"]]
    told = []
    for width in (WIDTHS[0], WIDTHS[-1]):
        own = rows[rows["width"] == width].reset_index(drop=True)
        if len(own):
            told.append(f"With {width:,} units and one example, {_against_float32(own)}.")
    return " ".join(told)


def _against_float32(rows: pd.DataFrame) -> str:
    faster, slower = (listed(_times(r)) for r in (rows[rows["low"] > 1], rows[rows["high"] < 1]))
    return f"clearly faster than float32: {faster or 'none'}; clearly slower: {slower or 'none'}"


def _times(rows: pd.DataFrame) -> list[str]:
    pairs = zip(rows["kernel"], rows["mean"], strict=True)
    return [f"{name} ({number(float(mean), 'times')})" for name, mean in pairs]


def speeds_chart(view: FittingView) -> alt.LayerChart:
    """A line for each form; at one it is as fast as float32."""
    scale = alt.Scale(type="log", base=2, nice=False, padding=8)
    y = alt.Y("mean:Q", title="times as fast (log scale)", scale=scale,
              axis=alt.Axis(values=[0.125, 0.25, 0.5, 1, 2, 4, 8]))  # fmt: skip
    x = axes.sizes("width", "units of the layer (log scale)", WIDTHS, log=True)
    color = marks.series_color("kernel", KERNELS[1:], colors=FORMS)
    drawn = marks.interval_lines(x, y, color)
    return alt.layer(marks.dashed(y=alt.YDatum(1)), drawn).properties(height=SPEEDS_HEIGHT)


FIGURES: tuple[Figure[FittingResult, FittingView], ...] = (
    kinds.lines(
        "by_size", "What is left at which size", by_size, by=("kilobytes", "arm"),
        x=axes.sizes("kilobytes", "size of the file (kB, log scale)", log=True),
        y=lambda view: axes.share(f"{view.metric} on new examples"),
        color=marks.series_color("arm", list(COLORS), colors=COLORS),
        caption=by_size_caption, live=True,
        note="Every network was written to a file of this size and read back before it was asked. "
        "Grey: the full network. Band: 95% interval over the seeds.",
    ),
    kinds.intervals(
        "changes", "What each form costs in accuracy", changes, by=("panel", "arm"),
        y=axes.rows("arm", ARMS, labelLimit=110),
        x=axes.points("change against the full network (points)"),
        color=marks.series_color("verdict", list(VERDICTS)[:3], colors=VERDICTS),
        extra=judged, caption=changes_caption, panels=True, live=True,
        note="Files of at most the chosen size, against the full network of the same seed; the "
        "intervals hold for all forms together. About equal: within a point either way. The worst "
        "class is each network's own.",
    ),
    kinds.intervals(
        "computed", "Computed in few bits, without mending", computed, by=("panel", "arm"),
        y=axes.rows("arm", COMPUTED, labelLimit=110),
        x=axes.points("change against float32 (points)"),
        color=marks.series_color("verdict", list(VERDICTS)[:3], colors=VERDICTS),
        extra=judged, caption=computed_caption, panels=True,
        note="The full network after training, through the kernels that this processor has. int8: "
        "ranges of inputs are found at each call; static int8: fixed beforehand, on the examples "
        "left. Inputs have 7 of the 8 bits, since processors without instructions for int8 add "
        "products in 16 bits. The intervals hold for all forms together.",
    ),
    Figure(
        "whole", "How fast the whole network answers", whole, whole_chart, whole_caption,
        panels=True,
        note="The same networks, against float32 in the same seed, on one core; geometric means.",
    ),
    beside.FIGURE,
    Figure(
        "speeds", "How fast a layer is in each form", speeds, speeds_chart, speeds_caption,
        live=True, panels=True,
        note="A square layer through the kernel that this processor has for it, on one core; "
        "inputs arrive in float32. Geometric means over repeats. What has no kernel is left out.",
    ),
    *planes.WHOLES,
    planes.LAYERS,
)  # fmt: skip
