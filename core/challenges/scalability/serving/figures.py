"""The figures of the serving experiment: latencies, batches, and the formula."""

from __future__ import annotations

import pandas as pd

from core.challenges.scalability.serving.config import (
    DISCIPLINES,
    FORMULA,
    IDEAL,
    LOADS,
    MEASURED,
    NEWEST,
    SINGLE,
    ServingResult,
    ServingView,
)
from core.charts import axes, kinds, marks, theme
from core.lab.experiment import Figure
from core.lab.scores import rows_where
from core.lab.wording import capital, number

COLORS = dict(
    zip(DISCIPLINES, (theme.TRAIN, theme.WARNING, theme.REMEDY, theme.VALIDATION), strict=True)
)
SERVERS = {MEASURED: theme.TRAIN, IDEAL: theme.ACCENT, FORMULA: theme.BASELINE}
BATCHES = (1, 2, 4, 8, 16, 32, 64)
LOAD = axes.sizes("load", "load (% of one at a time, log scale)", LOADS, log=True)


def latency(result: ServingResult, view: ServingView) -> pd.DataFrame:
    """One statistic of the latencies, at every load a discipline keeps up with."""
    rows = rows_where(result.latency, {"statistic": view.statistic})
    return rows.drop(columns="statistic")


def latency_caption(table: pd.DataFrame, view: ServingView) -> str:
    """Where each discipline begins, and the last load that it keeps up with."""
    told = []
    for name in DISCIPLINES:
        own = table[table["discipline"] == name]
        if len(own):
            told.append(f"{name} {_at(own, 0)}" + (f", {_at(own, -1)}" if len(own) > 1 else ""))
    return f"{capital(view.statistic)} {'; '.join(told)}." if told else ""


def _at(rows: pd.DataFrame, place: int) -> str:
    mean, load = float(rows["mean"].iloc[place]), int(rows["load"].iloc[place])
    return f"{number(mean)} ms at {load} percent"


def per_second(result: ServingResult, view: ServingView) -> pd.DataFrame:
    """Requests answered in a second, by batch size."""
    rows = result.service
    return rows.assign(value=1000 * rows["batch"] / rows["value"])


def per_second_caption(table: pd.DataFrame, view: ServingView) -> str:
    """What both ends answer."""
    if len(table) < 2:
        return ""
    ends = [
        f"{number(float(table['mean'].iloc[at]))} in batches of {int(table['batch'].iloc[at])}"
        for at in (0, -1)
    ]
    return f"Requests answered in a second: {ends[0]}, {ends[1]}."


def waits(result: ServingResult, view: ServingView) -> pd.DataFrame:
    """Mean waits in service times."""
    return result.waits


def waits_caption(table: pd.DataFrame, view: ServingView) -> str:
    """Waits at both ends of the load."""
    told = []
    for name in SERVERS:
        own = table[table["server"] == name]
        if len(own) > 1:
            ends = [
                f"{number(float(own['mean'].iloc[at]))} at {int(own['load'].iloc[at])} percent"
                for at in (0, -1)
            ]
            told.append(f"{name} {ends[0]}, {ends[1]}")
    return f"Mean wait in service times: {'; '.join(told)}." if told else ""


def orders(result: ServingResult, view: ServingView) -> pd.DataFrame:
    """Latencies of the ideal server by order, one statistic."""
    rows = rows_where(result.orders, {"statistic": view.statistic})
    return rows.drop(columns="statistic")


def orders_caption(table: pd.DataFrame, view: ServingView) -> str:
    """Both orders at the highest load."""
    if table["discipline"].nunique() < 2:
        return ""
    top = table[table["load"] == table["load"].max()].set_index("discipline")["mean"]
    load = int(table["load"].max())
    oldest, newest = (number(float(top[name])) for name in (SINGLE, NEWEST))
    return (
        f"{capital(view.statistic)} at {load} percent: oldest first {oldest} service times, "
        f"newest first {newest}."
    )


FIGURES: tuple[Figure[ServingResult, ServingView], ...] = (
    kinds.lines(
        "latency", "How long an answer takes", latency, by=("load", "discipline"), x=LOAD,
        y=lambda view: axes.measure(f"{view.statistic} of latency (ms, log scale)", type="log"),
        caption=latency_caption, seeds=False, live=True, least=kinds.LEAST,
        color=marks.series_color("discipline", DISCIPLINES, colors=COLORS),
        note="Load: requests that come, in percent of what all servers answer one at a time. "
        "Service times were measured on the machine of this run; the queue is simulated event by "
        "event with them. A line ends where servers cannot keep up: the queue would grow for ever.",
    ),
    kinds.lines(
        "per_second", "What batches buy", per_second, by=("batch",),
        x=axes.sizes("batch", "requests in a batch (log scale)", BATCHES, log=True),
        y=axes.measure("requests a second (log scale)", type="log"),
        caption=per_second_caption, least=kinds.LEAST, color=marks.one_color(theme.REMEDY),
        note="Measured on the machine of this run: batch size over the mean time of a batch.",
    ),
    kinds.lines(
        "waits", "Waiting, against what theory says", waits, by=("load", "server"),
        x=axes.sizes("load", "load (%)", [load for load in LOADS if load < 100]),
        y=axes.measure("mean wait (service times)"), caption=waits_caption,
        color=marks.series_color("server", list(SERVERS), colors=SERVERS),
        note="One at a time, oldest first. The ideal server takes one unit of time for every "
        "request (M/D/1); its formula, load / (2 (1 − load)), holds for one server and Poisson "
        "arrivals alone.",
    ),
    kinds.lines(
        "orders", "Does it matter who is next?", orders, by=("load", "discipline"),
        x=axes.sizes("load", "load (%)", [load for load in LOADS if load < 100]),
        y=lambda view: axes.measure(f"{view.statistic} of latency (service times)"),
        caption=orders_caption, seeds=False,
        color=marks.series_color("discipline", (SINGLE, NEWEST), colors=COLORS),
        note="On the ideal server, one at a time: the oldest first, or the newest. The mean is the "
        "same for both; the order only decides who waits.",
    ),
)  # fmt: skip
