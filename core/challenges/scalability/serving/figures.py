"""The figures: the real loop's latencies and batches, Little's law, and what simulations say."""

from __future__ import annotations

from collections.abc import Iterable

import altair as alt
import pandas as pd

from core.challenges.scalability.serving.config import (
    ALONE_TIMES,
    CLIENTS,
    CLOCKED_LOADS,
    CLOSED_DISCIPLINES,
    DISCIPLINES,
    DYNAMIC,
    FORMULA,
    FULL,
    IDEAL,
    LOADS,
    LOOP_TIMES,
    NEWEST,
    RATE,
    REAL,
    SIMULATED,
    SINGLE,
    ServingResult,
    ServingView,
)
from core.charts import axes, kinds, marks, scatter, theme
from core.lab.experiment import Figure
from core.lab.intervals import summarise
from core.lab.scores import rows_where
from core.lab.wording import capital, number

ALONE_SINGLE, ALONE_TOGETHER = "network alone, one at a time", "network alone, in batches"
CLOSED_SERIES = (*CLOSED_DISCIPLINES, ALONE_SINGLE, ALONE_TOGETHER)
COLORS = {
    SINGLE: theme.TRAIN, NEWEST: theme.WARNING, DYNAMIC: theme.REMEDY, FULL: theme.VALIDATION,
    ALONE_SINGLE: theme.BASELINE, ALONE_TOGETHER: theme.ACCENT,
}  # fmt: skip
DASHES = {**dict.fromkeys(CLOSED_DISCIPLINES, (1, 0)), ALONE_SINGLE: (5, 4), ALONE_TOGETHER: (2, 3)}
SERVERS = {REAL: theme.REMEDY, SIMULATED: theme.TRAIN, IDEAL: theme.ACCENT, FORMULA: theme.BASELINE}
ASKERS = axes.sizes("clients", "clients, or requests in a batch (log scale)", CLIENTS, log=True)
LOAD = axes.sizes("load", "load (% of one at a time, log scale)", LOADS, log=True)
BELOW = [load for load in LOADS if load < 100]
WAYS = (SINGLE, DYNAMIC)
FEWEST = 0.05
"""Requests under way at which the axes of Little's law begin, at the latest."""
ARMS = [f"{one}, {times}" for one in WAYS for times in (LOOP_TIMES, ALONE_TIMES)]


# Closed loops


def closed(result: ServingResult, view: ServingView) -> pd.DataFrame:
    """A latency by clients; what the network alone takes for as many, one by one or together."""
    rows = rows_where(result.closed, {"measure": view.statistic}).drop(columns="measure")
    alone = result.service.rename(columns={"batch": "clients"})
    first = alone[alone["clients"] == 1].set_index("seed")["value"].reindex(alone["seed"])
    single = alone.assign(value=alone["clients"] * first.to_numpy(), discipline=ALONE_SINGLE)
    return _joined(rows, single, alone.assign(discipline=ALONE_TOGETHER))


def per_second(result: ServingResult, view: ServingView) -> pd.DataFrame:
    """Requests answered in a second, by clients."""
    rows = rows_where(result.closed, {"measure": RATE}).drop(columns="measure")
    alone = result.service.rename(columns={"batch": "clients"})
    first = alone[alone["clients"] == 1].set_index("seed")["value"].reindex(alone["seed"])
    single = alone.assign(value=1000 / first.to_numpy(), discipline=ALONE_SINGLE)
    together = alone.assign(value=1000 * alone["clients"] / alone["value"])
    return _joined(rows, single, together.assign(discipline=ALONE_TOGETHER))


def _joined(*parts: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([part.astype({"value": float, "clients": int}) for part in parts])


def _told(table: pd.DataFrame, column: str, series: Iterable[str], unit: str) -> str:
    """Each series at its last place."""
    told = []
    for name in series:
        own = table[table["discipline"] == name]
        if len(own):
            place = f"{int(own[column].iloc[-1])} {column}"
            told.append(f"{name} {number(float(own['mean'].iloc[-1]), unit)} with {place}")
    return "; ".join(told)


def closed_caption(table: pd.DataFrame, view: ServingView) -> str:
    """Each order of service where most ask."""
    told = _told(table, "clients", CLOSED_DISCIPLINES, "ms")
    return f"{capital(view.statistic)}: {told}." if told else ""


def per_second_caption(table: pd.DataFrame, view: ServingView) -> str:
    """Likewise."""
    told = _told(table, "clients", CLOSED_DISCIPLINES, "")
    return f"Answers a second: {told}." if told else ""


# Open loops


def opened(result: ServingResult, view: ServingView) -> pd.DataFrame:
    """A latency by load, clocked, and simulated where the server keeps up."""
    real = rows_where(result.opened, {"measure": view.statistic, "times": REAL})
    simulated = rows_where(result.latency, {"statistic": view.statistic})
    return pd.concat(
        [
            real.drop(columns="measure"),
            simulated.drop(columns="statistic").assign(times=SIMULATED),
        ]
    ).astype({"value": float})


def opened_caption(table: pd.DataFrame, view: ServingView) -> str:
    """Each discipline at the highest load of all, clocked and simulated."""
    load = max(BELOW)
    rows, told = rows_where(table, {"load": load}), []
    for name in DISCIPLINES:
        own = rows[rows["discipline"] == name].set_index("times")["mean"]
        if REAL in own:
            more = f", simulated {number(float(own[SIMULATED]), 'ms')}" if SIMULATED in own else ""
            told.append(f"{name} {number(float(own[REAL]), 'ms')}{more}")
    return f"{capital(view.statistic)} at {load} percent: {'; '.join(told)}." if told else ""


def off(result: ServingResult, view: ServingView) -> pd.DataFrame:
    """Simulated over measured latency, with the arrivals that were clocked."""
    rows = rows_where(result.opened, {"measure": view.statistic})
    keys = ["load", "discipline", "seed"]
    real = rows[rows["times"] == REAL].set_index(keys)["value"]
    rows = rows[(rows["times"] != REAL) & rows["discipline"].isin(WAYS)]
    known = real.reindex(pd.MultiIndex.from_frame(rows[keys])).to_numpy(dtype=float)
    arm = rows["discipline"].astype(str) + ", " + rows["times"].astype(str)
    found = rows.assign(arm=arm, value=rows["value"].astype(float) / known)
    return found[["load", "arm", "seed", "value"]]


def off_caption(table: pd.DataFrame, view: ServingView) -> str:
    """Both kinds of times at the busy server, one at a time."""
    load = max(BELOW)
    own = rows_where(table, {"load": load}).set_index("arm")["mean"]
    told = [f"{arm} {number(float(own[arm]), 'times')}" for arm in ARMS if arm in own]
    about = f"Simulated over measured {view.statistic} at {load} percent"
    return f"{about}: {'; '.join(told)}." if told else ""


# Little's law


def little(result: ServingResult, view: ServingView) -> pd.DataFrame:
    """Requests under way in every kind of session: as counted, and by the law."""
    by = ["loop", "place", "discipline"]
    parts = {
        name: _shown(summarise(result.little.assign(value=result.little[name].astype(float)), by))
        for name in ("held", "law")
    }
    law = parts["law"]
    return parts["held"].assign(
        law=law["mean"], law_low=law["low"], law_high=law["high"],
        ratio=parts["held"]["mean"] / law["mean"],
    )  # fmt: skip


def _shown(table: pd.DataFrame) -> pd.DataFrame:
    """An interval ends where the axis does, which has no zero."""
    ends = ["mean", "low", "high"]
    return table.assign(**{end: table[end].astype(float).clip(lower=FEWEST) for end in ends})


def little_chart(view: ServingView) -> alt.LayerChart:
    """Dots, and the line on which both are the same."""
    x = alt.X("law:Q", title="rate × mean time (requests, log scale)", scale=alt.Scale(type="log"))
    y = alt.Y("mean:Q", title="counted under way (log scale)", scale=alt.Scale(type="log"))
    base = alt.Chart(marks.TABLE).encode(color=marks.series_color(
        "discipline", DISCIPLINES, colors=COLORS))  # fmt: skip
    same = alt.Chart(marks.TABLE).mark_line(aria=False, color=theme.BASELINE, strokeDash=[4, 4])
    tooltip = [
        alt.Tooltip("loop:N"), alt.Tooltip("place:Q", title="clients, or load in %"),
        alt.Tooltip("discipline:N"), alt.Tooltip("law:Q", format=".3~g", title="rate × time"),
        *marks.told(".3~g", "counted"),
    ]  # fmt: skip
    dots = base.mark_point(filled=True, size=70, opacity=0.9).encode(
        x=x, y=y, tooltip=tooltip,
        shape=alt.Shape("loop:N", legend=alt.Legend(title=None, orient="bottom")),
    )  # fmt: skip
    return alt.layer(
        same.encode(x=x, y=marks.of_column(y, "law")),
        *scatter.cross(base, x, y, ("law_low", "law_high"), opacity=0.5), dots,
    ).properties(height=theme.FIGURE_HEIGHT)  # fmt: skip


def little_caption(table: pd.DataFrame, view: ServingView) -> str:
    """How far counts and law are apart."""
    if not len(table):
        return ""
    low, high = (number(float(getattr(table["ratio"], end)())) for end in ("min", "max"))
    few, many = (number(float(getattr(table["law"], end)())) for end in ("min", "max"))
    return (
        f"By rate × time, between {few} and {many} requests are under way; counted, they are "
        f"{low} to {high} times as many."
    )


# The ideal server


def waits(result: ServingResult, view: ServingView) -> pd.DataFrame:
    """Mean waits in service times."""
    return result.waits


def waits_caption(table: pd.DataFrame, view: ServingView) -> str:
    """Waits at both ends of the load."""
    told = []
    for name in SERVERS:
        own = table[table["server"] == name].sort_values("load")
        if len(own) > 1:
            ends = [
                f"{number(float(own['mean'].iloc[at]))} at {int(own['load'].iloc[at])} percent"
                for at in (0, -1)
            ]
            told.append(f"{name} {ends[0]}, {ends[1]}")
    return f"Mean wait in service times: {'; '.join(told)}." if told else ""


FIGURES: tuple[Figure[ServingResult, ServingView], ...] = (
    kinds.lines(
        "closed", "How long an answer takes when many ask", closed, by=("clients", "discipline"),
        x=ASKERS, y=lambda view: axes.measure(f"{view.statistic} of latency (ms, log scale)",
                                              type="log"),
        color=marks.series_color("discipline", CLOSED_SERIES, colors=COLORS),
        dash=marks.series_dash("discipline", DASHES), caption=closed_caption, seeds=False,
        live=True, least=kinds.LEAST,
        note="A server and its clients, two processes of the machine of this run, clocked by the "
        "clients. Each client asks again as soon as it is answered (closed loop). One at a time: "
        "the oldest first. Dynamic: all that wait. Full: it waits until all clients, or as many as "
        "fit, have asked. Broken lines: processor time of the network for as many, by arithmetic.",
    ),
    kinds.lines(
        "per_second", "What batches buy", per_second, by=("clients", "discipline"), x=ASKERS,
        y=axes.measure("answers a second (log scale)", type="log"),
        color=marks.series_color("discipline", CLOSED_SERIES, colors=COLORS),
        dash=marks.series_dash("discipline", DASHES), caption=per_second_caption, seeds=False,
        live=True, least=kinds.LEAST,
        note="The same sessions, each in its middle part of eight. What lies between a whole line "
        "and its broken one is the loop: taking requests in, waking up, and handing answers over.",
    ),
    kinds.lines(
        "opened", "How long it takes as the server fills up", opened,
        by=("load", "discipline", "times"), x=LOAD,
        y=lambda view: axes.measure(f"{view.statistic} of latency (ms, log scale)", type="log"),
        color=marks.series_color("discipline", DISCIPLINES, colors=COLORS),
        dash=marks.series_dash("times", {REAL: (1, 0), SIMULATED: (5, 4)}),
        caption=opened_caption, seeds=False, least=kinds.LEAST,
        note="Requests come whatever has been answered (open loop). Whole lines: the real loop, "
        "some hundred requests in a session. Broken lines: simulated, at more loads and with more "
        "requests, with times that batches took in the closed loops. A broken line ends where "
        "servers cannot keep up: the queue would grow for ever.",
    ),
    kinds.lines(
        "off", "How far off the simulation is", off, by=("load", "arm"),
        x=axes.sizes("load", "load (% of one at a time, log scale)", CLOCKED_LOADS, log=True),
        y=lambda view: axes.measure(f"simulated/measured {view.statistic} (log scale)",
                                    type="log"),
        color=marks.series_color("arm", ARMS, colors=dict(
            zip(ARMS, (theme.TRAIN, theme.BASELINE, theme.REMEDY, theme.ACCENT), strict=True))),
        dash=marks.series_dash("arm", {
            arm: (1, 0) if LOOP_TIMES in arm else (5, 4) for arm in ARMS}),
        beneath=marks.dashed(y=alt.YDatum(1)), caption=off_caption, least=kinds.LEAST,
        note="At 1 it says what was measured. Simulations are given the very arrivals that were "
        "clocked. Whole lines: with times that batches took in the closed loops, and the way there "
        "and back of a single client. Broken lines: with the processor time of the network alone.",
    ),
    Figure(
        name="little", title="Little's law, measured", table=little, chart=little_chart,
        caption=little_caption,
        note="Counted: a thread of its own looks at random moments, 2,500 times a second, how many "
        "requests are under way; it knows no times. Rate and mean time come from the clock of each "
        "request, which knows no counts. On the line both are the same.",
    ),
    kinds.lines(
        "waits", "Waiting, against what theory says", waits, by=("load", "server"),
        x=axes.sizes("load", "load (%)", BELOW),
        y=axes.measure("mean wait (service times)"), caption=waits_caption,
        color=marks.series_color("server", list(SERVERS), colors=SERVERS),
        note="One at a time, oldest first. Simulated: with the loop's times. The ideal server "
        "takes one unit of time for every request (M/D/1); its formula, load / (2 (1 − load)), "
        "holds for one server and Poisson arrivals alone, once the queue has filled up: a session "
        "of the real loop is short.",
    ),
)  # fmt: skip
