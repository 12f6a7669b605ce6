"""A heat map with numbers: every name has its place, the darker the more was lost."""

from __future__ import annotations

import altair as alt
import pandas as pd

from core.charts import cells, theme
from core.lab.settings import View

ROWS = pd.DataFrame(
    [(0, 0.2, "a", "c"), (1, 0.4, "a", "c"), (0, 0.9, "b", "c"), (1, 0.9, "b", "c")],
    columns=["seed", "value", "source", "victim"],
)
FIGURE = cells.accuracies(
    "left", "What is left", lambda result, view: result,
    across=lambda view: ("source", "shown", ["b", "a"]), down=("victim", "to", ["d", "c"]),
    height=90, unit="%", caption=lambda table, view: "",
)  # fmt: skip


def test_a_cell_tells_the_mean_of_its_seeds() -> None:
    table = FIGURE.table(ROWS, View())
    assert table["text"].tolist() == ["30%", "90%"]
    assert list(table.columns) == ["victim", "source", "mean", "low", "high", "n", "text"]
    assert FIGURE.table(ROWS[:0], View()).empty


def test_cells_stay_in_their_places_and_redden_with_the_loss() -> None:
    chart = FIGURE.chart(View())
    assert isinstance(chart, alt.LayerChart)
    spec = chart.to_dict()
    squares, words = spec["layer"]
    places = [squares["encoding"][side] for side in ("x", "y")]
    assert [place["scale"]["domain"] for place in places] == [["b", "a"], ["d", "c"]]
    assert [place["title"] for place in places] == ["shown", "to"]
    head = squares["encoding"]["x"]["axis"]
    assert head["labelOverlap"] is False, "every column has its name, however narrow it is"
    assert head["labelExpr"] == "split(datum.label, ' ')"
    tint = squares["encoding"]["opacity"]["scale"]
    assert tint == {"domain": [0, 1], "range": [theme.MOST_TINT, 0.05]}
    assert words["encoding"]["text"]["field"] == "text"
    assert (spec["data"], spec["height"]) == ({"name": "table"}, 90)
