"""The figures: speed and what models say of it, the same training twice, waiting, messages."""

from __future__ import annotations

import altair as alt
import pandas as pd

from core.challenges.scalability.data_parallel.config import (
    AMDAHL,
    GUSTAFSON,
    LAWS,
    MACHINES,
    MEASURED,
    MESSAGES,
    MODEL,
    ONE,
    PERFECT,
    SAME,
    SERIES,
    TWO,
)
from core.challenges.scalability.data_parallel.config import (
    DataParallelResult as Result,
)
from core.challenges.scalability.data_parallel.config import (
    DataParallelView as View,
)
from core.charts import axes, kinds, marks, theme
from core.lab.experiment import Figure
from core.lab.scores import NotMeasuredError
from core.lab.wording import capital, number

COLORS = {
    MEASURED: theme.TRAIN, MODEL: theme.VALIDATION, AMDAHL: theme.ACCENT, GUSTAFSON: theme.ACCENT,
    PERFECT: theme.BASELINE,
}  # fmt: skip
DASHES = {MEASURED: (1, 0), MODEL: (7, 4), AMDAHL: (2, 3), GUSTAFSON: (2, 3), PERFECT: (1, 5)}
FIT = "latency + bytes / bandwidth"
SUMS = {MEASURED: theme.TRAIN, FIT: theme.VALIDATION}
TOLD = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)


def speed(result: Result, view: View) -> pd.DataFrame:
    """How many times as fast, by processes: measured, by the model, by the law, and perfect."""
    kind, found = view.kind, []
    most = result.batch if kind == SAME else MACHINES[-1]
    places = [n for n in MACHINES if n <= most]
    for n in places:
        found.append(pd.DataFrame({"seed": [0], "value": [float(n)], "series": PERFECT, "n": n}))
        for series, told in (
            (MEASURED, result.faster),
            (MODEL, result.modelled),
            (LAWS[kind], result.law),
        ):
            try:
                found.append(told(kind, n).rows(series=series, n=n))
            except (NotMeasuredError, ValueError):
                continue
    rows = pd.concat(found).rename(columns={"n": "processes"})
    return rows[["processes", "series", "seed", "value"]]


def speed_caption(table: pd.DataFrame, view: View) -> str:
    """What was measured, and what model and law say at the last place."""
    told = []
    for series in (MEASURED, MODEL, LAWS[view.kind]):
        own = table[table["series"] == series]
        if len(own):
            times, n = float(own["mean"].iloc[-1]), int(own["processes"].iloc[-1])
            told.append(f"{series} {number(times, 'times')} with {n:,} processes")
    return f"As fast as one process: {'; '.join(told)}." if told else ""


def course(result: Result, view: View) -> pd.DataFrame:
    """Training loss of each step, alone and shared out."""
    return result.course


def course_caption(table: pd.DataFrame, view: View) -> str:
    """Where both end."""
    told = []
    for name in SERIES:
        own = table[table["series"] == name]
        if len(own):
            told.append(f"{name} {number(float(own['mean'].iloc[-1]))}")
    last = int(table["step"].max()) if len(table) else 0
    return f"Loss at step {last}: {', '.join(told)}." if told else ""


def waiting(result: Result, view: View) -> pd.DataFrame:
    """Share of a step that is no computing, by processes and what they do with their number."""
    found = []
    for n, scaling in result.steps[["processes", "scaling"]].drop_duplicates().itertuples(False):
        found.append(result.waiting(scaling, n).rows(arm=f"{n} processes, {scaling}"))
    return pd.concat(found) if found else pd.DataFrame(columns=["seed", "value", "arm"])


def waiting_caption(table: pd.DataFrame, view: View) -> str:
    """Each share."""
    told = [
        f"{name} {number(float(mean), 'share')}"
        for name, mean in zip(table["arm"], table["mean"], strict=True)
    ]
    return f"Of a step go into summing and waiting: {'; '.join(told)}." if told else ""


def messages(result: Result, view: View) -> pd.DataFrame:
    """Milliseconds of an all-reduce by bytes, measured and as the line has it."""
    found = [result.messages.assign(series=MEASURED)]
    for seed, line in result.network().items():
        times = line.at(pd.Series(MESSAGES, dtype=float).to_numpy())
        found.append(pd.DataFrame({"bytes": MESSAGES, "seed": seed, "value": times, "series": FIT}))
    rows = pd.concat(found)
    rows["value"] = 1000 * rows["value"].astype(float)
    return rows[["bytes", "series", "seed", "value"]]


def messages_caption(table: pd.DataFrame, view: View) -> str:
    """The smallest and the largest message."""
    own = table[table["series"] == MEASURED]
    if len(own) < 2:
        return ""
    ends = [
        f"{number(float(own['mean'].iloc[at]), 'ms')} for {int(own['bytes'].iloc[at]):,} bytes"
        for at in (0, -1)
    ]
    return f"{capital(MEASURED)}: {ends[0]}, {ends[1]}."


def _series(view: View) -> tuple[str, ...]:
    """Lines of the first figure; each kind of scaling has a law of its own."""
    return MEASURED, MODEL, LAWS[view.kind], PERFECT


FIGURES: tuple[Figure[Result, View], ...] = (
    kinds.lines(
        "speed", "What more processes buy", speed, by=("processes", "series"),
        x=axes.sizes("processes", "processes (log scale)", TOLD, log=True),
        y=axes.measure("times as fast as one (log scale)", type="log"),
        color=lambda view: marks.series_color("series", _series(view), colors=COLORS),
        dash=lambda view: marks.series_dash(
            "series", {series: DASHES[series] for series in _series(view)}
        ),
        caption=speed_caption, seeds=False,
        least=kinds.LEAST, live=True,
        note="Measured: processes of the machine of this run, a whole line. Broken lines were not "
        "run. Model: computing time by examples of one process, and messages around a ring with "
        "the latency and bandwidth measured here, as if each machine had a core of its own and "
        "links like this machine's to itself. Amdahl (same batch), Gustafson (a batch each): the "
        "part of a step that does not shrink with its examples, without any message.",
    ),
    kinds.lines(
        "course", "Is it the same training?", course, by=("step", "series"),
        x=alt.X("step:Q", title="step"), y=axes.measure("training loss (nats)"),
        color=marks.series_color("series", SERIES, colors={ONE: theme.TRAIN, TWO: theme.REMEDY}),
        dash=marks.series_dash("series", {ONE: (1, 0), TWO: (5, 4)}), seeds=False, live=True,
        caption=course_caption,
        note="Each process has the whole network and a part of every batch; the sum of their "
        "gradients is the gradient of the batch.",
    ),
    kinds.intervals(
        "waiting", "Where the time goes", waiting, by=("arm",),
        y=axes.names("arm", limit=200),
        x=alt.X("mean:Q", title="share of a step in which a process sums and waits",
                axis=alt.Axis(format=".0%"), scale=alt.Scale(domain=[0, 1], clamp=True)),
        color=marks.one_color(theme.WARNING), caption=waiting_caption, zero=False,
        note="Same batch: shared out among the processes. Larger batch: each takes a whole one. "
        "Waiting for a slower process cannot be told apart from sending.",
    ),
    kinds.lines(
        "messages", "What a sum over all processes takes", messages, by=("bytes", "series"),
        x=axes.sizes("bytes", "bytes of the message (log scale)", MESSAGES, log=True, base=10),
        y=axes.measure("milliseconds (log scale)", type="log"), least=kinds.LEAST,
        color=marks.series_color("series", list(SUMS), colors=SUMS), caption=messages_caption,
        dash=marks.series_dash("series", {MEASURED: (1, 0), FIT: (7, 4)}), seeds=False,
        note="All-reduce by gloo over this machine's own address; the mean of the quickest "
        "of many. The line is fitted to each seed by relative deviations.",
    ),
)  # fmt: skip
