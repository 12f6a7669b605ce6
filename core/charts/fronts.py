"""Forms in the plane of two measures, those on a front told apart by shape: one kind of figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from core.charts import marks, theme
from core.charts.kinds import Encoding, of_view
from core.lab.experiment import Figure
from core.lab.wording import listed

SHAPES = {"on the front": "circle", "not clearly behind": "triangle-up", "clearly behind": "cross"}
"""By what `core.metrics.fronts.places` calls them."""
AHEAD, NEAR, _ = SHAPES
MOST_NAMED = 6
"""Forms in a caption; of more, their number is told."""
HEIGHT = 440
"""In pixels: three rows of names stand above the marks, and one below them."""
RULE = (
    "Clearly behind is a form where another one is clearly better in one of both, and in the other "
    "not worse by more than a margin (a point of accuracy, a twentieth of the time, no byte): by "
    "intervals over the seeds that hold for all pairs at once."
)


def plane(
    name: str,
    title: str,
    table: Callable[[Any, Any], pd.DataFrame],
    *,
    x: alt.X,
    y: Encoding,
    form: str,
    colors: tuple[str, Mapping[str, str]],
    told: Callable[[Mapping[str, Any]], str],
    tooltip: Sequence[alt.Tooltip],
    line: bool,
    note: str,
) -> Figure[Any, Any]:
    """A mark with its interval for each form.

    Args:
        name: As in `Figure`.
        title: As in `Figure`.
        table: A row a form: `place` (of `core.metrics.fronts`), `mean`, `low` and `high` of what
            goes up the side, what goes along the bottom, and names.
        x: Encoding of what goes along the bottom,
        y: and of `mean`, or view -> such.
        form: Column of the form's name.
        colors: Column of the series, and their colours.
        told: Row on the front -> its words in the caption.
        tooltip: What a mark tells after its form and its place.
        line: Whether a line leads along the front: where more is better up the side, and less
            along the bottom.
        note: How to read it; what a front is follows.
    """

    def chart(view: Any) -> alt.LayerChart:
        up = of_view(y, view)
        base = alt.Chart(marks.TABLE).encode(x=x)
        color = marks.series_color(colors[0], list(colors[1]), colors=colors[1])
        own = base.encode(color=color)
        dots = own.mark_point(filled=True, size=100, opacity=1)
        layers = [
            own.mark_rule(aria=False).encode(y=marks.of_column(up, "low"), y2="high:Q"),
            dots.encode(y=up, shape=_shape(), tooltip=[
                alt.Tooltip(f"{form}:N", title="form"), alt.Tooltip("place:N"), *tooltip,
            ]),
        ]  # fmt: skip
        drawn = [_along(base, x, up), *layers] if line else layers
        return alt.layer(*drawn).properties(height=HEIGHT)

    def caption(rows: pd.DataFrame, view: Any) -> str:
        ahead, near = (rows[rows["place"] == place] for place in (AHEAD, NEAR))
        others = listed([str(one) for one in near[form]]) or "none"
        others = others if len(near) <= MOST_NAMED else f"{len(near)} others"
        first = "; ".join(told(row) for row in ahead.to_dict("records"))
        text = f"On the front, by means: {first}. Not clearly behind another form: {others}."
        return text if first else ""

    return Figure(name, title, table, chart, caption, note=f"{note} {RULE}")


def _along(base: alt.Chart, x: alt.X, y: alt.Y) -> alt.Chart:
    steps = base.transform_filter(f"datum.place === '{AHEAD}'").mark_line(
        interpolate="step-after", strokeDash=[4, 4], color=theme.BASELINE, aria=False
    )
    return steps.encode(y=y, order=x.shorthand)


def _shape() -> alt.Shape:
    scale = alt.Scale(domain=list(SHAPES), range=list(SHAPES.values()))
    return alt.Shape("place:N", legend=alt.Legend(title=None, orient="bottom"), scale=scale)
