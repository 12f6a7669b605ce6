"""The figures: what each remedy is worth in labels, learning curves, and the pictures asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from core.challenges.data_quantity.doing_with_less.config import (
    ARMS,
    ASKED,
    PLAIN,
    SHOWN,
    DoingWithLessResult,
    DoingWithLessView,
)
from core.charts import axes, kinds, marks, raster, theme, tiles
from core.lab.experiment import Figure, Pick
from core.lab.intervals import POINTS, SHARE, estimates_of, summarise
from core.lab.scores import NotMeasuredError
from core.lab.wording import capital, listed, number, with_interval
from core.metrics.families import together
from core.metrics.verdicts import side

HELPS, UNCLEAR, HURTS = "helps", "no clear difference", "hurts"
VERDICTS = {HELPS: theme.REMEDY, HURTS: theme.WARNING, UNCLEAR: theme.BASELINE}
WORTH = ["arm", "mean", "low", "high", "n", "verdict", "labels", "ended"]
PANELS = {
    "random": "Drawn at random",
    "margin": "Asked for by margin",
    "entropy": "Asked for by entropy",
}
COLUMNS = 5
REMEDY = Pick("remedy", "arm")
WITHOUT = "random labels"


def worths(result: DoingWithLessResult, view: DoingWithLessView) -> pd.DataFrame:
    """How many times as many random labels each remedy is worth: geometric means, best first."""
    try:
        worth = {arm: result.worth(arm) for arm in ARMS}
        labels = result.compared
    except NotMeasuredError:
        return pd.DataFrame(columns=WORTH)
    rows = pd.concat([values.map(np.log).rows(arm=arm) for arm, values in worth.items()])
    found = together(summarise(rows, ["arm"]))
    judged = [
        side(row.low, row.high, HURTS, UNCLEAR, HELPS) if row.n > 1 else UNCLEAR
        for row in found.itertuples()
    ]
    powers = {end: np.exp(found[end]) for end in ("mean", "low", "high")}
    found = found.assign(**powers, verdict=judged, labels=labels)
    ends = result.budgets[[0, -1]] / labels
    found["ended"] = [_ended(worth[arm].values, *ends) for arm in found["arm"]]
    return found.sort_values("mean", ascending=False, kind="stable")[WORTH].reset_index(drop=True)


def _ended(values: np.ndarray, least: float, most: float) -> str:
    """What a number must say that stands for seeds whose learning curve had come to its end."""
    return " or fewer" if (values <= least).any() else " or more" if (values >= most).any() else ""


def times(row: Any) -> str:
    """One row of `worths` in words: `active: margin (1.7 times)`."""
    return f"{row.arm} ({number(row.mean)} times{row.ended})"


def worths_caption(table: pd.DataFrame, view: DoingWithLessView) -> str:
    """Which remedies replace labels, and which do not."""
    told = []
    words = {
        HELPS: "Worth more than their labels",
        UNCLEAR: "No clear difference",
        HURTS: "Worth less",
    }
    for judged, start in words.items():
        rows = table[table["verdict"] == judged]
        named = [times(row) for row in rows.itertuples()]
        if named:
            told.append(f"{start}: {listed(named)}.")
    at = f"With {table['labels'].iloc[0]} labels. " if told else ""
    return f"{at}{' '.join(told)}"


def worths_chart(view: DoingWithLessView) -> alt.LayerChart:
    """One dot with its interval per remedy, coloured by verdict; at one it is worth nothing."""
    scale = alt.Scale(type="log", base=2, nice=False, padding=14)
    x = alt.X("mean:Q", title="times as many labels (log scale)", scale=scale,
              axis=alt.Axis(values=[0.25, 0.5, 1, 2, 4, 8, 16, 32]))  # fmt: skip
    color = marks.series_color("verdict", list(VERDICTS), colors=VERDICTS)
    return marks.interval_bars(
        axes.rows("arm", labelLimit=150), x, color, level=1.0
    ).properties(height=alt.Step(30))  # fmt: skip


def gains(result: DoingWithLessResult, view: DoingWithLessView) -> pd.DataFrame:
    """Accuracy gained over random labels, by remedy and seed."""
    rows = []
    for arm in ARMS:
        try:
            rows.append(result.gain(arm).rows(arm=arm))
        except NotMeasuredError:
            continue
    return pd.concat(rows) if rows else pd.DataFrame(columns=["seed", "value", "arm"])


def gains_caption(table: pd.DataFrame, view: DoingWithLessView) -> str:
    """Every remedy with its interval."""
    found = zip(table["arm"], estimates_of(table, POINTS), strict=True)
    told = "; ".join(f"{arm} {with_interval(gain)}" for arm, gain in found)
    return f"Against random labels and nothing else: {told}." if told else ""


def curves(result: DoingWithLessResult, view: DoingWithLessView) -> pd.DataFrame:
    """Accuracy against labels: without a remedy, and with the chosen one."""
    rows = result.scores[result.scores["arm"].isin((PLAIN, view.remedy))]
    return rows.assign(arm=rows["arm"].replace(PLAIN, WITHOUT))


def asked(result: DoingWithLessResult, view: DoingWithLessView) -> pd.DataFrame:
    """The first seed's pictures that were asked for, in panels."""
    rows = result.asked.assign(number=range(len(result.asked)))
    placed = rows.assign(
        column=rows["place"] % COLUMNS, row=rows["place"] // COLUMNS,
        cell=rows["label"].astype(str),
    )  # fmt: skip
    return kinds.in_panels(placed, "arm", PANELS).sort_values(
        "panel", key=lambda names: names.map(list(PANELS.values()).index), kind="stable"
    )


def paint(result: DoingWithLessResult, view: DoingWithLessView, cell: Mapping[str, Any]) -> str:
    """One picture that was asked for."""
    return raster.grey_picture(result.pictures[cell["number"]])


def asked_caption(table: pd.DataFrame, view: DoingWithLessView) -> str:
    """Which classes were asked for most often."""
    told = []
    for panel, rows in table.groupby("panel", sort=False):
        counts = rows["cell"].value_counts(sort=False).sort_index()
        told.append(f"{panel}: {', '.join(f'{n} of class {c}' for c, n in counts.items())}")
    return f"{'; '.join(told)}." if told else ""


def curves_caption(table: pd.DataFrame, view: DoingWithLessView) -> str:
    """Both arms at the fewest and at the most labels."""
    told = []
    for arm, rows in table.groupby("arm", sort=False):
        ends = [
            f"{number(float(rows['mean'].iloc[at]), SHARE)} with {rows['labels'].iloc[at]} labels"
            for at in ((0, -1) if len(rows) > 1 else (0,))
        ]
        told.append(f"{arm}: {', '.join(ends)}")
    text = "; ".join(told)
    return f"{capital(text)}." if text else ""


def _curve_color(view: DoingWithLessView) -> alt.Color:
    colors = {WITHOUT: theme.BASELINE, view.remedy: theme.REMEDY}
    return marks.series_color("arm", list(colors), colors=colors)


FIGURES: tuple[Figure[DoingWithLessResult, DoingWithLessView], ...] = (
    Figure(
        "worth", "What one remedy is worth in labels", worths, worths_chart, worths_caption,
        live=True, picks=[REMEDY],
        note="How many times as many random labels give the same accuracy without the remedy, read "
        "off each seed's own learning curve; where that ends, so does the number. Geometric mean; "
        "the intervals hold for all remedies together (95%, Bonferroni).",
    ),
    kinds.lines(
        "curves", "Accuracy against labels", curves, by=("labels", "arm"),
        x=axes.sizes("labels", "labels of the new classes (log scale)", log=True),
        y=axes.share("accuracy on new examples"), color=_curve_color, caption=curves_caption,
        live=True,
        note="Line: mean over the seeds; band: its 95% interval; faint dots: single seeds.",
    ),
    kinds.intervals(
        "gains", "Accuracy gained by each remedy", gains, by=("arm",),
        y=axes.rows("arm", ARMS, labelLimit=150),
        x=axes.points("accuracy gained (points)", tickMinStep=0.01),
        color=marks.one_color(theme.REMEDY), caption=gains_caption, seeds=True, live=True,
        picks=[REMEDY],
        note="At the chosen number of labels, against random labels and nothing else, seed by "
        "seed, with 95% intervals.",
    ),
    tiles.figure(
        "asked", "The pictures that are asked for", asked, paint, columns=COLUMNS,
        rows=SHOWN // COLUMNS, height=240,
        told=[alt.Tooltip("panel:N", title="how"), alt.Tooltip("cell:N", title="digit")],
        caption=asked_caption,
        picks=[Pick("remedy", "arm", {way: arm for arm, way in ASKED.items()})],
        note="The first seed's network has learned 20 labels and asks for more: the pictures it is "
        "least sure of, the most unsure first. Above each picture: the answer.",
    ),
)  # fmt: skip
