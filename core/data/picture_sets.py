"""Pictures to learn from and to explain: shapes among clutter, or handwritten digits."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.data.embedded import load_digits
from core.data.shapes import SHAPES, SIDE, draw_many

ImagesName = Literal["shapes", "digits"]
MOST_DIGITS = 1200
N_VALIDATION = 400
SIDES = {"shapes": SIDE, "digits": 8}
CLASS_NAMES = {"shapes": SHAPES, "digits": tuple(map(str, range(10)))}


@dataclass(frozen=True)
class Pictures:
    """Pictures to train on and to explain.

    Attributes:
        x_train: `(n, 1, side, side)` float32 in [0, 1]; the background is black.
        y_train: `(n,)` int64.
        x_validation: Never trained on.
        y_validation: Their labels.
        masks: `(n_validation, side, side)` bool: the pixels of the shape, or the ink of a digit.
        n_classes: Number of classes.
    """

    x_train: np.ndarray
    y_train: np.ndarray
    x_validation: np.ndarray
    y_validation: np.ndarray
    masks: np.ndarray
    n_classes: int

    @property
    def side(self) -> int:
        """Pixels on a side."""
        return int(self.x_train.shape[-1])


def shapes(n_train: int, clutter: int, seed: int) -> Generator[int, None, Pictures]:
    """Draw shapes among clutter; yields the number of pictures drawn, often."""
    train = yield from draw_many(n_train, clutter=clutter, seed=seed, purpose="train")
    held = yield from draw_many(N_VALIDATION, clutter=clutter, seed=seed, purpose="validation")
    return Pictures(train.images, train.labels, held.images, held.labels, held.masks, len(SHAPES))


def digits(n_train: int, seed: int) -> Pictures:
    """Take handwritten digits of 8x8 pixels; at most 1200 to train on."""
    data = load_digits(min(n_train, MOST_DIGITS), seed=seed)
    held = data.x_validation.reshape(-1, 1, 8, 8)
    train = data.x_train.reshape(-1, 1, 8, 8)
    return Pictures(train, data.y_train, held, data.y_validation, held[:, 0] > 0.5, 10)


def draw(name: ImagesName, n_train: int, clutter: int, seed: int) -> Generator[int, None, Pictures]:
    """Draw one seed's pictures, yielding now and then; clutter is for shapes only."""
    if name == "digits":
        return digits(n_train, seed)
    return (yield from shapes(n_train, clutter, seed))
