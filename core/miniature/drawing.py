"""Tables and charts of the miniature."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd

from core.charts import marks, raster, theme
from core.lab.intervals import summarise
from core.lab.settings import View
from core.lab.wording import number

if TYPE_CHECKING:
    from core.miniature.moons import MoonsResult

HEIGHT = 230
IMAGE = alt.Data(name="image")


def errors(result: MoonsResult, view: View) -> pd.DataFrame:
    """Mean error with its interval by step and split."""
    return summarise(result.errors, ["step", "split"])


def errors_caption(table: pd.DataFrame, view: View) -> str:
    """Say where both errors end."""
    end = table[table.step == table.step.max()].set_index("split")["mean"]
    return (
        f"After {int(table.step.max())} steps, {number(float(end['train']), 'share')} of the "
        f"training points and {number(float(end['validation']), 'share')} of new points are wrong. "
        "Bands: 95% intervals over the seeds."
    )


def error_curves(view: View) -> Any:
    """Mean lines with bands over the steps, one per split."""
    x = alt.X("step:Q", title="training step")
    y = alt.Y("mean:Q", title="wrong answers", axis=alt.Axis(format=".0%"))
    color = marks.series_color("split", ("train", "validation"))
    chart: Any = marks.interval_lines(x, y, color)
    return chart.properties(height=HEIGHT)


def points(result: MoonsResult, view: View) -> pd.DataFrame:
    """The first seed's training points."""
    return result.points.round(3)


def picture(result: MoonsResult, view: View) -> dict[str, pd.DataFrame]:
    """The first network's decisions as a picture, and the frame it fills."""
    frame = {name: [float(v)] for name, v in zip("abcd", result.extent, strict=True)}
    return {"image": pd.DataFrame({"url": [raster.class_regions(result.region)], **frame})}


def decisions_caption(table: pd.DataFrame, view: View) -> str:
    """Say what is drawn."""
    return (
        f"Points: the {len(table)} training examples of the first seed, two classes. Background: "
        "the class the network would choose there, fainter where it is unsure."
    )


def decisions(view: View) -> Any:
    """Training points over the picture of the first network's decisions."""
    bare = alt.Axis(title=None, labels=False, ticks=False, grid=False, domain=False)
    tight = alt.Scale(nice=False, zero=False, padding=0)
    x, y = (alt.X("a:Q", axis=bare, scale=tight), alt.Y("c:Q", axis=bare, scale=tight))
    frame = alt.Chart(IMAGE).mark_rect(opacity=0).encode(x=x, x2="b", y=y, y2="d")
    kinds = ["0", "1"]
    dots = (
        alt.Chart(marks.TABLE)
        .mark_point(filled=True, size=55, opacity=1, stroke="white", strokeWidth=0.7)
        .encode(
            x=alt.X("x1:Q", axis=bare, scale=tight),
            y=alt.Y("x2:Q", axis=bare, scale=tight),
            color=alt.Color(
                "label:N",
                legend=None,
                scale=alt.Scale(domain=kinds, range=list(theme.CLASS_COLORS)),
            ),
            shape=alt.Shape(
                "label:N",
                legend=None,
                scale=alt.Scale(domain=kinds, range=["circle", "triangle-up"]),
            ),
            tooltip=[alt.Tooltip("label:N", title="class")],
        )
    )
    chart: Any = alt.layer(marks.image_background(), frame, dots)
    return chart.properties(height=HEIGHT)
