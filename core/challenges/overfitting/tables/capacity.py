"""Tables and captions of the capacity experiment; pure numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.charts import raster
from core.data.dataset import Dataset
from core.lab.intervals import summarise
from core.lab.wording import hedged, number
from core.metrics.verdicts import rivals

if TYPE_CHECKING:
    from core.challenges.overfitting.capacity import CapacityResult, CapacityView

SPLITS = ("train", "validation")


def scores(labels: pd.DataFrame, values: Mapping[tuple[str, str], np.ndarray]) -> pd.DataFrame:
    """Lay the models' scores out as a tidy table: one row per model, split and metric."""
    parts = [
        labels.assign(split=split, metric=metric, value=value.astype(float))
        for (split, metric), value in values.items()
    ]
    return pd.concat(parts, ignore_index=True)


def panels(scores: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Pick the three models to draw: narrowest, lowest validation loss on average, widest.

    Returns:
        `panel` (heading), `size`, `train` and `validation` accuracy of the model of `seed`,
        `mean` validation accuracy over the seeds, and `job`, its place among the sweep's jobs.
    """
    widths = scores[scores.sweep == "width"]
    loss = widths[(widths.split == "validation") & (widths.metric == "loss")]
    mean_loss = loss.groupby("size")["value"].mean()
    inner = mean_loss.iloc[1:-1]
    sizes = [int(mean_loss.index[0]), int(inner.idxmin()), int(mean_loss.index[-1])]
    accuracy = widths[widths.metric == "accuracy"]
    means = accuracy[accuracy.split == "validation"].groupby("size")["value"].mean()
    one = accuracy[accuracy.seed == seed]
    rows = []
    for size in sizes:
        got = {s: one[(one["size"] == size) & (one.split == s)] for s in SPLITS}
        place = int(got["train"].index[0])
        train, validation = (float(got[s]["value"].iloc[0]) for s in SPLITS)
        heading = f"Width {size}: train {number(train, 'share')}, new {number(validation, 'share')}"
        rows.append((heading, size, train, validation, float(means[size]), place))
    return pd.DataFrame(rows, columns=["panel", "size", "train", "validation", "mean", "job"])


def extent(x: np.ndarray) -> np.ndarray:
    """Ranges of both coordinates with a margin: `(x1 low, x1 high, x2 low, x2 high)`."""
    low, high = x.min(axis=0) - 0.3, x.max(axis=0) + 0.3
    return np.array([low[0], high[0], low[1], high[1]])


def points(data: Dataset) -> pd.DataFrame:
    """Training points in the plane with the label the network is given."""
    columns = {"x1": data.x_train[:, 0], "x2": data.x_train[:, 1]}
    shown = np.where(data.flipped, "wrong label", "true label")
    return pd.DataFrame({**columns, "label": data.y_train.astype(str), "given": shown})


def region_points(result: CapacityResult, view: CapacityView) -> pd.DataFrame:
    """The training points once per panel; empty unless the data are in the plane."""
    if result.panels.empty:
        return pd.DataFrame({"panel": []})
    return result.panels.merge(result.points.round(3), how="cross")


def region_images(result: CapacityResult, view: CapacityView) -> dict[str, pd.DataFrame]:
    """One picture of the decisions per panel, and the frame it fills."""
    if result.panels.empty:
        return {"image": pd.DataFrame({"panel": [], "url": []})}
    urls = [raster.class_regions(region) for region in result.regions]
    frame = {k: [float(v)] * len(urls) for k, v in zip("abcd", result.extent, strict=True)}
    return {"image": pd.DataFrame({"panel": result.panels["panel"], "url": urls, **frame})}


def regions_caption(table: pd.DataFrame, view: CapacityView) -> str:
    """Compare the three models of the first seed, and say what all seeds do."""
    networks = table.drop_duplicates("panel")
    if len(networks) < 3:
        return ""
    small, good, large = networks.itertuples()

    def compared(column: str) -> str:
        values = [number(getattr(network, column), "share") for network in (small, good, large)]
        return f"{values[0]}, {values[1]} and {values[2]}"

    return (
        f"The first seed's networks of width {small.size}, {good.size} and {large.size} get "
        f"{compared('validation')} of new points right; the means over all seeds are "
        f"{compared('mean')}."
    )


def _seeds(result: CapacityResult, view: CapacityView, sweep: str) -> pd.DataFrame:
    s = result.scores
    return s[(s.sweep == sweep) & (s.metric == view.metric)].drop(columns=["sweep", "metric"])


def by_width(result: CapacityResult, view: CapacityView) -> pd.DataFrame:
    """Mean and interval of the chosen metric by width and split."""
    return summarise(_seeds(result, view, "width"), ["size", "split"])


def by_depth(result: CapacityResult, view: CapacityView) -> pd.DataFrame:
    """Mean and interval of the chosen metric by depth and split."""
    return summarise(_seeds(result, view, "depth"), ["size", "split"])


def by_width_seeds(result: CapacityResult, view: CapacityView) -> dict[str, pd.DataFrame]:
    """The single seeds behind `by_width`."""
    return {"seeds": _seeds(result, view, "width")}


def by_depth_seeds(result: CapacityResult, view: CapacityView) -> dict[str, pd.DataFrame]:
    """The single seeds behind `by_depth`."""
    return {"seeds": _seeds(result, view, "depth")}


def gap_by_width(result: CapacityResult, view: CapacityView) -> pd.DataFrame:
    """Gap by width: training minus validation accuracy, or validation minus training loss."""
    return _gap(result, view, "width")


def gap_by_depth(result: CapacityResult, view: CapacityView) -> pd.DataFrame:
    """Gap by depth, as `gap_by_width`."""
    return _gap(result, view, "depth")


def _gap(result: CapacityResult, view: CapacityView, sweep: str) -> pd.DataFrame:
    scores = _seeds(result, view, sweep)
    wide = scores.pivot(index=["size", "seed"], columns="split", values="value")
    gap = wide["train"] - wide["validation"]
    sign = 1 if view.metric == "accuracy" else -1
    table = summarise((sign * gap).rename("value").reset_index(), ["size"])
    return table.assign(series="gap", sweep=sweep)


def _unit(view: CapacityView) -> str:
    return "share" if view.metric == "accuracy" else "nats"


def _score_caption(table: pd.DataFrame, view: CapacityView, what: str) -> str:
    if len(table) < 2:
        return ""
    ends = table.set_index(["split", "size"])["mean"]
    validation = ends.loc["validation"] if "validation" in ends.index else ends
    better = validation.idxmax() if view.metric == "accuracy" else validation.idxmin()
    last = validation.index[-1]
    unit = _unit(view)
    there = table[table.split == "train"]["mean"].iloc[-1]
    best, end = (number(float(validation[size]), unit) for size in (better, last))
    rest = f" and {end} at {what} {last}" if better != last else ", the largest tried"
    rows = table[table.split == "validation"] if "validation" in ends.index else table
    others = [
        f"{what} {one}" for one in rivals(rows, rows[rows["size"] == better].index[0], "size")
    ]
    mean = f"Mean validation {view.metric}" if others else f"Validation {view.metric}"
    return (
        f"{mean} is best at {what} {better} ({best}{hedged(others)}){rest}; training "
        f"{view.metric} at {what} {last} is {number(float(there), unit)}."
    )


def width_caption(table: pd.DataFrame, view: CapacityView) -> str:
    """Where validation is best, and what the widest does."""
    return _score_caption(table, view, "width")


def depth_caption(table: pd.DataFrame, view: CapacityView) -> str:
    """Where validation is best, and what the deepest does."""
    return _score_caption(table, view, "depth")


def gap_caption(table: pd.DataFrame, view: CapacityView) -> str:
    """The gap at both ends."""
    if table.empty:
        return ""
    unit = "points" if view.metric == "accuracy" else "nats"
    first, last = table.iloc[0], table.iloc[-1]
    return (
        f"The gap is {number(float(first['mean']), unit)} at {first['sweep']} {first['size']} and "
        f"{number(float(last['mean']), unit)} at {last['sweep']} {last['size']}."
    )
