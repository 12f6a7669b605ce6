"""Tables of the saliency gallery, read off its result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from core.attributions import CONTROLS, COVERING, GRADIENTS, INSIDE, METHODS
from core.challenges.interpretability.data import CLASS_NAMES
from core.challenges.interpretability.gallery_board import EXPLAINED
from core.charts.raster import grey_picture, signed_map
from core.lab.intervals import summarise
from core.lab.wording import hedged, number
from core.metrics.attribution import mass_on
from core.metrics.verdicts import rivals

if TYPE_CHECKING:
    from core.challenges.interpretability.gallery import GalleryView
    from core.challenges.interpretability.gallery_board import GalleryResult

PICTURE, OBJECT = "The picture", "Its object"
PANELS = {
    "The picture, inside, and controls": (PICTURE, OBJECT, *INSIDE, *CONTROLS),
    "By gradients": GRADIENTS,
    "By covering parts": COVERING,
}
COLUMNS = 2
ALL = METHODS + CONTROLS
COLUMN_OF = {"predicted": "predicted", "runner-up": "runner_up", "true_class": "true"}
"""Of the cases, by what the view calls it."""


def maps(result: GalleryResult, view: GalleryView) -> pd.DataFrame:
    """One row a cell of the gallery: where it stands, and numbers about its map.

    All cells are there from the start, so that the figure keeps its panels while it fills.
    """
    if not len(result.images):
        return pd.DataFrame({"panel": [], "cell": [], "column": [], "row": []})
    rows = [
        {"panel": panel, "cell": cell, "column": i % COLUMNS, "row": i // COLUMNS,
         **_said(result, view), **_numbers(result, view, cell)}
        for panel, cells in PANELS.items()
        for i, cell in enumerate(cells)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def map_pictures(result: GalleryResult, view: GalleryView) -> dict[str, pd.DataFrame]:
    """The painted maps of the cells."""
    table = maps(result, view)
    there = {PICTURE, OBJECT, *ALL[: result.finished]}
    table = table[table["cell"].isin(there)]
    urls = [_painted(result, view, cell) for cell in table["cell"]]
    return {"pictures": table[["panel", "cell", "column", "row"]].assign(url=urls)}


def _map(result: GalleryResult, view: GalleryView, cell: str) -> np.ndarray:
    return result.maps[EXPLAINED.index(_column(view)), ALL.index(cell), view.picture - 1].astype(
        np.float32
    )


def _column(view: GalleryView) -> str:
    return COLUMN_OF[view.explained]


def _painted(result: GalleryResult, view: GalleryView, cell: str) -> str:
    image = result.images[view.picture - 1] / 255
    if cell == PICTURE:
        return grey_picture(image)
    if cell == OBJECT:
        return grey_picture(result.masks[view.picture - 1] * 0.8)
    return signed_map(image, _map(result, view, cell))


def _said(result: GalleryResult, view: GalleryView) -> dict[str, object]:
    case = result.cases.iloc[view.picture - 1]
    names = CLASS_NAMES[result.dataset]
    return {
        "explained": names[int(case[_column(view)])],
        "predicted": names[int(case["predicted"])],
        "true": names[int(case["true"])],
        "probability": float(case["probability"]),
    }


def _numbers(result: GalleryResult, view: GalleryView, cell: str) -> dict[str, float]:
    mask = result.masks[view.picture - 1]
    if cell in (PICTURE, OBJECT) or ALL.index(cell) >= result.finished:
        return {"on_object": 0.0, "speaks_for": 0.0}
    values = _map(result, view, cell)
    total = float(np.abs(values).sum())
    positive = float(values.clip(0).sum()) / total if total > 0 else 0.0
    return {"on_object": float(mass_on(values[None], mask)[0]), "speaks_for": positive}


def maps_caption(table: pd.DataFrame, view: GalleryView) -> str:
    """Say what the network answered, and which map keeps to the object."""
    if table.empty:
        return ""
    row = table.iloc[0]
    verdict = "rightly" if row["predicted"] == row["true"] else f"but it is a {row['true']}"
    said = f"The network says {row['predicted']} ({number(row['probability'], 'share')}), {verdict}"
    about = "" if view.explained == "predicted" else f"; explained is {row['explained']}"
    real = table[table["cell"].isin(METHODS) & (table["on_object"] > 0)]
    if real.empty:
        return f"{said}{about}."
    most, least = (real.loc[i] for i in (real["on_object"].idxmax(), real["on_object"].idxmin()))
    return (
        f"{said}{about}. {most['cell']} puts {number(most['on_object'], 'share')} of its colour on "
        f"the object, {least['cell']} {number(least['on_object'], 'share')}."
    )


def agreement(result: GalleryResult, view: GalleryView) -> pd.DataFrame:
    """Mean rank correlation and interval of every pair of methods."""
    return summarise(result.agreement, ["method", "other"])


def agreement_caption(table: pd.DataFrame, view: GalleryView) -> str:
    """Name the pair that agrees most and the one that agrees least."""
    real = table[table["method"].isin(METHODS) & table["other"].isin(METHODS)]
    if len(real) < 2:
        return ""
    most, least = (real.loc[i] for i in (real["mean"].idxmax(), real["mean"].idxmin()))
    return (
        f"{most['method']} and {most['other']} agree most ({number(most['mean'])}"
        f"{_tied(real, most, 'not clearly more than')}), {least['method']} and {least['other']} "
        f"least ({number(least['mean'])}{_tied(real, least, 'not clearly less than')})."
    )


def _tied(table: pd.DataFrame, row: pd.Series[Any], words: str) -> str:
    """Take back a superlative about a pair of methods, if other pairs are not clearly apart."""
    own = {row["method"], row["other"]}
    pairs = table.assign(pair=[
        " with ".join(sorted(two)) for two in zip(table["method"], table["other"], strict=True)
    ])  # fmt: skip
    met = rivals(pairs, row.name, "pair")
    return hedged([pair for pair in met if set(pair.split(" with ")) != own], words)


def stability(result: GalleryResult, view: GalleryView) -> pd.DataFrame:
    """Mean rank correlation between networks, by method, the steadiest first."""
    table = summarise(result.stability, ["method"])
    return table.sort_values("mean", ascending=False, kind="stable", ignore_index=True)


def stability_caption(table: pd.DataFrame, view: GalleryView) -> str:
    """Name the steadiest and the least steady of the real methods."""
    real = table[table["method"].isin(METHODS)]
    if len(real) < 2:
        return ""
    first, last = real.iloc[0], real.iloc[-1]
    most = hedged(rivals(real, first.name, "method"))
    least = hedged(rivals(real, last.name, "method"), "not clearly behind")
    return (
        f"From one network to another, {first['method']} orders the pixels most alike "
        f"({number(first['mean'])}{most}) and {last['method']} least ({number(last['mean'])}"
        f"{least}). "
        "Brightness is the same for all of them: steady is not the same as right."
    )
