"""Laws of one number: examples within a range, and what the law says anywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.lab.seeding import numpy_generator

LawName = Literal["sine", "quadratic", "line"]
NOISE = 0.05
"""Standard deviation of the noise on every example's answer."""


@dataclass(frozen=True)
class Law:
    """A sum of known terms.

    Attributes:
        terms: Numbers `(n,)` -> the terms at each, `(n, k)`.
        factors: Of the terms, `(k,)`.
    """

    terms: Callable[[np.ndarray], np.ndarray]
    factors: tuple[float, ...]

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """What the law says at `x`, `(n,)` float64."""
        return np.asarray(self.terms(x) @ np.array(self.factors))

    def fitted(self, x: np.ndarray, y: np.ndarray, at: np.ndarray) -> np.ndarray:
        """Fit the factors to examples by least squares, and say what they make of `at`.

        Args:
            x: Inputs, `(n,)`.
            y: Answers, `(n,)`.
            at: Other inputs, `(m,)`.

        Returns:
            `(m,)` float64.
        """
        factors = np.linalg.lstsq(self.terms(x), y, rcond=None)[0]
        return np.asarray(self.terms(at) @ factors)


def _waves(x: np.ndarray) -> np.ndarray:
    return np.stack([np.ones_like(x), np.sin(2 * np.pi * x), np.cos(2 * np.pi * x)], axis=1)


LAWS: Mapping[str, Law] = {
    "sine": Law(_waves, (0, 1, 0)),
    "quadratic": Law(lambda x: np.stack([np.ones_like(x), x, x**2], axis=1), (0, 0, 0.5)),
    "line": Law(lambda x: np.stack([np.ones_like(x), x], axis=1), (0, 1)),
}


def draw(law: str, n: int, reach: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw noisy examples of a law.

    Args:
        law: A name in `LAWS`.
        n: Examples; the first `m` of a larger draw equal a draw of `m`.
        reach: Inputs are uniform from `-reach` to `reach`; another reach stretches the same draw.
        seed: Of the run.

    Returns:
        Inputs and answers, `(n,)` float64 each.
    """
    x = reach * numpy_generator(seed, "law", "inputs").uniform(-1, 1, size=n)
    noise = numpy_generator(seed, "law", "noise").normal(size=n)
    return x, LAWS[law](x) + NOISE * noise
