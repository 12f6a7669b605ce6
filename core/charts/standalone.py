"""A figure as charts that hold their data: for a script, a notebook, or any page."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import altair as alt
import pandas as pd

from core.lab.experiment import Figure
from core.lab.run import ResultT
from core.lab.settings import View

AnyFigure = Figure[Any, Any]


def charts(figure: AnyFigure, result: ResultT, view: View) -> Iterator[Any]:
    """Make a figure's Altair charts: one for each of its panels, none where it has no rows.

    Args:
        figure: One of an experiment's.
        result: What a run of the experiment returned.
        view: How it is drawn.

    Yields:
        Charts with their data in them and a title; they can be shown, saved and changed.
    """
    table, underlay = data(figure, result, view)
    if table.empty:
        return
    spec = figure.chart(view).to_dict()
    names = list(dict.fromkeys(table["panel"])) if figure.panels else [""]
    for name in names:
        tables = {key: panel(t, name) for key, t in {"table": table, **underlay}.items()}
        filled = {key: json.loads(t.to_json(orient="records")) for key, t in tables.items()}
        title = f"{figure.title}: {name}" if name else figure.title
        yield alt.Chart.from_dict({"title": title, **spec, "datasets": filled})


def data(
    figure: AnyFigure, result: Any, view: View
) -> tuple[pd.DataFrame, Mapping[str, pd.DataFrame]]:
    """The table behind a figure, and the further tables that its chart names."""
    table = figure.table(result, view)
    return table, figure.underlay(result, view) if figure.underlay else {}


def panel(part: pd.DataFrame, name: str) -> pd.DataFrame:
    """The rows of one panel, of a table that is split into panels; else all; "" is no panel."""
    return part[part["panel"] == name] if name and "panel" in part.columns else part
