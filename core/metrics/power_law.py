"""Power laws of learning curves: `offset + scale * n ** -exponent`, fitted and extended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

EXPONENTS = np.geomspace(0.01, 4.0, 40)
"""Where the search begins; no learning curve is known to fall faster than the last."""
ROUNDS, FINER = 10, 17
"""How often the search is refined, and among how many places: each round is eight times finer."""
LEAST = 1e-6
"""Smallest error that a relative deviation is measured by."""


@dataclass(frozen=True)
class PowerLaw:
    """A learning curve.

    Attributes:
        offset: What remains with endless data, at least 0.
        scale: Of the part that falls, at least 0.
        exponent: How fast it falls, over 0.
    """

    offset: float
    scale: float
    exponent: float

    def at(self, sizes: np.ndarray) -> np.ndarray:
        """Errors at training sizes, same shape."""
        return np.asarray(self.offset + self.scale * np.asarray(sizes, float) ** -self.exponent)


def fit_power_law(sizes: np.ndarray, errors: np.ndarray, *, offset: bool = True) -> PowerLaw:
    """Fit one law; see `fit_power_laws`.

    Args:
        sizes: Training examples, `(k,)`, all over 0, at least 3.
        errors: Of models trained on so many, `(k,)`, at least 0.
        offset: Whether an error may remain with endless data; it is 0 otherwise.

    Raises:
        ValueError: If there are fewer sizes than numbers to be fitted.
    """
    return fit_power_laws(sizes, np.asarray(errors, float)[None], offset=offset)[0]


def fit_power_laws(sizes: np.ndarray, errors: np.ndarray, *, offset: bool = True) -> list[PowerLaw]:
    """Fit by least squares of relative deviations, as errors scatter in proportion to their size.

    For a given exponent the law is linear, so that only the exponent is searched (variable
    projection): on a grid, then on ever finer ones around the best place. All laws at once: a
    scalar search a law took a fifth of the time of the experiments whose bands are made of them.

    Args:
        sizes: Training examples, `(k,)`, all over 0, at least 3.
        errors: One curve a row, `(laws, k)`, at least 0.
        offset: Whether an error may remain with endless data; it is 0 otherwise.

    Raises:
        ValueError: If there are fewer sizes than numbers to be fitted.
    """
    x, y = np.asarray(sizes, float), np.asarray(errors, float)
    if len(x) < 3:
        raise ValueError("a power law with an offset needs errors at three sizes at least")
    unit = float(np.exp(np.log(x).mean()))  # Sizes in their own middle: powers stay near 1.
    solve, each = _solver(x / unit, y, offset), np.arange(len(y))
    tried = np.tile(EXPONENTS, (len(y), 1))
    for _ in range(ROUNDS):
        best = solve(tried)[2].argmin(1)
        low = tried[each, np.maximum(best - 1, 0)]
        high = tried[each, np.minimum(best + 1, tried.shape[1] - 1)]
        tried = np.linspace(low, high, FINER, axis=1)
    level, slope, loss = solve(tried)
    best = loss.argmin(1)
    exponent, level, slope = (part[each, best] for part in (tried, level, slope))
    found = zip(level, slope * unit**exponent, exponent, strict=True)
    return [PowerLaw(*map(float, law)) for law in found]


def fit_known_power(sizes: np.ndarray, values: np.ndarray, exponent: float) -> PowerLaw:
    """Fit offset and scale of a law whose exponent is known, as `fit_power_law` does.

    Args:
        sizes: `(k,)`, all over 0, at least 2.
        values: At these sizes, `(k,)`, at least 0.
        exponent: Over 0.

    Raises:
        ValueError: If there are fewer sizes than numbers to be fitted.
    """
    x, y = np.asarray(sizes, float), np.asarray(values, float)
    if len(x) < 2:
        raise ValueError("a law with an offset needs values at two sizes at least")
    found = _solver(x, y[None], True)(np.array([[exponent]]))
    level, slope = (float(part[0, 0]) for part in found[:2])
    return PowerLaw(level, slope, exponent)


def _solver(
    x: np.ndarray, y: np.ndarray, offset: bool
) -> Callable[[np.ndarray], tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Exponents `(laws, m)` -> best offset and scale of at least 0, and the loss, all `(laws, m)`.

    Args:
        x: Sizes, `(k,)`.
        y: Errors, `(laws, k)`.
        offset: As in `fit_power_laws`.
    """
    w = (1 / np.maximum(y, LEAST) ** 2)[:, :, None]
    wy, y = w * y[:, :, None], y[:, None]
    logs, total = np.log(x), w.sum(1)
    mean_y = wy.sum(1) / total

    def solve(exponents: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        z = np.exp(-exponents[:, :, None] * logs)
        zw, zwy, zzw = (part[:, :, 0] for part in (z @ w, z @ wy, z**2 @ w))
        through_zero = zwy / zzw
        level, slope = np.zeros_like(through_zero), through_zero
        if offset:
            mean_z = zw / total
            apart = z - mean_z[:, :, None]
            slope = (apart @ (wy - w * mean_y[:, :, None]))[:, :, 0] / (apart**2 @ w)[:, :, 0]
            level = mean_y - slope * mean_z
            flat, low = slope < 0, (level < 0) & (slope >= 0)
            slope = np.where(flat, 0.0, np.where(low, through_zero, slope))
            level = np.where(flat, mean_y, np.where(low, 0.0, level))
        rest = y - level[:, :, None] - slope[:, :, None] * z
        return level, slope, (rest**2 @ w)[:, :, 0]

    return solve


def resampled_laws(
    sizes: np.ndarray, errors: np.ndarray, n: int, rng: np.random.Generator
) -> list[PowerLaw]:
    """Fit laws to means of errors drawn anew, of each size by itself: a bootstrap of the law.

    Args:
        sizes: `(k,)`, as in `fit_power_law`.
        errors: Of several models of each size, `(draws, k)`.
        n: How many laws.
        rng: Draws them.
    """
    draws, k = errors.shape
    some = rng.integers(0, draws, (n, draws, k))
    return fit_power_laws(sizes, np.take_along_axis(errors[None], some, axis=1).mean(1))
