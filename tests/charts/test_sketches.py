"""Thumbnails of figures: where their points lie, and that every challenge has one."""

import re
from html import escape

import altair as alt
import pandas as pd
import pytest

from core import challenges
from core.charts import axes, kinds, marks, sketches, theme
from core.lab.experiment import Figure
from core.lab.settings import View
from core.ui import cards
from tests.runs import shipped

TABLE = pd.DataFrame(
    {
        "size": [1, 10, 100] * 2,
        "arm": ["train"] * 3 + ["other"] * 3,
        "mean": [0.0, 1.0, 0.5, 1.0, 0.5, 0.0],
        "low": [0.0, 0.9, 0.4, 0.9, 0.4, 0.0],
        "high": [0.1, 1.0, 0.6, 1.0, 0.6, 0.1],
    }
)


def figure(chart, table=TABLE, **more):
    return Figure("f", "A <figure>", lambda r, v: table, lambda v: chart, lambda t, v: "", **more)


def lines(log=True):
    color = marks.series_color("arm", ("train", "other"))
    x = axes.sizes("size", "size", log=log)
    return marks.interval_lines(x, axes.share("share"), color)


def test_lines_lie_where_the_axes_put_them_in_the_figures_colours():
    drawn = sketches.sketch(figure(lines()), None, View())
    first, second = re.findall(r'points="([^"]+)" fill="none" stroke="([^"]+)"', drawn)
    assert first == ("4.0,40.0 120.0,4.0 236.0,22.0", theme.TRAIN)
    assert second == ("4.0,4.0 120.0,22.0 236.0,40.0", theme.SERIES[0])
    assert 'aria-label="Measured: A &lt;figure&gt;"' in drawn


def test_lines_of_one_colour_are_told_apart_by_their_dashes():
    table = pd.concat([TABLE.assign(kind="whole"), TABLE.assign(kind="dashed", mean=0.5)])
    color = marks.series_color("arm", ("train", "other"))
    x, y = axes.sizes("size", "size"), axes.share("share")
    dash = marks.series_dash("kind", {"whole": (1, 0), "dashed": (5, 3)})
    drawn = sketches.sketch(
        figure(marks.interval_lines(x, y, color, dash=dash), table), None, View()
    )
    found = re.findall(r'points="([^"]+)"', drawn)
    assert [line.count(",") for line in found] == [3, 3, 3, 3]
    assert found[2] == found[3] == "4.0,22.0 25.1,22.0 236.0,22.0"


def test_without_a_log_scale_they_lie_elsewhere():
    drawn = sketches.sketch(figure(lines(log=False)), None, View())
    assert "4.0,40.0 25.1,4.0 236.0,22.0" in drawn


def test_dots_have_their_intervals():
    table = pd.DataFrame({"arm": ["a", "b"], "mean": [1.0, 3.0], "low": [0.0, 2.0],
                          "high": [2.0, 4.0]})  # fmt: skip
    x = alt.X("mean:Q", title="change")
    chart = marks.interval_bars(axes.rows("arm"), x, marks.row_color("arm", {"a": theme.TRAIN,
                                "b": theme.TEST}))  # fmt: skip
    drawn = sketches.sketch(figure(chart, table), None, View())
    assert re.findall(r'd="(M[^"]+)"', drawn) == [
        "M4.0,13.0H120.0M62.0,11.0v4", "M120.0,31.0H236.0M178.0,29.0v4",
    ]  # fmt: skip
    assert re.findall(r'stroke="([^"]+)"', drawn) == [theme.TRAIN, theme.TEST]


@pytest.mark.parametrize(
    "table", [TABLE.iloc[:0], TABLE.assign(mean=float("nan")), TABLE.drop(columns="size")]
)
def test_what_has_no_numbers_has_no_picture(table):
    assert sketches.sketch(figure(lines(), table), None, View()) == ""


def test_of_panels_the_first_is_drawn():
    table = pd.concat([TABLE.assign(panel="one"), TABLE.assign(panel="two", mean=9.0)])
    drawn = sketches.sketch(figure(lines(), table, panels=True), None, View())
    assert "4.0,40.0 120.0,4.0 236.0,22.0" in drawn


def test_other_kinds_are_left_out():
    chart = kinds.intervals(
        "f", "F", lambda r, v: TABLE, ("arm",), y=axes.rows("arm"), x=alt.X("value:Q"),
        color=marks.one_color(),
    ).chart(View())  # fmt: skip
    assert sketches.sketch(figure(chart), None, View()) == ""


@pytest.mark.parametrize("one", challenges.challenges(), ids=lambda one: one.slug)
def test_every_challenge_has_a_figure_that_can_be_drawn_small(one):
    experiment = challenges.experiment(one.slug, one.experiments[0])
    result, view = shipped(experiment).result, experiment.view()
    drawn = [sketches.sketch(figure, result, view) for figure in experiment.figures]
    found = next(svg for svg in drawn if svg)
    assert len(found) < 6000 and "nan" not in found
    shown = re.match(
        r'<img alt="Measured: ([^"]+)" src="data:image/svg', cards.pictured(experiment)
    )
    assert shown and shown[1] in [escape(figure.title) for figure in experiment.figures]
