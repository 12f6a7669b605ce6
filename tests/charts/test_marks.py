"""Marks that figures share, by hand."""

from __future__ import annotations

import altair as alt

from core.charts import axes, kinds, marks, theme
from core.lab.settings import View


def test_another_column_lies_on_the_same_axis() -> None:
    y = axes.share("accuracy", domain=[0, 1])
    low = marks.of_column(y, "low")
    assert (y.to_dict()["field"], low.to_dict()["field"]) == ("mean", "low")
    rest = [{k: v for k, v in side.to_dict().items() if k != "field"} for side in (y, low)]
    assert rest[0] == rest[1]


def test_a_band_and_its_line() -> None:
    base = alt.Chart(marks.TABLE).encode(x=alt.X("size:Q"))
    band, line = (one.to_dict() for one in marks.bands(base, axes.share("accuracy"), width=3))
    assert (band["encoding"]["y"]["field"], band["encoding"]["y2"]["field"]) == ("low", "high")
    assert (line["encoding"]["y"]["field"], line["mark"]["strokeWidth"]) == ("mean", 3)


def test_rows_have_colours_and_no_legend() -> None:
    told = marks.row_color("arm", {"a": theme.TRAIN, "b": theme.WARNING}).to_dict()
    assert told["scale"] == {"domain": ["a", "b"], "range": [theme.TRAIN, theme.WARNING]}
    assert told["legend"] is None


def test_lines_of_one_colour_have_a_band_each() -> None:
    dash = marks.series_dash("trained", {"a": (1, 0), "b": (5, 4)})
    color = marks.series_color("arm", ("one", "two"))
    drawn = marks.interval_lines(alt.X("x:Q"), alt.Y("mean:Q"), color, dash=dash).to_dict()
    kinds = {layer["mark"]["type"]: layer["encoding"] for layer in drawn["layer"]}
    assert kinds["area"]["detail"]["field"] == kinds["line"]["detail"]["field"] == "trained"


def test_a_tooltip_says_which_of_two_lines_of_one_colour_it_belongs_to() -> None:
    x, y = alt.X("x:Q"), alt.Y("mean:Q")
    color, dash = marks.series_color("arm", ("one", "two")), marks.series_dash("trained_on", {})
    lines = marks.interval_lines(x, y, color, dash=dash)
    (many,) = marks.curve_layers(x, y, color, dash=dash)[2:]
    own = [alt.Tooltip("x:Q")]
    (placed,) = marks.curve_layers(x, y, color, own, dash=dash)[2:]
    for told in (lines.layer[-1], many, placed):
        assert "trained_on" in {one["field"] for one in told.to_dict()["encoding"]["tooltip"]}
    same = marks.interval_lines(x, y, color, dash=marks.series_dash("arm", {})).layer[-1]
    fields = [one["field"] for one in same.to_dict()["encoding"]["tooltip"]]
    assert fields == ["x", "arm", "mean", "low", "high", "n"], "once is enough"


def test_series_have_dashes_and_no_legend_of_them() -> None:
    told = marks.series_dash("arm", {"a": (1, 0), "b": (5, 4)}).to_dict()
    assert told["scale"] == {"domain": ["a", "b"], "range": [[1, 0], [5, 4]]}
    assert told["legend"] is None


def test_a_legend_looks_as_it_is_told() -> None:
    told = marks.series_color("split", ("a",), symbolType="stroke", symbolSize=200).to_dict()
    legend = told["legend"]
    assert (legend["symbolType"], legend["symbolSize"], legend["symbolOpacity"]) == (
        "stroke", 200, 1,
    )  # fmt: skip


def test_dots_may_read_against_another_number_than_zero() -> None:
    dots = kinds.intervals(
        "areas", "Areas", lambda result, view: result, ("arm",), level=0.5,
        y=axes.rows("arm"), x=alt.X("mean:Q"), color=marks.one_color(),
    )  # fmt: skip
    line = dots.chart(View()).to_dict()["layer"][0]
    assert line["encoding"]["x"] == {"datum": 0.5}
    assert line["mark"]["strokeDash"] == [4, 4]


def test_a_mean_is_told_with_its_interval() -> None:
    told = [one.to_dict() for one in marks.told(".0%", "accuracy")]
    assert [one["field"] for one in told] == ["mean", "low", "high", "n"]
    assert [one.get("format") for one in told] == [".0%", ".0%", ".0%", None]
    assert told[0]["title"] == "accuracy"
    assert [one["field"] for one in map(alt.Tooltip.to_dict, marks.told(seeds=False))] == [
        "mean", "low", "high",
    ]  # fmt: skip


def test_named_steps_keep_the_order_of_the_table() -> None:
    told = axes.steps("setting", "strength").to_dict()
    assert (told["type"], told["sort"], told["axis"]["labelAngle"]) == ("ordinal", None, 0)
