"""A heat map with numbers: every name has its place, the darker the more was lost."""

from __future__ import annotations

from core.charts import theme
from core.charts.cells import accuracy_cells


def test_cells_stay_in_their_places_and_redden_with_the_loss() -> None:
    chart = accuracy_cells(
        ("source", "shown", ["b", "a"]), ("victim", "to", ["d", "c"]), height=90
    ).to_dict()
    squares, words = chart["layer"]
    places = [squares["encoding"][side] for side in ("x", "y")]
    assert [place["scale"]["domain"] for place in places] == [["b", "a"], ["d", "c"]]
    assert [place["title"] for place in places] == ["shown", "to"]
    assert squares["encoding"]["opacity"]["scale"] == {
        "domain": [0, 1],
        "range": [theme.MOST_TINT, 0.05],
    }
    assert words["encoding"]["text"]["field"] == "text"
    assert chart["data"] == {"name": "table"}
