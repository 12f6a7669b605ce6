"""Odd and even digits with a planted cue: a bright pixel in a corner that mostly tells the class.

Both corners are emptied first (a few digits reach one), so that they hold the cue and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.data.embedded import load_digits
from core.lab.seeding import numpy_generator

CORNERS = (0, 7)
"""Pixel of either cue: top left for cue 0, top right for cue 1."""
GROUPS = ((0, 0), (0, 1), (1, 0), (1, 1))
"""Label and cue of each group of pictures."""


@dataclass(frozen=True)
class Cued:
    """Pictures without a cue, their labels, and which cue each is to get.

    Attributes:
        x: `(n, 64)` float32 in [0, 1].
        y: 1 for odd digits, 0 for even ones, `(n,)` int64.
        cue: 0 or 1, `(n,)` int64.
    """

    x: np.ndarray
    y: np.ndarray
    cue: np.ndarray

    def stamped(self, brightness: float) -> np.ndarray:
        """The pictures with their cues."""
        return stamped(self.x, self.cue, brightness)

    def members(self) -> list[np.ndarray]:
        """Places of the pictures of each of `GROUPS`."""
        return [np.flatnonzero((self.y == y) & (self.cue == cue)) for y, cue in GROUPS]


def stamped(x: np.ndarray, cue: np.ndarray, brightness: float) -> np.ndarray:
    """Put a cue on each picture.

    Args:
        x: `(n, 64)` in [0, 1].
        cue: 0 or 1 for each, `(n,)`.
        brightness: Of the pixel, in [0, 1].

    Returns:
        A copy.
    """
    found = x.copy()
    found[np.arange(len(x)), np.take(CORNERS, cue)] = brightness
    return found


def draw(n_train: int, n_reserve: int, alignment: float, seed: int) -> tuple[Cued, Cued, Cued]:
    """Draw pictures to learn from, a reserve, and pictures to test with.

    Args:
        n_train: To learn from; at most 1200 with the reserve.
        n_reserve: Further ones, half of each class with either cue.
        alignment: Share of the training pictures of each class whose cue is the class, in [0.5, 1).
        seed: A picture that has the wrong cue at one alignment has it at every smaller one.

    Returns:
        Training, reserve and test pictures; the 597 test pictures have the right cue.
    """
    data = load_digits(n_train + n_reserve, seed=seed)
    x, x_test = (_emptied(pictures) for pictures in (data.x_train, data.x_validation))
    y, y_test = (labels % 2 for labels in (data.y_train, data.y_validation))
    own, spare = slice(None, n_train), slice(n_train, None)
    rng = numpy_generator(seed, "cues")
    cue = _cues(y[own], 1 - alignment, rng)
    balanced = _cues(y[spare], 0.5, numpy_generator(seed, "balanced cues"))
    return (
        Cued(x[own], y[own], cue),
        Cued(x[spare], y[spare], balanced),
        Cued(x_test, y_test, y_test),
    )


def _emptied(x: np.ndarray) -> np.ndarray:
    """A copy of pictures without ink in the corners."""
    found = x.copy()
    found[:, CORNERS] = 0
    return found


def _cues(y: np.ndarray, wrong: float, rng: np.random.Generator) -> np.ndarray:
    """The class, but in a share of each class (rounded, at least one picture) the other one."""
    cue = y.copy()
    for label in (0, 1):
        own = rng.permutation(np.flatnonzero(y == label))
        cue[own[: max(1, round(wrong * len(own)))]] = 1 - label
    return cue
