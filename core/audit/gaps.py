"""The gaps of an audit: how wide, how they spread, what chance does, and why one is not defined.

The spread is where the middle 95% of gaps lie when rows are drawn again. It is no confidence
interval: of several groups the widest gap grows when rows are drawn again, so the spread may lie
wholly above the gap itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.audit import naming
from core.lab.seeding import numpy_generator
from core.metrics import fairness, resampling

RATIO_NAMES = ("demographic_parity", "equalized_odds", "equal_opportunity", "predictive_parity")
LACKS = {
    "true_positive_rate": "no positives",
    "false_negative_rate": "no positives",
    "false_positive_rate": "no negatives",
    "precision": "nobody selected",
}
"""What a group lacks that has rows and not this rate."""
Numbers = dict[str, Any]
Rates = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Section:
    """One way to group the rows.

    Attributes:
        counts: `(groups, classes, classes)`.
        groups: What each group is: column -> value.
        events: Positive classes, by what the names of their rates end on.
    """

    counts: np.ndarray
    groups: Sequence[Mapping[str, str]]
    events: Mapping[str, int]


def gaps(section: Section, again: Rates, draws: int, seed: int) -> tuple[Numbers, Numbers]:
    """Differences and ratios of every definition; of several events the worst one counts.

    Args:
        section: How the rows are grouped.
        again: Ends of each rate in resampled tables, `(draws, events, 2)`.
        draws: How many shuffles.
        seed: Of the shuffles.

    Returns:
        Name -> `value`, `spread_low`, `spread_high`, `p_value`, `chance`, `noise`, `reason` and
        `where_defined`: where a rate does not exist in a group the gap is not defined, `reason`
        says why, and `where_defined` holds the gap between the others, if there are any.
    """
    parts = fairness.fractions_of(section.counts, list(section.events.values()))
    observed = {name: fairness.divided(part) for name, part in parts.items()}
    chance = _by_chance(section, draws, seed)
    found: list[Numbers] = []
    for kind, read in (("difference", fairness.gaps), ("ratio", fairness.ratios)):
        seen, drawn, shuffled = (read(rates) for rates in (observed, again, chance))
        found.append({
            f"{name}_{kind}": _judged(
                _gap(kind, seen[name], drawn[name], shuffled[name]),
                _reason(section, observed, name, kind),
            )
            for name in seen
            if kind == "difference" or name in RATIO_NAMES
        })  # fmt: skip
    return found[0], found[1]


def _by_chance(section: Section, draws: int, seed: int) -> Rates:
    """Ends of each rate in tables with shuffled groups, `(draws, events, 2)`."""
    found: dict[str, list[np.ndarray]] = {}
    for positive in section.events.values():
        rng = numpy_generator(seed, "audit", "shuffled groups", positive)
        for name, values in resampling.shuffled(section.counts, positive, draws, rng).items():
            found.setdefault(name, []).append(fairness.ends(values))
    # Accuracy is the same for every event: the worst of several shuffles would be too wide.
    found["accuracy"] = found["accuracy"][:1] * len(section.events)
    return {name: np.stack(each, axis=1) for name, each in found.items()}


def _gap(kind: str, value: np.ndarray, drawn: np.ndarray, chance: np.ndarray) -> Numbers | None:
    """One gap; None where no event has it.

    Args:
        kind: `difference` or `ratio`.
        value: `(events,)`, NaN where the event has none.
        drawn: In resampled tables, `(draws, events)`.
        chance: With shuffled groups, `(draws, events)`.
    """
    worst = np.fmax if kind == "difference" else np.fmin
    number = float(worst.reduce(value))
    if not np.isfinite(number):
        return None
    low, high = (float(end) for end in resampling.percentiles(worst.reduce(drawn, axis=-1)))
    by_chance = worst.reduce(chance, axis=-1)
    # A ratio far below 1 is what a difference far above 0 is.
    sign = 1 if kind == "difference" else -1
    p = resampling.p_value(sign * by_chance, sign * number)
    bound = float(np.nanquantile(by_chance, 0.95 if kind == "difference" else 0.05))
    return {
        "value": number,
        "spread_low": low if np.isfinite(low) else None,
        "spread_high": high if np.isfinite(high) else None,
        "p_value": p,
        "chance": bound,
        "noise": p > 0.05,
    }


def _judged(gap: Numbers | None, reason: str | None) -> Numbers:
    names = ("value", "spread_low", "spread_high", "p_value", "chance", "noise")
    if gap is not None and reason is None:
        return {**gap, "reason": None, "where_defined": None}
    return {**dict.fromkeys(names), "reason": reason, "where_defined": gap}


def _reason(section: Section, observed: Rates, name: str, kind: str) -> str | None:
    """Why a gap is not defined, in a sentence; None if it is."""
    for rate in fairness.DEFINITIONS[name]:
        for suffix, values in zip(section.events, observed[rate], strict=True):
            label = naming.metric(rate if rate == "accuracy" else rate + suffix)
            missing = np.flatnonzero(np.isnan(values))
            if len(missing):
                first = naming.spelled(section.groups[missing[0]])
                others = len(missing) - 1
                also = f" and in {others} more group{'s' if others > 1 else ''}" if others else ""
                return f"The {label} does not exist in group {first} ({LACKS[rate]}){also}."
            if kind == "ratio" and not values.any():
                return f"The {label} is 0 in every group, which leaves no ratio."
    return None
