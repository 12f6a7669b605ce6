"""Arms in the plane of two measures: the table holds both with their intervals."""

from __future__ import annotations

import altair as alt
import pandas as pd
import pytest

from core.charts import theme, tradeoffs
from core.lab.intervals import summarise
from core.lab.settings import View

GAP = pd.DataFrame(
    [("plain", 0.0, 0, 0.3), ("plain", 0.0, 1, 0.5), ("penalty", 1.0, 0, 0.1),
     ("penalty", 1.0, 1, 0.1)], columns=["arm", "strength", "seed", "value"],
)  # fmt: skip
FIGURE = tradeoffs.paths(
    "frontier", "Accuracy against the gap", ("arm", "strength"),
    across=lambda result, view: GAP,
    up=lambda result, view: GAP.assign(value=1 - GAP["value"]),
    x=lambda view: alt.X("gap:Q", title="gap"), y=alt.Y("accuracy:Q"),
    looks={"plain": (theme.BASELINE, "square"), "penalty": (theme.TRAIN, "circle")},
    tooltip=[alt.Tooltip("gap:Q")], legend={"labelLimit": 100}, caption=lambda table, view: "",
)  # fmt: skip


def test_each_dot_has_the_means_and_intervals_of_both_measures() -> None:
    table = FIGURE.table(None, View())
    assert list(table.columns) == [
        "arm", "strength", "gap", "gap_low", "gap_high", "gap_n", "accuracy", "low", "high", "n"
    ]  # fmt: skip
    assert table["gap"].tolist() == pytest.approx([0.4, 0.1])
    assert table["accuracy"].tolist() == pytest.approx([0.6, 0.9])
    expected = summarise(GAP, ["arm", "strength"])
    assert table["gap_low"].tolist() == expected["low"].tolist()
    assert table["high"].tolist() == pytest.approx((1 - expected["low"]).tolist())


def test_bars_run_both_ways_under_a_path_and_dots_with_one_legend() -> None:
    zero, up, across, path, dots = FIGURE.chart(View()).to_dict()["layer"]
    assert zero["encoding"]["x"]["datum"] == 0
    assert (up["encoding"]["y"]["field"], up["encoding"]["y2"]["field"]) == ("low", "high")
    assert across["encoding"]["x"]["field"] == "gap_low"
    assert across["encoding"]["x2"]["field"] == "gap_high"
    assert path["encoding"]["order"]["field"] == "strength"
    color, shape = (dots["encoding"][channel] for channel in ("color", "shape"))
    assert color["legend"] == shape["legend"] and color["legend"]["labelLimit"] == 100
    assert shape["scale"]["range"] == ["square", "circle"]
    told = [tip["field"] for tip in dots["encoding"]["tooltip"]]
    assert told == ["arm", "strength", "gap", "n"]
