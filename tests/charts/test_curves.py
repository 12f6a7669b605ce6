"""Curves of many points: their table, their frame, and what lies around them."""

from __future__ import annotations

import altair as alt
import pandas as pd

from core.charts import axes, curves, marks
from core.lab.intervals import summarise
from core.lab.settings import View

ROWS = pd.DataFrame(
    [(seed, epoch, split, 0.1 * seed + epoch / 100) for split in ("train", "test")
     for seed in range(3) for epoch in range(4)],
    columns=["seed", "epoch", "split", "value"],
)  # fmt: skip
X = alt.X("epoch:Q", title="epoch")


def history(**further: object) -> object:
    return curves.curves(
        "by_epoch", "By epoch", lambda result, view: result, ("split", "epoch"),
        lambda table, view: f"{len(table)} points", x=lambda view: X, y=axes.share("accuracy"),
        color=marks.series_color("split", ("train", "test")), **further,  # type: ignore[arg-type]
    )  # fmt: skip


def test_they_are_means_with_bands_and_every_point_has_its_words() -> None:
    figure, view = history(live=True), View()
    table = figure.table(ROWS, view)
    pd.testing.assert_frame_equal(table, summarise(ROWS, ["split", "epoch"]))
    assert (figure.caption(table, view), figure.underlay, figure.live) == ("8 points", None, True)
    band, line, touch = figure.chart(view).to_dict()["layer"]
    assert band["mark"]["opacity"] == 0.18 and line["mark"]["type"] == "line"
    told = [one["field"] for one in touch["encoding"]["tooltip"]]
    assert told == ["split", "epoch", "mean", "low", "high", "n"]


def test_a_span_keeps_the_axis_from_growing() -> None:
    figure = history(span=lambda result: (0, 80))
    assert figure.underlay(ROWS, View())["frame"]["epoch"].tolist() == [0, 80]
    first = figure.chart(View()).to_dict()["layer"][0]
    assert first["data"] == {"name": "frame"} and first["mark"]["opacity"] == 0


def test_parts_lie_beneath_and_above() -> None:
    rule = alt.Chart(alt.Data(name="stops")).mark_rule().encode(x=X)
    stops = pd.DataFrame({"epoch": [2]})
    figure = history(
        around=lambda view: ([rule], [rule.mark_point()]),
        underlay=lambda result, view: {"stops": stops},
    )  # fmt: skip
    layers = figure.chart(View()).to_dict()["layer"]
    assert [one["mark"]["type"] for one in layers] == ["rule", "area", "line", "point", "point"]
    assert list(figure.underlay(ROWS, View())) == ["stops"]


def test_dashes_tell_lines_of_one_colour_apart() -> None:
    scale = alt.Scale(domain=["train", "test"], range=[[1, 0], [5, 4]])
    figure = history(dash=alt.StrokeDash("split:N", scale=scale), opacity=0.1)
    band, line, touch = figure.chart(View()).to_dict()["layer"]
    assert [one["encoding"]["detail"]["field"] for one in (band, line, touch)] == ["split"] * 3
    assert "strokeDash" in line["encoding"] and "strokeDash" not in band["encoding"]
    assert band["mark"]["opacity"] == 0.1
