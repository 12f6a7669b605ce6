"""The figures of the memory experiment."""

from __future__ import annotations

import altair as alt
import pandas as pd

from core.challenges.history.memory.config import MARGIN, SOLVED, TEST, MemoryResult
from core.charts import axes, kinds, marks, theme
from core.lab.intervals import SHARE, differences
from core.lab.scores import rows_where
from core.lab.settings import View
from core.lab.wording import listed, number
from core.metrics.families import together
from core.metrics.verdicts import DIFFERS, EQUAL, UNCLEAR, named_changes, of_rows
from core.models.recall_plans import (
    ARMS,
    ATTENTION,
    BIASED,
    GATED,
    IDENTITY,
    LONG,
    OPEN,
    PLAIN,
)

COLORS = {
    PLAIN: theme.WARNING, IDENTITY: theme.PINK, GATED: theme.VALIDATION, LONG: theme.TRAIN,
    BIASED: theme.REMEDY, OPEN: theme.EARTH, ATTENTION: theme.ACCENT,
}  # fmt: skip
DASHES = {arm: (5, 3) if arm in (IDENTITY, BIASED, OPEN) else (1, 0) for arm in ARMS}
SERIES = marks.series_color("arm", ARMS, colors=COLORS)
DASH = marks.series_dash("arm", DASHES)
OTHERS = tuple(arm for arm in ARMS if arm != LONG)


def scores(result: MemoryResult, view: View) -> pd.DataFrame:
    """Accuracy of every network."""
    return result.scores


def scores_caption(table: pd.DataFrame, view: View) -> str:
    """Every arm at the longest delay that is known."""
    if table.empty:
        return ""
    longest = table["delay"].max()
    rows = table[table["delay"] == longest].to_dict("records")
    told = listed([f"{row['arm']} {number(row['mean'], SHARE)}" for row in rows])
    return f"Symbols named rightly after {longest} steps: {told}. Guessing gets half of them."


def solved(result: MemoryResult, view: View) -> pd.DataFrame:
    """Which networks remember at the longest delay."""
    return rows_where(result.solved(), {"delay": result.longest}).drop(columns="delay")


def solved_caption(table: pd.DataFrame, view: View) -> str:
    """Share of networks of every arm."""
    rows = table.to_dict("records")
    told = listed([f"{row['arm']} {number(row['mean'], SHARE)}" for row in rows])
    return f"Networks that remember: {told}." if rows else ""


def lost(result: MemoryResult, view: View) -> pd.DataFrame:
    """Gradients step by step, as powers of ten of the last one's."""
    return result.lost_by_step()


def lost_caption(table: pd.DataFrame, view: View) -> str:
    """What is left of the gradient at the symbol."""
    if table.empty:
        return ""
    longest = table["back"].max()
    rows = table[table["back"] == longest].to_dict("records")
    told = listed([f"{row['arm']} ({number(row['mean'])})" for row in rows])
    return f"Powers of ten between the gradients at the symbol and at the question: {told}."


def gains(result: MemoryResult, view: View) -> pd.DataFrame:
    """Accuracy beyond that of the LSTM at the longest delay, seed by seed."""
    rows = rows_where(result.scores, {"delay": result.longest}).drop(columns="delay")
    return differences(rows, "arm", LONG) if len(rows) else rows


def gains_caption(table: pd.DataFrame, view: View) -> str:
    """Which arms clearly differ from the LSTM; all of them are read at once."""
    if table.empty:
        return ""
    verdicts = of_rows(table, MARGIN)
    told = {words: named_changes(table[verdicts == found], "arm") for found, words in (
        (DIFFERS, "Clearly different from the LSTM"),
        (EQUAL, "About equal (to three points)"), (UNCLEAR, "No clear difference"),
    )}  # fmt: skip
    return " ".join(f"{words}: {names}." for words, names in told.items())


FIGURES = (
    kinds.lines(
        "lost", "The way back through time", lost, by=("back", "arm"), seeds=False, dash=DASH,
        x=alt.X("back:Q", title="steps before the question"), color=SERIES, caption=lost_caption,
        y=axes.measure("gradient left (powers of ten)"), live=True,
        note="Root mean square of the loss's gradient by what is read at a step, before the first "
        "update, at the longest delay. −6: a millionth of what the last step gets.",
    ),
    kinds.lines(
        "accuracy", "Who remembers, and for how long", scores, by=("delay", "arm"), color=SERIES,
        x=axes.steps("delay", "steps to remember"), dash=DASH, caption=scores_caption, live=True,
        y=axes.share("symbols named rightly", domain=[0.4, 1]),
        note="Each network is trained and asked at one delay. Dashed: remedies that change only "
        "where a network starts, or take a gate away.",
    ),
    kinds.intervals(
        "solved", "How many networks remember at the longest delay", solved, by=("arm",),
        y=axes.rows("arm", ARMS, labelLimit=190), color=marks.row_color("arm", COLORS),
        x=alt.X("mean:Q", title="networks that remember", axis=alt.Axis(format=".0%"),
                scale=alt.Scale(domain=[0, 1])), exact=True, zero=False,
        caption=solved_caption,
        note=f"A network remembers if it names at least {SOLVED:.0%} of {TEST} new symbols "
        "rightly. Each network does so or not: the intervals are exact ones of shares.",
    ),
    kinds.intervals(
        "gains", "Against the LSTM that libraries give", gains, by=("arm",),
        y=axes.rows("arm", OTHERS, labelLimit=190), x=axes.points("change of accuracy (points)"),
        color=marks.row_color("arm", COLORS), caption=gains_caption, seeds=True,
        extra=lambda table, view: together(table),
        note="Its forget gate begins with a bias of 1. At the longest delay, on the same "
        "sequences; the intervals hold for all at once.",
    ),
)  # fmt: skip
