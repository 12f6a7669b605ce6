"""Who is treated how: rates per group, and the gaps between groups that definitions look at.

Everything is computed from counts `(..., groups, classes, classes)`: rows are true classes,
columns predicted ones. Leading axes are free, so a thousand resampled tables are one array.
Definitions are those of fairlearn; where a rate has an empty denominator it is NaN here (there
0). A gap is over the groups that have the rate, and NaN where fewer than two have: one group has no
gap to itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

Fraction = tuple[np.ndarray, np.ndarray]
"""Numerator and denominator of a rate, each `(..., groups)`."""

RATES = (
    "selection_rate",
    "true_positive_rate",
    "false_positive_rate",
    "false_negative_rate",
    "precision",
    "accuracy",
    "base_rate",
)
DEFINITIONS: Mapping[str, tuple[str, ...]] = {
    "demographic_parity": ("selection_rate",),
    "equalized_odds": ("true_positive_rate", "false_positive_rate"),
    "equal_opportunity": ("true_positive_rate",),
    "predictive_parity": ("precision",),
    "accuracy": ("accuracy",),
    "false_positive_rate": ("false_positive_rate",),
    "false_negative_rate": ("false_negative_rate",),
}
"""Each definition asks that these rates be the same in all groups; the worst of them counts."""


def confusion_counts(
    y_true: np.ndarray,
    y_pred: np.ndarray,
    groups: np.ndarray,
    *,
    n_classes: int = 2,
    n_groups: int | None = None,
) -> np.ndarray:
    """Count rows by group, true and predicted class.

    Args:
        y_true: Classes `(n,)`, integers in `[0, n_classes)`.
        y_pred: Predicted classes `(n,)`, same range.
        groups: Group of each row `(n,)`, integers in `[0, n_groups)`.
        n_classes: At least 2.
        n_groups: One more than the largest group when None.

    Returns:
        Counts `(n_groups, n_classes, n_classes)` int64.
    """
    size = int(groups.max()) + 1 if n_groups is None else n_groups
    place = (groups.astype(np.int64) * n_classes + y_true) * n_classes + y_pred
    flat = np.bincount(place, minlength=size * n_classes * n_classes)
    return flat.reshape(size, n_classes, n_classes)


def weighted_counts(
    y_true: np.ndarray,
    y_pred: np.ndarray,
    groups: np.ndarray,
    weights: np.ndarray,
    *,
    n_classes: int,
    n_groups: int,
) -> np.ndarray:
    """Add up weights as `confusion_counts` counts rows.

    Args:
        y_true: Classes `(n,)`, integers in `[0, n_classes)`.
        y_pred: Predicted classes `(n,)`, same range.
        groups: Group of each row `(n,)`, integers in `[0, n_groups)`.
        weights: `(n,)`, at least 0.
        n_classes: At least 2.
        n_groups: How many groups.

    Returns:
        Sums `(n_groups, n_classes, n_classes)` float.
    """
    place = (groups.astype(np.int64) * n_classes + y_true) * n_classes + y_pred
    flat = np.bincount(place, weights, minlength=n_groups * n_classes * n_classes)
    return flat.reshape(n_groups, n_classes, n_classes)


def expected_counts(
    y_true: np.ndarray, chance: np.ndarray, groups: np.ndarray, *, n_groups: int
) -> np.ndarray:
    """What `confusion_counts` would be on average, for two classes and decisions by lot.

    Args:
        y_true: Classes `(n,)` in {0, 1}.
        chance: Of a positive decision, `(n,)` in [0, 1].
        groups: Group of each row `(n,)`, integers in `[0, n_groups)`.
        n_groups: How many groups.

    Returns:
        `(n_groups, 2, 2)` float.
    """
    place = groups.astype(np.int64) * 2 + y_true
    parts = [np.bincount(place, share, minlength=2 * n_groups) for share in (1 - chance, chance)]
    return np.stack(parts, axis=-1).reshape(n_groups, 2, 2)


def fractions_of(counts: np.ndarray, positives: Sequence[int]) -> dict[str, Fraction]:
    """Numerator and denominator of every rate, for several classes against the rest.

    Args:
        counts: `(..., groups, classes, classes)`.
        positives: The classes that count as the good or the predicted event, in turn.

    Returns:
        Name of `RATES` -> `(numerator, denominator)`, each `(..., positives, groups)`. Accuracy
        is over all classes, so the same for each; the others are about the positive one.
    """
    at = list(positives)
    actual = counts[..., at, :].sum(axis=-1).swapaxes(-1, -2)
    selected = counts[..., :, at].sum(axis=-2).swapaxes(-1, -2)
    hit = counts[..., at, at].swapaxes(-1, -2)
    n = np.broadcast_to(counts.sum(axis=(-2, -1))[..., None, :], hit.shape)
    right = np.broadcast_to(np.trace(counts, axis1=-2, axis2=-1)[..., None, :], hit.shape)
    return {
        "selection_rate": (selected, n),
        "true_positive_rate": (hit, actual),
        "false_positive_rate": (selected - hit, n - actual),
        "false_negative_rate": (actual - hit, actual),
        "precision": (hit, selected),
        "accuracy": (right, n),
        "base_rate": (actual, n),
    }


def fractions(counts: np.ndarray, positive: int = 1) -> dict[str, Fraction]:
    """Numerator and denominator of every rate, one class against the rest.

    Args:
        counts: `(..., groups, classes, classes)`.
        positive: The class that counts as the good or the predicted event.

    Returns:
        Name of `RATES` -> `(numerator, denominator)`, each `(..., groups)`.
    """
    found = fractions_of(counts, [positive])
    return {name: (above[..., 0, :], below[..., 0, :]) for name, (above, below) in found.items()}


def divided(fraction: Fraction) -> np.ndarray:
    """Value of a rate, NaN where its denominator is 0; same shape as its numerator."""
    above, below = (np.asarray(part, dtype=float) for part in fraction)
    return np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0)


def rates(counts: np.ndarray, positive: int = 1) -> dict[str, np.ndarray]:
    """Every rate of `RATES` in each group, in [0, 1], `(..., groups)`."""
    return {name: divided(part) for name, part in fractions(counts, positive).items()}


def ends(values: np.ndarray) -> np.ndarray:
    """Smallest and largest value over the last axis, `(..., 2)`.

    Both are NaN where nobody has a value; the largest is where only one group has: there is
    nothing to compare. Ends of ends and further values are the ends of all, so a gap needs not
    hold every group at once.
    """
    missing = np.isnan(values)
    known = (~missing).sum(axis=-1)
    low = np.where(missing, np.inf, values).min(axis=-1)
    high = np.where(missing, -np.inf, values).max(axis=-1)
    return np.stack([np.where(known > 0, low, np.nan), np.where(known > 1, high, np.nan)], axis=-1)


def difference(values: np.ndarray) -> np.ndarray:
    """Largest minus smallest over the last axis, at least 0; NaN where fewer than two are known."""
    found = ends(values)
    return found[..., 1] - found[..., 0]


def ratio(values: np.ndarray) -> np.ndarray:
    """Smallest over largest on the last axis, in [0, 1].

    NaN where the largest is 0 or fewer than two are known.
    """
    found = ends(values)
    return divided((found[..., 0], found[..., 1]))


def gaps(found: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Difference of every definition: the worst of its rates, `(...)` in [0, 1].

    NaN where one of its rates has no gap: the worst of them is not known then.

    `demographic_parity`, `equalized_odds` and `equal_opportunity` equal fairlearn's functions of
    that name with `_difference` (worst case); `predictive_parity` is its
    `MetricFrame(metrics=precision_score).difference()`.

    Args:
        found: Rates by name, `(..., groups)` each, as `rates` gives them.
    """
    return {
        name: np.maximum.reduce([difference(found[rate]) for rate in parts])
        for name, parts in DEFINITIONS.items()
    }


def ratios(found: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Ratio of every definition: smallest over largest rate, the worst of its rates, `(...)`."""
    return {
        name: np.minimum.reduce([ratio(found[rate]) for rate in parts])
        for name, parts in DEFINITIONS.items()
    }


def signed_gap(values: np.ndarray) -> np.ndarray:
    """Second group minus first of two, `(..., 2)` -> `(...)`: who is at a disadvantage shows."""
    return values[..., 1] - values[..., 0]


def selection_gaps(
    called: np.ndarray, attributes: Mapping[str, np.ndarray], crossed: str
) -> dict[str, float]:
    """Widest gap in selection rates by each attribute, and where all of them cross.

    Decisions can be fair by each attribute and unfair at their crossing (Kearns et al. 2018).

    Args:
        called: Decisions `(n,)` in {0, 1}.
        attributes: Name -> values `(n,)` in {0, 1}.
        crossed: What the crossing is called.
    """
    together = np.zeros(len(called), dtype=np.int64)
    for values in attributes.values():
        together = 2 * together + values
    found = {}
    for name, groups in {**attributes, crossed: together}.items():
        # Selection rates do not look at the truth.
        counts = confusion_counts(np.zeros_like(groups), called, groups)
        found[name] = float(difference(rates(counts)["selection_rate"]))
    return found


def implied_false_positive_rate(
    base_rate: np.ndarray | float, precision: np.ndarray | float, miss_rate: np.ndarray | float
) -> np.ndarray:
    """False positive rate that follows from the other three (Chouldechova 2017, equation 2.6).

    Args:
        base_rate: Share of positives, in (0, 1).
        precision: Positive predictive value, in (0, 1].
        miss_rate: False negative rate, in [0, 1].
    """
    odds = np.asarray(base_rate) / (1 - np.asarray(base_rate))
    return odds * (1 - precision) / precision * (1 - miss_rate)


def implied_by_pooling(counts: np.ndarray) -> np.ndarray:
    """False positive rates that the groups' base rates imply at one precision and miss rate.

    Args:
        counts: `(..., groups, 2, 2)`; precision and miss rate are those of all groups together.

    Returns:
        `(..., groups)`.
    """
    found, pooled = rates(counts), rates(counts.sum(axis=-3, keepdims=True))
    return implied_false_positive_rate(
        found["base_rate"], pooled["precision"], pooled["false_negative_rate"]
    )


def calibration_counts(
    y_true: np.ndarray, y_score: np.ndarray, groups: np.ndarray, *, n_groups: int, bins: int = 10
) -> tuple[np.ndarray, np.ndarray]:
    """Count rows by group, bin of equal width and class, and add up their scores.

    Args:
        y_true: `(n,)` in {0, 1}.
        y_score: `(n,)` in [0, 1]; 1 falls into the last bin.
        groups: `(n,)` integers in `[0, n_groups)`.
        n_groups: How many groups.
        bins: How many bins.

    Returns:
        Counts and sums of scores, each `(n_groups, bins, 2)`.
    """
    bin_of = np.minimum((y_score * bins).astype(np.int64), bins - 1)
    place = (groups.astype(np.int64) * bins + bin_of) * 2 + y_true
    size = n_groups * bins * 2
    counts = np.bincount(place, minlength=size).reshape(n_groups, bins, 2)
    sums = np.bincount(place, weights=y_score, minlength=size).reshape(n_groups, bins, 2)
    return counts, sums


def expected_calibration_error(counts: np.ndarray, sums: np.ndarray) -> np.ndarray:
    """Mean distance between a bin's mean score and its share of positives, weighted by rows.

    Args:
        counts: From `calibration_counts`, `(..., groups, bins, 2)`.
        sums: Sums of scores, same shape.

    Returns:
        `(..., groups)` in [0, 1]; NaN for groups without rows (Guo et al. 2017, equation 3).
    """
    apart = np.abs(counts[..., 1] - sums.sum(axis=-1)).sum(axis=-1)
    return divided((apart, counts.sum(axis=(-2, -1))))
