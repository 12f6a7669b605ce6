"""Digits on a larger black canvas, so that they can be moved without losing a pixel."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from core.data.dataset import Dataset
from core.data.embedded import load_digits
from core.data.picture_sets import Pictures
from core.lab.seeding import numpy_generator

SIDE, DIGIT = 16, 8
PIXELS = SIDE**2
MIDDLE = (SIDE - DIGIT) // 2
"""Free pixels on every side of a digit in the middle: as far as it can be moved."""
WAYS = np.array([(-1, 0), (1, 0), (0, -1), (0, 1)])
"""Up, down, left and right, as rows and columns."""


def placed(x: np.ndarray, moves: np.ndarray) -> np.ndarray:
    """Put digits on a canvas.

    Args:
        x: Digits row by row, `(n, 64)`.
        moves: Whole pixels down and right from the middle, `(n, 2)`, at most `MIDDLE` either way.

    Returns:
        `(n, 256)` float32.
    """
    canvas = np.zeros((len(x), SIDE, SIDE), dtype=np.float32)
    line = np.arange(DIGIT) + MIDDLE
    rows, columns = (line + moves[:, axis, None] for axis in (0, 1))
    canvas[np.arange(len(x))[:, None, None], rows[:, :, None], columns[:, None, :]] = x.reshape(
        -1, DIGIT, DIGIT
    )
    return canvas.reshape(len(x), -1)


def as_pictures(x: np.ndarray) -> np.ndarray:
    """Canvases `(n, 256)` as pictures `(n, 1, 16, 16)`."""
    return np.ascontiguousarray(x.reshape(-1, 1, SIDE, SIDE))


@dataclass(frozen=True)
class CanvasDigits:
    """Digits on a canvas to learn from, and others to be asked about wherever they are moved.

    Attributes:
        data: Inputs `(n, 256)`; its validation digits are in the middle.
        order: Place on the canvas -> the pixel that is shown there, `(256,)`.
        digits: The validation digits off the canvas, `(n, 64)`.
        ways: In which direction each of them is moved, a row of `WAYS` for each.
    """

    data: Dataset
    order: np.ndarray
    digits: np.ndarray
    ways: np.ndarray

    def moved(self, shift: int) -> np.ndarray:
        """The validation digits so many pixels off the middle, at most `MIDDLE`: `(n, 256)`."""
        return placed(self.digits, shift * self.ways)[:, self.order]

    def pictures(self) -> Pictures:
        """As pictures of one channel; the masks are the ink."""
        one = self.data
        x, new = as_pictures(one.x_train), as_pictures(one.x_validation)
        return Pictures(x, one.y_train, new, one.y_validation, new[:, 0] > 0, one.n_classes)


def load_canvas_digits(
    n_train: int, *, anywhere: bool = False, shuffled: bool = False, seed: int
) -> CanvasDigits:
    """Put digits on a canvas; a seed has the same ones, directions and shuffling in every case.

    Args:
        n_train: As in `load_digits`.
        anywhere: Whether each training digit is at a place drawn for it, or all in the middle.
        shuffled: Whether the pixels of all canvases change places, all in the same way.
        seed: Of the run.
    """
    found = load_digits(n_train, seed=seed)
    draws = numpy_generator(seed, "canvas", "moves").integers(-MIDDLE, MIDDLE + 1, (n_train, 2))
    new = found.x_validation
    ways = WAYS[numpy_generator(seed, "canvas", "ways").integers(0, len(WAYS), len(new))]
    mixed = numpy_generator(seed, "canvas", "order").permutation(PIXELS)
    order = mixed if shuffled else np.arange(PIXELS)
    x = placed(found.x_train, draws if anywhere else 0 * draws)[:, order]
    middle = placed(new, 0 * ways)[:, order]
    return CanvasDigits(replace(found, x_train=x, x_validation=middle), order, new, ways)
