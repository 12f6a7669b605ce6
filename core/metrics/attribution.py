"""What can be counted on an attribution map; plain numpy."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

FEW = 16
"""Columns that are ranked by comparing each with each."""


def ranks(values: np.ndarray) -> np.ndarray:
    """Rank the values of each row from 0; equal values share their mean rank.

    Args:
        values: `(n, d)`.

    Returns:
        `(n, d)` float64.
    """
    if values.shape[1] <= FEW:
        own, others = values[:, :, None], values[:, None, :]
        return np.asarray((others < own).sum(2) + ((others == own).sum(2) - 1) / 2)
    found = np.empty(values.shape)
    for row, own in enumerate(values):
        _, place, counts = np.unique(own, return_inverse=True, return_counts=True)
        found[row] = (np.cumsum(counts) - (counts + 1) / 2)[place]
    return found


def rank_correlation(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Spearman's correlation of each row of `a` with the same row of `b`.

    Args:
        a: `(n, d)`.
        b: `(n, d)`.

    Returns:
        `(n,)` in [-1, 1]; 0 where a row is constant, since it orders nothing.
    """
    return correlation(ranks(a), ranks(b))


def correlation(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Pearson's correlation of each row of `a` with the same row of `b`; 0 for constant rows."""
    a, b = a - a.mean(1, keepdims=True), b - b.mean(1, keepdims=True)
    scale = np.sqrt((a**2).sum(1) * (b**2).sum(1))
    return np.where(scale > 0, (a * b).sum(1) / np.where(scale > 0, scale, 1), 0.0)


def agreement(explanations: Sequence[np.ndarray]) -> tuple[float, float]:
    """How far several models' explanations of the same rows agree, mean over pairs of models.

    Args:
        explanations: At least two, each `(n, d)`: what the columns of a row contributed.

    Returns:
        Share of rows whose largest contribution is the same column's, in [0, 1], and the rank
        correlation of the contributions, in [-1, 1].
    """
    pairs = [(i, j) for i in range(len(explanations)) for j in range(i)]
    top = [np.abs(found).argmax(1) for found in explanations]
    same = [top[i] == top[j] for i, j in pairs]
    alike = [rank_correlation(explanations[i], explanations[j]) for i, j in pairs]
    return float(np.mean(same)), float(np.mean(alike))


def scaled(maps: np.ndarray) -> np.ndarray:
    """Divide each map `(n, h, w)` by its largest absolute value: in [-1, 1]; zeros stay zeros."""
    largest = np.abs(maps).max((1, 2), keepdims=True)
    return maps / np.where(largest > 0, largest, 1)


def mass_on(maps: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """Share of a map's absolute values that lies on a mask.

    Args:
        maps: `(n, h, w)`, any sign.
        masks: `(n, h, w)` bool, or `(h, w)` for all.

    Returns:
        `(n,)` in [0, 1]; the mask's share of the area where a map is zero everywhere.
    """
    size = np.abs(maps.astype(float))
    total = size.sum((1, 2))
    masks = np.broadcast_to(masks, maps.shape)
    share = (size * masks).sum((1, 2)) / np.where(total > 0, total, 1)
    return np.where(total > 0, share, masks.mean((1, 2)))


def pointing_game(maps: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """Whether the largest value lies on the mask; ties count by their share.

    Args:
        maps: `(n, h, w)`, positive speaks for the class.
        masks: `(n, h, w)` bool.

    Returns:
        `(n,)` in [0, 1].
    """
    top = maps == maps.max((1, 2), keepdims=True)
    return (top & masks).sum((1, 2)) / top.sum((1, 2))


def top_pixels_iou(maps: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """Overlap of the mask with as many of the map's largest pixels: intersection over union.

    Args:
        maps: `(n, h, w)`.
        masks: `(n, h, w)` bool.

    Returns:
        `(n,)` in [0, 1]. Ties are broken by a fixed shuffle of the pixels.
    """
    n = len(maps)
    order = removal_order(maps)
    place = np.argsort(order, axis=1)
    masks = masks.reshape(n, -1)
    chosen = place < masks.sum(1, keepdims=True)
    return (chosen & masks).sum(1) / np.maximum((chosen | masks).sum(1), 1)


def removal_order(maps: np.ndarray) -> np.ndarray:
    """Pixels from the largest value to the smallest, `(n, h * w)` indices.

    Ties are broken by a fixed shuffle, so that equal values say nothing about their place.
    """
    flat = maps.reshape(len(maps), -1)
    shuffle = np.random.default_rng(0).permutation(flat.shape[1])
    return shuffle[np.argsort(-flat[:, shuffle], axis=1, kind="stable")]


def revealed(
    images: np.ndarray, order: np.ndarray, shares: Sequence[float], *, insert: bool
) -> np.ndarray:
    """Pictures with the first pixels of an order removed, or with nothing but them.

    Args:
        images: `(n, h, w)`; a removed pixel is black, 0.
        order: `(n, h * w)` from `removal_order`.
        shares: Of the pixels, each in [0, 1].
        insert: Whether the first pixels are all that is shown, instead of removed.

    Returns:
        `(n, len(shares), h, w)`.
    """
    n, d = order.shape
    place = np.argsort(order, axis=1)[:, None, :]
    count = np.round(np.asarray(shares) * d)[None, :, None]
    shown = place < count if insert else place >= count
    return (images.reshape(n, 1, d) * shown).reshape(n, len(shares), *images.shape[1:])


def removal_curve(
    ask: Callable[[np.ndarray], np.ndarray],
    images: np.ndarray,
    targets: np.ndarray,
    maps: np.ndarray,
    shares: Sequence[float],
    *,
    insert: bool,
) -> np.ndarray:
    """Follow the answer while pixels go or come, the most marked first (Petsiuk et al. 2018).

    Args:
        ask: Pictures `(m, 1, h, w)` float32 -> probabilities `(m, classes)`.
        images: `(n, 1, h, w)`.
        targets: Their classes, `(n,)`.
        maps: `(n, h, w)`.
        shares: Of the pixels, each in [0, 1].
        insert: Deletion: marked pixels turn black. Insertion: a black picture gets them.

    Returns:
        Probability of the target at each share, `(n, len(shares))`.
    """
    shown = revealed(images[:, 0], removal_order(maps), shares, insert=insert)
    found = ask(shown.reshape(-1, 1, *images.shape[2:]).astype(np.float32))
    found = found.reshape(len(images), len(shares), -1)
    return np.take_along_axis(found, targets[:, None, None], axis=2)[..., 0]


def area_under(values: np.ndarray, shares: Sequence[float]) -> np.ndarray:
    """Area under curves over shares of the pixels, by trapezoids; the last axis goes away."""
    x = np.asarray(shares)
    return ((values[..., 1:] + values[..., :-1]) / 2 * np.diff(x)).sum(-1) / (x[-1] - x[0])


def completeness_error(maps: np.ndarray, gained: np.ndarray) -> float:
    """How far the sums of maps are from what the scores gained, relative to the gains.

    Args:
        maps: `(n, h, w)`.
        gained: `(n,)`: score of the picture less the score of the baseline.

    Returns:
        Mean distance over mean size of the gain, at least 0; infinite where nothing was gained.
        Means are divided, not single pictures: one that gains nothing would decide everything.
    """
    missed = np.abs(maps.astype(float).sum((1, 2)) - gained).mean()
    gain = np.abs(gained).mean()
    return float(missed / gain) if gain > 0 else float("inf")
