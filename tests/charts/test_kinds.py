"""Kinds of figures: table, seeds, chart and caption of the same rows."""

from __future__ import annotations

import altair as alt
import pandas as pd
import pytest

from core.charts import axes, kinds, marks
from core.lab.intervals import summarise
from core.lab.settings import View

ROWS = pd.DataFrame(
    [(seed, size, split, 0.1 * seed + size / 100) for seed in range(3) for size in (1, 2)
     for split in ("train", "validation")],
    columns=["seed", "size", "split", "value"],
)  # fmt: skip


def lines(**further: object) -> object:
    return kinds.lines(
        "by_size", "By size", lambda result, view: result, ("size", "split"),
        x=axes.sizes("size", "size", [1, 2], log=True),
        y=lambda view: axes.share("accuracy"),
        color=marks.series_color("split", ("train", "validation")), **further,  # type: ignore[arg-type]
    )  # fmt: skip


def test_lines_summarise_and_keep_the_seeds_beneath() -> None:
    figure = lines(note="A note of ten letters.", live=True)
    view = View()
    pd.testing.assert_frame_equal(figure.table(ROWS, view), summarise(ROWS, ["size", "split"]))
    assert figure.underlay(ROWS, view)["seeds"].equals(ROWS)
    assert figure.live and figure.note
    spec = figure.chart(view).to_dict()
    assert {"name": "seeds"} in [layer.get("data") for layer in spec["layer"]]
    assert lines(seeds=False).underlay is None


def test_the_caption_says_where_each_line_begins_and_ends() -> None:
    figure = lines()
    told = figure.caption(figure.table(ROWS, View()), View())
    assert told == "Train: 11.0% at 1, 12.0% at 2. Validation: 11.0% at 1, 12.0% at 2."
    assert figure.caption(figure.table(ROWS, View())[:0], View()) == ""


def test_intervals_draw_a_dot_per_row_and_name_each() -> None:
    figure = kinds.intervals(
        "by_split", "By split", lambda result, view: result[result["size"] == 1], ("split",),
        y=axes.rows("split"), x=alt.X("mean:Q", title="share"), color=alt.value("black"),
        extra=lambda table, view: table[::-1].reset_index(drop=True),
    )  # fmt: skip
    table = figure.table(ROWS, View())
    assert table["split"].tolist() == ["validation", "train"]
    assert figure.caption(table, View()).startswith("validation: 0.11 [")
    assert figure.chart(View()).to_dict()["height"] == {"step": 30}


def test_intervals_may_share_one_height() -> None:
    figure = kinds.intervals(
        "by_split", "By split", lambda result, view: result, ("split",), y=axes.rows("split"),
        x=alt.X("mean:Q"), color=alt.value("black"), offset=alt.YOffset("size:N"), height=190,
    )  # fmt: skip
    drawn = figure.chart(View()).to_dict()
    assert drawn["height"] == 190
    assert all("yOffset" in layer["encoding"] for layer in drawn["layer"][1:])


def test_shares_of_successes_get_an_exact_interval() -> None:
    figure = lines(exact=True)
    rows = ROWS.assign(value=1.0)
    table = figure.table(rows, View())
    assert table["low"].max() < 1 and table["high"].tolist() == [1.0] * 4


def test_a_part_of_a_chart_may_depend_on_the_view() -> None:
    y = alt.Y("mean:Q")
    assert kinds.of_view(y, View()) is y
    assert kinds.of_view(lambda view: y, View()) is y
    with pytest.raises(ZeroDivisionError):
        kinds.of_view(lambda view: 1 / 0, View())
