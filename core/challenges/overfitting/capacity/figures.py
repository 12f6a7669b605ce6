"""The figures of the capacity experiment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import altair as alt
import pandas as pd

from core.challenges.overfitting.capacity.config import CapacityResult
from core.charts import axes, kinds, marks, regions, theme
from core.data.held_out import NOISY
from core.engine.sweep import ScoreView
from core.lab.experiment import Figure
from core.lab.intervals import SHARE, differences
from core.lab.scores import rows_where
from core.lab.wording import hedged, listed, number
from core.metrics.verdicts import rivals

WIDTH = axes.sizes(
    "size", "units in each hidden layer (log scale)", [1, 2, 4, 8, 16, 32, 64, 128], log=True
)
NOISY_LABELS = "validation, noisy labels"
SERIES = ("train", "validation", NOISY_LABELS)
DEPTH = axes.sizes("size", "hidden layers", [1, 2, 3, 4, 5, 6])
Rows = Callable[[CapacityResult, ScoreView], pd.DataFrame]
Caption = Callable[[pd.DataFrame, ScoreView], str]


def region_points(result: CapacityResult, view: ScoreView) -> pd.DataFrame:
    """The training points once per panel; empty unless the data are in the plane."""
    if result.panels.empty:
        return pd.DataFrame({"panel": []})
    return result.panels.merge(result.points.round(3), how="cross")


def region_images(result: CapacityResult, view: ScoreView) -> dict[str, pd.DataFrame]:
    """One picture of the decisions per panel, and the frame it fills."""
    if result.panels.empty:
        return {"image": pd.DataFrame({"panel": [], "url": []})}
    return regions.images(result.regions, result.extent, panel=result.panels["panel"])


def regions_caption(table: pd.DataFrame, view: ScoreView) -> str:
    """Compare the three models of the first seed, and say what all seeds do."""
    networks = table.drop_duplicates("panel")
    if len(networks) < 3:
        return ""
    sizes = listed([str(size) for size in networks["size"]])
    told = {c: listed([number(v, SHARE) for v in networks[c]]) for c in ("validation", "mean")}
    return (
        f"The first seed's networks of width {sizes} get {told['validation']} of new points "
        f"right; the means over all seeds are {told['mean']}."
    )


def decision_regions(view: ScoreView) -> alt.LayerChart:
    """Training points over the picture of a model's decisions; one panel."""
    shapes = alt.Scale(domain=["true label", "wrong label"], range=["circle", "cross"])
    return regions.decision_regions(
        alt.Shape("given:N", scale=shapes, legend=None),
        [alt.Tooltip("label:N", title="class given"), alt.Tooltip("given:N", title="is a")],
        theme.PANEL_HEIGHT, size=45, stroke=0.6,
    )  # fmt: skip


def _scores(sweep: str) -> Rows:
    def rows(result: CapacityResult, view: ScoreView) -> pd.DataFrame:
        kept = rows_where(result.scores, {"sweep": sweep, "metric": view.metric})
        named = kept["split"].replace(NOISY, NOISY_LABELS)
        return kept.assign(split=named).drop(columns=["sweep", "metric"])

    return rows


def _gaps(sweep: str) -> Rows:
    """Training minus validation accuracy, or the reverse of losses; labels wrong as often."""

    def rows(result: CapacityResult, view: ScoreView) -> pd.DataFrame:
        found = _scores(sweep)(result, view)
        new = NOISY_LABELS if NOISY_LABELS in set(found["split"]) else "validation"
        both = found[found["split"].isin(("train", new))]
        return differences(both, "split", new, ["size"], sign=view.sign)

    return rows


def _score_caption(what: str) -> Caption:
    def caption(table: pd.DataFrame, view: ScoreView) -> str:
        if len(table) < 2:
            return ""
        known = table[table["split"] == "validation"]
        rows = table if known.empty else known
        place = (view.sign * rows["mean"]).idxmax()
        better, last = rows.loc[place, "size"], rows["size"].iloc[-1]
        there = number(float(table[table["split"] == "train"]["mean"].iloc[-1]), view.unit)
        means = rows.loc[place, "mean"], rows["mean"].iloc[-1]
        best, end = (number(float(mean), view.unit) for mean in means)
        rest = f" and {end} at {what} {last}" if better != last else ", the largest tried"
        others = [f"{what} {one}" for one in rivals(rows, place, "size")]
        mean = "Mean validation" if others else "Validation"
        return (
            f"{mean} {view.metric} on true labels is best at {what} {better} "
            f"({best}{hedged(others)}){rest}; training {view.metric} at {what} {last} is {there}."
        )

    return caption


def gap_caption(table: pd.DataFrame, view: ScoreView) -> str:
    """The gap at both ends."""
    if table.empty:
        return ""
    ends = [
        f"{number(float(row['mean']), view.change_unit)} at {row['sweep']} {row['size']}"
        for row in (table.iloc[0], table.iloc[-1])
    ]
    return f"The gap is {ends[0]} and {ends[1]}."


def _score_axis(view: ScoreView) -> alt.Y:
    if view.metric == "accuracy":
        return axes.share("accuracy", domainMax=1)
    return axes.measure("loss (cross-entropy, nats; log scale)", type="log")


def _gap_axis(view: ScoreView) -> alt.Y:
    if view.metric == "accuracy":
        title = "gap in accuracy, labels alike"
        return alt.Y("mean:Q", title=title, axis=alt.Axis(format=".0%"))
    return axes.measure("gap in loss, labels alike (nats)")


def _scores_by(sweep: str, x: alt.X, **further: Any) -> Figure[CapacityResult, ScoreView]:
    return kinds.lines(
        f"score_by_{sweep}", f"Training and validation against {sweep}", _scores(sweep),
        by=("size", "split"), x=x, y=_score_axis, caption=_score_caption(sweep),
        color=marks.series_color("split", SERIES, colors={NOISY_LABELS: theme.WARNING}), **further,
    )  # fmt: skip


def _gaps_by(sweep: str, x: alt.X) -> Figure[CapacityResult, ScoreView]:
    return kinds.lines(
        f"gap_by_{sweep}", f"The generalization gap against {sweep}", _gaps(sweep), by=("size",),
        x=x, y=_gap_axis, seeds=False, caption=gap_caption,
        color=alt.Color("series:N", legend=None, scale=alt.Scale(range=[theme.ACCENT])),
        extra=lambda table, view: table.assign(series="gap", sweep=sweep),
        note="Training and new examples of one distribution: where training labels are wrong, the "
        "validation labels that count here are wrong as often.",
    )  # fmt: skip


FIGURES = (
    Figure(
        "decision_regions", "What three of the networks decide",
        region_points, decision_regions, regions_caption, region_images, live=True, panels=True,
        note="Background: the class the network would choose at each place, fainter where it "
        "is unsure. Points: the first seed's training examples; a cross has a wrong label.",
    ),
    _scores_by(
        "width", WIDTH, live=True,
        note="Line: mean over the seeds; band: its 95% interval; faint dots: single seeds. "
        "Training counts the labels given, wrong ones included. Validation: true labels, and a "
        "copy that is wrong as often as the training labels, if any of those are.",
    ),
    _gaps_by("width", WIDTH),
    _scores_by("depth", DEPTH),
    _gaps_by("depth", DEPTH),
)  # fmt: skip
