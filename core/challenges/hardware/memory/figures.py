"""The figures: what is held, what less of it costs in time, and how far devices get."""

from __future__ import annotations

import altair as alt
import pandas as pd

from core.challenges.hardware.memory.config import (
    ARMS,
    CHECKPOINTED,
    DEVICES,
    KILO,
    PARTS,
    PLAIN,
    MemoryResult,
)
from core.charts import axes, kinds, marks, theme
from core.lab.experiment import Figure
from core.lab.scores import NotMeasuredError
from core.lab.settings import View
from core.lab.wording import listed, number
from core.models.memory_arithmetic import widest_within

COLORS = dict(zip(PARTS, (theme.TRAIN, theme.ACCENT, theme.VALIDATION, theme.REMEDY), strict=True))
MEMORY, TIME = "Memory", "Time of a step"
USES = {"to answer": theme.REMEDY, "to train": theme.TRAIN, "to train, checkpointing": theme.ACCENT}


def parts(result: MemoryResult, view: View) -> pd.DataFrame:
    """Kilobytes of each part in each arm, counted and predicted."""
    found = result.sizes.groupby(["arm", "part"], sort=False)[["value", "predicted"]].mean()
    rows = (found / KILO).reset_index().rename(columns={"value": "kilobytes"})
    return rows.assign(order=rows["part"].map(list(PARTS).index))


def parts_caption(table: pd.DataFrame, view: View) -> str:
    """The parts of the plain arm, and whether the arithmetic was right."""
    rows = table[table["arm"] == PLAIN]
    told = [
        f"{part} {number(float(kilobytes), 'kB')}"
        for part, kilobytes in zip(rows["part"], rows["kilobytes"], strict=True)
    ]
    if not told:
        return ""
    right = bool((table["kilobytes"] == table["predicted"]).all())
    said = "as arithmetic says, to the byte" if right else "not all as arithmetic says"
    return f"With all kept: {listed(told)}; counted in the running step, {said}."


def parts_chart(view: View) -> alt.Chart:
    """One bar an arm, a colour a part."""
    look = axes.rows("arm", ARMS, labelLimit=110)
    tooltip = [
        alt.Tooltip("arm:N"), alt.Tooltip("part:N"),
        alt.Tooltip("kilobytes:Q", format=",.1f", title="counted (kB)"),
        alt.Tooltip("predicted:Q", format=",.1f", title="predicted (kB)"),
    ]  # fmt: skip
    bars = alt.Chart(marks.TABLE).mark_bar().encode(
        x=alt.X("kilobytes:Q", title="held at the peak of a step (kB)"), y=look,
        color=marks.series_color("part", PARTS, colors=COLORS), order=alt.Order("order:Q"),
        tooltip=tooltip,
    )  # fmt: skip
    return bars.properties(height=alt.Step(40))


def prices(result: MemoryResult, view: View) -> pd.DataFrame:
    """Memory and time of each arm over those of the plain one, by seed."""
    found = []
    for arm in ARMS[1:]:
        try:
            memory = result.total(arm) / result.total()
            seconds = result.seconds(arm) / result.seconds(PLAIN)
        except (NotMeasuredError, ValueError):
            continue
        found += [memory.rows(arm=arm, measure=MEMORY), seconds.rows(arm=arm, measure=TIME)]
    columns = ["seed", "value", "arm", "measure"]
    rows = pd.concat(found) if found else pd.DataFrame(columns=columns)
    return kinds.in_panels(rows, "measure", {MEMORY: MEMORY, TIME: TIME})


def prices_caption(table: pd.DataFrame, view: View) -> str:
    """Both for each arm."""
    told = []
    for arm, rows in table.groupby("arm", sort=False):
        by_panel = rows.set_index("panel")["mean"]
        if {MEMORY, TIME} <= set(by_panel.index):
            told.append(
                f"{arm}: {number(float(by_panel[MEMORY]), 'times')} the memory in "
                f"{number(float(by_panel[TIME]), 'times')} the time"
            )
    return f"Against keeping all, {'; '.join(told)}." if told else ""


def devices(result: MemoryResult, view: View) -> pd.DataFrame:
    """The widest network of this depth that each memory has room for, by what is done with it."""
    plans = {
        "to answer": (result.plan(), False),
        "to train": (result.plan(), True),
        "to train, checkpointing": (result.plan(CHECKPOINTED), True),
    }
    rows = [
        (device, use, widest_within(memory, plan, training=training))
        for device, memory in DEVICES.items()
        for use, (plan, training) in plans.items()
    ]
    found = pd.DataFrame(rows, columns=["device", "use", "width"])
    return found[found["width"] > 0].reset_index(drop=True)


def devices_caption(table: pd.DataFrame, view: View) -> str:
    """The smallest and the largest device."""
    told = []
    for device in (next(iter(DEVICES)), list(DEVICES)[-1]):
        rows = table[table["device"] == device].set_index("use")["width"]
        uses = [f"{use} {rows[use]:,} units" for use in USES if use in rows.index]
        told.append(f"{device}: {listed(uses) or 'not even one unit'}")
    return f"Layers that fit, by arithmetic: {'; '.join(told)}."


def devices_chart(view: View) -> alt.Chart:
    """A dot for each device and use."""
    scale = alt.Scale(type="log", nice=False, padding=14)
    dots = alt.Chart(marks.TABLE).mark_point(size=110, strokeWidth=2.5).encode(
        x=alt.X("width:Q", title="widest layers that fit (units, log scale)", scale=scale,
                axis=alt.Axis(values=[10, 100, 1000, 10_000], format=",d")),
        y=axes.names("device", list(DEVICES), limit=170),
        color=marks.series_color("use", list(USES), colors=USES),
        tooltip=[alt.Tooltip("device:N"), alt.Tooltip("use:N"),
                 alt.Tooltip("width:Q", format=",", title="units")],
    )  # fmt: skip
    return dots.properties(height=alt.Step(40))


FIGURES: tuple[Figure[MemoryResult, View], ...] = (
    Figure(
        "parts", "What a training step holds", parts, parts_chart, parts_caption, live=True,
        note="Bytes of the tensors that are alive: weights, gradients, what the optimizer keeps, "
        "and what the backward pass needs, at its peak. Working space of a layer is not counted.",
    ),
    kinds.intervals(
        "prices", "What less memory costs in time", prices, by=("panel", "arm"),
        y=axes.rows("arm", ARMS[1:], labelLimit=110),
        x=alt.X("mean:Q", title="times as much as with all kept"),
        color=marks.one_color(theme.ACCENT), level=1.0, caption=prices_caption, panels=True,
        note="Checkpointing keeps the input of every few layers and computes the rest again. "
        "Accumulation adds the gradients of four parts of the batch.",
    ),
    Figure(
        "devices", "How far a memory reaches", devices, devices_chart, devices_caption,
        note="An extrapolation: nothing was run on these devices. The arithmetic that was right to "
        "the byte above, for networks of this depth, batch, optimizer and precision.",
    ),
)  # fmt: skip
