"""Diagrams of causes: named boxes, and arrows whose thickness is the strength of an influence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from core.charts import marks, theme
from core.lab.experiment import Figure

HALF_BOX = (0.33, 0.14)
"""Half the width and height of a box, in the unit of its place."""
Arrow = tuple[str, str, str, float, str]
"""Box it starts at, box it ends at, words, strength in [0, 1], kind."""
Boxes = Mapping[str, tuple[float, float]]
"""Name of each box -> its middle, to the right and up."""
Looks = Mapping[str, tuple[str, Sequence[int]]]
"""Kind of arrow -> colour and dashes."""
Room = tuple[tuple[float, float], tuple[float, float]]
"""Ends of what is seen, across and up."""
HIDDEN = alt.Axis(title=None, labels=False, ticks=False, grid=False, domain=False)


def causes(
    name: str,
    title: str,
    boxes: Boxes,
    arrows: Callable[[Any], Iterable[Arrow]],
    looks: Looks,
    room: Room,
    **further: Any,
) -> Figure[Any, Any]:
    """A diagram of which cause reaches what.

    Args:
        name: As in `Figure`.
        title: As in `Figure`.
        boxes: Where each box stands.
        arrows: Result -> the arrows.
        looks: How each kind of arrow is drawn.
        room: What is seen of the plane.
        **further: `caption`, `live`, `note`, as in `Figure`.
    """
    return Figure(
        name=name, title=title, table=lambda result, view: arrow_table(boxes, arrows(result)),
        underlay=lambda result, view: {"boxes": box_table(boxes)},
        chart=lambda view: _chart(looks, room), **further,
    )  # fmt: skip


def arrow_table(boxes: Boxes, arrows: Iterable[Arrow]) -> pd.DataFrame:
    """Place every arrow: from the middle of a box to the edge of another, so its head is seen.

    Returns:
        `start`, `end`, `words`, `strength`, `kind`, `x`, `y`, `x2`, `y2`.
    """
    rows = []
    for arrow in arrows:
        (x, y), (x2, y2) = boxes[arrow[0]], boxes[arrow[1]]
        sides = zip(HALF_BOX, (abs(x2 - x), abs(y2 - y)), strict=True)
        way = 1 - 1.12 * min(half / apart for half, apart in sides if apart > 0)
        rows.append((*arrow, x, y, x + way * (x2 - x), y + way * (y2 - y)))
    columns = ["start", "end", "words", "strength", "kind", "x", "y", "x2", "y2"]
    return pd.DataFrame(rows, columns=columns)


def box_table(boxes: Boxes) -> pd.DataFrame:
    """Place every box: `name`, `x`, `y` of its middle, `left`, `right`, `low`, `high`."""
    wide, high = HALF_BOX
    rows = [(name, x, y, x - wide, x + wide, y - high, y + high) for name, (x, y) in boxes.items()]
    return pd.DataFrame(rows, columns=["name", "x", "y", "left", "right", "low", "high"])


def _chart(looks: Looks, room: Room) -> alt.LayerChart:
    across, up = alt.Scale(domain=list(room[0]), nice=False), alt.Scale(domain=list(room[1]))
    x, y = alt.X("x:Q", axis=HIDDEN, scale=across), alt.Y("y:Q", axis=HIDDEN, scale=up)
    named = alt.Chart(alt.Data(name="boxes"))
    fields = named.mark_rect(color=theme.BOX, cornerRadius=6, opacity=1).encode(
        x=alt.X("left:Q", axis=HIDDEN), x2="right:Q", y=alt.Y("low:Q", axis=HIDDEN), y2="high:Q"
    )
    words = named.mark_text(fontSize=12, fontWeight="bold", color=theme.ON_PLACES)
    lines, heads = _arrows(looks, x, y)
    layers = [lines, fields, heads, words.encode(x=x, y=y, text="name:N")]
    return alt.layer(*layers).properties(height=theme.FIGURE_HEIGHT)


def _arrows(looks: Looks, x: alt.X, y: alt.Y) -> tuple[alt.Chart, alt.Chart]:
    colors, dashes = (
        alt.Scale(domain=list(looks), range=[look[part] for look in looks.values()])
        for part in (0, 1)
    )
    legend = alt.Legend(title=None, orient="top", symbolOpacity=1, symbolStrokeWidth=0)
    base = alt.Chart(marks.TABLE).encode(
        color=alt.Color("kind:N", scale=colors, legend=legend),
        tooltip=[alt.Tooltip("words:N", title="arrow"), alt.Tooltip("kind:N")],
    )
    lines = base.mark_rule(aria=False, opacity=0.75).encode(
        x=x, y=y, x2="x2:Q", y2="y2:Q",
        size=alt.Size("strength:Q", scale=alt.Scale(domain=[0, 1], range=[1.2, 7]), legend=None),
        strokeDash=alt.StrokeDash("kind:N", scale=dashes, legend=None),
    )  # fmt: skip
    heads = base.mark_point(filled=True, size=70, opacity=1).encode(
        x=alt.X("x2:Q", axis=HIDDEN), y=alt.Y("y2:Q", axis=HIDDEN)
    )
    return lines, heads
