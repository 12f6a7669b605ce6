"""The audit of a table of decisions: every rate in every group, every gap, and what chance does.

The answer is plain (dicts, lists, numbers, strings), unrounded, and the same for page and
command line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.audit.gaps import Numbers, Section, gaps
from core.audit.naming import spelled, visible
from core.lab.seeding import numpy_generator
from core.metrics import fairness, resampling

FEW_ROWS = 30
"""Groups with fewer are named in a warning."""
MOST_WORK = 80_000
"""Cells of an accepted table, see `work`."""
Column = tuple[np.ndarray, Sequence[str]]


@dataclass(frozen=True)
class Decisions:
    """What is audited.

    Attributes:
        y_true: Codes `(n,)` into `classes`.
        y_pred: Codes `(n,)` into `classes`.
        classes: Names of the classes; of two, the second is the positive one.
        groups: Column -> codes `(n,)` and the names they stand for.
        y_score: Scores `(n,)` of the positive class, if there are any.
    """

    y_true: np.ndarray
    y_pred: np.ndarray
    classes: Sequence[str]
    groups: Mapping[str, Column]
    y_score: np.ndarray | None = None


@dataclass(frozen=True)
class Counted:
    """What is left of a table once it is counted: its size does not depend on the rows.

    Attributes:
        section: Counts by group, true and decided class.
        scores: Counts and sums of scores by group, bin and class, each `(groups, bins, 2)`.
    """

    section: Section
    scores: tuple[np.ndarray, np.ndarray] | None

    @property
    def cells(self) -> int:
        """Numbers drawn for one resampled and one shuffled table."""
        n_groups, n_events = len(self.section.groups), len(self.section.events)
        return int((self.section.counts > 0).sum()) + 12 * n_groups * n_events


def audit(table: Decisions, seed: int = 0) -> Numbers:
    """Report on a table.

    Args:
        table: What is audited.
        seed: Of the resampling.

    Returns:
        `n`, `classes`, `overall` (rate -> `value`, `low`, `high`: a 95% bootstrap interval),
        `groups` (all columns together: `group`, `n`, `metrics`), `differences` and `ratios`
        (name -> `value`, `spread_low`, `spread_high`: the spread under resampling, `p_value`,
        `chance`: what 95% of shuffled tables stay within, `noise`, `reason`, `where_defined`, see
        `audit_gaps`), `worst_groups`, `by_column` (the same for each column alone, if there are
        several) and `warnings`. Numbers that do not exist are None.
    """
    everyone = _counted(table, np.zeros(len(table.y_true), dtype=np.int64), [{}])
    together = _counted(table, *crossed(table.groups))
    alone = {}
    if len(table.groups) > 1:
        for name, column in table.groups.items():
            alone[name] = _counted(table, *crossed({name: column}))
    cells = sum(part.cells for part in (everyone, together, *alone.values()))
    draws = resampling.n_draws(cells)
    found, warnings = _section(together, draws, seed)
    answer: Numbers = {
        "n": len(table.y_true),
        "classes": list(table.classes),
        "overall": _section(everyone, draws, seed)[0]["groups"][0]["metrics"],
        **found,
    }
    if alone:
        answer["by_column"] = {name: _section(p, draws, seed)[0] for name, p in alone.items()}
    answer["warnings"] = warnings
    return answer


def crossed(columns: Mapping[str, Column]) -> tuple[np.ndarray, list[dict[str, str]]]:
    """Cross group columns: one code per combination that occurs, and what each stands for.

    Combinations are numbered anew after every column, so that no number passes rows times
    values, however many columns there are.
    """
    n = len(next(iter(columns.values()))[0])
    mixed, first = np.zeros(n, dtype=np.int64), np.zeros(1, dtype=np.int64)
    for codes, values in columns.values():
        _, first, mixed = np.unique(
            mixed * len(values) + codes, return_index=True, return_inverse=True
        )
    groups = [
        {name: str(values[codes[row]]) for name, (codes, values) in columns.items()}
        for row in first.tolist()
    ]
    return mixed.astype(np.int64), groups


def work(table: Decisions) -> int:
    """Cells to count and resample: classes squared, times groups of all columns and of each."""
    groups = len(crossed(table.groups)[1])
    if len(table.groups) > 1:
        groups += sum(len(values) for _, values in table.groups.values())
    return groups * len(table.classes) ** 2


def _counted(table: Decisions, codes: np.ndarray, groups: Sequence[Mapping[str, str]]) -> Counted:
    counts = fairness.confusion_counts(
        table.y_true, table.y_pred, codes, n_classes=len(table.classes), n_groups=len(groups)
    )
    score, scores = table.y_score, None
    if score is not None and score.min() >= 0 and score.max() <= 1:
        scores = fairness.calibration_counts(table.y_true, score, codes, n_groups=len(groups))
    return Counted(Section(counts, groups, _events(table.classes)), scores)


def _section(part: Counted, draws: int, seed: int) -> tuple[Numbers, list[str]]:
    section = part.section
    metrics: list[Numbers] = [{} for _ in section.groups]
    again = _rates(metrics, section, draws, seed)
    if part.scores is not None:
        _calibration(metrics, part.scores, draws, seed)
    sizes = section.counts.sum(axis=(1, 2)).tolist()
    rows = [
        {"group": dict(group), "n": n, "metrics": found}
        for group, n, found in zip(section.groups, sizes, metrics, strict=True)
    ]
    differences: Numbers = {}
    ratios: Numbers = {}
    if len(rows) > 1:
        differences, ratios = gaps(section, again, draws, seed)
    found = {"groups": rows, "differences": differences, "ratios": ratios}
    return {**found, "worst_groups": _worst(rows)}, _warnings(rows)


def _events(classes: Sequence[str]) -> dict[str, int]:
    """The positive class, or every class against the rest, by what its names end on."""
    if len(classes) == 2:
        return {"": 1}
    return {f"[{name}]": place for place, name in enumerate(classes)}


def _rates(
    metrics: Sequence[Numbers], section: Section, draws: int, seed: int
) -> Mapping[str, np.ndarray]:
    """Add every rate of every group; returns their ends in resampled tables, `(draws, events, 2)`.

    A few groups are drawn at a time, and of them only the ends are kept.
    """
    positives = list(section.events.values())
    shape = (draws, len(positives), 2)
    ends = {name: np.full(shape, np.nan) for name in fairness.RATES}
    rng = numpy_generator(seed, "audit", "rows")
    for place, drawn in resampling.pieces(section.counts, draws, rng):
        parts = fairness.fractions_of(section.counts[place], positives)
        for name, again in fairness.fractions_of(drawn, positives).items():
            values = fairness.divided(again)
            _add(metrics[place], section.events, name, parts[name], values)
            ends[name] = fairness.ends(np.concatenate([ends[name], values], axis=-1))
    return ends


def _add(
    metrics: Sequence[Numbers],
    events: Mapping[str, int],
    name: str,
    part: fairness.Fraction,
    drawn: np.ndarray,
) -> None:
    """Write one rate of a few groups; `part` is `(events, groups)`, `drawn` has draws before."""
    value = fairness.divided(part)
    low, high = resampling.rate_interval(part, drawn)
    for e, suffix in enumerate(events):
        spelled_out = name if name == "accuracy" else name + suffix
        for g, found in enumerate(metrics):
            found[spelled_out] = _numbers(value[e, g], low[e, g], high[e, g])


def _calibration(
    metrics: Sequence[Numbers], scores: tuple[np.ndarray, np.ndarray], draws: int, seed: int
) -> None:
    """Add the calibration error of scores in [0, 1].

    Within a bin, group and class the mean score is held fixed when rows are resampled.
    """
    counts, sums = scores
    mean = np.divide(sums, counts, out=np.zeros_like(sums), where=counts > 0)
    values = fairness.expected_calibration_error(counts, sums)
    rng = numpy_generator(seed, "audit", "scores")
    for place, drawn in resampling.pieces(counts, draws, rng):
        again = fairness.expected_calibration_error(drawn, drawn * mean[place])
        ends = np.stack([values[place], *resampling.percentiles(again)], axis=-1)
        for found, numbers in zip(metrics[place], ends, strict=True):
            found["expected_calibration_error"] = _numbers(*numbers)


def _numbers(value: Any, low: Any, high: Any) -> Numbers:
    plain = (float(number) for number in (value, low, high))
    parts = [number if np.isfinite(number) else None for number in plain]
    return dict(zip(("value", "low", "high"), parts, strict=True))


def _worst(rows: Sequence[Numbers]) -> Numbers:
    """For every rate the groups at both ends."""
    found = {}
    for name in rows[0]["metrics"]:
        known = [row for row in rows if row["metrics"][name]["value"] is not None]
        known.sort(key=lambda row: row["metrics"][name]["value"])
        if len(known) > 1:
            found[name] = {"lowest": known[0]["group"], "highest": known[-1]["group"]}
    return found


def _warnings(rows: Sequence[Numbers]) -> list[str]:
    found = []
    small = [row for row in rows if row["n"] < FEW_ROWS]
    for row in small[:5]:
        found.append(
            f"Group {spelled(row['group'])} has {row['n']} row{'s' if row['n'] > 1 else ''}: too "
            "few to judge it by."
        )
    if len(small) > 5:
        found.append(f"{len(small) - 5} further groups have fewer than {FEW_ROWS} rows.")
    blank: dict[str, list[str]] = {}
    for row in rows:
        for name, numbers in row["metrics"].items():
            if numbers["value"] is None:
                blank.setdefault(name, []).append(spelled(row["group"]))
    for name, names in list(blank.items())[:5]:
        also = f" and {len(names) - 1} more" if len(names) > 1 else ""
        found.append(f"{visible(name)} does not exist in group {names[0]}{also}: no row to count.")
    return found
