"""Pictures in rows and columns, each under its name."""

from __future__ import annotations

import altair as alt
import pandas as pd

from core.charts.tiles import figure, tiles
from core.lab.settings import View


def test_pictures_and_names_stand_at_the_same_places() -> None:
    spec = tiles(2, 3, 480, [alt.Tooltip("cell:N")]).to_dict()
    pictures, names, frame = spec["layer"]
    assert pictures["data"] == {"name": "pictures"} and names["data"] == {"name": "table"}
    for axis, most in (("x", 1.5), ("y", 2.5)):
        assert pictures["encoding"][axis] == names["encoding"][axis] == frame["encoding"][axis]
        assert sorted(pictures["encoding"][axis]["scale"]["domain"]) == [-0.5, most]
    assert names["encoding"]["text"]["field"] == "cell" and spec["height"] == 480
    other = tiles(2, 3, 480, [], name="method").to_dict()["layer"][1]
    assert other["encoding"]["text"]["field"] == "method"


def test_a_picture_that_is_not_painted_yet_leaves_its_place_empty() -> None:
    cells = pd.DataFrame({
        "panel": ["one", "one", "two"], "cell": ["a", "b", "c"], "column": [0, 1, 0],
        "row": [0, 0, 0],
    })  # fmt: skip

    def maps(result: int) -> pd.DataFrame:
        drawn = figure(
            "maps", "Maps", lambda result, view: cells[:result],
            lambda result, view, cell: "" if cell["cell"] == "b" else f"{result} {cell['cell']}",
            columns=2, rows=1, height=90, told=[alt.Tooltip("cell:N")],
            caption=lambda table, view: "",
        )  # fmt: skip
        assert drawn.panels and drawn.chart(View()).to_dict()["height"] == 90
        assert drawn.table(result, View()).equals(cells[:result])
        return drawn.underlay(result, View())["pictures"]

    assert maps(3)["url"].tolist() == ["3 a", "3 c"]
    assert list(maps(3).columns) == ["panel", "column", "row", "url"]
    assert maps(0).empty and list(maps(0).columns) == ["panel", "column", "row", "url"]
