"""What a classifier answers: its confusion matrix, and the probabilities of one answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from core.charts import marks, theme


def confusion(true: Sequence[int], predicted: Sequence[int], names: Sequence[str]) -> pd.DataFrame:
    """How often each answer was given to each class.

    Args:
        true: Classes, `(n,)`, places in `names`.
        predicted: Answers, `(n,)`.
        names: Of the classes.

    Returns:
        `true`, `predicted` (names), `n`, `right`, and `weight` in [0, 1]: how much colour a cell
        gets, by its count among the mistakes or among the right answers.
    """
    counts = np.zeros((len(names), len(names)), int)
    np.add.at(counts, (np.asarray(true, int), np.asarray(predicted, int)), 1)
    right = np.eye(len(names), dtype=bool)
    most = np.where(right, counts[right].max(), max(1, counts[~right].max()))
    weight = np.where(counts > 0, 0.25 + 0.4 * counts / np.maximum(most, 1), 0.05)
    rows = {"true": np.repeat(names, len(names)), "predicted": np.tile(names, len(names))}
    return pd.DataFrame(
        {**rows, "n": counts.ravel(), "right": right.ravel(), "weight": weight.ravel()}
    )


def confusion_matrix(_: Any) -> alt.LayerChart:
    """The table of `confusion`: true class against answer; a cell can be chosen."""
    chosen = alt.selection_point(name="cell", fields=["true", "predicted"], empty=False)
    labels = alt.Axis(orient="top", labelAngle=0, labelLimit=70, labelFlush=False,
                      domain=False, ticks=False)  # fmt: skip
    x = alt.X("predicted:N", sort=None, title="the network's answer", axis=labels)
    y = alt.Y("true:N", sort=None, title="true class",
              axis=alt.Axis(labelFlush=False, domain=False, ticks=False))  # fmt: skip
    base = alt.Chart(marks.TABLE).encode(x=x, y=y)
    color = alt.condition(
        "datum.right", alt.value(theme.BASELINE), alt.value(theme.SPLIT_COLORS["validation"])
    )
    cells = base.mark_rect(cornerRadius=2, cursor="pointer", strokeWidth=3).encode(
        color=color,
        fillOpacity=alt.FillOpacity("weight:Q", legend=None, scale=None),
        stroke=alt.condition(chosen, alt.value(theme.ACCENT), alt.value("transparent")),
        tooltip=[
            alt.Tooltip("true:N", title="true class"),
            alt.Tooltip("predicted:N", title="answer"),
            alt.Tooltip("n:Q", title="pictures"),
        ],
    ).add_params(chosen)  # fmt: skip
    counts = base.transform_filter("datum.n > 0").mark_text(fontSize=13, aria=False).encode(
        text="n:Q", color=alt.value(theme.INK)
    )  # fmt: skip
    return alt.layer(cells, counts).properties(height=alt.Step(32))


def probability_bars(_: Any) -> alt.LayerChart:
    """One bar per `class`, its `probability` beside it; one that is `explained` stands out."""
    x = alt.X("probability:Q", title=None, axis=None, scale=alt.Scale(domain=[0, 1.2]))
    y = alt.Y("class:N", sort=None, axis=alt.Axis(title=None, domain=False, ticks=False))
    color = alt.condition("datum.explained", alt.value(theme.ACCENT), alt.value(theme.BASELINE))
    base = alt.Chart(marks.TABLE).encode(x=x, y=y)
    bars = base.mark_bar(cornerRadiusEnd=2).encode(color=color)
    words = base.mark_text(align="left", dx=4, fontSize=12, aria=False).encode(
        text=alt.Text("probability:Q", format=".1%"), color=alt.value(theme.INK)
    )
    return alt.layer(bars, words).properties(height=alt.Step(22))
