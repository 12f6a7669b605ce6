"""The figures of the saliency gallery."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from core.attributions import CONTROLS, COVERING, GRADIENTS, INSIDE, METHODS
from core.challenges.interpretability.gallery.config import (
    ALL,
    EXPLAINED,
    GalleryResult,
    GalleryView,
)
from core.charts import axes, kinds, marks, theme, tiles
from core.charts.raster import grey_picture, signed_map
from core.charts.summaries import within
from core.data.picture_sets import CLASS_NAMES
from core.lab.experiment import Figure, Pick
from core.lab.intervals import summarise
from core.lab.wording import hedged, how_many, number
from core.metrics.attribution import mass_on
from core.metrics.verdicts import rivals

PICTURE, OBJECT = "The picture", "Its object"
PANELS = {
    "The picture, inside, and controls": (PICTURE, OBJECT, *INSIDE, *CONTROLS),
    "By gradients": GRADIENTS,
    "By covering parts": COVERING,
}
ROWS, COLUMNS = 3, 2
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
         **_case(result, view), **_shares(result, view, cell)}
        for panel, cells in PANELS.items()
        for i, cell in enumerate(cells)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _map(result: GalleryResult, view: GalleryView, cell: str) -> np.ndarray:
    explained = EXPLAINED.index(COLUMN_OF[view.explained])
    return result.maps[explained, ALL.index(cell), view.picture - 1].astype(np.float32)


def _paint(result: GalleryResult, view: GalleryView, cell: Mapping[str, Any]) -> str:
    """The picture, its object, or a map if it is made."""
    name, image = cell["cell"], result.images[view.picture - 1] / 255
    if name == PICTURE:
        return grey_picture(image)
    if name == OBJECT:
        return grey_picture(result.masks[view.picture - 1] * 0.8)
    return signed_map(image, _map(result, view, name)) if _is_made(result, name) else ""


def _is_made(result: GalleryResult, cell: str) -> bool:
    return cell in ALL[: result.finished]


def _case(result: GalleryResult, view: GalleryView) -> dict[str, object]:
    case = result.cases.iloc[view.picture - 1]
    names = CLASS_NAMES[result.dataset]
    labels = {"explained": COLUMN_OF[view.explained], "predicted": "predicted", "true": "true"}
    told = {name: names[int(case[column])] for name, column in labels.items()}
    return {**told, "probability": float(case["probability"])}


def _shares(result: GalleryResult, view: GalleryView, cell: str) -> dict[str, float]:
    mask = result.masks[view.picture - 1]
    if not _is_made(result, cell):
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


def decisions(result: GalleryResult, view: GalleryView) -> pd.DataFrame:
    """All pictures that can be explained, and what the network says of each."""
    if not len(result.images):
        return pd.DataFrame(columns=[*tiles.PLACE, "cell", "picture", "predicted", "true"])
    names, place = CLASS_NAMES[result.dataset], np.arange(len(result.images))
    told = {
        column: [names[int(label)] for label in result.cases[column]]
        for column in ("predicted", "true")
    }
    shares = [number(float(one), "share") for one in result.cases["probability"]]
    return pd.DataFrame({
        "panel": "what the network says", "column": place % 3, "row": place // 3,
        "cell": [f"{name}, {one}" for name, one in zip(told["predicted"], shares, strict=True)],
        "picture": place + 1, **told,
    })  # fmt: skip


def _decision(result: GalleryResult, view: GalleryView, cell: Mapping[str, Any]) -> str:
    return grey_picture(result.images[cell["picture"] - 1] / 255)


def decisions_caption(table: pd.DataFrame, view: GalleryView) -> str:
    """How often the network is wrong about these."""
    wrong = int((table["predicted"] != table["true"]).sum())
    told = how_many(len(table), "picture")
    return f"The network is wrong about {wrong} of {told}." if len(table) else ""


def _kinds(*names: pd.Series[Any]) -> np.ndarray:
    """Tell maps from rows with a control, which no sentence ranks."""
    real = np.logical_and.reduce([name.isin(METHODS).to_numpy() for name in names])
    return np.where(real, "map", "control").astype(object)


def pairs(result: GalleryResult, view: GalleryView) -> pd.DataFrame:
    """Agreement of every method with every other, with its interval."""
    table = summarise(result.agreement, ["method", "other"])
    return table.assign(kind=_kinds(table["method"], table["other"]))


def _steadiest_first(table: pd.DataFrame, view: GalleryView) -> pd.DataFrame:
    order = within(table, -1).sort_values("mean", ascending=False, kind="stable", ignore_index=True)
    return order.assign(kind=_kinds(order["method"]))


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
    names = zip(table["method"], table["other"], strict=True)
    pairs = table.assign(pair=[" with ".join(sorted(two)) for two in names])
    met = rivals(pairs, row.name, "pair")
    return hedged([pair for pair in met if set(pair.split(" with ")) != own], words)


def agreement_heat_map(view: GalleryView) -> alt.Chart:
    """Every method against every other, in colour."""
    order = list(ALL)
    look = {"labelLimit": 130, "title": None, "grid": False, "labelOverlap": False}
    color = alt.Color(
        "mean:Q",
        title="rank correlation",
        scale=alt.Scale(domain=[-1, 0, 1], range=list(theme.DIVERGING), interpolate="rgb"),
        legend=alt.Legend(orient="top", gradientLength=160, format=".1f"),
    )
    return alt.Chart(marks.TABLE).mark_rect().encode(
        x=alt.X("other:N", sort=order, axis=alt.Axis(labelAngle=-60, **look)),
        y=alt.Y("method:N", sort=order, axis=alt.Axis(**look)),
        color=color,
        tooltip=[alt.Tooltip("method:N"), alt.Tooltip("other:N"), *marks.told(".2f")],
    ).properties(height=560)  # fmt: skip


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


FIGURES: tuple[Figure[GalleryResult, GalleryView], ...] = (
    tiles.figure(
        "maps", "One decision, every method", maps, _paint, columns=COLUMNS, rows=ROWS, height=480,
        told=[
            alt.Tooltip("cell:N", title="map"),
            alt.Tooltip("explained:N", title="class explained"),
            alt.Tooltip("on_object:Q", title="share on the object", format=".0%"),
            alt.Tooltip("speaks_for:Q", title="share that speaks for it", format=".0%"),
        ],
        caption=maps_caption, live=True,
        note="Orange pixels speak for the class, blue ones against it. Every map uses the "
        "same colours from zero to its own largest value. Saliency, SmoothGrad and the two "
        "controls have no sign.",
    ),
    tiles.figure(
        "decisions", "All the pictures", decisions, _decision, columns=3, rows=2, height=340,
        told=[
            alt.Tooltip("picture:O"),
            alt.Tooltip("predicted:N", title="the network says"),
            alt.Tooltip("true:N", title="it is"),
        ],
        caption=decisions_caption, picks=[Pick("picture", "picture")],
        note="Those that the network gets wrong come first, if there are any.",
    ),
    Figure(
        name="agreement", title="Which methods agree",
        table=pairs,
        chart=agreement_heat_map, caption=agreement_caption, live=True,
        note="Rank correlation of the sizes of two maps of one picture, mean over pictures "
        "and networks: 1 is the same order of pixels, 0 is chance.",
    ),
    kinds.intervals(
        "stability", "The same picture, another network",
        lambda result, view: result.stability, ("method",), y=axes.names("method"),
        x=alt.X("mean:Q", title="rank correlation with other networks' maps",
                scale=alt.Scale(zero=True)),
        color=alt.condition(
            f"indexof({list(CONTROLS)!r}, datum.method) >= 0",
            alt.value(theme.BASELINE), alt.value(theme.ACCENT),
        ),
        extra=_steadiest_first,
        height=380, caption=stability_caption,
        note="Networks trained the same way from other seeds explain the same pictures. The "
        "intervals treat each network's mean over the others as one repetition.",
    ),
)  # fmt: skip
