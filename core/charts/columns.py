"""What the columns of a figure's table are called for people, as its chart calls them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

SPREAD = {
    "mean": "mean", "low": "lower end of the interval", "high": "upper end of the interval",
}  # fmt: skip
OF_A_SEED = "value"
COUNTED = {"n": "Repetitions", "seed": "Seed"}
"""Where a chart calls them nothing else."""
OF_THE_CHART = re.compile(r" ?\(log scale\)|, log scale(?=\))|(?<=\()log scale, ")
"""Words of a title that are about the axis and not about the numbers."""
IN_SHARES, IN_POINTS = "1 is 100%", "0.01 is one point"
"""Units of numbers that a chart shows times 100."""
GENERAL = ("mean", "value", "series", "interval low", "interval high", "from", "to")
"""Titles that say nothing without the chart."""
PLACES = ("x", "y", "x2", "y2", "row", "column", "facet", "text", "color", "strokeDash", "shape")


def headers(
    spec: Mapping[str, Any], columns: Iterable[str], known: Mapping[str, str]
) -> dict[str, str]:
    """Name columns with what they hold and its unit.

    Args:
        spec: Of the chart, a compiled Vega-Lite specification.
        columns: Of the table behind it.
        known: By column, what it is called where the chart does not say.

    Returns:
        Column -> name; no two have the same.
    """
    said = _said(spec)
    names = list(columns)
    spread = {"low", "high"} <= set(names)
    found: dict[str, str] = {}
    for column in names:
        name = _name(column, said, known, spread)
        found[column] = name if name not in found.values() else f"{name}: {plain(column)}"
    return found


def _name(
    column: str, said: Mapping[str, tuple[str, str]], known: Mapping[str, str], spread: bool
) -> str:  # fmt: skip
    measured, unit = said.get("mean", said.get(OF_A_SEED, ("", "")))
    if column in SPREAD and (spread or column == "mean"):
        return f"{_with(measured or 'value', unit)}, {SPREAD[column]}"
    if column == OF_A_SEED and measured:
        return f"{_with(measured, unit)}, of one seed"
    title, unit = said.get(column, ("", ""))
    title = title or COUNTED.get(column, "")
    return _with(title, unit) if title else known.get(column) or _with(plain(column), unit)


def _with(title: str, unit: str) -> str:
    title = OF_THE_CHART.sub("", title[:1].upper() + title[1:])
    title = title.replace(" (points)", "") if unit == IN_POINTS else title
    return f"{title} ({unit})" if unit else title


def plain(column: str) -> str:
    """A column's own name as words."""
    return column.replace("_", " ")


def _said(spec: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """What a chart calls its columns, and in which unit; axes count before tooltips."""
    found: dict[str, tuple[str, str]] = {}
    for tooltips in (False, True):
        for encoding in _encodings(spec):
            for channel, given in encoding.items():
                if (channel == "tooltip") == tooltips and channel in (*PLACES, "tooltip"):
                    for one in given if isinstance(given, list) else [given]:
                        _note(found, one)
    return found


def _note(found: dict[str, tuple[str, str]], one: Mapping[str, Any]) -> None:
    field = one.get("field")
    if not isinstance(field, str):
        return
    axis = one.get("axis") or one.get("legend") or one.get("header") or {}
    title = one.get("title", axis.get("title"))
    title = " ".join(title) if isinstance(title, list) else title
    title = title if isinstance(title, str) and title not in GENERAL else ""
    before, unit = found.get(field, ("", ""))
    found[field] = (before or title, unit or _unit(one, axis))


def _unit(one: Mapping[str, Any], axis: Mapping[str, Any]) -> str:
    if "100 * datum" in str(axis.get("labelExpr", "")):
        return IN_POINTS
    return IN_SHARES if "%" in str(one.get("format") or axis.get("format") or "") else ""


def _encodings(spec: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if "encoding" in spec:
        yield spec["encoding"]
    for kind in ("layer", "hconcat", "vconcat", "concat"):
        for part in spec.get(kind, ()):
            yield from _encodings(part)
    if "spec" in spec:
        yield from _encodings(spec["spec"])
