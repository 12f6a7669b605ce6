"""Charts for a projector."""

from __future__ import annotations

import altair as alt

from core.charts import axes, marks
from core.charts.magnified import magnified
from core.charts.tiles import tiles
from core.ui.figures import specification


def test_words_grow_and_places_stay() -> None:
    before = tiles(2, 3, 480, [alt.Tooltip("cell:N")]).to_dict()
    after = magnified(before)
    sizes = [one["layer"][1]["mark"]["fontSize"]["expr"] for one in (before, after)]
    assert sizes[0].startswith("min(12, ") and sizes[1] == sizes[0].replace("min(12", "min(17")
    assert magnified({"mark": {"fontSize": 10}}) == {"mark": {"fontSize": 14}}
    assert after["height"] == before["height"]
    for side in ("x", "y"):
        assert after["layer"][1]["encoding"][side] == before["layer"][1]["encoding"][side]


def test_legends_get_fewer_columns_and_names_of_rows_more_room() -> None:
    color = marks.series_color("arm", ("one", "two"))
    dots = marks.interval_bars(axes.rows("arm", labelLimit=150), alt.X("mean:Q"), color)
    told = str(magnified(dots.to_dict()))
    assert "floor((width / 1.4) /" in told and "'labelLimit': 210" in told


def test_the_page_has_both_and_its_own_words_grow_too() -> None:
    def chart(view: object) -> alt.Chart:
        return alt.Chart(marks.TABLE).mark_text().encode(text="name:N")

    usual, large = (specification(chart, None, large=one) for one in (False, True))
    assert usual["config"]["axis"]["labelFontSize"] == 12
    assert large["config"]["axis"]["labelFontSize"] == 17
    assert large["mark"]["fontSize"] == 15 and "fontSize" not in usual["mark"]
