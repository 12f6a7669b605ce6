"""Who is first and who is last, in words: never more firmly than the intervals allow."""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd

from core.lab.wording import hedged, number
from core.metrics.verdicts import rivals


class Placed(NamedTuple):
    """A row that is first or last of a table.

    Attributes:
        name: Of the row.
        row: The row.
        hedge: What takes the rank back, `, not clearly ahead of ...`; empty where its interval
            meets no other.
        told: Its mean with the hedge, `45.0%, not clearly ahead of TRADES`.
    """

    name: str
    row: pd.Series[Any]
    hedge: str
    told: str


def first(
    table: pd.DataFrame, column: str, unit: str, words: str = "not clearly ahead of"
) -> Placed:
    """The row with the largest mean.

    Args:
        table: With `mean`, `low`, `high` and the names, at least one row.
        column: With the names.
        unit: Of the means.
        words: How the rank is taken back.
    """
    return _placed(table, table["mean"].idxmax(), column, unit, words)


def last(table: pd.DataFrame, column: str, unit: str, words: str = "not clearly behind") -> Placed:
    """The row with the smallest mean; arguments as for `first`."""
    return _placed(table, table["mean"].idxmin(), column, unit, words)


def _placed(table: pd.DataFrame, place: Any, column: str, unit: str, words: str) -> Placed:
    row = table.loc[place]
    hedge = hedged(rivals(table, place, column), words)
    return Placed(str(row[column]), row, hedge, f"{number(float(row['mean']), unit)}{hedge}")
