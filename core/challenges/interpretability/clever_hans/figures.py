"""The figures of the Clever Hans experiment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from core.attributions import CONTROLS
from core.challenges.interpretability.clever_hans.config import (
    ARMS,
    CORNER,
    METHODS,
    CleverHansResult,
    CleverHansView,
)
from core.charts import kinds, theme, tiles
from core.charts.raster import grey_picture, signed_map
from core.charts.summaries import means_at, with_all_panels, within
from core.lab.wording import number

ARM_TITLES = {"clean": "no mark", "marked": "marked discs", "erased": "corner erased"}
TESTS = {
    "marked_discs": ("Discs called disc", "with the mark", "Marked discs called disc"),
    "plain_discs": ("Discs called disc", "without it", "Discs without the mark called disc"),
    "stamped_others": (
        "Other shapes", "marked, called disc", "Other shapes with the mark called disc",
    ),
    "other_shapes": ("Other shapes", "called rightly", "Other shapes called rightly"),
}  # fmt: skip
"""Panel and row of each test, and what it says in full."""
PICTURE = "The picture"
COLUMNS = 2
DRAWN = ("Saliency", "Integrated Gradients", "Occlusion", "Guided Backprop", "Grad-CAM")
"""In this order no two long names stand side by side."""


def outcomes_told(table: pd.DataFrame, view: CleverHansView) -> pd.DataFrame:
    """Mean share and interval by test and arm, in words; empty until every test has been asked."""
    panel, row, says = ({test: words[i] for test, words in TESTS.items()} for i in range(3))
    test = table["test"]
    table = within(table).assign(
        panel=[panel[name] for name in test], row=[row[name] for name in test],
        says=test.map(says), arm=table["arm"].map(ARM_TITLES),
    )  # fmt: skip
    return table if test.nunique() == len(TESTS) else table[:0]


def outcomes_caption(table: pd.DataFrame, view: CleverHansView) -> str:
    """Say what the mark alone decides."""
    cells = [(test, ARM_TITLES["marked"]) for test in ("plain_discs", "stamped_others")]
    means = [number(mean, "share") for mean in means_at(table, ("test", "arm"), cells)]
    if not means:
        return ""
    return (
        f"The network trained with the mark calls {means[0]} of the unmarked discs disc, and "
        f"{means[1]} of other shapes that get the mark."
    )


def masses_told(table: pd.DataFrame, view: CleverHansView) -> pd.DataFrame:
    """Mean share of the map on the corner and interval; empty until every arm has its panel."""
    table = within(table).assign(
        kind=np.where(table["method"].isin(CONTROLS), "no network", "map"),
        panel=table["arm"].map(ARM_TITLES).astype(object),
    )
    return with_all_panels(table, len(ARMS))


def masses_caption(table: pd.DataFrame, view: CleverHansView) -> str:
    """Compare the methods on the network with the mark."""
    real = table[(table["arm"] == "marked") & (table["kind"] == "map")]
    if len(real) < 2:
        return ""
    most, least = (real.loc[i] for i in (real["mean"].idxmax(), real["mean"].idxmin()))
    return (
        f"For the network trained with the mark, {most['method']} has "
        f"{number(float(most['mean']), 'share')} of its map on the corner and {least['method']} "
        f"{number(float(least['mean']), 'share')}."
    )


def _share_axis(view: CleverHansView) -> alt.X:
    scale = alt.Scale(type="symlog", constant=0.01) if view.log_axis else alt.Scale()
    scale.domain = [0, 1]
    axis = alt.Axis(format=".0%", values=[0, 0.01, 0.1, 1] if view.log_axis else [0, 0.5, 1])
    return alt.X("mean:Q", title="on the corner", axis=axis, scale=scale)


def maps(result: CleverHansResult, view: CleverHansView) -> pd.DataFrame:
    """One row a cell: what each network sees, and its maps; all from the start.

    `on_corner` is the share of the picture's brightness or of the map; it is missing where the
    map is not made yet, or is empty.
    """
    columns = ["panel", "arm", "cell", "kind", "column", "row", "on_corner"]
    rows = [
        (title, title, cell, "picture" if cell == PICTURE else "map", i % COLUMNS, i // COLUMNS,
         _on_corner(_cell(result, arm, cell)))
        for arm, title in ARM_TITLES.items()
        for i, cell in enumerate((PICTURE, *DRAWN))
        if result.image.any()  # It is there once the network with the mark is explained.
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _cell(result: CleverHansResult, arm: str, cell: str) -> np.ndarray:
    """A map, or what that network saw: without the corner, where it was erased."""
    if cell != PICTURE:
        return result.maps[ARMS.index(arm), METHODS.index(cell)].astype(float)
    image = result.image / 255
    if arm == "erased":
        image[CORNER] = 0
    return image


def _on_corner(values: np.ndarray) -> float:
    sizes = np.abs(values)
    return float(sizes[CORNER].sum() / sizes.sum()) if sizes.any() else float("nan")


def painted(result: CleverHansResult, view: CleverHansView, cell: Mapping[str, Any]) -> str:
    """The painted picture or map of a cell, if it is there."""
    if np.isnan(cell["on_corner"]):
        return ""
    arm = {title: arm for arm, title in ARM_TITLES.items()}[cell["arm"]]
    image, values = (_cell(result, arm, name) for name in (PICTURE, cell["cell"]))
    return grey_picture(image) if cell["cell"] == PICTURE else signed_map(image, values)


def maps_caption(table: pd.DataFrame, view: CleverHansView) -> str:
    """Say how much of the drawn maps lies on the corner."""
    real = table[table["cell"] != PICTURE].dropna()
    means = real.groupby("arm", sort=False)["on_corner"].mean()
    if len(means) < 2:
        return ""
    said = ", ".join(f"{arm} {number(float(value), 'share')}" for arm, value in means.items())
    return f"Share of these maps on the corner, mean over the methods: {said}."


FIGURES = (
    kinds.intervals(
        "outcomes", "What the mark does to the answers", lambda result, view: result.outcomes,
        by=("test", "arm"),
        y=alt.Y("row:N", sort=None, title=None,
                axis=alt.Axis(labelLimit=130, labelFlush=False, ticks=False, domain=False)),
        x=alt.X("mean:Q", title="share of answers", axis=alt.Axis(format=".0%", tickCount=4),
                scale=alt.Scale(domain=[0, 1])),
        color=alt.Color(
            "arm:N",
            scale=alt.Scale(domain=list(ARM_TITLES.values()),
                            range=[theme.BASELINE, theme.WARNING, theme.REMEDY]),
            legend=alt.Legend(title=None, orient="top", columns=2),
        ),
        offset=alt.YOffset("arm:N", sort=list(ARM_TITLES.values())), zero=False, height=260,
        extra=outcomes_told, caption=outcomes_caption, live=True,
        note="Three networks of the same weights and pictures: without a mark, with it on "
        "discs, and with it but with the corner made black before training and testing.",
        panels=True,
    ),
    tiles.figure(
        "maps", "The reasons they give for one marked disc", maps, painted, columns=COLUMNS,
        rows=(1 + len(DRAWN)) // COLUMNS, height=480,
        told=[
            alt.Tooltip("panel:N", title="network"),
            alt.Tooltip("cell:N", title="map"),
            alt.Tooltip("on_corner:Q", title="share on the corner", format=".0%"),
        ],
        caption=maps_caption, live=True,
        note="The mark is the square in the upper left corner. Orange speaks for a disc, blue "
        "against it.",
    ),
    kinds.intervals(
        "masses", "Share of the map on the corner", lambda result, view: result.masses,
        by=("arm", "method"),
        y=alt.Y("method:N", sort=list(METHODS), title=None,
                axis=alt.Axis(labelLimit=130, labelOverlap=False, labelFlush=False)),
        x=_share_axis,
        color=alt.Color("kind:N", legend=None, scale=alt.Scale(
            domain=["map", "no network"], range=[theme.ACCENT, theme.BASELINE])),
        zero=False, height=260, extra=masses_told, caption=masses_caption, live=True,
        note="The corner is 4.6% of the picture. Brightness and the random map never look at "
        "the network: the mark is bright, whether or not it is used.", panels=True,
    ),
)  # fmt: skip
