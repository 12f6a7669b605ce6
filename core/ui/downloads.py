"""Tables as files that a spreadsheet opens as numbers and words, never as formulas."""

from __future__ import annotations

import pandas as pd

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def csv_bytes(table: pd.DataFrame) -> bytes:
    """Write a table as CSV in UTF-8; text that a spreadsheet would calculate gets an apostrophe."""
    safe = table.copy()
    for name in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[name]):
            safe[name] = safe[name].map(_plain)
    safe.columns = [_plain(name) for name in safe.columns]
    text: str = safe.to_csv(index=False)
    return text.encode("utf-8")


def _plain(value: object) -> object:
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return "'" + value
    return value
