"""Diagrams of causes: arrows end at the edge of a box, and every kind has its look."""

from __future__ import annotations

import pytest

from core.charts import diagrams, theme
from core.lab.settings import View

BOXES = {"rain": (0.0, 0.0), "street": (2.0, 0.0), "umbrella": (0.0, 1.0)}
ARROWS = [
    ("rain", "street", "rain wets it", 0.5, "on"),
    ("rain", "umbrella", "rain opens it", 0.0, "off"),
]
FIGURE = diagrams.causes(
    "rain", "Rain", BOXES, lambda result: result,
    looks={"on": (theme.WARNING, [1, 0]), "off": (theme.BASELINE, [3, 4])},
    room=((-0.5, 2.5), (-0.5, 1.5)), caption=lambda table, view: "", note="Thicker is stronger.",
)  # fmt: skip


def test_an_arrow_ends_just_before_the_box_it_leads_to() -> None:
    table = FIGURE.table(ARROWS, View())
    across, up = table.to_dict("records")
    assert (across["x"], across["y"], across["y2"]) == (0, 0, 0)
    # Half a box is 0.33 wide and 0.14 high, and the head stands a little before it.
    assert across["x2"] == pytest.approx(2 - 1.12 * 0.33)
    assert (up["x2"], up["y2"]) == (0, pytest.approx(1 - 1.12 * 0.14))
    assert table[["start", "end", "words", "strength", "kind"]].to_numpy().tolist() == [
        list(arrow) for arrow in ARROWS
    ]


def test_boxes_lie_around_their_middles_between_lines_and_heads() -> None:
    boxes = FIGURE.underlay(ARROWS, View())["boxes"].set_index("name")
    sides = boxes.loc["street", ["left", "right", "low", "high"]].tolist()
    assert sides == pytest.approx([1.67, 2.33, -0.14, 0.14])
    spec = FIGURE.chart(View()).to_dict()
    lines, fields, heads, words = spec["layer"]
    assert [layer["mark"]["type"] for layer in spec["layer"]] == ["rule", "rect", "point", "text"]
    assert lines["encoding"]["strokeDash"]["scale"] == {
        "domain": ["on", "off"], "range": [[1, 0], [3, 4]]
    }  # fmt: skip
    assert lines["encoding"]["x"]["scale"]["domain"] == [-0.5, 2.5]
    assert heads["encoding"]["x"]["field"] == "x2"
    assert fields["data"] == {"name": "boxes"} and words["encoding"]["text"]["field"] == "name"
