"""Forms in the plane of two measures: who is named, and where a line leads along the front."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd
import pytest

from core.charts import fronts, theme
from core.lab.experiment import Figure
from core.metrics.fronts import PLACES

TABLE = pd.DataFrame(
    [
        ("small", fronts.AHEAD, 0.8, 0.75, 0.85, 5, 1.0),
        ("large", fronts.AHEAD, 0.9, 0.85, 0.95, 5, 9.0),
        ("like it", fronts.NEAR, 0.89, 0.84, 0.94, 5, 9.5),
        ("beaten", PLACES[2], 0.5, 0.45, 0.55, 5, 9.0),
    ],
    columns=["form", "place", "mean", "low", "high", "n", "kilobytes"],
)


def made(line: bool) -> Figure[Any, Any]:
    return fronts.plane(
        "front", "A front", lambda result, view: TABLE, x=alt.X("kilobytes:Q"), y=alt.Y("mean:Q"),
        form="form", colors=("form", {"small": theme.TRAIN, "large": theme.TEST}),
        told=lambda row: f"{row['form']} in {row['kilobytes']:g} kB", tooltip=[], line=line,
        note="A note.",
    )  # fmt: skip


def test_shapes_are_those_of_the_places_that_forms_are_given():
    assert tuple(fronts.SHAPES) == PLACES


def test_the_front_is_named_and_who_is_not_clearly_behind():
    caption = made(line=True).caption
    assert caption(TABLE, None) == (
        "On the front, by means: small in 1 kB; large in 9 kB. "
        "Not clearly behind another form: like it."
    )
    assert caption(TABLE[TABLE["place"] != fronts.NEAR], None).endswith("another form: none.")
    assert caption(TABLE[:0], None) == ""


@pytest.mark.parametrize(("line", "marks"), [(True, ["line", "rule", "point"]),
                                             (False, ["rule", "point"])])  # fmt: skip
def test_a_line_leads_along_the_front_where_it_is_wanted(line, marks):
    layers = made(line).chart(None).to_dict()["layer"]
    assert [layer["mark"]["type"] for layer in layers] == marks
    if line:
        assert fronts.AHEAD in layers[0]["transform"][0]["filter"]
        assert layers[0]["encoding"]["order"]["field"] == "kilobytes"
