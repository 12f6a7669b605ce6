"""Kinds of figures: from tidy rows with one value a seed to table, seeds, chart and caption.

Each kind returns a plain `Figure`. What a kind cannot say is a `Figure` of an experiment's own
functions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import altair as alt
import pandas as pd

from core.charts import marks, theme
from core.charts.summaries import with_all_panels
from core.lab.experiment import Figure
from core.lab.intervals import SHARE, summarise, summarise_ratios, summarise_shares
from core.lab.wording import capital, number

LEAST = 1e-12
"""What smaller numbers count as where ratios are averaged."""
Rows = Callable[[Any, Any], pd.DataFrame]
"""Result, view -> one row a seed: `seed`, `value`, and columns that name its place."""
Underlay = Callable[[Any, Any], Mapping[str, pd.DataFrame]]
"""Result, view -> further named tables, as in `Figure`."""
Encoding = Any
"""An encoding, or view -> encoding where the picture depends on the view."""


def of_view(given: Any, view: Any) -> Any:
    """What a part of a chart is for this view."""
    is_encoding = isinstance(given, alt.SchemaBase)
    return given(view) if callable(given) and not is_encoding else given


def lines(
    name: str,
    title: str,
    rows: Rows,
    by: Sequence[str],
    *,
    x: Encoding,
    y: Encoding,
    color: Encoding,
    caption: Callable[[pd.DataFrame, Any], str] | None = None,
    seeds: bool = True,
    exact: bool = False,
    least: float | None = None,
    dash: Encoding = None,
    extra: Callable[[pd.DataFrame, Any], pd.DataFrame] | None = None,
    height: Any = None,
    beneath: Encoding = None,
    underlay: Underlay | None = None,
    **further: Any,
) -> Figure[Any, Any]:
    """Mean lines with 95% intervals over the seeds against a column, one line per series.

    Args:
        name: As in `Figure`.
        title: As in `Figure`.
        rows: Result, view -> one row a seed.
        by: The columns that name a point: first that of `x`, then the series.
        x: Encoding of the column along the bottom.
        y: Encoding of `mean`.
        color: Encoding of the series.
        caption: Table, view -> the finding; where each line begins and ends by default.
        seeds: Whether the single seeds are drawn.
        exact: Values are 0 or 1: shares with Clopper and Pearson's interval.
        least: Values span decades: geometric means; smaller values count as this, over 0.
        dash: Encoding of the dashes.
        extra: Table, view -> the table with further columns or in another order.
        height: Of the chart, in pixels.
        beneath: A chart that is drawn below the lines: a level, a place along the bottom.
        underlay: Further named tables that `beneath` reads, as in `Figure`.
        **further: `live`, `note`, `panels`, as in `Figure`.
    """
    keys = list(by)

    def tables(result: Any, view: Any) -> Mapping[str, pd.DataFrame]:
        own = {"seeds": rows(result, view)} if seeds else {}
        return {**own, **(underlay(result, view) if underlay else {})}

    def chart(view: Any) -> Any:
        parts = [of_view(part, view) for part in (x, y, color)]
        drawn = marks.interval_lines(*parts, seeds=seeds, dash=of_view(dash, view))
        if beneath is not None:
            drawn = alt.layer(of_view(beneath, view), drawn)
            drawn = drawn.properties(height=theme.FIGURE_HEIGHT)
        return drawn if height is None else drawn.properties(height=height)

    return Figure(
        name=name, title=title, table=table_of(rows, keys, exact, extra, least), chart=chart,
        caption=caption or _ends(keys, y),
        underlay=tables if seeds or underlay else None, **further,
    )  # fmt: skip


def intervals(
    name: str,
    title: str,
    rows: Rows,
    by: Sequence[str],
    *,
    y: Encoding,
    x: Encoding,
    color: Encoding,
    caption: Callable[[pd.DataFrame, Any], str] | None = None,
    exact: bool = False,
    zero: Encoding = True,
    level: Encoding = 0.0,
    offset: Encoding = None,
    dots: Mapping[str, Any] = {},
    seeds: bool = False,
    extra: Callable[[pd.DataFrame, Any], pd.DataFrame] | None = None,
    step: int = 30,
    height: Any = None,
    **further: Any,
) -> Figure[Any, Any]:
    """One dot with its 95% interval per row: arms, methods, groups, or their differences.

    Args:
        name: As in `Figure`.
        title: As in `Figure`.
        rows: Result, view -> one row a seed.
        by: The columns that name a dot.
        y: Encoding of the rows.
        x: Encoding of `mean`.
        color: Encoding of the dots.
        caption: Table, view -> the finding; all dots with their intervals by default.
        exact: Values are 0 or 1: shares with Clopper and Pearson's interval.
        zero: Whether there is a line at zero, against which differences read.
        level: Where that line stands, if the dots read against another number.
        offset: Encoding of the place within a row, where a row holds several dots.
        dots: Further settings of `marks.interval_bars`: `size`, `width`, `shape`, `tooltip`.
        seeds: Whether the single seeds are drawn beneath.
        extra: Table, view -> the table with further columns or in another order.
        step: Height of a row in pixels,
        height: or of the whole chart.
        **further: `live`, `note`, `panels`, as in `Figure`.
    """
    keys = list(by)

    def chart(view: Any) -> Any:
        parts = [of_view(part, view) for part in (y, x, color)]
        drawn = marks.interval_bars(
            *parts, zero_rule=of_view(zero, view), level=of_view(level, view),
            offset=of_view(offset, view), **dots,
        )  # fmt: skip
        drawn = alt.layer(marks.seed_dots(*parts), drawn) if seeds else drawn
        return drawn.properties(height=alt.Step(step) if height is None else height)

    return Figure(
        name=name, title=title, table=table_of(rows, keys, exact, extra), chart=chart,
        caption=caption or _each(keys, x),
        underlay=(lambda r, v: {"seeds": rows(r, v)}) if seeds else None, **further,
    )  # fmt: skip


def in_panels(table: pd.DataFrame, column: str, titles: Mapping[str, str]) -> pd.DataFrame:
    """Name the panel of each row, in a first column `panel`.

    Args:
        table: With `column`.
        column: Whose values tell the panels apart.
        titles: Value of the column -> heading of its panel, which several values may share.

    Returns:
        No row until every panel has one: a figure keeps the panels it starts with.
    """
    table = table.reset_index(drop=True)
    table.insert(0, "panel", table[column].map(titles).astype(object))
    return with_all_panels(table, len(set(titles.values())))


def table_of(
    rows: Rows,
    by: Sequence[str],
    exact: bool = False,
    extra: Callable[[pd.DataFrame, Any], pd.DataFrame] | None = None,
    least: float | None = None,
) -> Callable[[Any, Any], pd.DataFrame]:
    """The table of a figure: mean and interval of its rows, with what `extra` makes of them."""
    summary: Callable[[pd.DataFrame, list[str]], pd.DataFrame]
    summary = summarise_shares if exact else summarise
    if least is not None:
        summary = partial(summarise_ratios, least=least)

    def table(result: Any, view: Any) -> pd.DataFrame:
        found = summary(rows(result, view), list(by))
        return found if extra is None else extra(found, view)

    return table


def _unit(given: Any, view: Any) -> str:
    axis = of_view(given, view)
    told = axis.to_dict() if isinstance(axis, alt.SchemaBase) else {}
    return SHARE if "%" in str(told.get("axis")) else ""


def _measured(given: Any, view: Any) -> str:
    """What an axis measures, by its title."""
    axis = of_view(given, view)
    title = axis["title"] if isinstance(axis, alt.SchemaBase) else None
    return title if isinstance(title, str) else "mean"


def _ends(by: Sequence[str], y: Any) -> Callable[[pd.DataFrame, Any], str]:
    """Where every line begins and where it ends."""

    def caption(table: pd.DataFrame, view: Any) -> str:
        if len(table) < 2:
            return ""
        unit, (column, *series) = _unit(y, view), by
        told = []
        for names, part in table.groupby(series, sort=False) if series else [((), table)]:
            label = " ".join(map(str, names)) or _measured(y, view)
            ends = [
                f"{number(float(part['mean'].iloc[i]), unit)} at {part[column].iloc[i]}"
                for i in (0, -1)
            ]
            told.append(f"{capital(label)}: {', '.join(ends)}.")
        return " ".join(told)

    return caption


def _each(by: Sequence[str], x: Any) -> Callable[[pd.DataFrame, Any], str]:
    """Every dot with its interval, in the unit of the axis."""

    def caption(table: pd.DataFrame, view: Any) -> str:
        unit, told = _unit(x, view), []
        for row in table.to_dict("records"):
            label = " ".join(str(row[column]) for column in by)
            mean, low, high = (number(float(row[end]), unit) for end in ("mean", "low", "high"))
            told.append(f"{label}: {mean} [{low}, {high}]")
        return "; ".join(told) + "." if told else ""

    return caption
