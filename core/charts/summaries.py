"""What figures do with tables of means and intervals before they draw or tell them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd


def within(table: pd.DataFrame, low: float = 0.0, high: float | np.ndarray = 1.0) -> pd.DataFrame:
    """End the intervals (`low`, `high`) where the measure ends: one number, or one a row.

    The measure is a share by default.
    """
    return table.assign(**{end: np.clip(table[end], low, high) for end in ("low", "high")})


def with_all_panels(table: pd.DataFrame, count: int) -> pd.DataFrame:
    """Keep the table back until each of its panels has rows: a figure keeps those it starts with.

    Args:
        table: With the column `panel`.
        count: Panels of the finished figure.
    """
    return table if table["panel"].nunique() == count else table[:0]


def means_at(table: pd.DataFrame, by: Sequence[str], cells: Sequence[Sequence[Any]]) -> list[float]:
    """Read means off a summary, in the order of the cells; none at all if one is missing.

    Args:
        table: With the columns of `by` and `mean`; a partial result may lack rows.
        by: Columns that name a cell.
        cells: Their values.
    """
    if table.empty:
        return []
    at = table[list(by)].itertuples(index=False, name=None)
    found = dict(zip(at, table["mean"], strict=True))
    names = [tuple(cell) for cell in cells]
    return [float(found[name]) for name in names] if all(n in found for n in names) else []
