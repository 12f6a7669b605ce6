"""The audit of a table of decisions: every rate in every group, every gap, and could it be chance.

The answer is plain (dicts, lists, numbers, strings), unrounded, and the same for page and
command line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np

from core.audit import notes
from core.audit.findings import findings, four_fifths
from core.audit.gaps import Numbers, Section, Tests, corrected, gaps, tests
from core.audit.strata import Standardised
from core.metrics import calibration, fairness, gap_intervals

MOST_WORK = 80_000
"""Cells of an accepted table, see `work`."""
Column = tuple[np.ndarray, Sequence[str]]


@dataclass(frozen=True)
class Decisions:
    """What is audited.

    Attributes:
        y_true: Codes `(n,)` into `classes`; None where only decisions are known.
        y_pred: Codes `(n,)` into `classes`.
        classes: Names of the classes; of two, the second is the positive one.
        groups: Column -> codes `(n,)` and the names they stand for.
        y_score: Scores `(n,)` of the positive class, if there are any.
        weights: Of the rows, `(n,)`, at least 0; each counts once when None.
        strata: A column within whose values groups are compared as well.
        reference: Column -> the value that others are held against.
        smallest: Groups with fewer rows are told and not compared.
    """

    y_true: np.ndarray | None
    y_pred: np.ndarray
    classes: Sequence[str]
    groups: Mapping[str, Column]
    y_score: np.ndarray | None = None
    weights: np.ndarray | None = None
    strata: Column | None = None
    reference: Mapping[str, str] = field(default_factory=dict)
    smallest: int = 1


@dataclass(frozen=True)
class Counted:
    """What is left of a table once it is counted: its size does not depend on the rows.

    Attributes:
        section: Counts by group, true and decided class.
        scores: Counts and sums of scores by group, bin and class, each `(groups, bins, 2)`.
    """

    section: Section
    scores: tuple[np.ndarray, np.ndarray] | None = None


def audit(table: Decisions) -> Numbers:
    """Report on a table.

    Args:
        table: What is audited.

    Returns:
        `n`, `classes`, `overall` (rate -> `value`, `low`, `high`: Wilson's 95% interval),
        `groups` (all columns together: `group`, `n`, `metrics`), `differences` and `ratios` (see
        `core.audit.gaps.gaps`), `findings`, `worst_groups`, `by_column` (the same for each column
        alone, if there are several),
        `by_stratum` (the same within each stratum), `adjusted` (all groups as if each were spread
        over the strata as everyone is; `covered`: the share of rows that this is about),
        `four_fifths`, `tests` (how many p-values Holm's correction was over) and `warnings`.
        Numbers that do not exist are None.
    """
    return audit_beside([table])[0]


def audit_beside(tables: Sequence[Decisions]) -> list[Numbers]:
    """Report on several decisions about the same rows; chance is judged over all of them."""
    every = [_parts(table) for table in tables]
    flat = [tests(part.section) for parts in every for part in parts.values()]
    among = iter(corrected(flat))
    alone = iter(flat)
    n_tests = sum(int((~np.isnan(p)).sum()) for part in flat for p in part.values())
    found = []
    for table, parts in zip(tables, every, strict=True):
        told = {name: _section(part, next(alone), next(among)) for name, part in parts.items()}
        found.append(_answer(table, told) | {"tests": n_tests})
    return found


def _parts(table: Decisions) -> dict[tuple[str, str], Counted]:
    """Every way of grouping that is told, by kind and name."""
    found = {("everyone", ""): _counted(table, np.zeros(len(table.y_pred), dtype=np.int64), [{}])}
    found["together", ""] = _counted(table, *crossed(table.groups))
    if len(table.groups) > 1:
        for name, column in table.groups.items():
            found["column", name] = _counted(table, *crossed({name: column}))
    if table.strata is not None:
        codes, names = table.strata
        for place, name in enumerate(names):
            found["stratum", name] = _counted(*_only(table, codes == place))
        found["adjusted", ""] = Counted(_standardised(table, found["together", ""].section))
    return found


def _standardised(table: Decisions, together: Section) -> Standardised:
    """All groups, as if each were spread over the strata as everyone is."""
    codes, groups = crossed(table.groups)
    strata, names = table.strata or (codes, ())
    parts = [
        _counted(part, codes[rows], groups).section
        for rows in (strata == place for place in range(len(names)))
        for part in [_only(table, rows)[0]]
    ]
    shared = {one.name: getattr(together, one.name) for one in fields(Section)}
    return Standardised(**shared, parts=parts)


def _only(table: Decisions, rows: np.ndarray) -> tuple[Decisions, np.ndarray, list[dict[str, str]]]:
    """The rows of one stratum, and their groups."""
    groups = {name: (codes[rows], values) for name, (codes, values) in table.groups.items()}
    part = replace(
        table, groups=groups, strata=None, y_score=None, y_pred=table.y_pred[rows],
        y_true=None if table.y_true is None else table.y_true[rows],
        weights=None if table.weights is None else table.weights[rows],
    )  # fmt: skip
    return part, *crossed(groups)


def _answer(table: Decisions, told: Mapping[tuple[str, str], tuple[Numbers, list[str]]]) -> Numbers:
    found, warnings = told["together", ""]
    kinds = {"column": "by_column", "stratum": "by_stratum"}
    more: dict[str, Numbers] = {}
    for (kind, name), (section, _) in told.items():
        if kind in kinds:
            more.setdefault(kinds[kind], {})[name] = section
    if ("adjusted", "") in told:
        more["adjusted"] = told["adjusted", ""][0]
    return {
        "n": len(table.y_pred),
        "classes": list(table.classes),
        "overall": told["everyone", ""][0]["groups"][0]["metrics"],
        **found, **more, "warnings": warnings,
    }  # fmt: skip


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
    """Cells to count: classes squared, times groups of all columns, of each and of each stratum."""
    groups = len(crossed(table.groups)[1])
    if table.strata is not None:
        groups *= 1 + len(table.strata[1])
    if len(table.groups) > 1:
        groups += sum(len(values) for _, values in table.groups.values())
    return groups * len(table.classes) ** 2


def _counted(table: Decisions, codes: np.ndarray, groups: Sequence[Mapping[str, str]]) -> Counted:
    y_true = table.y_pred if table.y_true is None else table.y_true
    n_classes, n_groups = len(table.classes), len(groups)
    counts = rows = fairness.confusion_counts(
        y_true, table.y_pred, codes, n_classes=n_classes, n_groups=n_groups
    )
    squares = None
    if table.weights is not None:
        counts, squares = (
            fairness.weighted_counts(
                y_true, table.y_pred, codes, weights, n_classes=n_classes, n_groups=n_groups
            )
            for weights in (table.weights, table.weights**2)
        )
    score, scores = table.y_score, None
    if score is not None and table.y_true is not None and score.min() >= 0 and score.max() <= 1:
        scores = fairness.calibration_counts(table.y_true, score, codes, n_groups=len(groups))
    n = rows.sum(axis=(1, 2))
    reference = reference_of(groups, table.reference)
    compared = n >= table.smallest
    if reference is None and table.reference and {*groups[0]} <= {*table.reference}:
        compared[:] = False  # Here nobody is in the group that others are held against.
    section = Section(
        counts, groups, _events(table.classes), n, squares, compared, reference,
        table.y_true is None,
    )  # fmt: skip
    return Counted(section, scores)


def reference_of(groups: Sequence[Mapping[str, str]], wanted: Mapping[str, str]) -> int | None:
    """The group that has the wanted value in each of its columns; None where no column has one."""
    for place, group in enumerate(groups):
        if group and all(wanted.get(name) == value for name, value in group.items()):
            return place
    return None


def _section(part: Counted, alone: Tests, among: Tests) -> tuple[Numbers, list[str]]:
    section = part.section
    metrics = _rates(section)
    if part.scores is not None:
        _calibration(metrics, part.scores)
    rows = [
        {"group": dict(group), "n": n, "metrics": found}
        for group, n, found in zip(section.groups, section.rows.tolist(), metrics, strict=True)
    ]
    differences: Numbers = {}
    ratios: Numbers = {}
    if len(rows) > 1:
        differences, ratios = gaps(section, alone, among)
    found: Numbers = {"groups": rows, "differences": differences, "ratios": ratios}
    found["findings"] = findings(section, among)
    found["four_fifths"] = four_fifths(section)
    if isinstance(section, Standardised):
        found["covered"] = section.covered
    return {**found, "worst_groups": notes.worst(rows)}, notes.warnings(rows)


def _events(classes: Sequence[str]) -> dict[str, int]:
    """The positive class, or every class against the rest, by what its names end on."""
    if len(classes) == 2:
        return {"": 1}
    return {f"[{name}]": place for place, name in enumerate(classes)}


def _rates(section: Section) -> list[Numbers]:
    """Every rate of every group, with Wilson's interval."""
    metrics: list[Numbers] = [{} for _ in section.groups]
    for name, (value, n) in section.rates().items():
        low, high = gap_intervals.wilson(value, n, gap_intervals.quantile())
        for e, suffix in enumerate(section.events):
            spelled_out = name if name == "accuracy" else name + suffix
            for g, found in enumerate(metrics):
                found[spelled_out] = _numbers(value[e, g], low[e, g], high[e, g])
    return metrics


def _calibration(metrics: Sequence[Numbers], scores: tuple[np.ndarray, np.ndarray]) -> None:
    """Add the calibration error of scores in [0, 1].

    It has no interval: it is above 0 for perfectly calibrated scores too. `chance` is what those
    stay under in 95% of tables, in all groups together.
    """
    values = fairness.expected_calibration_error(*scores)
    bounds = calibration.by_chance(*scores, level=1 - 0.05 / len(values))
    for found, value, bound in zip(metrics, values, bounds, strict=True):
        numbers = _numbers(value, np.nan, np.nan)
        found["expected_calibration_error"] = {**numbers, "chance": _numbers(bound, 0, 0)["value"]}


def _numbers(value: Any, low: Any, high: Any) -> Numbers:
    plain = (float(number) for number in (value, low, high))
    parts = [number if np.isfinite(number) else None for number in plain]
    return dict(zip(("value", "low", "high"), parts, strict=True))
