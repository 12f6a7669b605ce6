"""Tables as files that a spreadsheet opens as numbers and words, never as formulas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from core.charts.columns import IN_POINTS, IN_SHARES, headers
from core.lab.experiment import Experiment
from core.lab.intervals import POINTS, SHARE
from core.lab.settings import Knob, knobs
from core.ui.labels import label_of

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
UNITS = {SHARE: IN_SHARES, POINTS: IN_POINTS}
"""How numbers stand in a file: as they are, where a page shows them times 100."""


def csv_bytes(table: pd.DataFrame, names: Mapping[str, str] | None = None) -> bytes:
    """Write a table as CSV in UTF-8; text that a spreadsheet would calculate gets an apostrophe.

    Args:
        table: What is written.
        names: Column -> what it is called in the file; its own name where it has none.
    """
    safe = table.copy()
    for name in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[name]):
            safe[name] = safe[name].map(_plain)
    safe.columns = [_plain((names or {}).get(name, name)) for name in safe.columns]
    text: str = safe.to_csv(index=False)
    return text.encode("utf-8")


def _plain(value: object) -> object:
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return "'" + value
    return value


def column_names(
    spec: Mapping[str, Any], columns: Iterable[str], owner: Experiment[Any, Any, Any] | None
) -> dict[str, str]:
    """What the columns of a figure's table are called for people, with their units.

    Args:
        spec: Of the figure's chart.
        columns: Of its table.
        owner: Whose knobs columns may be named after.
    """
    names = list(columns)
    known = {name: label_of(str(name)) for name in names}
    if owner is not None:
        found = (*knobs(owner.config), *knobs(owner.view))
        known |= {knob.name: knob_name(knob) for knob in found}
    return headers(spec, names, known)


def knob_name(knob: Knob) -> str:
    """A setting as the name of a column: `Wrong labels (1 is 100%)`, `Width (units)`."""
    unit = UNITS.get(knob.unit, knob.unit)
    return f"{knob.label} ({unit})" if unit else knob.label
