"""The figures of the extrapolation experiment."""

from __future__ import annotations

import altair as alt

from core.challenges.generalization.extrapolation import config as arms
from core.charts import axes, kinds, marks, theme
from core.charts.fits import fits
from core.charts.summaries import within

COLORS = {
    arms.RELU: theme.WARNING, arms.MORE: theme.VALIDATION, arms.WIDER: theme.TRAIN,
    arms.TANH: theme.BASELINE, arms.PERIODIC: theme.ACCENT, arms.LAW: theme.REMEDY,
}  # fmt: skip
KINDS = (arms.RELU, arms.TANH, arms.PERIODIC)
OTHERS = (arms.RELU, arms.MORE, arms.WIDER, arms.LAW)
PANELS = {"Other units": KINDS, "Other examples, or the law": OTHERS}
MEASURES = {
    "straightness": f"Straightness from {arms.EDGE:g} to {arms.END:g} (R²)",
    "slope": "Slope a thousand times as far out",
    "bend": "Bend there (second difference)",
}


def _end(view: arms.ExtrapolationView) -> float:
    return arms.EDGE if view.inside_only else arms.END


FIGURES = (
    fits(
        "curves", "What it makes of the outside",
        lambda result, view: result.curves[result.curves["x"].abs() <= _end(view)], PANELS, COLORS,
        examples=lambda result: result.examples,
        frame=lambda view: (_end(view), 1.5 * _end(view)), live=True,
        note="Lines: means over the seeds, with 95% intervals. Dotted: the law. Dots: examples of "
        "the first seed, between −1 and 1; twice the range is from −2 to 2.",
    ),
    kinds.lines(
        "errors", "How far off, by distance", lambda result, view: result.errors,
        by=("place", "arm"), x=axes.steps("place", "distance from zero"),
        y=axes.measure("root mean square error (log scale)", type="log"),
        color=marks.series_color("arm", list(COLORS), colors=COLORS), seeds=False, least=1e-6,
        live=True, note="Distance of curve and law; geometric means, as errors span decades.",
    ),
    kinds.intervals(
        "far", "Straight on, level or winding",
        lambda result, view: result.far[result.far["arm"].isin(KINDS)], by=("arm", "measure"),
        y=axes.rows("arm", KINDS), x=alt.X("mean:Q", title=None), zero=False,
        color=marks.row_color("arm", {arm: COLORS[arm] for arm in KINDS}),
        extra=lambda table, view: kinds.in_panels(table, "measure", MEASURES),
        panels=True, note="A line has straightness 1 and no bend; what is level has no slope.",
    ),
    kinds.lines(
        "confidence", "Far away from two moons", lambda result, view: result.confidence,
        by=("distance", "arm"),
        x=axes.steps("distance", "distance from the middle, in units of the data's reach"),
        y=axes.share("mean confidence", domain=[0.5, 1]),
        color=marks.series_color("arm", arms.CLASSIFIERS, colors=COLORS),
        extra=lambda table, view: within(table, low=0.5),
        note="Another task: two classes in the plane. 0: new points like those learned from. "
        "Farther out no class is right, so that only confidence can be measured.",
    ),
)  # fmt: skip
