"""How numbers of one config are compared when another processor may have computed them.

Other processors add up in another order. That alone makes 1e-7 of a number; training with 32-bit
weights lets it grow, until single examples are answered otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from core.experiment import Estimate

Numbers = tuple[float, float, float]
"""Mean, low and high."""


def numbers(value: Estimate) -> Numbers:
    return value.mean, value.low, value.high


def half_width(value: Numbers) -> float:
    return (value[2] - value[1]) / 2


def room(one: Numbers, two: Numbers) -> float:
    """Root of the sum of the squared half-widths: what the pages call "within the interval"."""
    return math.hypot(half_width(one), half_width(two))


def differences(
    kept: Mapping[str, Numbers], fresh: Mapping[str, Numbers], *, floor: float, share: float
) -> list[str]:
    """The metrics that another processor does not explain, in words.

    Args:
        kept: Numbers on file, by metric.
        fresh: Numbers of a run just now.
        floor: Difference that is always allowed, of a mean or of a half-width; for numbers
            beyond 1 relative to the number.
        share: Part of the room (see above) that is allowed.
    """
    if set(kept) != set(fresh):
        return [f"other metrics: {sorted(set(kept) ^ set(fresh))}"]
    found = []
    for name, now in fresh.items():
        before = kept[name]
        allowed = max(floor * max(1.0, abs(before[0])), share * room(before, now))
        apart = max(abs(before[0] - now[0]), abs(half_width(before) - half_width(now)))
        if not apart <= allowed:  # Not a number is a difference, too.
            found.append(f"{name}: {before} became {now}, {apart:.2g} apart, {allowed:.2g} allowed")
    return found
