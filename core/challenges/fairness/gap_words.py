"""What an interval of a gap between the groups allows to be said, in words."""

from __future__ import annotations

from typing import Literal, get_args

import pandas as pd

from core.lab.intervals import POINTS, Estimate
from core.lab.wording import number, with_interval
from core.metrics.verdicts import DIFFERS, EQUAL, UNDEFINED, verdict

Rate = Literal[
    "selection rate", "true positive rate", "false positive rate", "precision", "accuracy"
]
"""The rates that a view offers, as a visitor reads them."""
RATES = {words: words.replace(" ", "_") for words in get_args(Rate)}
"""What they are called in `core.metrics.fairness`."""
NEAR = 0.02
"""Gaps up to 2 points count as none: the margin of every "about equal"."""
MARGIN = f"{100 * NEAR:g} points"


def judged(found: Estimate) -> str:
    """The verdict on a gap, see `core.metrics.verdicts`."""
    return verdict(found.low, found.high, found.n, NEAR)


def against_a(found: Estimate, *, again: bool = False) -> str:
    """Continue "the rate of group B ...".

    Args:
        found: Its gap to group A's.
        again: Whether group A was named just before.
    """
    word, told = judged(found), with_interval(found)
    of, than = ("", "") if again else (" of that of group A", " from that of group A")
    if word == UNDEFINED:
        return "cannot be compared, since it is not defined in both groups"
    if word == EQUAL:
        return f"is within {MARGIN}{of} ({told})"
    if word == DIFFERS:
        return f"differs{than} by {told}"
    return f"does not clearly differ{than} ({told})"


def gap_left(found: Estimate, *, short: bool = False) -> str:
    """Continue "this leaves ...".

    Args:
        found: The gap that is left.
        short: Leave out the interval.
    """
    word, told = judged(found), number(found.mean, POINTS) if short else with_interval(found)
    if word == UNDEFINED:
        return "no gap that is defined"
    if word == EQUAL:
        return f"a gap of less than {MARGIN} ({told})"
    return f"a gap of {told}" if word == DIFFERS else f"no clear gap ({told})"


def apart(found: Estimate) -> str:
    """Continue "the rates ...", where `found` is the difference of the two groups'."""
    word, told = judged(found), with_interval(found)
    if word == UNDEFINED:
        return "cannot be compared: they are not defined in both groups"
    if word == EQUAL:
        return f"are within {MARGIN} of each other ({told})"
    return f"differ by {told}" if word == DIFFERS else f"do not clearly differ ({told})"


def after_hiding(seen: Estimate, hidden: Estimate, *, telling: bool) -> str:
    """Say what hiding the group leaves of a clear gap: a share of it only if something is left.

    Args:
        seen: The gap of the network that sees the group; clear, so that it can be divided by.
        hidden: The gap of the one that does not.
        telling: Whether another input tells the group.
    """
    start = f"Hiding the group from the network leaves {gap_left(hidden)}"
    if judged(hidden) != DIFFERS:
        return f"{start}."
    left = hidden.mean / seen.mean
    if left < 0:
        return f"{start}, the other way round."
    way = "by way of the postcode" if telling else "although the postcode says nothing"
    return f"{start}: {100 * left:.0f}% of the gap, {way}."


def estimates(table: pd.DataFrame) -> list[Estimate]:
    """The rows of a table with `mean`, `low`, `high` and `n` as gaps."""
    columns = (table[name] for name in ("mean", "low", "high", "n"))
    return [
        Estimate(float(mean), float(low), float(high), int(n), unit=POINTS)
        for mean, low, high, n in zip(*columns, strict=True)
    ]


def verdicts(table: pd.DataFrame) -> pd.Series[str]:
    """The verdict on the gap of each row, see `judged`."""
    return pd.Series([judged(one) for one in estimates(table)], index=table.index, dtype=object)
