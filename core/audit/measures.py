"""The audit of a table of decisions: every rate in every group, every gap, and what chance does.

The answer is plain (dicts, lists, numbers, strings), unrounded, and the same for page and
command line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.lab.seeding import numpy_generator
from core.metrics import fairness, resampling

FEW_ROWS = 30
"""Groups with fewer are named in a warning."""
RATIO_NAMES = ("demographic_parity", "equalized_odds", "equal_opportunity", "predictive_parity")
Numbers = dict[str, Any]


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
    groups: Mapping[str, tuple[np.ndarray, Sequence[str]]]
    y_score: np.ndarray | None = None


def audit(table: Decisions, seed: int = 0) -> Numbers:
    """Report on a table.

    Args:
        table: What is audited.
        seed: Of the resampling.

    Returns:
        `n`, `classes`, `overall` (rate -> `value`, `low`, `high`), `groups` (all columns
        together: `group`, `n`, `metrics`), `differences` and `ratios` (name -> `value`, `low`,
        `high`, `p_value`, `chance`: what 95% of shuffled tables stay within, `noise`),
        `worst_groups`, `by_column` (the same for each column alone, if there are several) and
        `warnings`.
    """
    everyone = np.zeros(len(table.y_true), dtype=np.int64)
    overall, _ = _section(table, everyone, [{}], seed)
    codes, groups = crossed(table.groups)
    found, warnings = _section(table, codes, groups, seed)
    answer: Numbers = {
        "n": len(table.y_true),
        "classes": list(table.classes),
        "overall": overall["groups"][0]["metrics"],
        **found,
    }
    if len(table.groups) > 1:
        alone = {name: crossed({name: column}) for name, column in table.groups.items()}
        answer["by_column"] = {name: _section(table, *one, seed)[0] for name, one in alone.items()}
    answer["warnings"] = warnings
    return answer


def crossed(
    columns: Mapping[str, tuple[np.ndarray, Sequence[str]]],
) -> tuple[np.ndarray, list[dict[str, str]]]:
    """Cross group columns: one code per combination that occurs, and what each stands for."""
    names = list(columns)
    mixed = np.zeros(len(columns[names[0]][0]), dtype=np.int64)
    for codes, values in columns.values():
        mixed = mixed * len(values) + codes
    seen, inverse = np.unique(mixed, return_inverse=True)
    groups = []
    for code in seen.tolist():
        parts = []
        for name in reversed(names):
            code, place = divmod(code, len(columns[name][1]))
            parts.append((name, str(columns[name][1][place])))
        groups.append(dict(reversed(parts)))
    return inverse.astype(np.int64), groups


def _section(
    table: Decisions, codes: np.ndarray, groups: Sequence[Mapping[str, str]], seed: int
) -> tuple[Numbers, list[str]]:
    counts = fairness.confusion_counts(
        table.y_true, table.y_pred, codes, n_classes=len(table.classes), n_groups=len(groups)
    )
    draws = resampling.n_draws(int((counts > 0).sum()))
    metrics: list[Numbers] = [{} for _ in groups]
    events = _events(table.classes)
    rng = numpy_generator(seed, "audit", "rows")
    again = resampling.read_off(
        counts, lambda part: np.stack([_stacked(part, at) for at in events.values()], 1), draws, rng
    )
    for place, (suffix, positive) in enumerate(events.items()):
        _rates(metrics, suffix, counts, positive, again[:, place])
    _calibration(metrics, table, codes, draws, seed)
    sizes = counts.sum(axis=(1, 2)).tolist()
    rows = [
        {"group": dict(group), "n": n, "metrics": found}
        for group, n, found in zip(groups, sizes, metrics, strict=True)
    ]
    differences: Numbers = {}
    ratios: Numbers = {}
    if len(groups) > 1:
        differences, ratios = _gaps(counts, events, again, seed)
    section = {"groups": rows, "differences": differences, "ratios": ratios}
    return {**section, "worst_groups": _worst(rows)}, _warnings(rows)


def _events(classes: Sequence[str]) -> dict[str, int]:
    """The positive class, or every class against the rest, by what its names end on."""
    if len(classes) == 2:
        return {"": 1}
    return {f"[{name}]": place for place, name in enumerate(classes)}


def _stacked(counts: np.ndarray, positive: int) -> np.ndarray:
    found = fairness.rates(counts, positive)
    return np.stack([found[name] for name in fairness.RATES], axis=-2)


def _rates(
    metrics: Sequence[Numbers], suffix: str, counts: np.ndarray, positive: int, draws: np.ndarray
) -> None:
    parts = fairness.fractions(counts, positive)
    for place, name in enumerate(fairness.RATES):
        values = fairness.divided(parts[name])
        low, high = resampling.rate_interval(parts[name], draws[:, place])
        spelled = name if name == "accuracy" else name + suffix
        for g, found in enumerate(metrics):
            found[spelled] = _numbers(values[g], low[g], high[g])


def _calibration(
    metrics: Sequence[Numbers], table: Decisions, codes: np.ndarray, draws: int, seed: int
) -> None:
    """Add the calibration error of scores in [0, 1].

    Within a bin, group and class the mean score is held fixed when rows are resampled.
    """
    score = table.y_score
    if score is None or score.min() < 0 or score.max() > 1:
        return
    counts, sums = fairness.calibration_counts(table.y_true, score, codes, n_groups=len(metrics))
    mean = np.divide(sums, counts, out=np.zeros_like(sums), where=counts > 0)
    values = fairness.expected_calibration_error(counts, sums)
    low, high = resampling.percentiles(resampling.read_off(
        counts,
        lambda part: fairness.expected_calibration_error(part, part * mean),
        draws,
        numpy_generator(seed, "audit", "scores"),
    ))  # fmt: skip
    for g, found in enumerate(metrics):
        found["expected_calibration_error"] = _numbers(values[g], low[g], high[g])


def _gaps(
    counts: np.ndarray, events: Mapping[str, int], again: np.ndarray, seed: int
) -> tuple[Numbers, Numbers]:
    """Differences and ratios of every definition; of several events the worst one counts.

    Args:
        counts: `(groups, classes, classes)`.
        events: Positive classes.
        again: Rates in resampled tables, `(draws, events, rates, groups)`.
        seed: Of the shuffles.
    """
    seen: list[Mapping[str, np.ndarray]] = []
    for place, positive in enumerate(events.values()):
        rng = numpy_generator(seed, "audit", "shuffled groups", positive)
        by_chance = resampling.shuffled(counts, positive, len(again), rng)
        drawn = dict(zip(fairness.RATES, again[:, place].swapaxes(0, 1), strict=True))
        for found in (fairness.rates(counts, positive), drawn, by_chance):
            seen.append(found)
    plain: list[Numbers] = []
    for kind, read, worst in (
        ("difference", fairness.gaps, np.fmax), ("ratio", fairness.ratios, np.fmin),
    ):  # fmt: skip
        parts = [read(found) for found in seen]
        names = [n for n in parts[0] if kind == "difference" or n in RATIO_NAMES]
        plain.append({
            f"{name}_{kind}": _gap(kind, *(
                worst.reduce([part[name] for part in parts[which::3]]) for which in range(3)
            ))
            for name in names
        })  # fmt: skip
    return plain[0], plain[1]


def _gap(kind: str, value: np.ndarray, drawn: np.ndarray, chance: np.ndarray) -> Numbers:
    """One gap with its interval, and what shuffled groups give."""
    number = float(value)
    if not np.isfinite(number):
        return {**_numbers(number, np.nan, np.nan), "p_value": None, "chance": None, "noise": None}
    low, high = resampling.percentiles(drawn)
    # A ratio far below 1 is what a difference far above 0 is.
    sign = 1 if kind == "difference" else -1
    p = resampling.p_value(sign * chance, sign * number)
    bound = float(np.nanquantile(chance, 0.95 if kind == "difference" else 0.05))
    return {
        **_numbers(number, min(float(low), number), max(float(high), number)),
        "p_value": p, "chance": bound, "noise": p > 0.05,
    }  # fmt: skip


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
        found.append(f"{name} does not exist in group {names[0]}{also}: no row to count.")
    return found


def spelled(group: Mapping[str, str]) -> str:
    """Name a group: `race=A, sex=F`; the whole table has no name."""
    return ", ".join(f"{name}={value}" for name, value in group.items())
