"""The figures of pictures made to order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from core.challenges.interpretability.made_to_order.config import (
    ARMS,
    MadeToOrderView,
)
from core.challenges.interpretability.made_to_order.pictures import (
    ALBUM,
    FAVOURITES,
    KIND_TITLES,
)
from core.charts import kinds, theme
from core.charts.summaries import means_at, with_all_panels, within
from core.lab.wording import number

ARM_TITLES = dict(zip(
    ARMS, ("for standard", "for hardened", "random change", "real picture"), strict=True
))  # fmt: skip
STANDARD, HARDENED, _, REAL = TITLES = list(ARM_TITLES.values())
JUDGES = {
    "own": "the network itself",
    "others_standard": "other standard networks",
    "others_hardened": "other hardened networks",
    "nearest": "nearest real picture",
}
LENGTH_PANELS = {measure: JUDGES[measure].capitalize() for measure in list(JUDGES)[1:]}
SIZE_PANELS = {
    "length": "Length of the change (L2)",
    "pixels": "Pixels changed",
    "to_real": "Distance to the class",
}
JUDGE_TITLES = list(JUDGES.values())
JUDGED = {**JUDGES, "distance": JUDGES["nearest"]}
"""Who a measure comes from: distances are to the nearest real picture."""


def shares_caption(table: pd.DataFrame, view: MadeToOrderView) -> str:
    """Say what the judges make of the standard network's counterfactuals."""
    by = ("measure", "arm")
    judged = [number(m, "share") for m in means_at(table, by, [(j, STANDARD) for j in JUDGES])]
    if not judged:
        return ""
    about = "".join(
        f"; about real pictures of that class it is so for {number(mean, 'share')}"
        for mean in means_at(table, by, [("nearest", REAL)])
    )
    return (
        f"Of the counterfactuals made for standard networks, the network itself accepts "
        f"{judged[0]}, other standard networks {judged[1]}, hardened ones {judged[2]}. The nearest "
        f"real picture is of the new class for {judged[3]}{about}."
    )


def _panelled(table: pd.DataFrame, titles: Mapping[str, str]) -> pd.DataFrame:
    panels = table["measure"].map(titles).astype(object)
    table = table.assign(panel=panels, arm=table["arm"].map(ARM_TITLES).astype(object))
    return with_all_panels(table, len(titles))


def sizes_caption(table: pd.DataFrame, view: MadeToOrderView) -> str:
    """Compare lengths, and what they lead to."""
    cells = [(m, arm) for m in ("length", "to_real") for arm in (STANDARD, HARDENED, REAL)]
    means = [number(mean) for mean in means_at(table, ("measure", "arm"), cells)]
    if not means:
        return ""
    return (
        f"A counterfactual is {means[0]} away for standard networks and {means[1]} for hardened "
        f"ones; the nearest real picture of the class is {means[2]} away. They end up {means[3]} "
        f"and {means[4]} from the training pictures of the class, real ones {means[5]}."
    )


def lengths_caption(table: pd.DataFrame, view: MadeToOrderView) -> str:
    """Compare both kinds of networks at the length where they differ most."""
    rows = table[table["measure"] == "nearest"]
    wide = rows.pivot(index="length", columns="arm", values="mean")
    if not {STANDARD, HARDENED} <= set(wide.columns):
        return ""
    length = (wide[HARDENED] - wide[STANDARD]).abs().idxmax()
    values = [number(float(wide.loc[length, arm]), "share") for arm in (STANDARD, HARDENED)]
    return (
        f"At equal length the means of the two kinds differ most at {number(float(length))}: there "
        f"the nearest real picture is of the new class for {values[0]} of the pictures made for "
        f"standard and {values[1]} of those made for hardened networks."
    )


def _praised(table: pd.DataFrame, view: MadeToOrderView) -> pd.DataFrame:
    """Panel, judge and kind in words; probabilities first."""
    far = table["measure"] == "distance"
    panels = np.where(far, "Distance to real ones", "Probability of the class")
    table = within(table, 0.0, np.where(far, np.inf, 1.0)).assign(
        panel=panels.astype(object),
        judge=table["measure"].map(JUDGED),
        kind=table["kind"].map(KIND_TITLES),
    )
    table = table.sort_values("measure", key=lambda m: m == "distance", kind="stable")
    return with_all_panels(table, 2)


def praise_caption(table: pd.DataFrame, view: MadeToOrderView) -> str:
    """Set what the networks say beside how far from real pictures it is."""
    free, tied, start = (KIND_TITLES[k] for k in ("standard_none", "standard_L2", "start"))
    cells = [("own", free), ("others_standard", free), ("distance", free), ("distance", tied),
             ("distance", start)]  # fmt: skip
    means = means_at(table, ("measure", "kind"), cells)
    if not means:
        return ""
    own, others = (number(mean, "share") for mean in means[:2])
    far, near, noise = (number(mean) for mean in means[2:])
    return (
        f"Without a regulariser a standard network gives its favourite {own}, "
        f"others give it {others}, and it is {far} times as far from "
        f"real pictures of the class as a real one is; noise is {noise} times as far. "
        f"With L2 it is {near} times."
    )


ROW = alt.Y("arm:N", sort=TITLES, title=None, axis=alt.Axis(labelLimit=120))
SHARE = alt.Axis(format=".0%", tickCount=4), alt.Scale(domain=[0, 1])
ARM_SCALE = alt.Scale(
    domain=TITLES, range=[theme.TRAIN, theme.REMEDY, theme.BASELINE, theme.ACCENT]
)
DASHES = alt.Scale(domain=TITLES, range=[[1, 0], [6, 3], [2, 2], [8, 3, 2, 3]])
JUDGE_LEGEND = alt.Legend(title=None, orient="top", columns=1, symbolOpacity=1, labelLimit=160)
JUDGE_LOOKS: dict[str, Any] = {
    "color": alt.Color(
        "judge:N",
        legend=JUDGE_LEGEND,
        scale=alt.Scale(
            domain=JUDGE_TITLES, range=[theme.BASELINE, theme.TRAIN, theme.REMEDY, theme.ACCENT]
        ),
    ),
    "offset": alt.YOffset("judge:N", sort=JUDGE_TITLES),
    "zero": False,
}
"""Dots with intervals in each row, one below the other for each judge."""


def _judge_dots(row: str) -> dict[str, Any]:
    shapes = ["circle", "square", "triangle-up", "diamond"]
    scale = alt.Scale(domain=JUDGE_TITLES, range=shapes)
    told = [
        alt.Tooltip(row, title="pictures"),
        alt.Tooltip("judge:N"),
        alt.Tooltip("mean:Q", format=".3~g"),
        alt.Tooltip("low:Q", format=".3~g", title="interval low"),
        alt.Tooltip("high:Q", format=".3~g", title="interval high"),
        alt.Tooltip("n:Q", title="seeds"),
    ]
    shape = alt.Shape("judge:N", scale=scale, legend=JUDGE_LEGEND)
    return {"size": 60, "width": 2.5, "shape": shape, "tooltip": told}


FIGURES = (
    ALBUM,
    kinds.intervals(
        "shares", "Who agrees with the new answer",
        lambda r, view: r.measures[r.measures["measure"].isin(list(JUDGES))], by=("measure", "arm"),
        extra=lambda table, view: within(table).assign(
            judge=table["measure"].map(JUDGES), arm=table["arm"].map(ARM_TITLES)
        ),
        y=ROW, x=alt.X("mean:Q", title="share of pictures", axis=SHARE[0], scale=SHARE[1]),
        **JUDGE_LOOKS, dots=_judge_dots("arm:N"), height=320, caption=shares_caption, live=True,
        note="Rows: pictures made for standard and for hardened networks, and two controls. "
        "The other networks learned from other seeds. The nearest real picture is looked "
        "up among the training pictures of all classes: it is no network, and cannot be "
        "fooled like one. Real pictures of the class show how good each judge is. The random "
        "changes and the real pictures are shown to standard networks as the network itself.",
    ),
    kinds.intervals(
        "sizes", "How far it went, and where it got",
        lambda r, view: r.measures[r.measures["measure"].isin(list(SIZE_PANELS))],
        by=("measure", "arm"), extra=lambda table, view: _panelled(table, SIZE_PANELS), y=ROW,
        x=alt.X("mean:Q", title=None, axis=alt.Axis(tickCount=4), scale=alt.Scale(zero=True)),
        color=alt.Color("arm:N", scale=ARM_SCALE, legend=None),
        zero=False, height=150, caption=sizes_caption, panels=True,
        note="Pixels lie between 0 (black) and 1 (white). A pixel counts as changed when it "
        "moved by more than 0.1.",
    ),
    kinds.lines(
        "lengths", "The same, at equal length",
        lambda r, view: r.lengths[r.lengths["measure"].isin(list(LENGTH_PANELS))],
        by=("measure", "arm", "length"),
        extra=lambda table, view: _panelled(within(table), LENGTH_PANELS),
        x=alt.X("length:Q", title="length of the change (L2)", axis=alt.Axis(tickCount=4)),
        y=alt.Y("mean:Q", title="share of pictures", axis=SHARE[0], scale=SHARE[1]),
        color=alt.Color(
            "arm:N", scale=ARM_SCALE,
            legend=alt.Legend(title=None, orient="top", columns=1, symbolOpacity=1),
        ),
        dash=alt.StrokeDash("arm:N", scale=DASHES, legend=None),
        seeds=False, height=theme.PANEL_HEIGHT + 100, caption=lengths_caption, panels=True,
        note="Each picture is moved as far toward the new class as it goes within a length; "
        "or toward the nearest real picture; or anywhere. Bands: 95% intervals over the seeds.",
    ),
    FAVOURITES,
    kinds.intervals(
        "praise", "How sure networks are of it, and how far it is from anything real",
        lambda r, view: r.favourites, by=("measure", "kind"), extra=_praised,
        y=alt.Y("kind:N", sort=list(KIND_TITLES.values()), title=None,
                axis=alt.Axis(labelLimit=150, labelOverlap=False)),
        x=alt.X("mean:Q", title=None, axis=alt.Axis(tickCount=4, format="~g"),
                scale=alt.Scale(zero=True)),
        **JUDGE_LOOKS, dots=_judge_dots("kind:N"), height=440, caption=praise_caption, panels=True,
        note="Means over the classes. 1 is the distance of a real picture to its nearest "
        "neighbour of the class among the training pictures.",
    ),
)  # fmt: skip
