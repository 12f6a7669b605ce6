"""Power laws of learning curves: `offset + scale * n ** -exponent`, fitted and extended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

EXPONENTS = np.geomspace(0.01, 4.0, 40)
"""Where the search begins; no learning curve is known to fall faster than the last."""
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
    """Fit by least squares of relative deviations, as errors scatter in proportion to their size.

    For a given exponent the law is linear, so that only the exponent is searched (variable
    projection): first on a grid, then by SciPy's bounded minimisation around its best place.

    Args:
        sizes: Training examples, `(k,)`, all over 0, at least 3.
        errors: Of models trained on so many, `(k,)`, at least 0.
        offset: Whether an error may remain with endless data; it is 0 otherwise.

    Raises:
        ValueError: If there are fewer sizes than numbers to be fitted.
    """
    from scipy.optimize import minimize_scalar

    x, y = np.asarray(sizes, float), np.asarray(errors, float)
    if len(x) < 3:
        raise ValueError("a power law with an offset needs errors at three sizes at least")
    unit = float(np.exp(np.log(x).mean()))  # Sizes in their own middle: powers stay near 1.
    solve = _solver(x / unit, y, offset)
    losses = solve(EXPONENTS)[2]
    best = int(losses.argmin())
    around = EXPONENTS[max(best - 1, 0)], EXPONENTS[min(best + 1, len(EXPONENTS) - 1)]
    found = minimize_scalar(
        lambda p: float(solve(np.array([p]))[2][0]), bounds=around, method="bounded",
        options={"xatol": 1e-10},
    )  # fmt: skip
    exponent = float(found.x if found.fun < losses[best] else EXPONENTS[best])
    level, slope, _ = (float(part[0]) for part in solve(np.array([exponent])))
    return PowerLaw(level, slope * unit**exponent, exponent)


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
    level, slope, _ = (float(part[0]) for part in _solver(x, y, True)(np.array([exponent])))
    return PowerLaw(level, slope, exponent)


def _solver(
    x: np.ndarray, y: np.ndarray, offset: bool
) -> Callable[[np.ndarray], tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Exponents `(m,)` -> best offset and scale that are at least 0, and the loss, each `(m,)`."""
    w = 1 / np.maximum(y, LEAST) ** 2
    logs, total, mean_y = np.log(x), w.sum(), (w @ y) / w.sum()

    def solve(exponents: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        z = np.exp(-np.outer(exponents, logs))
        through_zero = (z @ (w * y)) / (z**2 @ w)
        level, slope = np.zeros(len(z)), through_zero
        if offset:
            mean_z = (z @ w) / total
            apart = z - mean_z[:, None]
            slope = (apart @ (w * (y - mean_y))) / (apart**2 @ w)
            level = mean_y - slope * mean_z
            flat, low = slope < 0, (level < 0) & (slope >= 0)
            slope = np.where(flat, 0.0, np.where(low, through_zero, slope))
            level = np.where(flat, mean_y, np.where(low, 0.0, level))
        rest = y - level[:, None] - slope[:, None] * z
        return level, slope, rest**2 @ w

    return solve


def resampled_laws(
    sizes: np.ndarray, errors: np.ndarray, n: int, rng: np.random.Generator
) -> Iterator[PowerLaw]:
    """Fit laws to means of errors drawn anew, of each size by itself: a bootstrap of the law.

    Args:
        sizes: `(k,)`, as in `fit_power_law`.
        errors: Of several models of each size, `(draws, k)`.
        n: How many laws.
        rng: Draws them.
    """
    draws, k = errors.shape
    for _ in range(n):
        some = rng.integers(0, draws, (draws, k))
        yield fit_power_law(sizes, np.take_along_axis(errors, some, axis=0).mean(0))
