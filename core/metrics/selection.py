"""Intervals that allow for having looked at several candidates before one was picked.

What was chosen on the very numbers that then test it looks better than it is: of ten arms that do
not differ, the best beats another one "clearly" far more often than one arm fixed in advance.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from core.lab.intervals import Estimate, exact_interval, summarise, t_interval
from core.lab.scores import PerSeed

ERROR = 0.05
"""Share of true nulls at which an interval may miss, of one or of several together."""


def picked(found: PerSeed, candidates: int) -> Estimate:
    """Mean of what was picked out of several, with an interval that allows for the choice.

    Args:
        found: One number a seed of the one that was picked.
        candidates: How many there were to pick from, at least 1.

    Returns:
        Its interval holds with those of all other candidates together in 95% (Bonferroni).
    """
    interval = t_interval(found.values, found.unit, 1 - ERROR / candidates)
    told = f"95% t interval over seeds, corrected for a choice among {candidates} (Bonferroni)"
    return replace(interval, kind=told)


def together(table: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """As `summarise`, with intervals that hold for all groups together in 95% (Bonferroni)."""
    found = summarise(table, by)
    freedom = np.maximum(found["n"].to_numpy(dtype=float) - 1, 1)
    tail = ERROR / 2
    wider = stdtrit(freedom, 1 - tail / max(len(found), 1)) / stdtrit(freedom, 1 - tail)
    half = (found["high"] - found["mean"]) * wider
    return found.assign(low=found["mean"] - half, high=found["mean"] + half)


def pooled_at_an_end(found: PerSeed, trials: int) -> Estimate:
    """A share over seeds; where all of them agree on 0 or 1, the exact interval of all trials.

    A t interval would be a point there, as if nothing else were possible.

    Args:
        found: Shares in [0, 1], one a seed.
        trials: How many each of them is a share of; taken as independent.
    """
    values = found.values
    if not (np.all(values == 0) or np.all(values == 1)):
        return found.estimate
    exact = exact_interval(np.repeat(values, trials))
    return replace(exact, kind=exact.kind.replace("over seeds", "over the cases of every seed"))
