"""What scores say beyond one threshold, by group: ranking, calibration, spread and a sweep."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.audit.measures import Decisions, crossed
from core.metrics import calibration, fairness, receiver

MOST_GROUPS = 40
"""The largest ones are told."""
POINTS = 41
"""Of a ROC curve."""
BARS = 20
STEPS = 21
"""Thresholds of the sweep."""
SWEPT = ("selection_rate", "true_positive_rate", "false_positive_rate", "precision", "accuracy")
Numbers = dict[str, Any]


def by_group(table: Decisions) -> Numbers:
    """Curves of the scores of the largest groups.

    Args:
        table: With scores; without truth only the histogram and the rate of selection are known.

    Returns:
        `edges` of the histogram, `thresholds` of the sweep (quantiles of all scores), and `groups`:
        `group`, `n`, `histogram` (rows in each bin), `sweep` (rate -> value at each threshold), and
        with truth `auc` (`value`, `low`, `high`), `roc` (`fpr`, `tpr`), and for scores in [0, 1]
        `calibration` (`score`, `value`, `low`, `high`, `n` of each bin that has rows).
    """
    score = np.asarray(table.y_score)
    codes, groups = crossed(table.groups)
    edges = np.linspace(score.min(), max(score.max(), score.min() + 1e-9), BARS + 1)
    thresholds = np.unique(np.quantile(score, np.linspace(0, 1, STEPS)))
    sizes = np.bincount(codes, minlength=len(groups))
    largest = np.sort(np.argsort(-sizes, kind="stable")[:MOST_GROUPS])
    told = []
    for place in largest.tolist():
        rows = codes == place
        truth = None if table.y_true is None else table.y_true[rows]
        one = {"group": dict(groups[place]), "n": int(sizes[place])}
        histogram = np.histogram(score[rows], edges)[0].tolist()
        sweep = _sweep(truth, score[rows], thresholds)
        told.append({**one, "histogram": histogram, "sweep": sweep, **_against(truth, score[rows])})
    return {"edges": edges.tolist(), "thresholds": thresholds.tolist(), "groups": told}


def _sweep(truth: np.ndarray | None, score: np.ndarray, thresholds: np.ndarray) -> Numbers:
    """Every rate of one group at every threshold."""
    order = np.argsort(score, kind="stable")
    first = np.searchsorted(score[order], thresholds, side="left")
    selected = len(score) - first
    if truth is None:
        return {"selection_rate": _plain(selected / len(score))}
    below = np.concatenate([[0], np.cumsum(truth[order])])[first]
    missed, hit = below, truth.sum() - below
    counts = np.stack([first - missed, selected - hit, missed, hit], axis=-1)
    rates = fairness.rates(counts.reshape(len(thresholds), 1, 2, 2))
    return {name: _plain(rates[name][:, 0]) for name in SWEPT}


def _against(truth: np.ndarray | None, score: np.ndarray) -> Numbers:
    if truth is None:
        return {}
    value, low, high = receiver.area(truth, score)
    found: Numbers = {"auc": dict(zip(("value", "low", "high"), _plain([value, low, high]),
                                      strict=True))}  # fmt: skip
    fpr, tpr, _ = receiver.roc(truth, score)
    at = np.unique(np.linspace(0, len(fpr) - 1, POINTS).round().astype(int))
    found["roc"] = {"fpr": _plain(fpr[at]), "tpr": _plain(tpr[at])}
    if score.min() >= 0 and score.max() <= 1:
        counted = fairness.calibration_counts(truth, score, np.zeros(len(truth), int), n_groups=1)
        curve = calibration.curve(*counted)
        used = curve["n"][0] > 0
        found["calibration"] = {name: _plain(part[0][used]) for name, part in curve.items()}
    return found


def _plain(numbers: Any) -> list[float | None]:
    return [float(n) if np.isfinite(n) else None for n in np.asarray(numbers, float).tolist()]
