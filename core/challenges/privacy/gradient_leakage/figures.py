"""The figures of the gradient leakage experiment."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from core.challenges.privacy.gradient_leakage.config import (
    BATCH,
    DIVIDE,
    MATCH,
    NOISE,
    SAME,
    GradientLeakageResult,
    GradientLeakageView,
)
from core.charts import axes, kinds, marks, raster, theme
from core.charts.summaries import within
from core.lab.experiment import Figure
from core.lab.intervals import SHARE, Estimate, of_cases
from core.lab.scores import rows_where
from core.lab.wording import number

PANELS = ("Original", "Read off by dividing", "Found by matching")
ATTACKS = {DIVIDE: theme.ACCENT, MATCH: theme.WARNING}


def reconstructions(result: GradientLeakageResult, view: GradientLeakageView) -> pd.DataFrame:
    """Error of every image shown, by panel; the originals have none."""
    errors = np.vstack([np.zeros(result.pictures.shape[1]), result.errors])
    rows = [
        (panel, image + 1, error, error < SAME, "Image")
        for panel, of_panel in zip(PANELS, errors.tolist(), strict=True)
        for image, error in enumerate(of_panel)
    ]
    return pd.DataFrame(rows, columns=["panel", "image", "error", "recovered", "kind"])


def reconstruction_images(
    result: GradientLeakageResult, view: GradientLeakageView
) -> dict[str, pd.DataFrame]:
    """One picture per panel: the whole batch."""
    if result.pictures.shape[1] == 0:
        return {"image": pd.DataFrame({"panel": [], "url": []})}
    urls = [raster.png_address(raster.mosaic(images)) for images in result.pictures]
    return {"image": pd.DataFrame({"panel": PANELS, "url": urls})}


def reconstructions_caption(table: pd.DataFrame, view: GradientLeakageView) -> str:
    """How many of the images shown came back."""
    told = []
    for panel, attack in zip(PANELS[1:], ATTACKS, strict=True):
        back = table[table["panel"] == panel]["recovered"]
        if len(back):
            told.append(f"{attack} brought back {int(back.sum())} of {len(back)}")
    return f"Of the images shown, {', and '.join(told)}." if told else ""


def reconstructions_chart(view: GradientLeakageView) -> alt.LayerChart:
    """The batch as a picture; one panel."""
    picture = alt.Chart(alt.Data(name="image")).mark_image(
        align="center", baseline="middle",
        width=alt.expr("width"), height=alt.expr("height"), aspect=True,
    ).encode(
        x=alt.value(alt.expr("width / 2")), y=alt.value(alt.expr("height / 2")), url="url:N"
    )  # fmt: skip
    frame = alt.Chart(marks.TABLE).mark_rect(opacity=0)
    frame = frame.encode(x=alt.X("kind:N", axis=None), tooltip=[alt.Tooltip("panel:N")])
    return alt.layer(picture, frame).properties(height=theme.PANEL_HEIGHT)


def _metric_axis(view: GradientLeakageView) -> alt.Y:
    if view.metric == "recovered":
        axis = alt.Axis(format=".0%", tickCount=5)
        scale = alt.Scale(domain=[0, 1])
        return alt.Y("mean:Q", title="images recovered", axis=axis, scale=scale)
    return axes.measure("mean squared error of the pixels", zero=True)


def _open(table: pd.DataFrame) -> pd.DataFrame:
    """Shares of images with intervals that are no points where all gradients agree."""
    columns = (table[name] for name in ("mean", "low", "high", "n", "images"))
    ends = [
        of_cases(Estimate(mean, low, high, int(n)), int(n) * int(images))
        for mean, low, high, n, images in zip(*columns, strict=True)
    ]
    return table.assign(low=[end.low for end in ends], high=[end.high for end in ends])


def _by(name: str, title: str, sweep: str, x: alt.X, **further: Any) -> Figure[Any, Any]:
    """The chosen metric against one sweep's sizes, one line per attack."""

    def rows(result: GradientLeakageResult, view: GradientLeakageView) -> pd.DataFrame:
        kept = rows_where(result.scores, {"sweep": sweep, "metric": view.metric})
        images: Any = kept["size"] if sweep == BATCH else max(1, result.pictures.shape[1])
        kept = kept.assign(images=images).astype({"value": float, "images": int})
        return kept.sort_values(["attack", "size"], kind="stable")

    def extra(table: pd.DataFrame, view: GradientLeakageView) -> pd.DataFrame:
        label = {} if sweep == BATCH else {"label": [f"{size:g}" for size in table["size"]]}
        drawn = _open(table) if view.metric == "recovered" else within(table, high=np.inf)
        return drawn.assign(**label)

    def caption(table: pd.DataFrame, view: GradientLeakageView) -> str:
        if len(table) < 2:
            return ""
        unit = SHARE if view.metric == "recovered" else ""
        told = []
        for attack, part in table.groupby("attack", sort=False):
            first, last = (number(float(part["mean"].iloc[end]), unit) for end in (0, -1))
            told.append(f"{attack} from {first} to {last}")
        ends = f"{table['size'].min():g} to {table['size'].max():g}"
        metric = "Share of images recovered" if unit else "Mean squared error"
        return f"{metric} as the {sweep} goes from {ends}: {'; '.join(told)}."

    return kinds.lines(
        name, title, rows, by=("size", "attack", "images"), x=x, y=_metric_axis, seeds=False,
        color=marks.series_color("attack", list(ATTACKS), colors=ATTACKS), extra=extra,
        caption=caption, **further,
    )  # fmt: skip


FIGURES = (
    Figure(
        name="reconstructions",
        title="The images, and what was read off their gradient",
        table=reconstructions,
        underlay=reconstruction_images,
        chart=reconstructions_chart,
        caption=reconstructions_caption,
        live=True,
        panels=True,
        note="Dividing: each hidden unit's weight gradient by its bias gradient, in a ReLU "
        "network. Matching: from noise, images are changed until they give the same gradient, "
        "in a sigmoid network. Both networks are untrained; the attacker knows their weights "
        "and the labels. Of what dividing gives, the closest candidates are shown.",
    ),
    _by(
        "by_batch_size",
        "Does averaging over more images hide them?",
        BATCH,
        axes.sizes("size", "images in the batch (log scale)", [1, 2, 4, 8, 16], log=True),
        live=True,
        note="Line: mean over the seeds, each with other images and weights; band: 95% interval, "
        "of shares the exact one over all images where that is wider.",
    ),
    _by(
        "by_noise",
        "Does noise on the gradient hide them?",
        NOISE,
        alt.X("label:O", sort=None, title="noise, as a share of the gradient's size",
              axis=alt.Axis(labelAngle=0)),
        note="Noise is a share of the gradient's own root mean square; 1 is as large as the "
        "gradient itself.",
    ),
)  # fmt: skip
