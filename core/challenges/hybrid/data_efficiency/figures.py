"""The figures of learning from few labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from core.challenges.hybrid.data_efficiency.config import (
    ARMS,
    CONSTRAINED,
    LOGISTIC,
    NEAREST,
    PLAIN,
    PROTOTYPES,
    SELF,
    SHOTS,
    SHOWN,
    DataEfficiencyResult,
    DataEfficiencyView,
)
from core.charts import axes, kinds, marks, raster, theme, tiles
from core.charts.summaries import means_at, within
from core.data.few_shot import WAYS
from core.lab.intervals import SHARE, Estimate, estimates_of, summarise
from core.lab.scores import NotMeasuredError
from core.lab.wording import how_many, listed, number, with_interval
from core.metrics.families import together
from core.metrics.verdicts import named_changes, side

COLORS = {
    NEAREST: theme.BASELINE, LOGISTIC: theme.EARTH, PLAIN: theme.WARNING,
    CONSTRAINED: theme.VALIDATION, SELF: theme.REMEDY, PROTOTYPES: theme.ACCENT,
}  # fmt: skip
OTHERS = tuple(arm for arm in ARMS if arm != NEAREST)
WORTH = tuple(arm for arm in ARMS if arm != PLAIN)
BETTER, WORSE, NEITHER = "clearly better", "clearly worse", "no clear difference"


def _rows(arms: tuple[str, ...], measure: Any) -> pd.DataFrame:
    """One row an arm and seed of what can be measured so far."""
    found = [pd.DataFrame(columns=["seed", "value", "arm"])]
    for arm in arms:
        try:
            found.append(measure(arm).rows(arm=arm))
        except NotMeasuredError:
            continue
    return pd.concat(found[1:] or found, ignore_index=True)


def gains(result: DataEfficiencyResult, view: DataEfficiencyView) -> pd.DataFrame:
    """Points of accuracy above the nearest class mean, by arm and seed."""
    return _rows(OTHERS, lambda arm: result.gain(arm, view.labels))


def against_means(result: DataEfficiencyResult, view: DataEfficiencyView) -> pd.DataFrame:
    """The gains over class means with intervals that hold for all arms together."""
    return together(summarise(gains(result, view), ["arm"]))


def judged(table: pd.DataFrame) -> str:
    """Which arms are clearly better or worse than class means, and which neither."""
    sides = [
        side(row.low, row.high, WORSE, NEITHER, BETTER) if row.n > 1 else NEITHER
        for row in table.itertuples()
    ]
    told = []
    for words in (BETTER, NEITHER, WORSE):
        some = table[[one == words for one in sides]]
        if len(some):
            told.append(f"{words}: {named_changes(some, 'arm')}")
    return "; ".join(told)


def gains_caption(table: pd.DataFrame, view: DataEfficiencyView) -> str:
    """The verdict on every arm."""
    labels = how_many(view.labels, "label")
    told = judged(table)
    return f"Against class means, with {labels} per class: {told}." if told else ""


def worth(result: DataEfficiencyResult, view: DataEfficiencyView) -> pd.DataFrame:
    """Labels per class that a plain network needs for an arm's accuracy, by arm and seed."""
    return _rows(WORTH, lambda arm: result.worth(arm, view.labels))


def worth_caption(table: pd.DataFrame, view: DataEfficiencyView) -> str:
    """What every arm's labels are worth."""
    found = zip(table["arm"], estimates_of(table), strict=True)
    told = listed([f"{arm} {_labels(one)}" for arm, one in found])
    labels = how_many(view.labels, "label")
    return f"With {labels} per class, a plain network’s labels: {told}." if told else ""


def _labels(found: Estimate) -> str:
    """Labels per class in words; where all seeds are at an end of the curve, there is no more."""
    if found.high <= SHOTS[0]:
        return f"{number(found.mean)} or fewer"
    return f"{number(found.mean)} or more" if found.low >= SHOTS[-1] else with_interval(found)


def curves_caption(table: pd.DataFrame, view: DataEfficiencyView) -> str:
    """Every arm at both ends."""
    ends = SHOTS[0], SHOTS[-1]
    told = []
    for arm in ARMS:
        means = means_at(table, ("labels", "arm"), [(n, arm) for n in ends])
        if means:
            told.append(f"{arm} {' and '.join(number(mean, SHARE) for mean in means)}")
    return f"With {ends[0]} label per class, and with {ends[1]}: {'; '.join(told)}." if told else ""


def faces(result: DataEfficiencyResult, view: DataEfficiencyView) -> pd.DataFrame:
    """The first seed's first labelled pictures: a row a class."""
    letters = result.pictures == "letters"
    places = [(row, column) for row in range(len(result.names)) for column in range(SHOWN)]
    rows = pd.DataFrame(places, columns=["row", "column"])
    names = ["ABCDE"[row] if letters else str(result.names[row]) for row in rows["row"]]
    return rows.assign(panel="a row is a new class", cell=names)


def paint(result: DataEfficiencyResult, view: DataEfficiencyView, cell: Mapping[str, Any]) -> str:
    """One labelled picture."""
    return raster.grey_picture(result.faces[cell["row"], cell["column"]].reshape(8, 8))


def faces_caption(table: pd.DataFrame, view: DataEfficiencyView) -> str:
    """Which classes are new."""
    return f"First seed: the new classes are {listed(list(table['cell'].unique()))}."


def _level(view: DataEfficiencyView) -> float:
    return float(view.labels)


FIGURES = (
    kinds.lines(
        "curves", "Accuracy by number of labels",
        lambda result, view: result.scores, by=("labels", "arm"),
        x=axes.sizes("labels", "labels per class (log scale)", SHOTS, log=True),
        y=axes.share("accuracy on new pictures", zero=False),
        color=marks.series_color("arm", ARMS, colors=COLORS), caption=curves_caption,
        extra=lambda table, view: within(table), live=True, seeds=False, height=360,
        note="Five new classes. All arms of a seed see the same labels. Self-supervision and "
        "constraint have pictures of the new classes without labels besides, the prototypical "
        "network labelled pictures of other classes; the first three arms have nothing else.",
    ),
    kinds.intervals(
        "gains", "Does it beat the class means?", gains, by=("arm",),
        y=axes.rows("arm", OTHERS, labelLimit=160),
        x=axes.points("accuracy above class means (points)"),
        color=marks.row_color("arm", COLORS), caption=gains_caption, seeds=True, live=True,
        extra=lambda table, view: together(table),
        note="Nearest class mean: average the labelled pictures of each class, pixel by pixel, and "
        "answer with the closest average. Seed by seed; the intervals hold for all rows together "
        "(95%, Bonferroni).",
    ),
    kinds.intervals(
        "worth", "What each is worth in labels", worth, by=("arm",),
        y=axes.rows("arm", WORTH, labelLimit=160),
        x=alt.X("mean:Q", title="labels per class of a plain network",
                scale=alt.Scale(domain=[0, SHOTS[-1]])),
        color=marks.row_color("arm", COLORS), caption=worth_caption, level=_level, seeds=True,
        extra=lambda table, view: within(table, SHOTS[0], SHOTS[-1]),
        note="Labels with which a plain network is as accurate, read off each seed’s own curve. "
        "The curve begins at 1 and ends at 20: seeds beyond count as its end. The line: labels "
        "that each arm had.",
    ),
    tiles.figure(
        "faces", "All that is labelled", faces, paint, columns=SHOWN, rows=WAYS, height=400,
        told=[alt.Tooltip("cell:N", title="class")], caption=faces_caption,
        note="With 1 label per class the first column is everything; with 5, the whole picture.",
    ),
)  # fmt: skip
