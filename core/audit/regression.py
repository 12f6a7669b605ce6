"""The audit of predicted numbers: mean error, mean prediction and calibration by group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from core.audit import notes
from core.audit.gaps import LEVEL
from core.audit.measures import reference_of
from core.audit.settings import Settings
from core.metrics import exact_tests, mean_gaps

BINS = 10
SAID = "Numbers were predicted: an error is the prediction less what was true."
Numbers = dict[str, Any]


def audit(
    y_true: np.ndarray,
    y_pred: np.ndarray,
    codes: np.ndarray,
    groups: Sequence[Mapping[str, str]],
    settings: Settings,
) -> Numbers:
    """Report on predicted numbers.

    Args:
        y_true: What was true, `(n,)`.
        y_pred: What was predicted, `(n,)`.
        codes: Group of each row, `(n,)`.
        groups: What each group is.
        settings: Reference group and smallest size.

    Returns:
        Shaped as that of `core.audit.measures.audit`, with `kind` "numbers"; rates are
        `mean_error`, `mean_absolute_error`, `mean_prediction` and `mean_truth` in the column's own
        unit; each group has its `calibration`: mean prediction against mean truth in tenths.
    """
    error = y_pred - y_true
    parts = {"mean_error": error, "mean_absolute_error": np.abs(error), "mean_prediction": y_pred}
    size = np.bincount(codes, minlength=len(groups))
    compared = (size >= max(settings.smallest, 2))[codes]
    reference = reference_of(groups, settings.reference)
    alone = [
        mean_gaps.welch_p(values[compared], codes[compared], len(groups), reference)
        for values in parts.values()
    ]
    among = exact_tests.holm(np.concatenate(alone)).reshape(len(parts), -1)
    summed = {
        name: mean_gaps.means(values[compared], codes[compared], len(groups))
        for name, values in parts.items()
    }
    rows = _rows({**parts, "mean_truth": y_true}, codes, groups, size)
    _calibrate(rows, y_true, y_pred, codes)
    everyone = _rows({**parts, "mean_truth": y_true}, np.zeros_like(codes), [{}], [len(codes)])
    differences, findings = {}, []
    for at, (name, means) in enumerate(summed.items()):
        gap = _gap(means, alone[at], among[at], groups, reference)
        differences[f"{name}_difference"] = gap
        findings += _found(name, means, among[at], groups, reference)
    return {
        "kind": "numbers", "n": len(y_true), "classes": [], "groups": rows,
        "overall": everyone[0]["metrics"], "differences": differences, "ratios": {},
        "findings": findings, "worst_groups": {}, "tests": int((~np.isnan(among)).sum()),
        "warnings": notes.small(rows),
        "positive": {"class": None, "chosen": False, "said": SAID},
    }  # fmt: skip


def _rows(
    parts: Mapping[str, np.ndarray], codes: np.ndarray, groups: Sequence[Mapping[str, str]],
    size: Sequence[int] | np.ndarray,
) -> list[Numbers]:  # fmt: skip
    found: list[Numbers] = [
        {"group": dict(group), "n": int(n), "metrics": {}}
        for group, n in zip(groups, size, strict=True)
    ]
    for name, values in parts.items():
        means = mean_gaps.means(values, codes, len(groups))
        for row, value, low, high in zip(found, means.mean, *means.interval(), strict=True):
            row["metrics"][name] = _numbers(value, low, high)
    return found


def _numbers(*three: float) -> Numbers:
    plain = (float(n) if np.isfinite(n) else None for n in three)
    return dict(zip(("value", "low", "high"), plain, strict=True))


def _gap(
    means: mean_gaps.Means, alone: np.ndarray, among: np.ndarray,
    groups: Sequence[Mapping[str, str]], reference: int | None,
) -> Numbers:  # fmt: skip
    known = np.flatnonzero(means.n > 1)
    blank = dict.fromkeys(
        ("value", "low", "high", "p_value", "p_adjusted", "noise", "lowest", "highest")
    )
    if len(known) < 2 or (reference is not None and reference not in known):
        reason = "Fewer than two groups are large enough to be compared."
        return {**blank, "reason": reason, "where_defined": None}
    ends = [int(known[pick(means.mean[known])]) for pick in (np.argmin, np.argmax)]
    if reference is not None:
        far = max(ends, key=lambda place: abs(means.mean[place] - means.mean[reference]))
        ends = sorted((far, reference), key=lambda place: means.mean[place])
    low, high = means.widest(reference)
    smallest = float(np.nanmin(among))
    return {
        "value": float(means.mean[ends[1]] - means.mean[ends[0]]), "low": low, "high": high,
        "p_value": float(np.nanmin(exact_tests.holm(alone))), "p_adjusted": smallest,
        "noise": smallest > LEVEL, "lowest": dict(groups[ends[0]]),
        "highest": dict(groups[ends[1]]), "reason": None, "where_defined": None,
    }  # fmt: skip


def _found(
    name: str, means: mean_gaps.Means, among: np.ndarray, groups: Sequence[Mapping[str, str]],
    reference: int | None,
) -> list[Numbers]:  # fmt: skip
    found = []
    for place in np.flatnonzero(np.nan_to_num(among, nan=1.0) <= LEVEL).tolist():
        _, pair = mean_gaps.against(means, place, reference)
        low, high = pair.interval_of_difference()
        found.append({
            "rate": name, "group": dict(groups[place]), "value": float(pair.mean[0]),
            "others": float(pair.mean[1]), "low": low, "high": high,
            "p_adjusted": float(among[place]),
        })  # fmt: skip
    return found


def _calibrate(
    rows: Sequence[Numbers], y_true: np.ndarray, y_pred: np.ndarray, codes: np.ndarray
) -> None:
    """Add the calibration of every group."""
    order, ends = np.argsort(codes, kind="stable"), np.cumsum([row["n"] for row in rows])
    for row, own in zip(rows, np.split(order, ends[:-1]), strict=True):
        row["calibration"] = _calibration(y_true[own], y_pred[own])


def _calibration(y_true: np.ndarray, y_pred: np.ndarray) -> list[Numbers]:
    """Mean truth, with its interval, in up to ten equally filled bins of the prediction."""
    edges = np.unique(np.quantile(y_pred, np.arange(1, BINS) / BINS))
    bins = np.searchsorted(edges, y_pred, side="right")
    means = mean_gaps.means(y_true, bins, len(edges) + 1)
    predicted = mean_gaps.means(y_pred, bins, len(edges) + 1).mean
    return [
        {"prediction": float(p), "n": int(n), **_numbers(value, low, high)}
        for p, n, value, low, high in zip(
            predicted, means.n, means.mean, *means.interval(), strict=True
        )
        if n
    ]
