"""Axes: which way they go and how their numbers are written."""

from __future__ import annotations

import altair as alt

from core.charts import axes


def test_every_name_of_a_row_is_written_in_its_order() -> None:
    told = axes.names("method", ("b", "a"), limit=90).to_dict()
    assert (told["field"], told["type"], told["sort"]) == ("method", "nominal", ["b", "a"])
    assert told["axis"] == {"labelLimit": 90, "labelOverlap": False, "labelFlush": False}
    assert axes.names("method").to_dict()["sort"] is None
    by_place = alt.EncodingSortField(field="place", op="min")
    more = axes.names("method", sort=by_place, scale=alt.Scale(domain=["a"])).to_dict()
    assert more["sort"]["field"] == "place" and more["scale"] == {"domain": ["a"]}


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


def test_shares_that_are_mostly_right_are_stretched_at_the_top() -> None:
    told = axes.stretched("accuracy").to_dict()
    assert told["title"] == "accuracy (stretched at the top)"
    assert told["scale"]["type"] == "pow" and told["scale"]["exponent"] > 1
    assert told["axis"]["format"] == ".0%" and 0.95 in told["axis"]["values"]
