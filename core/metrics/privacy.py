"""How well an attack tells members of a training set from others, and how to score them."""

from __future__ import annotations

import numpy as np

from core.lab.intervals import Estimate
from core.lab.scores import PerSeed
from core.metrics import receiver

GUESSING = 0.5
"""Area under the ROC curve of an attack that knows nothing."""
NEAR = 0.05
"""An area this close to guessing counts as guessing: a tenth of the way to certainty."""
GUESSED = "an area of 0.5 is guessing"
MARGIN = "a tenth of the way from guessing (0.5) to certainty (1), on either side"


def off_guessing(area: PerSeed) -> Estimate:
    """How far an attack is from guessing, on either side: who is always wrong knows as much.

    Args:
        area: Under the ROC curve, one number a seed.

    Returns:
        Distance of the mean from 0.5; its interval reaches as far as the further end.
    """
    return abs((area - GUESSING).estimate)


def roc(is_member: np.ndarray, score: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Trace the attack's trade-off: one point for every threshold, ties together.

    Args:
        is_member: The truth, bool, any shape.
        score: Higher means "more likely a member", same shape.

    Returns:
        False-positive rate and true-positive rate, both `(n_thresholds + 1,)` from 0 to 1.

    Raises:
        ValueError: If members or others are missing, or a score is not finite.
    """
    truth, values = np.ravel(is_member).astype(bool), np.ravel(score).astype(float)
    if truth.all() or not truth.any() or not np.isfinite(values).all():
        raise ValueError("a ROC curve needs members, others, and finite scores")
    fpr, tpr, _ = receiver.roc(truth, values)
    return fpr, tpr


def roc_auc(is_member: np.ndarray, score: np.ndarray) -> float:
    """Area under the ROC curve: the chance that a member scores above another, ties count half."""
    return receiver.under(*roc(is_member, score))


def roc_at(is_member: np.ndarray, score: np.ndarray, rates: np.ndarray) -> np.ndarray:
    """Share of members caught at the lowest thresholds that accuse at most so many of the others.

    Args:
        is_member: The truth.
        score: Higher means "more likely a member".
        rates: Most false accusations allowed, in [0, 1], `(n,)`.

    Returns:
        True-positive rates, `(n,)`.
    """
    fpr, tpr = roc(is_member, score)
    return np.asarray(tpr[np.searchsorted(fpr, rates + 1e-12, side="right") - 1])


def tpr_at_fpr(is_member: np.ndarray, score: np.ndarray, fpr: float) -> float:
    """Share of members caught when at most `fpr` of the others are accused; see `roc_at`."""
    return float(roc_at(is_member, score, np.array([fpr]))[0])


def confidence(logits: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Log odds that a network gives the labels: `log(p / (1 - p))` (Carlini et al. 2022).

    Unlike the probability it is roughly normal over networks, and unlike a threshold on it, it
    does not saturate. A threshold on it is a threshold on the loss: both order alike.

    Args:
        logits: `(..., n, n_classes)`, at least 2 classes.
        y: Labels, `(n,)`.

    Returns:
        `(..., n)` float64.
    """
    z = logits.astype(float)
    at = np.broadcast_to(y[:, None], (*z.shape[:-1], 1))
    own = np.take_along_axis(z, at, axis=-1)
    others = z.copy()
    np.put_along_axis(others, at, -np.inf, axis=-1)
    peak = others.max(axis=-1, keepdims=True)
    rest = peak + np.log(np.exp(others - peak).sum(axis=-1, keepdims=True))
    return np.asarray((own - rest)[..., 0])


def likelihood_ratios(
    scores: np.ndarray, is_member: np.ndarray, attacked: np.ndarray | None = None
) -> np.ndarray:
    """Attack every network with all the others as shadows: LiRA of Carlini et al. 2022.

    For each example the shadows that were trained on it and those that were not give two normal
    laws of its confidence, with one variance for all examples (their choice for few shadows).
    The score is the log ratio of the two densities at the attacked network's confidence.

    Args:
        scores: Confidences, `(n_networks, n)`.
        is_member: Which examples each network was trained on, `(n_networks, n)` bool; every
            network's must be drawn independently, or the counts would give members away.
        attacked: Confidences of the networks attacked, if something was done to them since;
            their shadows are the others as they were. `scores` when None.

    Returns:
        `(n_networks, n)`; higher means "more likely a member".

    Raises:
        ValueError: If there are fewer than 3 networks.
    """
    if len(scores) < 3:
        raise ValueError("an attack with shadows needs at least 3 networks")
    found = np.empty_like(scores, dtype=float)
    values = scores if attacked is None else attacked
    for target in range(len(scores)):
        rest = np.arange(len(scores)) != target
        inside = _normal(scores[rest], is_member[rest], values[target])
        outside = _normal(scores[rest], ~is_member[rest], values[target])
        found[target] = inside - outside
    return found


def _normal(shadows: np.ndarray, chosen: np.ndarray, value: np.ndarray) -> np.ndarray:
    """Log density, up to a constant, of values under each example's own mean and one variance."""
    count = chosen.sum(axis=0)
    overall = shadows[chosen].mean()
    total = np.where(chosen, shadows, 0.0).sum(axis=0)
    mean = np.where(count > 0, total / np.maximum(count, 1), overall)
    squares = np.where(chosen, (shadows - mean) ** 2, 0.0).sum()
    freedom = max(int(np.maximum(count - 1, 0).sum()), 1)
    variance = max(squares / freedom, 1e-12)
    # The mean of few shadows is itself uncertain: the prediction's variance is larger.
    variance = variance * (1 + 1 / np.maximum(count, 1))
    return np.asarray(-0.5 * np.log(variance) - (value - mean) ** 2 / (2 * variance))
