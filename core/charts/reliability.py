"""Reliability diagrams: how often answers are right, by how sure they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from core.charts import axes, marks, theme
from core.lab.experiment import Figure
from core.lab.intervals import SHARE, Estimate, pooled_interval
from core.lab.wording import number, with_interval

COLUMNS = ["pictures", "bin", "confidence", "mean", "low", "high", "n"]
FEWEST = 20
"""Answers in a bin, over all seeds, below which its accuracy is not drawn."""
FULL: Mapping[str, Any] = {"domain": [0, 1], "nice": False}


def diagram(
    name: str,
    title: str,
    bins: Callable[[Any, Any], Mapping[str, np.ndarray]],
    colors: Mapping[str, str],
    **further: Any,
) -> Figure[Any, Any]:
    """Share of right answers against confidence; a calibrated network lies on the diagonal.

    The table has `pictures`, `bin`, `confidence` (mean over the bin), the share of right answers as
    `mean`, `low` and `high`, and `n`, the answers of all seeds.

    Args:
        name: As in `Figure`.
        title: As in `Figure`.
        bins: Result, view -> by name of the series, tables of `calibration.top_label_bins`,
            `(seeds, bins, 3)`.
        colors: Of the series.
        **further: `live`, `note`, as in `Figure`.
    """

    def table(result: Any, view: Any) -> pd.DataFrame:
        found = bins(result, view)
        rows = [row for series, own in found.items() for row in _rows(series, own)]
        return pd.DataFrame(rows, columns=COLUMNS)

    return Figure(
        name=name, title=title, table=table, chart=lambda view: _chart(colors), caption=_caption,
        underlay=lambda result, view: {"diagonal": pd.DataFrame(DIAGONAL)}, **further,
    )  # fmt: skip


DIAGONAL = {"confidence": [0.0, 1.0], "mean": [0.0, 1.0]}


def _rows(series: str, own: np.ndarray) -> list[tuple[Any, ...]]:
    rows, count = [], own.shape[1]
    for place in range(count):
        answers, sums, right = own[:, place].T
        if answers.sum() >= FEWEST:
            found = pooled_interval(right, answers)
            ends = f"{place / count:.0%}-{(place + 1) / count:.0%}"
            confidence = float(sums.sum() / answers.sum())
            rows.append((series, ends, confidence, found.mean, found.low, found.high, found.n))
    return rows


def _caption(table: pd.DataFrame, view: Any) -> str:
    """How right the surest answers are, series by series."""
    told = []
    for name, rows in table.groupby("pictures", sort=False):
        top = rows.iloc[-1]
        sure = number(float(top["confidence"]), SHARE)
        right = with_interval(Estimate(top["mean"], top["low"], top["high"], 2, unit=SHARE))
        told.append(f"{name}, those {sure} sure on average are right in {right}")
    return f"Of the surest answers: {'; '.join(told)}." if told else ""


def _chart(colors: Mapping[str, str]) -> alt.LayerChart:
    color = marks.series_color("pictures", tuple(colors), colors=colors)
    x = alt.X("confidence:Q", title="confidence", axis=alt.Axis(format=".0%"),
              scale=alt.Scale(**FULL))  # fmt: skip
    y = axes.share("share of right answers", **FULL)
    base = alt.Chart(marks.TABLE).encode(x=x, color=color)
    told = [
        alt.Tooltip("pictures:N"),
        alt.Tooltip("bin:N", title="confidence between"),
        *marks.told(".1%", "share right", seeds=False),
        alt.Tooltip("n:Q", title="answers"),
    ]
    diagonal = alt.Chart(alt.Data(name="diagonal")).mark_line(
        aria=False, color=theme.BASELINE, strokeDash=[4, 4]
    )
    span = base.mark_rule(aria=False, strokeWidth=2)
    dots = base.mark_point(filled=True, size=70, opacity=1)
    return alt.layer(
        diagonal.encode(x=x, y=y),
        span.encode(y=marks.of_column(y, "low"), y2="high:Q"),
        base.mark_line(strokeWidth=2, opacity=0.6).encode(y=y),
        dots.encode(y=y, tooltip=told),
    ).properties(height=theme.FIGURE_HEIGHT)
