"""Times that were taken several times, and which of them counts."""

from __future__ import annotations

from collections.abc import Iterable

PROCESSOR = "processor"
"""What computes where nothing else is named."""
LEAST = 1e-9
"""Seconds of what no clock can tell from nothing."""


def quickest(took: Iterable[float]) -> float:
    """The shortest of several times of the same, since others only disturb; over 0.

    The clocks of virtual machines sometimes stand still for a while: such a time does not count.

    Args:
        took: Seconds.
    """
    return min((seconds for seconds in took if seconds > 0), default=LEAST)
