"""Several intervals that are read at once: wide enough to hold together (Bonferroni)."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from core.lab.intervals import Estimate


def wider(n: np.ndarray | float, tests: int) -> np.ndarray:
    """How many times as wide a 95% t interval is at level `1 - 0.05 / tests`.

    Args:
        n: Repetitions behind each interval; one or none has no interval.
        tests: Intervals read at once.
    """
    freedom = np.maximum(np.asarray(n, dtype=float) - 1, 1)
    tail = 0.025 / max(tests, 1)
    return np.asarray(stdtrit(freedom, 1 - tail) / stdtrit(freedom, 0.975))


def together(table: pd.DataFrame, tests: int | None = None) -> pd.DataFrame:
    """Widen the 95% t intervals of a table until all of them hold in 95% of cases.

    Who picks a row by its numbers, or counts the rows whose interval leaves out zero, errs as
    seldom as with a single interval read alone.

    Args:
        table: With `mean`, `low`, `high` and `n`; rows without a value do not count.
        tests: How many are read at once; the rows there are by default.
    """
    found = int((table["n"] > 0).sum()) if tests is None else tests
    by = wider(table["n"].to_numpy(dtype=float), found)
    ends = {end: table["mean"] + (table[end] - table["mean"]) * by for end in ("low", "high")}
    return table.assign(**ends)


def one_of(found: Estimate, tests: int) -> Estimate:
    """An estimate picked out of several, with the interval that allows for it."""
    by, mean = float(wider(found.n, tests)), found.mean
    low, high = mean + (found.low - mean) * by, mean + (found.high - mean) * by
    kind = f"{found.kind}, holding for {tests} at once"
    return dataclasses.replace(found, low=low, high=high, kind=kind)
