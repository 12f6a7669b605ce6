"""Forms in the plane of two measures: accuracy, size and time, and which of them are on a front."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import altair as alt
import numpy as np
import pandas as pd

from core.challenges.hardware.fitting.config import (
    ACCURACY,
    ARMS,
    BATCHES,
    BITS,
    BITS_OF,
    BUDGETS,
    FULL,
    KERNELS,
    MARGIN,
    WIDTHS,
    WORST,
    FittingResult,
    FittingView,
)
from core.charts import axes, fronts, marks, theme
from core.lab.experiment import Figure
from core.lab.intervals import SHARE, summarise_ratios
from core.lab.scores import NotMeasuredError, PerSeed, per_seed, rows_where
from core.lab.wording import number
from core.metrics.fronts import places
from core.models.compression_cost import layer_bytes

COLORS = dict(
    zip(
        (*ARMS, FULL),
        (theme.REMEDY, theme.WARNING, theme.VALIDATION, theme.ACCENT, theme.TRAIN, theme.PINK,
         theme.BASELINE),
        strict=True,
    )
)  # fmt: skip
FORMS = dict(
    zip(
        KERNELS,
        (theme.BASELINE, theme.TRAIN, theme.REMEDY, theme.ACCENT, theme.VALIDATION, theme.WARNING,
         theme.EARTH, theme.PINK),
        strict=True,
    )
)  # fmt: skip
PANELS = {ACCURACY: "All classes", WORST: "The worst class"}
KILO = 1000
COMPUTED_IN = "computed in few bits"
SAME_TIME = 0.05
"""Times that differ by so small a share count as the same."""
TIME, SIZE = "milliseconds", "kilobytes"
UNITS = {TIME: "ms", SIZE: "kB"}
COLUMNS = ["form", "series", "bits", "place", SIZE, TIME, "mean", "low", "high", "n"]


class Whole(NamedTuple):
    """A whole network in one form.

    Attributes:
        name: Of the form.
        series: What it is drawn as.
        bits: Of a weight, or those whose network sets its size.
        size: Bytes of its file.
        right: Share of new examples it gets right, by seed.
        took: Seconds for one example, by seed.
    """

    name: str
    series: str
    bits: int
    size: int
    right: PerSeed
    took: PerSeed


def wholes(result: FittingResult, metric: str) -> Iterator[Whole]:
    """Every form of the whole network that was asked and timed."""
    for arm, bits in [(FULL, 32), *itertools.product(ARMS, BUDGETS)]:
        name = arm if arm == FULL else f"{arm} ({bits})"
        took = per_seed(result.paces, "s", arm=arm, budget=bits)
        yield Whole(name, arm, bits, result.size(arm, bits), result.score(arm, bits, metric), took)
    for kernel, bits in BITS_OF.items():
        try:
            right = per_seed(result.answers, SHARE, kernel=kernel, metric=metric)
        except NotMeasuredError:
            continue  # There is no such kernel here.
        took = per_seed(result.paces, "s", arm=kernel, budget=bits)
        yield Whole(kernel, COMPUTED_IN, bits, result.size(BITS, bits), right, took)


def whole_front(against: str) -> Callable[[FittingResult, FittingView], pd.DataFrame]:
    """The table of whole networks, placed by accuracy and by time or size."""

    def table(result: FittingResult, view: FittingView) -> pd.DataFrame:
        if result.paces.empty:
            return pd.DataFrame(columns=COLUMNS)
        found = list(wholes(result, view.metric))
        wrong, took = (
            np.stack([values.values for values in each], 1)
            for each in ([-one.right for one in found], [one.took for one in found])
        )
        sizes = np.tile([float(one.size) for one in found], (len(wrong), 1))
        cost, margin = (np.log(took), SAME_TIME) if against == TIME else (sizes, 0.0)
        rows = [
            (one.name, one.series, one.bits, place, one.size / KILO,
             KILO * one.took.geometric.mean, share.mean, share.low, share.high, share.n)
            for one, place in zip(found, places(wrong, cost, (MARGIN, margin)), strict=True)
            for share in (one.right.estimate,)
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=COLUMNS).sort_values(against, kind="stable")

    return table


def layer_front(result: FittingResult, view: FittingView) -> pd.DataFrame:
    """Memory and time of the widest layer in every form, for one example."""
    rows = rows_where(result.times, {"width": WIDTHS[-1], "batch": BATCHES[0]})
    found = summarise_ratios(rows.assign(value=KILO * rows["value"]), ["kernel", "width"], 1e-6)
    sizes = [layer_bytes(str(name), WIDTHS[-1]) / KILO for name in found["kernel"]]
    found = found.assign(kilobytes=sizes, place="")
    if len(found):
        took = rows.pivot_table(index="seed", columns="kernel", values="value")
        logs = np.log(took[list(found["kernel"])].to_numpy(dtype=float))
        found["place"] = places(logs, np.tile(sizes, (len(logs), 1)), (SAME_TIME, 0.0))
    return found.sort_values([SIZE, "mean"])


def _log(channel: type[alt.X] | type[alt.Y], column: str, title: str) -> alt.X | alt.Y:
    return channel(f"{column}:Q", title=f"{title}, log scale)",
                   scale=alt.Scale(type="log", nice=False, padding=14),
                   axis=alt.Axis(format="~g"))  # fmt: skip


def _whole(against: str, title: str, x: str, note: str) -> Figure[Any, Any]:
    return fronts.plane(
        f"whole_{UNITS[against]}".lower(), title, whole_front(against),
        x=_log(alt.X, against, x), y=lambda view: axes.stretched(f"{view.metric} on new examples"),
        form="form", colors=("series", {**COLORS, COMPUTED_IN: theme.EARTH}), line=True,
        told=lambda row: f"{row['form']} {number(float(row['mean']), SHARE)} in "
        f"{number(float(row[against]), UNITS[against])}",
        tooltip=[
            *marks.told(".1%", "right"), alt.Tooltip("kilobytes:Q", format=".3~g", title="kB"),
            alt.Tooltip("milliseconds:Q", format=".3~g", title="milliseconds"),
        ],
        note=note,
    )  # fmt: skip


WHOLES = (
    _whole(
        TIME, "Whole networks: accuracy against time", "one example (ms",
        "One example, one core. A number behind a form: as large as with so many bits a weight; "
        "such networks answer in float32, whatever they are kept as.",
    ),
    _whole(
        SIZE, "Whole networks: accuracy against size", "size of the file (kB",
        "A number behind a form: the file is at most as large as with so many bits a weight.",
    ),
)  # fmt: skip
LAYERS = fronts.plane(
    "front", "Memory against time of a layer", layer_front,
    x=_log(alt.X, SIZE, "memory of the weights (kB"), y=_log(alt.Y, "mean", "one example (ms"),
    form="kernel", colors=("kernel", FORMS), line=False,
    told=lambda row: f"{row['kernel']} {number(float(row[SIZE]), 'kB')} in "
    f"{number(float(row['mean']), 'ms')}",
    tooltip=[alt.Tooltip("kilobytes:Q", format=",.0f"), *marks.told(title="milliseconds")],
    note="The widest layer above, one example. Static int8 has ranges that were fixed beforehand; "
    "torch's own way to make such layers is deprecated, the kernels behind it are called.",
)  # fmt: skip
