"""What a reader of an audit should mind: small groups, missing rates, and who is at each end."""

from __future__ import annotations

from collections.abc import Sequence

from core.audit.gaps import Numbers
from core.audit.naming import metric, spelled

FEW_ROWS = 30
"""Groups with fewer are named in a warning."""


def worst(rows: Sequence[Numbers]) -> Numbers:
    """For every rate the groups at both ends."""
    found = {}
    for name in rows[0]["metrics"]:
        known = [row for row in rows if row["metrics"][name]["value"] is not None]
        known.sort(key=lambda row: row["metrics"][name]["value"])
        if len(known) > 1:
            found[name] = {"lowest": known[0]["group"], "highest": known[-1]["group"]}
    return found


def small(rows: Sequence[Numbers]) -> list[str]:
    """Name the groups that have few rows."""
    found = []
    few = [row for row in rows if row["n"] < FEW_ROWS]
    for row in few[:5]:
        found.append(
            f"Group {spelled(row['group'])} has {row['n']} row{'s' if row['n'] > 1 else ''}: too "
            "few to judge it by."
        )
    if len(few) > 5:
        found.append(f"{len(few) - 5} further groups have fewer than {FEW_ROWS} rows.")
    return found


def warnings(rows: Sequence[Numbers]) -> list[str]:
    """Name groups that have few rows, and rates that some group has not."""
    found = small(rows)
    blank: dict[str, list[str]] = {}
    for row in rows:
        for name, numbers in row["metrics"].items():
            if numbers["value"] is None:
                blank.setdefault(name, []).append(spelled(row["group"]))
    for name, names in list(blank.items())[:5]:
        also = f" and {len(names) - 1} more" if len(names) > 1 else ""
        found.append(
            f"The {metric(name)} does not exist in group {names[0]}{also}: no row to count."
        )
    return found
