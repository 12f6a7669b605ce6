"""Tables of the Clever Hans experiment, read off its result."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.attributions import CONTROLS
from core.charts.raster import signed_map
from core.metrics.intervals import summarise
from core.wording import number

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
DRAWN = ("Saliency", "Integrated Gradients", "Guided Backprop", "Grad-CAM", "Occlusion")


def outcomes(result: CleverHansResult, view: CleverHansView) -> pd.DataFrame:
    """Mean share and interval by test and arm."""
    return _panels(summarise(result.outcomes, ["test", "arm"]), "test", TESTS)


def outcomes_caption(table: pd.DataFrame, view: CleverHansView) -> str:
    """Say what the mark alone decides."""
    means = {(t, a): m for t, a, m in zip(table["test"], table["arm"], table["mean"], strict=True)}
    if ("stamped_others", ARM_TITLES["marked"]) not in means:
        return ""
    plain = means.get(("plain_discs", ARM_TITLES["marked"]), 0.0)
    called = means["stamped_others", ARM_TITLES["marked"]]
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
    """One row a network and method whose map is there."""
    rows = [
        (ARM_TITLES[arm], method, float(values[:6, :6].sum() / values.sum()))
        for i, arm in enumerate(ARMS)
        for method in DRAWN
        for values in [np.abs(result.maps[i, METHODS.index(method)].astype(float))]
        if values.any() and result.image.any()
    ]
    return pd.DataFrame(rows, columns=["arm", "method", "on_corner"])


def painted(result: CleverHansResult, view: CleverHansView) -> dict[str, pd.DataFrame]:
    """The painted maps."""
    table, titles = maps(result, view), list(ARM_TITLES.values())
    urls = [
        signed_map(
            _image(result, titles.index(arm)),
            result.maps[titles.index(arm), METHODS.index(method)].astype(float),
        )
        for arm, method in zip(table["arm"], table["method"], strict=True)
    ]
    return {"pictures": table[["arm", "method"]].assign(url=urls)}


def _image(result: CleverHansResult, arm: int) -> np.ndarray:
    """What that network saw: without the corner, where it was erased."""
    image = result.image / 255
    if ARMS[arm] == "erased":
        image[:6, :6] = 0
    return image


def maps_caption(table: pd.DataFrame, view: CleverHansView) -> str:
    """Say how much of the drawn maps lies on the corner."""
    means = table.groupby("arm", sort=False)["on_corner"].mean()
    if len(means) < 2:
        return ""
    said = ", ".join(f"{arm} {number(float(value), 'share')}" for arm, value in means.items())
    return f"Share of these maps on the corner, mean over the methods: {said}."


def _panels(table: pd.DataFrame, column: str, titles: dict[str, str]) -> pd.DataFrame:
    table = table.assign(
        panel=table[column].map(titles).astype(object), arm=table["arm"].map(ARM_TITLES)
    )
    table = table.assign(low=table["low"].clip(0, 1), high=table["high"].clip(0, 1))
    return table if table["panel"].nunique() == len(titles) else table[:0]
