"""Columns are called what the chart calls them, with a unit that fits the numbers in the file."""

import altair as alt
import pytest

from core.charts import axes, marks
from core.charts.columns import headers

WIDTH = alt.X("width:Q", title="units per layer")
USUAL = ["width", "split", "mean", "low", "high", "n"]


def named(chart, columns=tuple(USUAL), **known):
    return headers(chart.to_dict(), columns, known)


def lines(y):
    return marks.interval_lines(WIDTH, y, marks.series_color("split", ["train", "test"]))


def test_a_mean_and_its_interval_have_the_name_and_the_unit_of_their_axis():
    found = named(lines(axes.share("accuracy")), split="Split")
    assert found == {
        "width": "Units per layer",
        "split": "Split",
        "mean": "Accuracy (1 is 100%), mean",
        "low": "Accuracy (1 is 100%), lower end of the interval",
        "high": "Accuracy (1 is 100%), upper end of the interval",
        "n": "Seeds",
    }
    assert named(lines(axes.measure("loss in nats")))["mean"] == "Loss in nats, mean"


def test_points_that_a_chart_multiplies_are_told_as_they_stand_in_the_file():
    found = named(lines(axes.points("gap in points", up=True)))
    assert found["mean"] == "Gap in points (0.01 is one point), mean"
    found = named(lines(axes.points("gained (points)", up=True)))
    assert found["mean"] == "Gained (0.01 is one point), mean"


def test_what_is_said_of_the_axis_is_not_said_of_the_numbers():
    titles = ("units (log scale)", "load (% of one, log scale)", "a log scale in the middle")
    for title, name in zip(
        titles, ("Units", "Load (% of one)", titles[2].capitalize()), strict=True
    ):
        chart = alt.Chart().mark_bar().encode(x=alt.X("a:Q", title=title))
        assert headers(chart.to_dict(), ["a"], {}) == {"a": name}


@pytest.mark.parametrize("title", ["series", "mean", None])
def test_a_title_that_says_nothing_without_the_chart_is_not_taken(title):
    tooltip = alt.Tooltip("method:N", title=title) if title else alt.Tooltip("method:N")
    chart = alt.Chart().mark_bar().encode(tooltip=[tooltip])
    assert headers(chart.to_dict(), ["method"], {"method": "Method"}) == {"method": "Method"}
    assert headers(chart.to_dict(), ["method"], {}) == {"method": "Method"}


def test_no_two_columns_have_one_name():
    chart = (
        alt.Chart().mark_bar().encode(x=alt.X("a:Q", title="size"), y=alt.Y("b:Q", title="size"))
    )
    assert headers(chart.to_dict(), ["a", "b"], {}) == {"a": "Size", "b": "Size: b"}


def test_values_of_single_seeds_are_called_so():
    found = named(lines(axes.share("accuracy")), ["seed", "width", "value"])
    assert found["seed"] == "Seed" and found["value"] == "Accuracy (1 is 100%), of one seed"


def test_charts_beside_and_under_each_other_are_read_too():
    one = alt.Chart().mark_bar().encode(x=alt.X("a:Q", axis=alt.Axis(title="days", format=".0%")))
    other = alt.Chart().mark_bar().encode(y=alt.Y("b:Q", title=["two", "lines"]))
    found = headers(alt.hconcat(one, alt.vconcat(other)).to_dict(), ["a", "b"], {})
    assert found == {"a": "Days (1 is 100%)", "b": "Two lines"}
