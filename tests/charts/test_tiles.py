"""Pictures in rows and columns, each under its name."""

from __future__ import annotations

import altair as alt

from core.charts.tiles import tiles


def test_pictures_and_names_stand_at_the_same_places() -> None:
    spec = tiles(2, 3, 480, [alt.Tooltip("cell:N")]).to_dict()
    pictures, names = spec["layer"]
    assert pictures["data"] == {"name": "pictures"} and names["data"] == {"name": "table"}
    for axis, most in (("x", 1.5), ("y", 2.5)):
        assert pictures["encoding"][axis] == names["encoding"][axis]
        assert sorted(pictures["encoding"][axis]["scale"]["domain"]) == [-0.5, most]
    assert names["encoding"]["text"]["field"] == "cell" and spec["height"] == 480
    other = tiles(2, 3, 480, [], name="method").to_dict()["layer"][1]
    assert other["encoding"]["text"]["field"] == "method"
