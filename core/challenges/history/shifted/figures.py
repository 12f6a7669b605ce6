"""The figures of the experiment on shifted digits."""

from __future__ import annotations

from typing import Any

import pandas as pd

from core.challenges.history.shifted.config import (
    CENTRED,
    CNN,
    MARGIN,
    MLP,
    MODELS,
    MOVED,
    SHIFTS,
    SHUFFLED,
    SVM,
    WIDE_MARGIN,
    ShiftedResult,
)
from core.charts import axes, kinds, marks, theme
from core.charts.summaries import within
from core.lab.intervals import SHARE, differences
from core.lab.scores import rows_where
from core.lab.settings import View
from core.lab.wording import number
from core.metrics.families import together
from core.metrics.verdicts import DIFFERS, EQUAL, UNCLEAR, named_changes, of_rows

COLORS = {MLP: theme.WARNING, SVM: theme.VALIDATION, CNN: theme.TRAIN}
SERIES = marks.series_color("model", MODELS, colors=COLORS)
DASH = marks.series_dash("trained", {CENTRED: (1, 0), MOVED: (5, 3)})


def scores(result: ShiftedResult, view: View) -> pd.DataFrame:
    """Accuracy on digits whose pixels are in order, by how far they are moved."""
    return result.scores[result.scores["trained"] != SHUFFLED]


def scores_caption(table: pd.DataFrame, view: View) -> str:
    """Both ends of every line that has two."""
    told = []
    for (model, trained), rows in table.groupby(["model", "trained"], sort=False):
        if len(rows) > 1:
            first, last = (number(rows["mean"].iloc[i], SHARE) for i in (0, -1))
            far = rows["shift"].iloc[-1]
            told.append(f"{model}, {trained}: {first} in the middle, {last} at {far} pixels.")
    return " ".join(told)


def against_svm(result: ShiftedResult, view: View) -> pd.DataFrame:
    """Accuracy on centred digits beyond that of the SVM, seed by seed."""
    rows = rows_where(result.scores, {"shift": 0, "trained": CENTRED})
    return differences(rows.drop(columns=["shift", "trained"]), "model", SVM)


def contrast(title: str, color: str, margin: float = WIDE_MARGIN) -> dict[str, Any]:
    """What the figures of differences have in common: all models are read at once."""
    points = {MARGIN: "two", WIDE_MARGIN: "four"}[margin]
    words = {
        DIFFERS: "Clearly different", EQUAL: f"About equal (to {points} points)",
        UNCLEAR: "No clear difference",
    }  # fmt: skip

    def caption(table: pd.DataFrame, view: View) -> str:
        found = of_rows(table, margin)
        rows = {said: table[found == verdict] for verdict, said in words.items()}
        return " ".join(f"{w}: {named_changes(r, 'model')}." for w, r in rows.items() if len(r))

    return {
        "by": ("model",), "y": axes.rows("model", MODELS), "x": axes.points(title),
        "color": marks.one_color(color), "caption": caption, "step": 34, "seeds": True,
        "extra": lambda table, view: together(table),
    }  # fmt: skip


FIGURES = (
    kinds.lines(
        "accuracy", "Digits off the middle", scores, by=("shift", "model", "trained"), dash=DASH,
        x=axes.sizes("shift", "pixels off the middle", SHIFTS), color=SERIES, live=True,
        y=axes.share("test digits right", domain=[0, 1]), caption=scores_caption, seeds=False,
        extra=lambda table, view: within(table),
        note="Every test digit is moved by so many pixels up, down, left or right. Solid: trained "
        "on digits in the middle; dashed: on as many digits, each anywhere on the canvas.",
    ),
    kinds.intervals(
        "rescue", "What it brings to have seen digits anywhere",
        lambda result, view: result.changes(CENTRED, MOVED),
        **contrast("change of accuracy (points)", theme.REMEDY),
        note="Trained on as many digits, each anywhere on the canvas; tested at all shifts, of "
        "which this is the mean. The intervals hold for all models at once.",
    ),
    kinds.intervals(
        "shuffling", "What the places of the pixels are worth",
        lambda result, view: result.changes(MOVED, SHUFFLED),
        **contrast("change when pixels are shuffled (points)", theme.WARNING),
        note="Digits anywhere, and then the pixels of all canvases change places in one way, in "
        "training and test. The mean over all shifts; the intervals hold for all models at once.",
    ),
    kinds.intervals(
        "against_svm", "Against the machine of the sceptical years", against_svm,
        **contrast("accuracy less the SVM's (points)", theme.ACCENT, MARGIN),
        note="Trained and tested on digits in the middle, the same ones for all; the intervals "
        "hold for both networks at once.",
    ),
)  # fmt: skip
