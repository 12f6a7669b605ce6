"""Remedies against measures: a cell is coloured only where its interval leaves out zero."""

from __future__ import annotations

from typing import Any

import altair as alt

from core.charts import marks, theme

BETTER, WORSE, UNCLEAR = "better", "worse", "unclear"
COLORS = {BETTER: theme.REMEDY, WORSE: theme.WARNING, UNCLEAR: theme.BASELINE}
TINT = 0.5
FONT = "width > 400 ? 11 : [8, 6.5, 5.5][max(3, min(5, length(datum.text))) - 3]"
"""Size of the numbers: on a phone thirteen columns share as much room as six do elsewhere."""


def effects(across: str, down: str, *, step: int = 30) -> alt.LayerChart:
    """Draw the cells of a table with both columns, `text`, `verdict`, `mean`, `low`, `high`, `n`.

    Names stand in the order of the table. Nothing is coloured where the verdict is `UNCLEAR`.

    Args:
        across: Column whose names stand side by side,
        down: and below each other.
        step: Height of a row in pixels.
    """
    bare = {"domain": False, "ticks": False}
    base = alt.Chart(marks.TABLE).encode(
        x=alt.X(f"{across}:N", title=None, sort=None,
                axis=alt.Axis(labelAngle=-60, orient="top", labelLimit=110,
                             labelOverlap=False, **bare)),
        y=alt.Y(f"{down}:N", title=None, sort=None,
                axis=alt.Axis(labelLimit=120, labelPadding=4, **bare)),
    )  # fmt: skip
    told = [alt.Tooltip(f"{name}:Q", format=".4~g") for name in ("mean", "low", "high")]
    names = [alt.Tooltip(f"{name}:N") for name in (down, across, "verdict")]
    scale = alt.Scale(domain=list(COLORS), range=list(COLORS.values()))
    tint: Any = alt.condition(f"datum.verdict == '{UNCLEAR}'", alt.value(0), alt.value(TINT))
    squares = base.mark_rect(cornerRadius=3, stroke=theme.BASELINE, strokeWidth=0.4).encode(
        color=alt.Color("verdict:N", legend=None, scale=scale),
        fillOpacity=tint,
        tooltip=[*names, *told, alt.Tooltip("n:Q", title="seeds")],
    )
    words = base.mark_text(fontSize=alt.ExprRef(FONT), color=theme.INK).encode(text="text:N")
    return alt.layer(squares, words).properties(height=alt.Step(step))
