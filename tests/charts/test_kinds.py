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


def test_something_may_lie_beneath_the_lines_with_a_table_of_its_own() -> None:
    level = alt.Chart(alt.Data(name="levels")).mark_rule().encode(y="level:Q")
    levels = pd.DataFrame({"level": [0.5]})
    figure = lines(beneath=lambda view: level, underlay=lambda result, view: {"levels": levels})
    view = View()
    first, over = figure.chart(view).to_dict()["layer"]
    assert first["data"] == {"name": "levels"} and len(over["layer"]) == 4
    assert list(figure.underlay(ROWS, view)) == ["seeds", "levels"]
    alone = lines(beneath=level, seeds=False)
    assert alone.underlay is None and len(alone.chart(view).to_dict()["layer"]) == 2


def test_lines_of_values_that_span_decades_are_geometric_means() -> None:
    rows = ROWS.assign(value=10.0 ** ROWS["seed"])
    found = lines(least=1e-6).table(rows, View())
    assert found["mean"].to_numpy() == pytest.approx(10.0)
    assert (found["low"] > 0).all()


def test_the_caption_says_where_each_line_begins_and_ends() -> None:
    figure = lines()
    told = figure.caption(figure.table(ROWS, View()), View())
    assert told == "Train: 11.0% at 1, 12.0% at 2. Validation: 11.0% at 1, 12.0% at 2."
    assert figure.caption(figure.table(ROWS, View())[:0], View()) == ""
    one = kinds.lines(
        "one", "One", lambda result, view: ROWS[ROWS["split"] == "train"], ("size",),
        x=axes.sizes("size", "size"), y=axes.share("accuracy"), color=marks.one_color(),
    )  # fmt: skip
    assert one.caption(one.table(ROWS, View()), View()) == "Accuracy: 11.0% at 1, 12.0% at 2."


def intervals(**further: object) -> object:
    return kinds.intervals(
        "by_split", "By split", lambda result, view: result[result["size"] == 1], ("split",),
        y=axes.rows("split"), x=alt.X("mean:Q", title="share"), color=alt.value("black"),
        extra=lambda table, view: table[::-1].reset_index(drop=True), **further,  # type: ignore[arg-type]
    )  # fmt: skip


def test_intervals_draw_a_dot_per_row_and_name_each() -> None:
    figure = intervals()
    table = figure.table(ROWS, View())
    assert table["split"].tolist() == ["validation", "train"]
    assert figure.caption(table, View()).startswith("validation: 0.11 [")
    assert figure.chart(View()).to_dict()["height"] == {"step": 30}
    whole = kinds.intervals(
        "by_split", "By split", lambda result, view: result, ("split",), height=300,
        y=axes.rows("split"), x=alt.X("mean:Q"), color=alt.value("black"),
    )  # fmt: skip
    assert whole.chart(View()).to_dict()["height"] == 300


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


def test_dots_may_lie_over_their_single_seeds() -> None:
    rows = ROWS[ROWS["size"] == 1]
    figure = kinds.intervals(
        "by_split", "By split", lambda result, view: result, ("split",), seeds=True,
        y=axes.rows("split"), x=alt.X("mean:Q", title="share"), color=alt.value("black"),
    )  # fmt: skip
    seeds, bars = figure.chart(View()).to_dict()["layer"]
    assert seeds["data"] == {"name": "seeds"} and seeds["encoding"]["x"]["field"] == "value"
    assert len(bars["layer"]) == 3
    assert figure.underlay(rows, View())["seeds"].equals(rows)


def test_curves_of_many_points_draw_none_but_tell_each() -> None:
    x, y = alt.X("step:Q"), axes.share("accuracy")
    color = marks.series_color("split", ("train", "validation"))
    layers = marks.curve_layers(x, y, color, [alt.Tooltip("step:Q")])
    band, line, touch = (layer.to_dict() for layer in layers)
    assert (band["encoding"]["y"]["field"], band["encoding"]["y2"]["field"]) == ("low", "high")
    assert line["encoding"]["y"]["field"] == "mean"
    assert touch["mark"]["opacity"] == 0
    told = [tip["field"] for tip in touch["encoding"]["tooltip"]]
    assert told == ["step", "mean", "low", "high", "n"]


def test_rows_of_dots_have_the_height_of_a_row_or_of_the_chart() -> None:
    def height(**further: object) -> object:
        dots = kinds.intervals(
            "by_split", "By split", lambda result, view: result, ("split",),
            y=axes.rows("split"), x=alt.X("mean:Q"), color=marks.one_color(), **further,  # type: ignore[arg-type]
        )  # fmt: skip
        return dots.chart(View()).to_dict()["height"]

    assert (height(), height(step=20), height(height=260)) == ({"step": 30}, {"step": 20}, 260)


def test_panels_come_all_at_once() -> None:
    titles = {"train": "Seen in training", "validation": "New"}
    table = kinds.in_panels(summarise(ROWS, ["split", "size"]), "split", titles)
    assert list(table.columns)[:2] == ["panel", "split"]
    assert table["panel"].tolist() == ["Seen in training", "New"] * 2
    one = kinds.in_panels(table.drop(columns="panel").head(1), "split", titles)
    assert one.empty and list(one.columns) == list(table.columns)
    shared = kinds.in_panels(table.drop(columns="panel"), "split", dict.fromkeys(titles, "All"))
    assert set(shared["panel"]) == {"All"} and len(shared) == len(table)


def test_a_legend_has_the_columns_it_is_given() -> None:
    told = marks.series_color("split", ("train", "validation"), columns=2).to_dict()
    free = marks.series_color("split", ("train", "validation")).to_dict()
    assert told["legend"]["columns"] == 2
    assert "floor" in free["legend"]["columns"]["expr"]


def test_dots_may_have_a_look_of_their_own_and_a_level_that_a_view_decides() -> None:
    shape, tooltip = alt.Shape("split:N"), [alt.Tooltip("mean:Q", format=".1f")]
    figure = intervals(
        zero=lambda view: True, level=lambda view: 0.25,
        dots={"size": 50, "width": 2, "shape": shape, "tooltip": tooltip},
    )  # fmt: skip
    rule, span, dot = figure.chart(View()).to_dict()["layer"]
    assert rule["encoding"]["x"]["datum"] == 0.25
    assert span["mark"]["strokeWidth"] == 2 and dot["mark"]["size"] == 50
    assert dot["encoding"]["shape"]["field"] == "split"
    assert [tip["field"] for tip in dot["encoding"]["tooltip"]] == ["mean"]
    assert "shape" not in span["encoding"]
    without = intervals(zero=lambda view: False)
    assert len(without.chart(View()).to_dict()["layer"]) == 2
