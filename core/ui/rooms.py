"""How much room a figure will take, before the browser has what draws it.

A chart whose height is given has its room from the start. One that is as high as its rows, and one
of several panels, take it from a result that is known: what stands below would move when they come.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from core.ui.early_style import STEP, STEPS

USUAL_PANELS = 3
AXIS, LEGEND, HEADINGS = 74, 48, 115
"""Pixels beside the rows: the axis below with its title, a line of a legend over it, or the names
of columns over it. Measured in Chromium; a legend of two lines has 20 more, on a phone 40."""
NESTED = 1.25
"""Rows of rows: a fifth of each outer one is left free."""
Spec = Mapping[str, Any]


def height(spec: Spec, table: pd.DataFrame) -> int | None:
    """About how high a chart will be; None if its rows are not known.

    Args:
        spec: A compiled chart.
        table: What it will show; empty where nothing is known.

    Returns:
        Pixels.
    """
    given = spec.get("height")
    if isinstance(given, int):
        return given
    step = given.get("step") if isinstance(given, Mapping) else None
    units = [unit["encoding"] for unit in _units(spec)]
    outer, inner = (_values(units, table, name) for name in ("y", "yOffset"))
    if step is None or not outer:
        return None
    rows = outer * inner * NESTED if inner > 1 else outer
    return round(step * rows) + _around(units)


def steps(height: int) -> int:
    """A height in the steps that the style sheet knows, at least 1."""
    return max(1, min(STEPS, round(height / STEP)))


def panels(table: pd.DataFrame) -> int:
    """How many panels a figure will have.

    Args:
        table: What it will show; empty where nothing is known.
    """
    return int(table["panel"].nunique()) if "panel" in table.columns else USUAL_PANELS


def _units(spec: Spec) -> Iterator[Spec]:
    if "encoding" in spec:
        yield spec
    for part in spec.get("layer", ()):
        yield from _units(part)


def _values(units: list[Spec], table: pd.DataFrame, channel: str) -> int:
    """Different values on a channel, of the first field that the table has."""
    fields = [unit.get(channel, {}).get("field") for unit in units]
    return next((int(table[f].nunique()) for f in fields if f in table.columns), 0)


def _around(units: list[Spec]) -> int:
    across = [unit["x"] for unit in units if "x" in unit]
    if any((one.get("axis") or {}).get("orient") == "top" for one in across):
        return HEADINGS
    colors = [unit.get("color", {}) for unit in units]
    return AXIS + LEGEND * any((one.get("legend") or {}).get("orient") == "top" for one in colors)
