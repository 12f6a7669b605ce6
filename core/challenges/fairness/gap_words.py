"""What an interval of a gap between the groups allows to be said, in words."""

from __future__ import annotations

from typing import Literal, get_args

import pandas as pd

from core.lab.intervals import POINTS, Estimate
from core.lab.wording import number
from core.metrics.families import together
from core.metrics.verdicts import DIFFERS, UNCLEAR, by_verdict, of_rows, verdict

Rate = Literal[
    "selection rate", "true positive rate", "false positive rate", "precision", "accuracy"
]
"""The rates that a view offers, as a visitor reads them."""
RATES = {words: words.replace(" ", "_") for words in get_args(Rate)}
"""What they are called in `core.metrics.fairness`."""
NEAR = 0.02
"""Gaps up to 2 points count as none: the margin of every "about equal"."""
MARGIN = f"{100 * NEAR:g} points"
AS_NONE = f"gaps up to {MARGIN} count as none on this page"


def judged(found: Estimate) -> str:
    """The verdict on a gap, see `core.metrics.verdicts`."""
    return verdict(found.low, found.high, found.n, NEAR)


def against_a(found: Estimate, *, again: bool = False) -> str:
    """Continue "the rate of group B ...".

    Args:
        found: Its gap to group A's.
        again: Whether group A was named just before.
    """
    of, than = ("", "") if again else (" of that of group A", " from that of group A")
    return by_verdict(
        found, NEAR, equal=f"is within {MARGIN}{of} ({{}})", differs=f"differs{than} by {{}}",
        unclear=f"does not clearly differ{than} ({{}})",
        undefined="cannot be compared, since it is not defined in both groups",
    )  # fmt: skip


def gap_left(found: Estimate, *, short: bool = False) -> str:
    """Continue "this leaves ...".

    Args:
        found: The gap that is left.
        short: Leave out the interval.
    """
    told = number(found.mean, POINTS) if short else "{}"
    return by_verdict(
        found, NEAR, equal=f"a gap of less than {MARGIN} ({told})", differs=f"a gap of {told}",
        unclear=f"no clear gap ({told})", undefined="no gap that is defined",
    )  # fmt: skip


def verdicts(table: pd.DataFrame) -> pd.Series[str]:
    """The verdict on the gap of each row: one that differs does so though all rows were looked at.

    Each is as in `judged`, but of rows whose own interval leaves out zero only those differ whose
    interval does so when all intervals are to hold together.
    """
    alone = of_rows(table, NEAR)
    return alone.mask((alone == DIFFERS) & (of_rows(together(table)) != DIFFERS), UNCLEAR)
