"""Cells of differences: signs and colours, and nothing where nothing is defined."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd
import pytest

from core.charts import differences, theme
from core.lab.settings import View

ROWS = pd.DataFrame(
    [(0, -0.2, "same", "precision"), (1, -0.1, "same", "precision"),
     (0, np.nan, "other", "precision"), (1, np.nan, "other", "precision")],
    columns=["seed", "value", "policy", "rate"],
)  # fmt: skip
FIGURE = differences.cells(
    "costs", "What it costs", lambda result, view: result, alt.X("rate:N"), alt.Y("policy:N"),
    caption=lambda table, view: "",
)  # fmt: skip


def test_a_cell_tells_the_mean_difference_in_points_or_that_there_is_none() -> None:
    table = FIGURE.table(ROWS, View())
    assert table[["policy", "rate", "points"]].to_numpy().tolist() == [
        ["same", "precision", "−15"], ["other", "precision", "–"]
    ]  # fmt: skip
    assert table["size"].tolist() == [pytest.approx(0.15), pytest.approx(np.nan, nan_ok=True)]
    assert [differences.points(value) for value in (0.004, -0.004, 0.055)] == ["0", "0", "+6"]


def test_cells_without_a_difference_have_no_colour() -> None:
    spec = FIGURE.chart(View()).to_dict()
    squares, words = spec["layer"]
    opacity = squares["encoding"]["opacity"]
    assert opacity["value"] == 0 and opacity["condition"]["test"] == "isValid(datum.size)"
    assert opacity["condition"]["scale"]["range"] == [0, theme.MOST_TINT]
    assert (words["encoding"]["text"]["field"], spec["height"]) == ("points", {"step": 34})
