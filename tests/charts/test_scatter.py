"""Dots of two measures: intervals both ways, and where their names stand."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd
import pytest

from core.charts import marks, scatter


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ([0.2, 0.8], [0.2, 0.8]),
        ([0.5, 0.5], [0.45, 0.55]),
        ([0.52, 0.5, 0.9], [0.56, 0.46, 0.9]),
        ([0.95, 0.99, 1.0], [0.7, 0.8, 0.9]),
    ],
)
def test_names_move_as_little_as_they_can(wanted: list[float], found: list[float]) -> None:
    np.testing.assert_allclose(scatter.spread(np.array(wanted), 0.1, 0.0, 0.9), found)


def test_names_stand_on_the_other_side_of_the_diagonal() -> None:
    dots = pd.DataFrame({"gap": [0.0, 0.1, 0.9, 1.0], "area": [0.5, 0.5, 0.8, 0.95]})
    found = scatter.with_name_places(dots, "gap", "area", 0.1, 0.0, 1.0)
    assert found["side"].tolist() == ["right", "right", "left", "left"]
    assert found["name_at"].tolist() == pytest.approx([0.45, 0.55, 0.8, 0.95])


def test_a_cross_has_an_interval_each_way_on_the_axes_of_its_dot() -> None:
    x, y = alt.X("gap:Q", title="gap"), alt.Y("area:Q", title="area")
    bars = scatter.cross(alt.Chart(marks.TABLE), x, y, ("gap_low", "gap_high"), opacity=0.5)
    up, across = (bar.to_dict()["encoding"] for bar in bars)
    fields = {
        name: [bar[channel]["field"] for channel in channels]
        for name, bar, channels in (
            ("up", up, ("x", "y", "y2")),
            ("across", across, ("y", "x", "x2")),
        )
    }
    assert fields == {"up": ["gap", "low", "high"], "across": ["area", "gap_low", "gap_high"]}
    assert (up["y"]["title"], across["x"]["title"]) == ("area", "gap")
    assert bars[0].to_dict()["mark"]["opacity"] == 0.5


def test_each_side_of_names_draws_its_own_dots() -> None:
    drawn = scatter.names(alt.Chart(marks.TABLE), "gap", "area", "arm", alt.Scale(domain=[0, 1]))
    filters = [layer.to_dict()["transform"][0]["filter"] for layer in drawn]
    assert filters == ["datum.side == 'left'"] * 2 + ["datum.side == 'right'"] * 2
    line, word = (layer.to_dict()["encoding"] for layer in drawn[:2])
    assert (line["x"]["field"], line["y"]["field"], line["y2"]["field"]) == (
        "gap", "area", "name_at",
    )  # fmt: skip
    assert word["text"]["field"] == "arm"
