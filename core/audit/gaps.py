"""The gaps of an audit: how wide, within what interval, could it be chance, why is one undefined.

Whether a gap could be chance is told from exact tests of each group against all others (or against
the reference group), corrected by Holm over every group, rate and section of a report. The interval
is of this gap alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.audit import naming
from core.metrics import exact_tests, fairness, gap_intervals

RATIO_NAMES = ("demographic_parity", "equalized_odds", "equal_opportunity", "predictive_parity")
LACKS = {
    "true_positive_rate": "no positives",
    "false_negative_rate": "no positives",
    "false_positive_rate": "no negatives",
    "precision": "nobody selected",
}
"""What a group lacks that has rows and not this rate."""
TESTED = (
    "selection_rate", "true_positive_rate", "false_positive_rate", "precision", "accuracy",
)  # fmt: skip
SAME = {"false_negative_rate": "true_positive_rate"}
"""Who is missed is who is not found: one test serves both rates."""
LEVEL = 0.05
NO_ROWS = "no rows that count"
Numbers = dict[str, Any]
Tests = Mapping[str, np.ndarray]
"""Rate -> p-values `(events, groups)`, NaN where nothing was tested."""


@dataclass(frozen=True)
class Section:
    """One way to group the rows.

    Attributes:
        counts: `(groups, classes, classes)`: rows, or the sums of their weights.
        groups: What each group is: column -> value.
        events: Positive classes, by what the names of their rates end on.
        rows: Of each group, `(groups,)`.
        squares: Sums of squared weights, shaped like `counts`; None where rows have no weights.
        compared: Which groups gaps are over, `(groups,)` booleans; the others are too small.
        reference: The group that others are held against; None where each is held against all.
        without_truth: Whether only decisions are known.
    """

    counts: np.ndarray
    groups: Sequence[Mapping[str, str]]
    events: Mapping[str, int]
    rows: np.ndarray
    squares: np.ndarray | None = None
    compared: np.ndarray | None = None
    reference: int | None = None
    without_truth: bool = False

    @property
    def names(self) -> list[str]:
        """Rates that can be told of these counts."""
        return ["selection_rate"] if self.without_truth else list(fairness.RATES)

    def rates(self) -> dict[str, gap_intervals.Rate]:
        """Value of every rate and rows behind it (with weights: Kish's effective number).

        Returns:
            Rate -> value and rows, `(events, groups)` each; NaN and 0 where there is none.
        """
        positives = list(self.events.values())
        parts = fairness.fractions_of(self.counts, positives)
        squares = None if self.squares is None else fairness.fractions_of(self.squares, positives)
        found = {}
        for name in self.names:
            rows = np.asarray(parts[name][1], float)
            if squares is not None:
                rows = np.nan_to_num(fairness.divided((rows * rows, squares[name][1])))
            found[name] = (fairness.divided(parts[name]), rows)
        return found

    def pooled(self, name: str, event: int, others: np.ndarray) -> float:
        """Rate of several groups together.

        Args:
            name: Of the rate.
            event: Place of the event.
            others: Which groups, `(groups,)` booleans.
        """
        above, below = fairness.fractions_of(self.counts, list(self.events.values()))[name]
        return float(above[event][others].sum() / below[event][others].sum())

    def lacks(self, rate: str) -> str:
        """What a group is without that has rows and not this rate."""
        return LACKS.get(rate, NO_ROWS)

    def comparable(self) -> dict[str, gap_intervals.Rate]:
        """`rates`, without those of groups that are not compared."""
        if self.compared is None:
            return self.rates()
        return {
            name: (np.where(self.compared, value, np.nan), np.where(self.compared, rows, 0.0))
            for name, (value, rows) in self.rates().items()
        }


def tests(section: Section) -> Tests:
    """p-values of every group against all others, or against the reference group.

    With weights the counts are those of the effective numbers of rows, rounded, so the test is no
    longer exact.
    """
    found = {}
    for name, (value, rows) in section.comparable().items():
        if name not in TESTED:
            continue
        rows = np.floor(rows + 1e-9)
        hits = np.round(np.nan_to_num(value) * rows)
        events = len(rows) if name != "accuracy" else 1  # The same for each.
        found[name] = np.array([
            exact_tests.each_group(hits[event], rows[event], section.reference)
            for event in range(events)
        ])  # fmt: skip
    return found


def corrected(found: Sequence[Tests]) -> list[Tests]:
    """Holm's correction over every group, rate and section."""
    flat = [p.ravel() for part in found for p in part.values()]
    adjusted = exact_tests.holm(np.concatenate(flat)) if flat else np.zeros(0)
    answer: list[Tests] = []
    start = 0
    for part in found:
        each: dict[str, np.ndarray] = {}
        for name, p in part.items():
            each[name] = adjusted[start : start + p.size].reshape(p.shape)
            start += p.size
        answer.append(each)
    return answer


def gaps(section: Section, alone: Tests, among: Tests) -> tuple[Numbers, Numbers]:
    """Differences and ratios of every definition; of several events the worst one counts.

    Args:
        section: How the rows are grouped.
        alone: p-values of the groups, each by itself.
        among: The same, corrected.

    Returns:
        Name -> `value`, `low`, `high` (95% interval), `p_value` (corrected within this gap),
        `p_adjusted` (within the whole report), `noise` (whether it could be chance), `lowest` and
        `highest` (the groups at its ends), `reason` and `where_defined`: where a rate does not
        exist in a group the gap is not defined, `reason` says why, and `where_defined` holds the
        gap between the others, if there are any.
    """
    rates = section.comparable()
    found: list[Numbers] = []
    for kind in ("difference", "ratio"):
        found.append({
            f"{name}_{kind}": _judged(
                _gap(section, rates, parts, kind, alone, among),
                _reason(section, rates, parts, kind),
            )
            for name, parts in fairness.DEFINITIONS.items()
            if (kind == "difference" or name in RATIO_NAMES) and set(parts) <= set(section.names)
        })  # fmt: skip
    return found[0], found[1]


def _gap(
    section: Section, rates: Mapping[str, gap_intervals.Rate], parts: Sequence[str], kind: str,
    alone: Tests, among: Tests,
) -> Numbers | None:  # fmt: skip
    """One gap; None where no event has it."""
    each, widest = _known(section, rates, parts, kind)
    if not widest:
        return None
    sign = 1 if kind == "difference" else -1
    value, lowest, highest = max(widest, key=lambda ends: sign * ends[0])
    interval = {
        "difference": gap_intervals.largest_difference, "ratio": gap_intervals.smallest_ratio,
    }[kind]  # fmt: skip
    low, high = interval(each, section.reference)
    names = [SAME.get(part, part) for part in parts]
    single = exact_tests.holm(np.concatenate([alone[name].ravel() for name in names]))
    smallest = float(np.nanmin(np.concatenate([among[name].ravel() for name in names])))
    return {
        "value": value, "low": low, "high": high,
        "p_value": float(np.nanmin(single)), "p_adjusted": smallest, "noise": smallest > LEVEL,
        "lowest": dict(section.groups[lowest]), "highest": dict(section.groups[highest]),
    }  # fmt: skip


def _known(
    section: Section, rates: Mapping[str, gap_intervals.Rate], parts: Sequence[str], kind: str
) -> tuple[list[gap_intervals.Rate], list[tuple[float, int, int]]]:
    """Rates of the events of which every rate has a gap, and those gaps with their ends.

    Half of a definition is not the definition.
    """
    each, widest = [], []
    for event in range(1 if parts == ("accuracy",) else len(section.events)):
        found = [(rates[part][0][event], rates[part][1][event]) for part in parts]
        gaps_ = [_ends(value, section.reference, kind) for value, _ in found]
        known = [gap for gap in gaps_ if gap is not None]
        if len(known) == len(parts):
            each += found
            widest += known
    return each, widest


def _ends(values: np.ndarray, reference: int | None, kind: str) -> tuple[float, int, int] | None:
    """The gap of one rate, and the groups with the lowest and the highest value; None without."""
    known = np.flatnonzero(~np.isnan(values))
    if len(known) < 2 or (reference is not None and reference not in known):
        return None
    pairs = [(int(known[values[known].argmin()]), int(known[values[known].argmax()]))]
    if reference is not None:
        pairs = [(pairs[0][0], reference), (reference, pairs[0][1])]
    best: tuple[float, int, int] | None = None
    for low, high in pairs:
        if kind == "ratio" and values[high] == 0:
            continue
        gap = values[high] - values[low] if kind == "difference" else values[low] / values[high]
        if best is None or (gap > best[0] if kind == "difference" else gap < best[0]):
            best = float(gap), low, high
    return best


def _judged(gap: Numbers | None, reason: str | None) -> Numbers:
    if gap is None and reason is None:
        reason = "The groups that would be compared do not have it."
    names = ("value", "low", "high", "p_value", "p_adjusted", "noise", "lowest", "highest")
    if gap is not None and reason is None:
        return {**gap, "reason": None, "where_defined": None}
    return {**dict.fromkeys(names), "reason": reason, "where_defined": gap}


def _reason(
    section: Section, rates: Mapping[str, gap_intervals.Rate], parts: Sequence[str], kind: str
) -> str | None:
    """Why a gap is not defined, in a sentence; None if it is."""
    compared = np.ones(len(section.groups), bool) if section.compared is None else section.compared
    if compared.sum() < 2:
        return "Fewer than two groups are there and large enough to be compared."
    for rate in parts:
        for suffix, values in zip(section.events, rates[rate][0], strict=True):
            label = naming.metric(rate if rate == "accuracy" else rate + suffix)
            missing = np.flatnonzero(np.isnan(values) & compared)
            if len(missing):
                first = naming.spelled(section.groups[missing[0]])
                others = len(missing) - 1
                also = f" and in {others} more group{'s' if others > 1 else ''}" if others else ""
                lacks = section.lacks(rate)
                return f"The {label} does not exist in group {first} ({lacks}){also}."
            if kind == "ratio" and not np.nan_to_num(values).any():
                return f"The {label} is 0 in every group, which leaves no ratio."
    return None
