"""The figures of the price of a training: its phases, its forecasts, its bill, its memory."""

from __future__ import annotations

import altair as alt
import pandas as pd

from core.challenges.compute.training_cost.config import (
    JOULES_PER_KWH,
    NAMES,
    PEAK,
    PHASES,
    WAYS,
    CostResult,
    CostView,
)
from core.charts import axes, kinds, marks, theme, units
from core.lab.experiment import Figure
from core.lab.intervals import summarise_ratios
from core.lab.timing import LEAST, PROCESSOR
from core.lab.wording import how_many, listed, number

COLORS = dict(zip(PHASES, (theme.TRAIN, theme.VALIDATION, theme.ACCENT), strict=True))
PARTS = {
    "weights": theme.TRAIN, "gradients": theme.VALIDATION, "Adam's moments": theme.ACCENT,
    "activations": theme.REMEDY,
}  # fmt: skip
WAY_COLORS = dict(zip(WAYS, (theme.WARNING, theme.REMEDY), strict=True))
PLACES = {name: place for place, name in enumerate(NAMES)}
SHARES = ["panel", "network", "phase", "share", "value"]
BILL = ["network", "seconds", "kwh_low", "kwh_high", "money", *CostView.model_fields]


def complete(result: CostResult) -> list[str]:
    """Networks that were trained from every seed so far seen."""
    seeds = result.times.groupby("network")["seed"].nunique()
    return [name for name in NAMES if name in seeds.index]


def shares(result: CostResult, view: CostView) -> pd.DataFrame:
    """Share of each phase in the operations and in the time of a step."""
    names = complete(result)
    told = result.operations.set_index(["network", "phase"])["value"]
    times = result.times.groupby(["network", "phase"])["value"].mean()
    rows = [
        (panel, NAMES[name], phase, values[name][phase] / values[name].sum(), values[name][phase])
        for panel, values in (("operations of a step", told), ("processor seconds", times))
        for name in names
        for phase in PHASES
    ]
    return pd.DataFrame(rows, columns=SHARES)


def shares_caption(table: pd.DataFrame, view: CostView) -> str:
    """Where the operations and where the time goes."""
    if table.empty:
        return ""
    told = []
    for panel, part in table.groupby("panel", sort=False):
        back = part[part["phase"] == "backward"]
        each = [f"{row.network} {number(float(row.share), 'share')}" for row in back.itertuples()]
        told.append(f"of the {panel} {listed(each)}")
    return f"The backward pass takes {'; '.join(told)}."


def stacked(x: alt.X, color: alt.Color, order: list[str], tooltip: list[alt.Tooltip]) -> alt.Chart:
    """One bar a network, in parts."""
    place = f"indexof({order!r}, datum.{color.shorthand.split(':')[0]})"
    bars = alt.Chart(marks.TABLE).transform_calculate(place=place).mark_bar()
    drawn = bars.encode(
        x=x, y=axes.names("network", list(NAMES.values())), color=color, order="place:Q",
        tooltip=[alt.Tooltip("network:N"), *tooltip],
    )  # fmt: skip
    return drawn.properties(height=alt.Step(34))


def shares_chart(view: CostView) -> alt.Chart:
    """Phases side by side."""
    x = alt.X("share:Q", title="share of a step", axis=alt.Axis(format=".0%"))
    tooltip = [
        alt.Tooltip("phase:N"), alt.Tooltip("share:Q", format=".1%"),
        alt.Tooltip("value:Q", format=".4~g"),
    ]  # fmt: skip
    color = marks.series_color("phase", list(PHASES), colors=COLORS)
    return stacked(x, color, list(PHASES), tooltip)


def off(result: CostResult, view: CostView) -> pd.DataFrame:
    """How many times as long as forecast each training took, by seed."""
    took = result.times.groupby(["seed", "network"], as_index=False)["value"].sum()
    told = result.forecasts.rename(columns={"value": "told"})
    rows = told.merge(took, on=["seed", "network"])
    rows = rows.assign(value=rows["value"] / rows["told"], place=rows["network"].map(PLACES))
    rows = rows.sort_values(["place", "way", "seed"])
    return rows.assign(network=rows["network"].map(NAMES))[["seed", "value", "network", "way"]]


def off_caption(table: pd.DataFrame, view: CostView) -> str:
    """How far each way to forecast lay off."""
    told = []
    for way, part in table.groupby("way", sort=False):
        each = [f"{row.network} {number(float(row.mean))}" for row in part.itertuples()]
        told.append(f"{way}: {listed(each)}")
    return f"Times as long as forecast, {'; '.join(told)}." if told else ""


def bill(result: CostResult, view: CostView) -> pd.DataFrame:
    """Seconds, energy and money of so many trainings."""
    rows = []
    for name in complete(result):
        seconds = result.seconds(name).mean * view.trainings
        low, high = sorted((view.watts_low, view.watts_high))
        kwh = (seconds * low / JOULES_PER_KWH, seconds * high / JOULES_PER_KWH)
        assumed = (low, high, view.price, view.trainings)
        rows.append((NAMES[name], seconds, *kwh, seconds / 3600 * view.price, *assumed))
    return pd.DataFrame(rows, columns=BILL)


def bill_caption(table: pd.DataFrame, view: CostView) -> str:
    """What so many trainings take, under the assumptions above."""
    if table.empty:
        return ""
    told = [
        f"{row.network} {number(row.kwh_low)} to {number(row.kwh_high)} kWh and "
        f"{number(row.money)} in money"
        for row in table.itertuples()
    ]
    assumed = table.iloc[0]
    return (
        f"At {assumed.watts_low} to {assumed.watts_high} watts and {assumed.price:g} an hour, "
        f"{how_many(int(assumed.trainings), 'training')} would take: {listed(told)}."
    )


def bill_chart(view: CostView) -> alt.LayerChart:
    """A range of energy for each network."""
    x = alt.X("kwh_low:Q", title="energy (kWh, log scale)", scale=alt.Scale(type="log"))
    tooltip = [
        alt.Tooltip("network:N"), alt.Tooltip("seconds:Q", format=".4~g"),
        alt.Tooltip("kwh_low:Q", format=".3~g", title="kWh, at least"),
        alt.Tooltip("kwh_high:Q", format=".3~g", title="kWh, at most"),
        alt.Tooltip("money:Q", format=".3~g"),
    ]  # fmt: skip
    base = alt.Chart(marks.TABLE).encode(y=axes.names("network", list(NAMES.values())))
    span = base.mark_rule(strokeWidth=9, color=theme.ACCENT, opacity=0.7)
    return alt.layer(span.encode(x=x, x2="kwh_high:Q", tooltip=tooltip)).properties(
        height=alt.Step(34)
    )


def held(result: CostResult, view: CostView) -> pd.DataFrame:
    """Kilobytes that training holds at the end of a forward pass."""
    table = result.memory.assign(kilobytes=result.memory["value"] / 1000)
    names = table["network"].map(NAMES).astype(object)
    return table.assign(network=names)[["network", "part", "kilobytes"]]


def held_caption(table: pd.DataFrame, view: CostView) -> str:
    """How much of the memory is activations."""
    told = []
    for name, part in table.groupby("network", sort=False):
        own = part.loc[part["part"] == "activations", "kilobytes"].sum()
        told.append(f"{name} {number(float(own))} kB")
    return f"Held for the backward pass: {listed(told)}." if told else ""


def held_chart(view: CostView) -> alt.Chart:
    """Parts of the memory."""
    x = alt.X("kilobytes:Q", title="memory of a training (kB)")
    tooltip = [alt.Tooltip("part:N"), alt.Tooltip("kilobytes:Q", format=".4~g")]
    color = marks.series_color("part", list(PARTS), colors=PARTS, columns=2)
    return stacked(x, color, list(PARTS), tooltip)


def beside(result: CostResult, view: CostView) -> pd.DataFrame:
    """Milliseconds of each phase of a step, here and on an accelerator; no row without one."""
    own = result.times.assign(unit=PROCESSOR).rename(columns={"phase": "what"})
    found = pd.concat([own, result.beside]) if result.accelerators else result.beside
    rows = found[found["what"].isin(PHASES)]
    rows = rows.assign(row=rows["network"].map(NAMES), value=1000 * rows["value"] / result.steps)
    table = summarise_ratios(rows, ["what", "row", "unit"], LEAST)
    most = result.beside[result.beside["what"] == PEAK]
    peaks = most.assign(row=most["network"].map(NAMES)).groupby(["row", "unit"])["value"].max()
    found = [peaks.get((row, unit)) for row, unit in zip(table["row"], table["unit"], strict=True)]
    table = table.assign(peak_kilobytes=pd.Series(found, dtype=float) / 1000)
    return kinds.in_panels(table, "what", {phase: phase for phase in PHASES})


def peaks_told(table: pd.DataFrame) -> str:
    """The most that each network took of an accelerator's own memory."""
    known = table[table["peak_kilobytes"].notna()].drop_duplicates(["row", "unit"])
    told = [
        f"{unit}, at most, by its own counter: "
        + listed([f"{r.row} {number(float(r.peak_kilobytes), 'kB')}" for r in rows.itertuples()])
        for unit, rows in known.groupby("unit", sort=False)
    ]
    return f"Memory of {'; '.join(told)}." if told else ""


FIGURES: tuple[Figure[CostResult, CostView], ...] = (
    kinds.intervals(
        "off", "Forecast before, timed after", off, by=("network", "way"),
        y=axes.names("network", list(NAMES.values())),
        x=alt.X("mean:Q", title="time taken / time forecast (log scale)",
                scale=alt.Scale(type="log")),
        color=marks.series_color("way", list(WAYS), colors=WAY_COLORS),
        offset=alt.YOffset("way:N", sort=list(WAYS)), level=1.0,
        caption=off_caption, step=26, live=True,
        note="At 1 the forecast was right. From operations: those of a step over the speed at "
        "which this machine multiplies large matrices. From ten steps: what they took, times the "
        "number of steps.",
    ),
    Figure(
        "phases", "Where a step goes", shares, shares_chart, shares_caption, panels=True,
        note="Operations of matrix products by formula, equal to torch's own count; the "
        "optimizer's are elementwise, 13 a parameter, and torch counts none of them.",
    ),
    Figure(
        "bill", "Energy and money", bill, bill_chart, bill_caption,
        note="Nothing here measures power: the range is the time times the watts that you assume, "
        "the money the time times your price.",
    ),
    Figure(
        "memory", "What a training holds", held, held_chart, held_caption, live=True,
        note="Counted tensor by tensor at the end of a forward pass; the program itself, with "
        "PyTorch, takes some 300 MB besides.",
    ),
    units.side_by_side(
        "beside", "The same steps on an accelerator", beside, list(NAMES.values()),
        [alt.Tooltip("peak_kilobytes:Q", format=",.0f", title="its memory at most (kB)")],
        after=peaks_told,
        note="Same weights, same batches, which lie there already. The processor: seconds of one "
        "core. An accelerator: those that pass until each phase is done; what it computes at once "
        "is small here, and giving it orders takes most of that. Geometric means over seeds.",
    ),
)  # fmt: skip
