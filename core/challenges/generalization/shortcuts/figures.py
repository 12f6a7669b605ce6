"""The figures of the shortcuts experiment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from core.challenges.generalization.shortcuts.config import (
    ARMS,
    NEVER,
    PLAIN,
    REMEDIES,
    ShortcutsResult,
    ShortcutsView,
)
from core.charts import axes, kinds, marks, theme, tiles
from core.charts.raster import framed, grey_image
from core.charts.summaries import means_at, within
from core.lab.intervals import POINTS, SHARE, differences
from core.lab.scores import rows_where
from core.lab.wording import listed, number
from core.metrics.families import together
from core.metrics.verdicts import DIFFERS, UNCLEAR, of_rows

CUES = {"right": "right cue", "none": "no cue", "wrong": "wrong cue"}
COLORS = {"right cue": theme.TRAIN, "no cue": theme.BASELINE, "wrong cue": theme.WARNING}
WORST = "worst group"
VERDICTS = {"better": theme.REMEDY, "unclear": theme.BASELINE, "worse": theme.WARNING}
WRONG_ONLY = ("wrong cue",)
ROWS = axes.rows("arm", ARMS, labelLimit=150, labelPadding=8)


def _main(result: ShortcutsResult) -> pd.DataFrame:
    """The scores of all arms at the chosen alignment, arm by arm."""
    rows = rows_where(result.scores, {"alignment": result.alignment})
    order = {arm: place for place, arm in enumerate(ARMS)}
    return rows.sort_values("arm", key=lambda arms: arms.map(order), kind="stable")


def outcomes(result: ShortcutsResult, view: ShortcutsView) -> pd.DataFrame:
    """Accuracy by arm, kind of test picture and seed."""
    rows = _main(result)
    rows = rows[rows["test"].isin(CUES)]
    rows = rows.assign(cue=rows["test"].map(CUES))
    return rows if view.all_tests else rows[rows["cue"].isin(WRONG_ONLY)]


def outcomes_caption(table: pd.DataFrame, view: ShortcutsView) -> str:
    """What the cue alone decides without a remedy."""
    wanted = CUES.values() if view.all_tests else WRONG_ONLY
    means = means_at(table, ("arm", "cue"), [(PLAIN, cue) for cue in wanted])
    if not means:
        return ""
    told = [f"{number(mean, SHARE)} with {_article(cue)}"
            for mean, cue in zip(means, wanted, strict=True)]  # fmt: skip
    return f"Without a remedy the network is right on {listed(told)}."


def _article(cue: str) -> str:
    return cue if cue == "no cue" else f"the {cue}"


def worst(result: ShortcutsResult, view: ShortcutsView) -> pd.DataFrame:
    """What each remedy changes for the worst group, by seed."""
    rows = rows_where(_main(result), {"test": "worst"})
    return differences(rows[rows["arm"] != NEVER], "arm", PLAIN)


def judged(table: pd.DataFrame, view: ShortcutsView) -> pd.DataFrame:
    """Intervals that hold together, and a verdict on each."""
    if table.empty:
        return table.assign(verdict="")
    wide = together(table)
    verdict = of_rows(wide)
    sides = np.where(wide["mean"] > 0, "better", "worse")
    return wide.assign(verdict=np.where(verdict == DIFFERS, sides, UNCLEAR))


def worst_caption(table: pd.DataFrame, view: ShortcutsView) -> str:
    """Which remedies help the worst group, and which do not."""
    if table.empty:
        return ""
    words = {"better": "Clearly better", "unclear": "No clear difference", "worse": "Clearly worse"}
    told = []
    for verdict, name in words.items():
        rows = table[table["verdict"] == verdict]
        arms = [f"{arm} ({number(float(mean), POINTS)})"
                for arm, mean in zip(rows["arm"], rows["mean"], strict=True)]  # fmt: skip
        told += [f"{name}: {listed(arms)}."] if arms else []
    return f"Worst group against no remedy. {' '.join(told)}"


def by_alignment(result: ShortcutsResult, view: ShortcutsView) -> pd.DataFrame:
    """Accuracy without a remedy by how often the cue is right, kind of test picture and seed."""
    rows = rows_where(result.scores, {"arm": PLAIN}).sort_values("alignment", kind="stable")
    rows = rows.assign(series=rows["test"].map({**CUES, "worst": WORST}))
    return rows.assign(place=[f"{100 * one:.0f}%" for one in rows["alignment"]])


def alignment_caption(table: pd.DataFrame, view: ShortcutsView) -> str:
    """The worst group at both ends."""
    rows = table[table["series"] == WORST]
    if len(rows) < 2:
        return ""
    ends = [
        f"{number(float(row['mean']), SHARE)} where the cue is right in {row['place']} of the "
        "training pictures"
        for row in (rows.iloc[0], rows.iloc[-1])
    ]
    return f"Mean accuracy of the worst group without a remedy: {ends[0]}, {ends[1]}."


def pictures(result: ShortcutsResult, view: ShortcutsView) -> pd.DataFrame:
    """One row a picture: the same digit with each cue."""
    return pd.DataFrame({
        "panel": "One test picture", "cell": list(CUES.values()), "column": range(3), "row": 0,
    })  # fmt: skip


def painted(result: ShortcutsResult, view: ShortcutsView, cell: Mapping[str, Any]) -> str:
    """The picture of a cell."""
    return grey_image(framed(result.pictures[cell["column"]] / 255))


FIGURES = (
    kinds.intervals(
        "outcomes", "What the cue does to the answers", outcomes,
        by=("arm", "cue"), y=ROWS,
        x=alt.X("mean:Q", title="accuracy on new pictures",
                axis=alt.Axis(format=".0%", tickCount=5), scale=alt.Scale(domain=[0, 1])),
        color=marks.series_color("cue", list(COLORS), colors=COLORS),
        offset=alt.YOffset("cue:N", sort=list(COLORS)), zero=True, level=0.5, height=440,
        dots={"size": 60, "width": 2.5, "tooltip": [
            alt.Tooltip("arm:N", title="network"), alt.Tooltip("cue:N", title="test pictures"),
            *marks.told(".1%", "accuracy"),
        ]},
        extra=lambda table, view: within(table), caption=outcomes_caption, live=True,
        note="Odd against even digits; a bright corner gives the class away. Dashed: guessing. "
        "“Last layer retrained” and “balanced added” get 200 further pictures whose cue says "
        "nothing, the others none. “Never a cue” learned from pictures without one.",
    ),
    tiles.figure(
        "pictures", "What is planted", pictures, painted, columns=3, rows=1, height=170,
        told=[alt.Tooltip("cell:N", title="test picture")],
        caption=lambda table, view: "The same digit three times: the bright corner says its class, "
        "nothing, or the other class." if len(table) else "",
        note="Top left goes with even digits, top right with odd ones. Both corners are "
        "emptied first.",
    ),
    kinds.intervals(
        "worst_group", "What each remedy does for the worst group", worst, by=("arm",),
        y=axes.rows("arm", REMEDIES, labelLimit=150, labelPadding=8),
        x=axes.points("worst-group accuracy gained (points)"),
        color=marks.series_color("verdict", list(VERDICTS), None, VERDICTS, 2, symbolSize=100),
        extra=judged, caption=worst_caption, seeds=False, step=32,
        note="Groups: even and odd digits with either cue; the worst of the four in each seed. "
        "Paired by seed: all arms begin with the same weights. Intervals allow for the number of "
        "remedies (95% for all together, Bonferroni).",
    ),
    kinds.lines(
        "by_alignment", "How reliable the cue is", by_alignment,
        by=("place", "series"),
        x=axes.steps("place", "training pictures in which the cue is right"),
        y=axes.share("accuracy without a remedy", domain=[0, 1]),
        color=marks.series_color(
            "series", [*COLORS, WORST], colors={**COLORS, WORST: theme.ACCENT}
        ),
        extra=lambda table, view: within(table), caption=alignment_caption, seeds=False,
    ),
)  # fmt: skip
