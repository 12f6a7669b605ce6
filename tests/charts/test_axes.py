"""Axes: which way they go and how their numbers are written."""

from __future__ import annotations

import altair as alt

from core.charts import axes


def test_points_have_their_sign_unless_they_are_sizes() -> None:
    across = axes.points("change (points)", tickCount=4)
    assert isinstance(across, alt.X)
    assert across.to_dict() == {
        "field": "mean", "type": "quantitative", "title": "change (points)",
        "axis": {"labelExpr": axes.SIGNED_POINTS, "tickCount": 4},
    }  # fmt: skip
    up = axes.points("gap", column="gap", up=True, signed=False, scale=alt.Scale(zero=False))
    assert isinstance(up, alt.Y)
    told = up.to_dict()
    assert (told["field"], told["axis"]["labelExpr"]) == ("gap", axes.POINTS)
    assert told["scale"] == {"zero": False}
