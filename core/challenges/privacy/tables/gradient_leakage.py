"""Tables and captions of the gradient leakage experiment; pure numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.charts import raster
from core.lab.intervals import SHARE, summarise
from core.lab.wording import number

if TYPE_CHECKING:
    from core.challenges.privacy.gradient_leakage import (
        GradientLeakageResult,
        GradientLeakageView,
    )

DIVIDE, MATCH = "dividing", "matching"
BATCH, NOISE = "batch size", "noise"
SAME = 0.005
"""Mean squared error below which an image counts as recovered; guessing the mean of all digits
has about 0.07."""
PANELS = ("Original", "Read off by dividing", "Found by matching")
ZOOM = 10
BORDER = 4
"""Transparent pixels around each image."""
OPAQUE = 255


def values(
    result: GradientLeakageResult, sweep: str, size: float, attack: str, metric: str
) -> np.ndarray:
    """One attack's metric at one size of a sweep, one number a seed."""
    s = result.scores
    rows = s[(s["sweep"] == sweep) & (s["size"] == size)]
    return rows[(rows["attack"] == attack) & (rows["metric"] == metric)]["value"].to_numpy()


def reconstructions(result: GradientLeakageResult, view: GradientLeakageView) -> pd.DataFrame:
    """Error of every image shown, by panel; the originals have none."""
    rows = []
    for panel, name in enumerate(PANELS):
        for image in range(result.pictures.shape[1]):
            error = float(result.errors[panel - 1, image]) if panel else 0.0
            rows.append((name, image + 1, error, error < SAME, "Image"))
    columns = ["panel", "image", "error", "recovered", "kind"]
    return pd.DataFrame(rows, columns=columns)


def reconstruction_images(
    result: GradientLeakageResult, view: GradientLeakageView
) -> dict[str, pd.DataFrame]:
    """One picture per panel: the whole batch."""
    if result.pictures.shape[1] == 0:
        return {"image": pd.DataFrame({"panel": [], "url": []})}
    urls = [raster.png_address(mosaic(images)) for images in result.pictures]
    return {"image": pd.DataFrame({"panel": PANELS, "url": urls})}


def mosaic(images: np.ndarray) -> np.ndarray:
    """Lay images out in about as many rows as columns, enlarged without smoothing.

    Args:
        images: `(n, height, width)` uint8.

    Returns:
        `(rows, columns, 4)` uint8 pixels, transparent between the images.
    """
    columns = int(np.ceil(np.sqrt(len(images))))
    n_rows = -(-len(images) // columns)
    filled = np.zeros((n_rows * columns, *images.shape[1:], 2), dtype=np.uint8)
    filled[: len(images), ..., 0], filled[: len(images), ..., 1] = images, OPAQUE
    large = filled.repeat(ZOOM, axis=1).repeat(ZOOM, axis=2)
    framed = np.pad(large, ((0, 0), (BORDER, BORDER), (BORDER, BORDER), (0, 0)))
    lines = [np.hstack(list(framed[i : i + columns])) for i in range(0, len(framed), columns)]
    return np.vstack(lines)[..., [0, 0, 0, 1]]


def reconstructions_caption(table: pd.DataFrame, view: GradientLeakageView) -> str:
    """How many of the images shown came back."""
    told = []
    for name, words in ((PANELS[1], "dividing"), (PANELS[2], "matching")):
        rows = table[table["panel"] == name]
        if len(rows):
            told.append(f"{words} brought back {int(rows['recovered'].sum())} of {len(rows)}")
    return f"Of the images shown, {', and '.join(told)}." if told else ""


def _sweep(result: GradientLeakageResult, view: GradientLeakageView, sweep: str) -> pd.DataFrame:
    s = result.scores
    kept = s[(s["sweep"] == sweep) & (s["metric"] == view.metric)]
    kept = kept.sort_values(["attack", "size"], kind="stable")
    table = summarise(kept, ["size", "attack"])
    ends = (0.0, 1.0 if view.metric == "recovered" else np.inf)
    return table.assign(low=table["low"].clip(*ends), high=table["high"].clip(*ends))


def by_batch_size(result: GradientLeakageResult, view: GradientLeakageView) -> pd.DataFrame:
    """Mean and interval of the chosen metric by batch size and attack."""
    return _sweep(result, view, BATCH)


def by_noise(result: GradientLeakageResult, view: GradientLeakageView) -> pd.DataFrame:
    """Mean and interval of the chosen metric by noise and attack."""
    table = _sweep(result, view, NOISE)
    return table.assign(label=[f"{size:g}" for size in table["size"]])


def _caption(table: pd.DataFrame, view: GradientLeakageView, what: str) -> str:
    if len(table) < 2:
        return ""
    unit = SHARE if view.metric == "recovered" else ""
    told = []
    for attack, rows in table.groupby("attack", sort=False):
        first, last = rows.iloc[0], rows.iloc[-1]
        a, b = (number(float(row["mean"]), unit) for row in (first, last))
        told.append(f"{attack} from {a} to {b}")
    ends = f"{table['size'].min():g} to {table['size'].max():g}"
    metric = "Share of images recovered" if unit else "Mean squared error"
    return f"{metric} as the {what} goes from {ends}: {'; '.join(told)}."


def batch_caption(table: pd.DataFrame, view: GradientLeakageView) -> str:
    """What larger batches do to both attacks."""
    return _caption(table, view, BATCH)


def noise_caption(table: pd.DataFrame, view: GradientLeakageView) -> str:
    """What noise does to both attacks."""
    return _caption(table, view, NOISE)
