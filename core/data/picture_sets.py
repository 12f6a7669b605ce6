"""Pictures to learn from and to explain: shapes among clutter, or handwritten digits."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.data.embedded import load_digits
from core.data.shapes import SHAPES, SIDE, MaskedImages, draw_shapes

ImagesName = Literal["shapes", "digits"]
MOST_DIGITS = 1200
N_VALIDATION = 400
PART = 400
"""Shapes drawn at once: about 30 ms."""
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
    parts: dict[str, list[MaskedImages]] = {"train": [], "validation": []}
    plan = [("train", i) for i in range(0, n_train, PART)]
    plan += [("validation", i) for i in range(0, N_VALIDATION, PART)]
    for purpose, start in plan:
        n = min(PART, (n_train if purpose == "train" else N_VALIDATION) - start)
        drawn = draw_shapes(n, clutter=clutter, seed=seed, purpose=f"{purpose} {start}")
        parts[purpose].append(drawn)
        yield start + n
    train, held = parts["train"], parts["validation"]
    return Pictures(
        np.concatenate([part.images for part in train]),
        np.concatenate([part.labels for part in train]),
        np.concatenate([part.images for part in held]),
        np.concatenate([part.labels for part in held]),
        np.concatenate([part.masks for part in held]),
        len(SHAPES),
    )


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
