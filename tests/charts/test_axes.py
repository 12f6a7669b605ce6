"""Axes that figures share."""

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
