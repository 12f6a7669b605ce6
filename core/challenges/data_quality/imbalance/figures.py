"""The figures of the experiment on a rare class."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from core.challenges.data_quality import gain_figures
from core.challenges.data_quality.imbalance.config import (
    ARMS,
    CURVES,
    DRAWN,
    OVER,
    PLAIN,
    RATIOS,
    TESTED,
    UNDER,
    ImbalanceResult,
    ImbalanceView,
)
from core.charts import axes, kinds, marks, regions, theme
from core.charts.summaries import within
from core.lab.experiment import Figure
from core.lab.intervals import SHARE, differences, estimates_of, of_cases
from core.lab.scores import rows_where
from core.lab.wording import listed, number

MEASURES = {
    "accuracy": theme.BASELINE, "common recall": theme.TRAIN, "rare recall": theme.WARNING,
    "balanced accuracy": theme.ACCENT,
}  # fmt: skip
DASHES = {"accuracy": (6, 3), "common recall": (2, 2), "rare recall": (1, 0),
          "balanced accuracy": (8, 2, 2, 2)}  # fmt: skip
CURVE_COLORS = {PLAIN: theme.BASELINE, OVER: theme.TRAIN, UNDER: theme.VALIDATION,
                CURVES[3]: theme.ACCENT}  # fmt: skip
SHAPE = alt.Shape(
    "label:N", legend=None, scale=alt.Scale(domain=["0", "1"], range=["circle", "diamond"])
)


def trap(result: ImbalanceResult, view: ImbalanceView) -> pd.DataFrame:
    """Accuracy and what is found of each class by the plain network, measure by measure."""
    rows = rows_where(result.scores, {"arm": PLAIN})
    rows = rows[rows["metric"].isin(list(MEASURES))]
    order = rows["metric"].map({name: place for place, name in enumerate(MEASURES)})
    rows = rows.assign(place=order).sort_values(["place", "ratio"], kind="stable")
    return rows[["ratio", "metric", "seed", "value"]]


def _open(table: pd.DataFrame) -> pd.DataFrame:
    """Intervals of what is found that are no points where all seeds find all, or nothing."""
    ends = [
        of_cases(found, found.n * TESTED) if str(metric).endswith("recall") else found
        for found, metric in zip(estimates_of(table, SHARE), table["metric"], strict=True)
    ]
    return within(table.assign(low=[end.low for end in ends], high=[end.high for end in ends]))


def trap_caption(table: pd.DataFrame, view: ImbalanceView) -> str:
    """What becomes of accuracy and of the rare class from one end to the other."""
    if set(table["ratio"]) != set(RATIOS):
        return ""
    told = []
    for name in ("accuracy", "rare recall"):
        means = rows_where(table, {"metric": name}).set_index("ratio")["mean"]
        ends = (number(float(means[ratio]), SHARE) for ratio in (RATIOS[0], RATIOS[-1]))
        told.append(f"{name} from {' to '.join(ends)}")
    return f"From 1 to {RATIOS[-1]} common examples for each rare one: {'; '.join(told)}."


def gains(result: ImbalanceResult, view: ImbalanceView) -> pd.DataFrame:
    """What each arm adds to the plain network, seed by seed, at the ratio that is chosen."""
    rows = rows_where(result.scores, {"ratio": view.ratio, "metric": view.metric})
    order = rows["arm"].map({arm: place for place, arm in enumerate(ARMS)})
    rows = rows.assign(place=order).sort_values("place", kind="stable")
    return differences(rows[["arm", "seed", "value"]], "arm", PLAIN)


def curves(result: ImbalanceResult, view: ImbalanceView) -> pd.DataFrame:
    """Precision at every recall, by arm, at the ratio that is chosen."""
    return rows_where(result.curves, {"ratio": view.ratio})[["recall", "arm", "seed", "value"]]


def curves_caption(table: pd.DataFrame, view: ImbalanceView) -> str:
    """Precision where half of the rare class is found."""
    if table.empty:
        return ""
    half = table[np.isclose(table["recall"], 0.5)]
    told = [f"{row.arm} {number(float(row.mean), SHARE)}" for row in half.itertuples()]
    return f"Precision where half of the rare class is found: {listed(told)}." if told else ""


def _panels(result: ImbalanceResult, view: ImbalanceView) -> dict[str, str]:
    """Heading of each panel: the arm, and what the first seed's network finds."""
    rows = rows_where(result.scores, {"ratio": view.ratio, "metric": "rare recall"})
    own = rows[rows["seed"] == rows["seed"].min()].set_index("arm")["value"]
    return {arm: f"{arm}: {number(float(own[arm]), SHARE)} found" for arm in DRAWN}


def border_points(result: ImbalanceResult, view: ImbalanceView) -> pd.DataFrame:
    """The first seed's training examples, once for each network that is drawn."""
    if not len(result.regions):
        return pd.DataFrame(columns=["panel", "arm", "recall", "x1", "x2", "label"])
    points = rows_where(result.points, {"ratio": view.ratio})[["x1", "x2", "label"]]
    parts = []
    for arm, heading in _panels(result, view).items():
        part = points.assign(arm=arm, recall=heading.rpartition(": ")[2])
        part.insert(0, "panel", heading)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def border_images(result: ImbalanceResult, view: ImbalanceView) -> dict[str, pd.DataFrame]:
    """What each of these networks decides, as a picture."""
    if not len(result.regions):
        empty = ["panel", "url", "a", "b", "c", "d"]
        return {"image": pd.DataFrame(columns=empty)}
    start = RATIOS[1:].index(view.ratio) * len(DRAWN)
    names = list(_panels(result, view).values())
    return regions.images(result.regions[start : start + len(DRAWN)], result.extent, panel=names)


def border_caption(table: pd.DataFrame, view: ImbalanceView) -> str:
    """What each of the drawn networks finds."""
    if table.empty:
        return ""
    told = [
        f"{arm} {str(recall).removesuffix(' found')}"
        for arm, recall in table[["arm", "recall"]].drop_duplicates().to_numpy()
    ]
    return f"The first seed's networks at {view.ratio} to 1 find of the rare class: {listed(told)}."


def _ratio_axis() -> alt.X:
    scale = alt.Scale(type="log", nice=False, padding=12)
    axis = alt.Axis(values=list(RATIOS), format="d")
    title = "common examples per rare one (log)"
    return alt.X("ratio:Q", title=title, scale=scale, axis=axis)


FIGURES: tuple[Figure[ImbalanceResult, ImbalanceView], ...] = (
    kinds.lines(
        "trap", "Accuracy rises while the rare class is lost", trap, by=("ratio", "metric"),
        x=_ratio_axis(), y=axes.share("share of new examples", domain=[0, 1]),
        color=marks.series_color("metric", list(MEASURES), colors=MEASURES),
        dash=marks.series_dash("metric", DASHES), caption=trap_caption,
        extra=lambda table, view: _open(table), live=True,
        note="The plain network, without any remedy. Recall: share of a class that is found. "
        "Balanced accuracy: mean of both recalls. Line: mean over the seeds; band: 95% interval.",
    ),
    gain_figures.gains(
        "gains", "What each remedy changes", gains, ARMS[1:],
        lambda view: gain_figures.points(f"{view.metric} gained (points)"),
        lambda view: f"{view.metric.capitalize()} at {view.ratio} to 1, against plain", live=True,
        note="The moved threshold has its network from three quarters of the examples: the others "
        "choose the threshold.",
    ),
    Figure(
        "borders", "Where the border lies", border_points,
        lambda view: regions.decision_regions(
            SHAPE, [alt.Tooltip("arm:N"), alt.Tooltip("recall:N", title="rare class")],
            theme.PANEL_HEIGHT, 22, 0.4,
        ),
        border_caption, border_images, panels=True,
        note="Background: the class that the network chooses at each place. Points: all training "
        "examples of the first seed, of which undersampling drops most; diamonds: the rare class.",
    ),
    kinds.lines(
        "precision_recall", "What is bought with false alarms", curves, by=("recall", "arm"),
        x=alt.X("recall:Q", title="recall: share of the rare class found",
                axis=alt.Axis(format=".0%"), scale=alt.Scale(domain=[0, 1])),
        y=axes.share("precision (alarms that are right)", domain=[0, 1]),
        color=marks.series_color("arm", CURVES, colors=CURVE_COLORS), seeds=False,
        extra=lambda table, view: within(table), caption=curves_caption,
        note="Precision where the class is as rare as in training. Prior correction and a moved "
        "threshold choose another point of their network's curve and leave the curve as it is.",
    ),
)  # fmt: skip
