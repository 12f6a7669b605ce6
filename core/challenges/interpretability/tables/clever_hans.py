"""Tables of the Clever Hans experiment, read off its result."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.attributions import CONTROLS
from core.charts.raster import grey_picture, signed_map
from core.lab.intervals import summarise
from core.lab.wording import number

if TYPE_CHECKING:
    from core.challenges.interpretability.clever_hans import CleverHansResult, CleverHansView

ARMS = ("clean", "marked", "erased")
ARM_TITLES = {"clean": "no mark", "marked": "marked discs", "erased": "corner erased"}
METHODS = (
    "Saliency", "Integrated Gradients", "DeepLift", "Guided Backprop", "Grad-CAM", "Occlusion",
    *CONTROLS,
)  # fmt: skip
TESTS = {
    "marked_discs": "Marked discs called disc",
    "plain_discs": "Discs without the mark called disc",
    "stamped_others": "Other shapes with the mark called disc",
    "other_shapes": "Other shapes called rightly",
}
GROUPS = {
    "marked_discs": ("Discs called disc", "with the mark"),
    "plain_discs": ("Discs called disc", "without it"),
    "stamped_others": ("Other shapes", "marked, called disc"),
    "other_shapes": ("Other shapes", "called rightly"),
}
"""Panel and row of each test."""
PICTURE = "The picture"
COLUMNS = 2
DRAWN = ("Saliency", "Integrated Gradients", "Occlusion", "Guided Backprop", "Grad-CAM")
"""In this order no two long names stand side by side."""


def outcomes(result: CleverHansResult, view: CleverHansView) -> pd.DataFrame:
    """Mean share and interval by test and arm."""
    table = summarise(result.outcomes, ["test", "arm"])
    table = table.assign(
        panel=[GROUPS[test][0] for test in table["test"]],
        row=[GROUPS[test][1] for test in table["test"]],
        says=table["test"].map(TESTS),
        arm=table["arm"].map(ARM_TITLES),
        low=table["low"].clip(0, 1),
        high=table["high"].clip(0, 1),
    )
    return table if table["test"].nunique() == len(TESTS) else table[:0]


def outcomes_caption(table: pd.DataFrame, view: CleverHansView) -> str:
    """Say what the mark alone decides."""
    means = {(t, a): m for t, a, m in zip(table["test"], table["arm"], table["mean"], strict=True)}
    keys = [(test, ARM_TITLES["marked"]) for test in ("plain_discs", "stamped_others")]
    if any(key not in means for key in keys):
        return ""
    plain, called = (means[key] for key in keys)
    return (
        f"The network trained with the mark calls {number(float(plain), 'share')} of the unmarked "
        f"discs disc, and {number(float(called), 'share')} of other shapes that get the mark."
    )


def masses(result: CleverHansResult, view: CleverHansView) -> pd.DataFrame:
    """Mean share of the map on the corner and interval by arm and method."""
    table = summarise(result.masses, ["arm", "method"])
    table = table.assign(kind=np.where(table["method"].isin(CONTROLS), "no network", "map"))
    table[["mean", "low", "high"]] = table[["mean", "low", "high"]].clip(0, 1)
    table = table.assign(panel=table["arm"].map(ARM_TITLES).astype(object))
    # A figure keeps the panels it starts with.
    return table if table["panel"].nunique() == len(ARMS) else table[:0]


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


def maps(result: CleverHansResult, view: CleverHansView) -> pd.DataFrame:
    """One row a cell: what each network sees, and its maps; all from the start.

    `on_corner` is the share of the picture's brightness or of the map; it is missing where the
    map is not made yet, or is empty.
    """
    columns = ["panel", "arm", "cell", "column", "row", "on_corner"]
    rows = [
        (title, title, cell, i % COLUMNS, i // COLUMNS, _on_corner(_cell(result, arm, cell)))
        for arm, title in ARM_TITLES.items()
        for i, cell in enumerate((PICTURE, *DRAWN))
        if result.image.any()  # It is there once the network with the mark is explained.
    ]
    return pd.DataFrame(rows, columns=columns)


def _cell(result: CleverHansResult, arm: str, cell: str) -> np.ndarray:
    i = ARMS.index(arm)
    if cell == PICTURE:
        return _image(result, i)
    return result.maps[i, METHODS.index(cell)].astype(float)


def _on_corner(values: np.ndarray) -> float:
    sizes = np.abs(values)
    return float(sizes[:6, :6].sum() / sizes.sum()) if sizes.any() else float("nan")


def painted(result: CleverHansResult, view: CleverHansView) -> dict[str, pd.DataFrame]:
    """The painted pictures and maps that are there."""
    table = maps(result, view).dropna()
    arms = dict(zip(ARM_TITLES.values(), ARM_TITLES, strict=True))
    urls = []
    for title, cell in zip(table["arm"], table["cell"], strict=True):
        image, values = (_cell(result, arms[title], name) for name in (PICTURE, cell))
        urls.append(grey_picture(image) if cell == PICTURE else signed_map(image, values))
    return {"pictures": table[["panel", "column", "row"]].assign(url=urls)}


def _image(result: CleverHansResult, arm: int) -> np.ndarray:
    """What that network saw: without the corner, where it was erased."""
    image = result.image / 255
    if ARMS[arm] == "erased":
        image[:6, :6] = 0
    return image


def maps_caption(table: pd.DataFrame, view: CleverHansView) -> str:
    """Say how much of the drawn maps lies on the corner."""
    real = table[table["cell"] != PICTURE].dropna()
    means = real.groupby("arm", sort=False)["on_corner"].mean()
    if len(means) < 2:
        return ""
    said = ", ".join(f"{arm} {number(float(value), 'share')}" for arm, value in means.items())
    return f"Share of these maps on the corner, mean over the methods: {said}."
