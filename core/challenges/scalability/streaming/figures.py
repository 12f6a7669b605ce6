"""The figures: answers by order of the rows, memory, and speed."""

from __future__ import annotations

import altair as alt
import pandas as pd

from core.challenges.scalability.streaming.config import (
    ARMS,
    SHOWN,
    SHUFFLED,
    WHOLE,
    StreamingResult,
)
from core.charts import axes, kinds, marks, theme
from core.lab.experiment import Figure
from core.lab.settings import View
from core.lab.wording import capital, number

COLORS = {
    arm: theme.VALIDATION if arm in (WHOLE, SHUFFLED) else theme.REMEDY for arm in ARMS
}  # fmt: skip
COLOR = marks.row_color("arm", COLORS)


def answers(result: StreamingResult, view: View) -> pd.DataFrame:
    """Accuracy of each order."""
    return result.answers[result.answers["arm"].isin(SHOWN)]


def speeds(result: StreamingResult, view: View) -> pd.DataFrame:
    """Thousands of rows a second."""
    return result.speeds.assign(value=result.speeds["value"].astype(float) / 1000)


def grown(result: StreamingResult, view: View) -> pd.DataFrame:
    """Megabytes by which the process grew."""
    return result.grown


def _told(table: pd.DataFrame, unit: str) -> str:
    told = [
        f"{name} {number(float(mean), unit)}"
        for name, mean in zip(table["arm"], table["mean"], strict=True)
    ]
    return capital(f"{'; '.join(told)}.") if told else ""


FIGURES: tuple[Figure[StreamingResult, View], ...] = (
    kinds.intervals(
        "answers", "What the order of the rows does", answers, by=("arm",),
        y=axes.names("arm", SHOWN, limit=190),
        x=alt.X("mean:Q", title="new digits answered rightly", axis=alt.Axis(format=".0%"),
                scale=alt.Scale(domain=[0, 1], clamp=True)),
        color=COLOR, zero=False, seeds=True, live=True,
        caption=lambda table, view: _told(table, "share"),
        note="Each row of the file is trained on once. Buffer 1/16: the next rows are drawn from a "
        "sixteenth of all rows, kept in memory, whose places are filled with those that follow.",
    ),
    kinds.intervals(
        "grown", "What each way takes in memory", grown, by=("arm",),
        y=axes.names("arm", ARMS, limit=190),
        x=alt.X("mean:Q", title="megabytes by which the process grew"),
        color=COLOR, caption=lambda table, view: _told(table, "MB"),
        note="Resident memory beyond that before the file was opened, at its peak. What streams "
        "does so under the limit on memory; in memory is without one, in another process.",
    ),
    kinds.intervals(
        "speeds", "What each way takes in time", speeds, by=("arm",),
        y=axes.names("arm", ARMS, limit=190),
        x=alt.X("mean:Q", title="thousand rows a second, reading and training"),
        color=COLOR, caption=lambda table, view: _told(table, "thousand rows/s"),
        note="Wall time from the first byte read. The file was written just before, so the system "
        "still has it in its cache: a slow disk would hold streaming up.",
    ),
)  # fmt: skip
