"""What stands out among groups: rates that differ by more than chance, and the four-fifths rule."""

from __future__ import annotations

import numpy as np

from core.audit.gaps import LEVEL, Numbers, Section, Tests
from core.metrics import gap_intervals


def findings(section: Section, among: Tests) -> list[Numbers]:
    """Groups whose rate differs from that of the others by more than chance, widest first.

    Args:
        section: How the rows are grouped.
        among: p-values, corrected over the whole report.

    Returns:
        `rate`, `group`, `value`, `others` (the rate of all other compared groups together, or of
        the reference group), `low` and `high` (95% interval of the difference `value - others`) and
        `p_adjusted`.
    """
    found = []
    for name, each in among.items():
        for event, p in enumerate(each):
            suffix = "" if name == "accuracy" else list(section.events)[event]
            for group in np.flatnonzero(np.nan_to_num(p, nan=1.0) <= LEVEL).tolist():
                numbers = _apart(section, name, event, group)
                found.append({
                    "rate": name + suffix, "group": dict(section.groups[group]), **numbers,
                    "p_adjusted": float(p[group]),
                })  # fmt: skip
    return sorted(found, key=lambda one: -abs(one["value"] - one["others"]))


def _apart(section: Section, name: str, event: int, group: int) -> Numbers:
    value, rows = (part[event] for part in section.comparable()[name])
    others = (rows > 0) & (np.arange(len(rows)) != group)
    if section.reference is not None:
        others = np.arange(len(rows)) == section.reference
    rest = section.pooled(name, event, others)
    z = gap_intervals.quantile()
    low, high = gap_intervals.newcombe(
        (value[group], rows[group]), (np.asarray(rest), rows[others].sum()), z, z
    )
    return {
        "value": float(value[group]), "others": float(rest), "low": float(low), "high": float(high),
    }  # fmt: skip


def four_fifths(section: Section) -> Numbers | None:
    """Each group's rate of selection over that of the most selected group, or the reference.

    Returns:
        `against` (a group), and `groups`: `group`, `ratio`, `low`, `high` (95% intervals that hold
        for all groups together) and `below` (whether the ratio is under 4/5, exactly); None where
        there are more than two classes or nobody is selected.
    """
    if len(section.events) > 1:
        return None
    value, rows = (part[0] for part in section.comparable()["selection_rate"])
    known = np.flatnonzero(rows > 0)
    if len(known) < 2:
        return None
    highest = int(known[np.argmax(value[known])])
    best = highest if section.reference is None else section.reference
    if best not in known or not value[best]:
        return None
    z = gap_intervals.range_quantile(len(known))
    low, high = gap_intervals.ratio_ends((value, rows), (value[best], rows[best]), z, z)
    told = [
        {
            "group": dict(section.groups[g]), "ratio": float(value[g] / value[best]),
            "low": float(low[g]), "high": float(high[g]) if np.isfinite(high[g]) else None,
            "below": bool(5 * value[g] < 4 * value[best] - 1e-12),
        }
        for g in known.tolist() if g != best
    ]  # fmt: skip
    return {"against": dict(section.groups[best]), "groups": told}
