"""What an interval allows to be said: a difference, equality, neither, or nothing at all."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from core.lab.intervals import POINTS, Estimate
from core.lab.wording import listed, number, with_interval

DIFFERS, EQUAL, UNCLEAR, UNDEFINED = "differs", "about equal", "unclear", "not defined"


def verdict(low: float, high: float, n: int, margin: float = 0.0) -> str:
    """Judge a difference by its interval.

    Args:
        low: Lower end of the interval of the difference.
        high: Upper end.
        n: Repetitions behind it; one has no interval, so nothing follows from it.
        margin: Differences up to it count as none, same unit, at least 0; 0 if no margin is set:
            then nothing is ever called equal.

    Returns:
        `UNDEFINED` without a value; `EQUAL` where the whole interval lies within the margin (both
        one-sided tests of Schuirmann 1987, each at 2.5%); `DIFFERS` where it leaves out zero;
        else `UNCLEAR`.
    """
    if n == 0 or math.isnan(low) or math.isnan(high):
        return UNDEFINED
    if n < 2:
        return UNCLEAR
    if margin > 0 and -margin <= low and high <= margin:
        return EQUAL
    return DIFFERS if low > 0 or high < 0 else UNCLEAR


def by_verdict(
    found: Estimate,
    margin: float = 0.0,
    *,
    differs: str,
    unclear: str,
    equal: str = "",
    undefined: str = UNDEFINED,
) -> str:
    """Pick the words that the verdict on a difference allows.

    Args:
        found: The difference.
        margin: As in `verdict`.
        differs: For each verdict its words; `{}` in them becomes the estimate with its interval.
        unclear: Likewise,
        equal: and likewise; needed where there is a margin,
        undefined: and where there may be no value.
    """
    words = {DIFFERS: differs, EQUAL: equal, UNCLEAR: unclear, UNDEFINED: undefined}
    return words[verdict(found.low, found.high, found.n, margin)].format(with_interval(found))


def of_rows(table: pd.DataFrame, margin: float = 0.0) -> pd.Series[str]:
    """The verdict on each row of a table with `low`, `high` and `n`, see `verdict`."""
    words = [
        verdict(low, high, n, margin)
        for low, high, n in zip(table["low"], table["high"], table["n"], strict=True)
    ]
    return pd.Series(words, index=table.index, dtype=object)


def rivals(table: pd.DataFrame, place: Any, name: str) -> list[str]:
    """Name the other rows that are not clearly apart from one: those whose interval meets its own.

    Intervals that do not meet are stricter than a paired test, which leaves room for having picked
    the row out of many.

    Args:
        table: With the columns `low`, `high` and `name`.
        place: Label of the row picked out, in the table's index.
        name: Column with the names.
    """
    own = table.loc[place]
    met = (table["low"] <= own["high"]) & (table["high"] >= own["low"])
    return list(dict.fromkeys(table[met & (table.index != place)][name].astype(str)))


def side(low: float, high: float, below: str, neither: str, above: str) -> str:
    """Say on which side of zero the whole interval of a difference lies: one of three words."""
    return below if high < 0 else above if low > 0 else neither


def sizes(table: pd.DataFrame) -> pd.DataFrame:
    """Turn signed `mean`, `low` and `high` into distances from zero; other columns stay."""
    ends = table[["low", "high"]].abs()
    crossing = (table["low"] <= 0) & (table["high"] >= 0)
    low = ends.min(axis=1).where(~crossing, 0.0)
    return table.assign(mean=table["mean"].abs(), low=low, high=ends.max(axis=1))


def named_changes(rows: pd.DataFrame, column: str) -> str:
    """Rows of differences with their means, `augmentation (+45.2 points) and noise (+1.0 points)`.

    Args:
        rows: With `mean`, a difference of shares, and the names.
        column: With the names.

    Returns:
        `none` without a row.
    """
    pairs = zip(rows[column], rows["mean"], strict=True)
    return listed([f"{name} ({number(float(mean), POINTS)})" for name, mean in pairs]) or "none"
