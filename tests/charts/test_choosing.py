"""What a click stands for, and how what is chosen is marked."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd
import pytest

from core.charts import choosing, marks, theme
from core.charts.spoken import spoken
from core.lab.experiment import Pick
from core.lab.settings import View, ladder


class Shown(View):
    """Display choices."""

    digit: int = ladder(*range(10), default=3)
    """Which."""
    size: float = ladder(0.1, 0.2, default=0.1)
    """How large."""


DIGIT, SIZE = Pick("digit", "name", {"three": 3, "four": 4}), Pick("size", "size")
ROWS = pd.DataFrame({"name": ["three", "three", "four", "none"], "size": [0.1, 0.2, 0.1, 0.0]})


def options(knob: str) -> tuple[Any, ...]:
    return {"digit": tuple(range(10)), "size": (0.1, 0.2)}[knob]


def test_a_row_is_chosen_where_all_that_it_says_is() -> None:
    found = choosing.marked(ROWS, [DIGIT, SIZE], Shown())
    assert found[choosing.CHOSEN].tolist() == [True, False, False, False]
    assert list(ROWS.columns) == ["name", "size"], "the table behind the figure is left alone"
    other = choosing.marked(ROWS, [DIGIT, SIZE], Shown(digit=4))
    assert other[choosing.CHOSEN].tolist() == [False, False, True, False]
    alone = choosing.marked(ROWS, [DIGIT], Shown())[choosing.CHOSEN]
    assert alone.tolist() == [True, True, False, False]


def test_what_is_only_taken_along_marks_nothing_and_other_data_stays() -> None:
    along = Pick("size", "size", marks=False)
    assert choosing.marked(ROWS, [DIGIT, along], Shown())[choosing.CHOSEN].sum() == 2
    assert choosing.marked(ROWS[["size"]], [DIGIT], Shown()).equals(ROWS[["size"]])
    empty = choosing.marked(ROWS[:0], [DIGIT], Shown())
    assert empty.empty and empty[choosing.CHOSEN].dtype == bool


def test_a_click_sets_what_its_row_says() -> None:
    places = {"here": [DIGIT, SIZE]}
    row = {"name": "four", "size": 0.2}
    assert choosing.read({"figure": "here", "row": row}, places, options) == {
        "digit": 4, "size": 0.2,
    }  # fmt: skip
    outside = {"name": "four", "size": 0.0}
    assert choosing.read({"figure": "here", "row": outside}, places, options) == {"digit": 4}


@pytest.mark.parametrize(
    "sent",
    [
        None, [], "0", {}, {"figure": "here"}, {"figure": "there", "row": {"size": 0.1}},
        {"figure": ["here"], "row": {"size": 0.1}}, {"figure": "here", "row": [0.1]},
        {"figure": "here", "row": {"size": True}}, {"figure": "here", "row": {"size": [0.1]}},
        {"figure": "here", "row": {"size": float("nan")}}, {"figure": "here", "row": {"size": "1"}},
        {"figure": "here", "row": {"name": {"four": 1}}}, {"figure": "here", "row": {"digit": 4}},
    ],
)  # fmt: skip
def test_whatever_else_a_browser_sends_chooses_nothing(sent: Any) -> None:
    assert choosing.read(sent, {"here": [DIGIT, SIZE]}, options) == {}


def look_of(mark: Any) -> dict[str, Any]:
    chart = mark.encode(x="x:Q", y="y:Q", tooltip=[alt.Tooltip("name:N")])
    return choosing.choosable(spoken(chart.to_dict()))


def test_dots_get_a_ring_and_hidden_rectangles_a_frame() -> None:
    base = alt.Chart(marks.TABLE)
    dot = look_of(base.mark_point(filled=True, opacity=1))
    assert dot["mark"]["cursor"] == "pointer"
    assert dot["mark"]["stroke"] == {"expr": f"datum[\"chosen\"] ? '{theme.INK}' : null"}
    assert "opacity" in dot["mark"] and dot["mark"]["opacity"] == 1
    assert dot["encoding"]["description"]["value"]["expr"].endswith("? '; chosen' : '')")
    frame = look_of(base.mark_rect(opacity=0))["mark"]
    assert frame["fillOpacity"] == 0 and frame["opacity"]["expr"].endswith("? 1 : 0")
    open_dot = look_of(base.mark_point(strokeWidth=2))["mark"]
    assert "stroke" not in open_dot and open_dot["strokeWidth"]["expr"].endswith("2.5 : 2")


def test_lines_and_silent_marks_keep_their_look() -> None:
    line = alt.Chart(marks.TABLE).mark_line().encode(x="x:Q", y="y:Q")
    silent = alt.Chart(marks.TABLE).mark_point().encode(x="x:Q", y="y:Q")
    spec = spoken(alt.layer(line, silent).to_dict())
    assert choosing.choosable(spec) == spec
