"""Detecting inputs unlike those that a network has learned from: larger scores are stranger."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp, xlogy

from core.metrics.calibration import softmax

SOFTMAX, ENTROPY, ENERGY = "max softmax", "entropy", "energy"
DISAGREEMENT, GAUSS = "ensemble disagreement", "Mahalanobis"
NEIGHBOURS, PIXELS = "nearest neighbours", "pixels, no network"
DETECTORS = (SOFTMAX, ENTROPY, ENERGY, DISAGREEMENT, GAUSS, NEIGHBOURS, PIXELS)
RELATIVE_CUTOFF = 1e-6
"""Directions in which features vary by less than this share of the most are left out: what a
network never uses would otherwise decide, by rounding."""


def one_minus_confidence(probabilities: np.ndarray) -> np.ndarray:
    """Max softmax (Hendrycks & Gimpel 2017), turned round: `(..., n)` in [0, 1].

    Args:
        probabilities: `(..., n, classes)`.
    """
    return np.asarray(1 - probabilities.max(-1))


def entropy(probabilities: np.ndarray) -> np.ndarray:
    """Entropy of the class probabilities in nats, `(..., n)`."""
    return np.asarray(-xlogy(probabilities, probabilities).sum(-1))


def energy(logits: np.ndarray) -> np.ndarray:
    """Minus the log of the sum of exponentials (Liu et al. 2020, temperature 1), `(..., n)`."""
    return np.asarray(-logsumexp(logits, axis=-1))


def disagreement(members: np.ndarray) -> np.ndarray:
    """How far an ensemble's members contradict each other, in nats, at least 0, `(..., n)`.

    Entropy of the mean answer minus the mean entropy of the answers: mutual information.

    Args:
        members: Class probabilities, `(members, ..., n, classes)`.
    """
    return np.asarray((entropy(members.mean(0)) - entropy(members).mean(0)).clip(0))


def class_means(features: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Mean features of each class that there is, `(classes, d)`."""
    return np.stack([features[labels == label].mean(0) for label in np.unique(labels)])


def shared_precision(features: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Inverse of the covariance that all classes share, `(d, d)`: about each class's own mean."""
    classes, place = np.unique(labels, return_inverse=True)
    centred = features - class_means(features, labels)[place]
    covariance = centred.T @ centred / len(centred)
    return np.asarray(np.linalg.pinv(covariance, rcond=RELATIVE_CUTOFF, hermitian=True))


def mahalanobis(known: np.ndarray, labels: np.ndarray, own: np.ndarray) -> np.ndarray:
    """Squared Mahalanobis distance to the nearest class (Lee et al. 2018), `(n,)`.

    Args:
        known: Features of the training pictures, `(m, d)`.
        labels: Their classes, `(m,)`.
        own: Features of the pictures in question, `(n, d)`.
    """
    known, own = known.astype(float), own.astype(float)
    precision = shared_precision(known, labels)
    apart = own[:, None] - class_means(known, labels)[None]
    return np.asarray(np.einsum("ncd,de,nce->nc", apart, precision, apart, optimize=True).min(1))


def nearest(known: np.ndarray, own: np.ndarray, k: int) -> np.ndarray:
    """Distance to the k-th nearest known row, `(n,)`.

    Args:
        known: `(m, d)`, at least `k` rows.
        own: `(n, d)`.
        k: From 1 on.
    """
    known, own = known.astype(float), own.astype(float)
    squares = (own**2).sum(1)[:, None] + (known**2).sum(1)[None] - 2 * own @ known.T
    return np.asarray(np.sqrt(np.partition(squares.clip(0), k - 1, axis=1)[:, k - 1]))


def of_length_one(rows: np.ndarray) -> np.ndarray:
    """Each row over its length, as Sun et al. (2022) do; rows of zeros stay."""
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-12))


def missed_at(known: np.ndarray, novel: np.ndarray, accepted: float = 0.95) -> float:
    """Share of novel inputs that pass where this share of known ones does: FPR at 95% TPR.

    Args:
        known: Scores of known inputs, `(n,)`.
        novel: Scores of novel ones, `(m,)`.
        accepted: Share of the known that must be accepted, in (0, 1].

    Returns:
        In [0, 1]; the threshold is the smallest score with at least that share of the known at or
        below it.
    """
    place = int(np.ceil(accepted * len(known) - 1e-9)) - 1
    return float((novel <= np.sort(known)[place]).mean())


@dataclass(frozen=True)
class Asked:
    """Pictures, and what an ensemble makes of them.

    Attributes:
        x: The pictures, `(n, d)`.
        logits: Of each member, `(members, n, classes)`.
        features: What the last layer of the first member reads, `(n, units)`.
    """

    x: np.ndarray
    logits: np.ndarray
    features: np.ndarray


def strangeness(known: Asked, labels: np.ndarray, own: Asked, k: int) -> dict[str, np.ndarray]:
    """Scores of pictures by every one of `DETECTORS`; larger is stranger, `(n,)` each.

    Args:
        known: The training pictures.
        labels: Their classes.
        own: The pictures in question.
        k: Which neighbour counts.
    """
    members = softmax(own.logits.astype(float))
    units = of_length_one(known.features), of_length_one(own.features)
    return {
        SOFTMAX: one_minus_confidence(members[0]),
        ENTROPY: entropy(members[0]),
        ENERGY: energy(own.logits[0].astype(float)),
        DISAGREEMENT: disagreement(members),
        GAUSS: mahalanobis(known.features, labels, own.features),
        NEIGHBOURS: nearest(*units, k),
        PIXELS: nearest(known.x, own.x, k),
    }
