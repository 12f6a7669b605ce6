"""Fitted curves beside the law that they were fitted to, within its examples and beyond."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from core.charts import axes, marks, theme
from core.charts.curves import curves
from core.charts.kinds import Rows
from core.charts.summaries import with_all_panels
from core.lab.experiment import Figure
from core.lab.wording import number


def fits(
    name: str,
    title: str,
    rows: Rows,
    panels: Mapping[str, Sequence[str]],
    colors: Mapping[str, str],
    *,
    examples: Callable[[Any], pd.DataFrame],
    frame: Callable[[Any], tuple[float, float]],
    **further: Any,
) -> Figure[Any, Any]:
    """Mean curves with 95% intervals over the seeds, arms that are compared in a panel each.

    Args:
        name: As in `Figure`.
        title: As in `Figure`.
        rows: Result, view -> `arm`, `seed`, `x`, `law` (what it says there) and `value`.
        panels: Heading of each panel -> its arms; an arm may be in several.
        colors: Of all arms, in their order.
        examples: Result -> `x` and `y` of examples, drawn as dots.
        frame: View -> how far the input goes from zero, and how far the answer.
        **further: `live`, `note`, as in `Figure`.
    """

    def along(view: Any) -> alt.X:
        end = frame(view)[0]
        return alt.X("x:Q", title="input", scale=alt.Scale(domain=[-end, end], nice=False))

    def up(view: Any, column: str = "mean") -> alt.Y:
        top = frame(view)[1]
        return axes.measure("answer", column=column, domain=[-top, top])

    def around(view: Any) -> tuple[list[alt.Chart], list[alt.Chart]]:
        look = {"aria": False, "clip": True, "color": theme.BASELINE}
        dots = alt.Chart(alt.Data(name="examples")).mark_point(filled=True, size=9, **look)
        law = alt.Chart(marks.TABLE).mark_line(strokeDash=[2, 3], strokeWidth=1.5, **look)
        return [dots.encode(x=along(view), y=up(view, "y"))], [
            law.encode(x=along(view), y=up(view, "law"))
        ]

    def caption(table: pd.DataFrame, view: Any) -> str:
        return _told(table, list(colors), frame(view)[0] - 0.25)

    return curves(
        name, title, rows, ("arm", "x", "law"), caption, x=along, y=up,
        color=marks.series_color("arm", list(colors), colors=colors, columns=2),
        places=[alt.Tooltip("arm:N", title="network"), alt.Tooltip("x:Q", title="input"),
                alt.Tooltip("law:Q", format=".3~g", title="the law says")],
        extra=lambda table, view: in_each(table, panels),
        underlay=lambda result, view: {"examples": examples(result)}, around=around,
        panels=True, **further,
    )  # fmt: skip


def in_each(table: pd.DataFrame, panels: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """The rows of every panel's arms under its heading; none until every panel has some."""
    parts = [table[table["arm"].isin(arms)] for arms in panels.values()]
    found = pd.concat(parts, ignore_index=True)
    headings = [
        heading for heading, part in zip(panels, parts, strict=True) for _ in range(len(part))
    ]
    found.insert(0, "panel", pd.Series(headings, dtype=object))
    return with_all_panels(found, len(panels))


def _told(table: pd.DataFrame, arms: Sequence[str], at: float) -> str:
    """What the law and every arm say at one place."""
    here = table[table["x"] == at].drop_duplicates("arm")
    said = here.set_index("arm")["mean"].to_dict()
    if not set(arms) <= set(said):
        return ""
    told = ", ".join(f"{arm} {number(float(said[arm]))}" for arm in arms)
    law = number(float(here["law"].iloc[0]))
    return f"Means over the seeds at {at:g}, where the law says {law}: {told}."
