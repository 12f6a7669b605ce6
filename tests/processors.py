"""How numbers of one config are compared when another processor may have computed them.

Other processors add up in another order. That alone makes 1e-7 of a number; training with 32-bit
weights lets it grow, until single examples are answered otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from core.lab.intervals import Estimate

Numbers = tuple[float, float, float]
"""Mean, low and high."""


@dataclass(frozen=True)
class Allowance:
    """How far two runs of one config may lie apart.

    A difference is allowed that is below the floor or below its share of the room: the root of
    the sum of the squared half-widths, which the pages call "within the interval".

    Attributes:
        floor: For means and half-widths; of numbers beyond 1, relative to the number.
        of_means: Share of the room for the difference of the means.
        of_widths: Share of the room for the difference of the half-widths.
    """

    floor: float
    of_means: float = 0.0
    of_widths: float = 0.0


def numbers(metrics: Mapping[str, Estimate]) -> dict[str, Numbers]:
    """Mean, low and high of every metric."""
    return {name: (value.mean, value.low, value.high) for name, value in metrics.items()}


def differences(
    kept: Mapping[str, Numbers], fresh: Mapping[str, Numbers], allowance: Allowance
) -> list[str]:
    """The metrics that another processor does not explain, in words."""
    if set(kept) != set(fresh):
        return [f"other metrics: {sorted(set(kept) ^ set(fresh))}"]
    return [
        f"{name}: {tuple(kept[name])} became {tuple(fresh[name])}"
        for name in fresh
        if not _agree(kept[name], fresh[name], allowance)
    ]


def _agree(kept: Numbers, fresh: Numbers, allowance: Allowance) -> bool:
    widths = [(high - low) / 2 for _, low, high in (kept, fresh)]
    room, floor = math.hypot(*widths), allowance.floor * max(1.0, abs(kept[0]))
    means = abs(kept[0] - fresh[0]) <= max(floor, allowance.of_means * room)
    return means and abs(widths[0] - widths[1]) <= max(floor, allowance.of_widths * room)
