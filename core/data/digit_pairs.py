"""Pairs of handwritten digits with their sum; some pairs of digits never stand together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.data.embedded import load_digits
from core.lab.seeding import numpy_generator

PICTURES = 1000
"""Single pictures that training pairs are made of."""
DIGITS = 10


@dataclass(frozen=True)
class Pairs:
    """Pairs of pictures.

    Attributes:
        first: Pictures in the first place, `(n, 64)` float32 in [0, 1],
        second: and in the second.
        sums: Of their digits, `(n,)` int64 in [0, 18].
        digits: First and second, `(n, 2)` int64.
        singles: The pictures that the pairs are made of, `(m, 64)`,
        labels: and their digits, `(m,)`.
    """

    first: np.ndarray
    second: np.ndarray
    sums: np.ndarray
    digits: np.ndarray
    singles: np.ndarray
    labels: np.ndarray


def held_out(share: float, seed: int) -> np.ndarray:
    """Draw the pairs of digits that never stand together, `(10, 10)` bool, the same both ways.

    Args:
        share: Of the 55 unordered pairs, at most 0.7; every digit keeps a pair to learn from.
        seed: A pair that is held out at one share need not be at another.
    """
    one, two = np.triu_indices(DIGITS)
    rng = numpy_generator(seed, "pairs held out", f"{share:g}")
    while True:
        chosen = rng.permutation(len(one))[: round(share * len(one))]
        cells = np.zeros((DIGITS, DIGITS), dtype=bool)
        cells[one[chosen], two[chosen]] = cells[two[chosen], one[chosen]] = True
        if not cells.all(axis=0).any():
            return cells


def draw(n: int, allowed: np.ndarray, seed: int) -> Pairs:
    """Draw training pairs: two digits at random, again until they may stand together.

    Args:
        n: How many; a smaller set is the beginning of a larger one.
        allowed: Which digits may, `(10, 10)` bool.
        seed: Of the run.
    """
    data = load_digits(PICTURES, seed=seed)
    rng = numpy_generator(seed, "pairs")
    kept = np.zeros((0, 2), dtype=np.int64)
    while len(kept) < n:
        places = rng.integers(PICTURES, size=(4096, 2))
        digits = data.y_train[places]
        kept = np.concatenate([kept, places[allowed[digits[:, 0], digits[:, 1]]]])
    return _pairs(data.x_train, data.y_train, kept[:n])


def grid(each: int, seed: int) -> Pairs:
    """Draw test pairs of new pictures: so many of each pair of digits, cell by cell.

    The pairs of the digits a and b begin at place `(10 * a + b) * each`.
    """
    data = load_digits(PICTURES, seed=seed)
    rng = numpy_generator(seed, "grid of pairs")
    own = [np.flatnonzero(data.y_validation == digit) for digit in range(DIGITS)]
    places = [
        np.column_stack([rng.choice(own[a], each), rng.choice(own[b], each)])
        for a in range(DIGITS)
        for b in range(DIGITS)
    ]
    return _pairs(data.x_validation, data.y_validation, np.concatenate(places))


def _pairs(x: np.ndarray, y: np.ndarray, places: np.ndarray) -> Pairs:
    one, two = places.T
    return Pairs(x[one], x[two], y[one] + y[two], y[places], x, y)
