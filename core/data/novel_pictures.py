"""Pictures for a network of 8x8 digits that are no digits: shapes, textures, noise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np

from core.data.shapes import SIDE, draw_shapes
from core.data.textures import TEXTURES, dark
from core.lab.seeding import numpy_generator

Novelty = Literal["shapes", "textures", "noise"]
SMALL = 8
WINDOW = 16
"""Pixels around a shape's middle that are shrunk to `SMALL`: shapes are 8 to 13 wide."""


def draw_novel(kind: Novelty, n: int, *, seed: int) -> np.ndarray:
    """Draw pictures of 8x8 pixels.

    Args:
        kind: `"shapes"`: discs, rings, squares, triangles and crosses, as large as a digit.
            `"textures"`: stripes and dots over the whole picture. `"noise"`: every pixel drawn
            uniformly.
        n: Number of pictures.
        seed: Of the run.

    Returns:
        `(n, 64)` float32 in [0, 1].
    """
    rng = numpy_generator(seed, "novel pictures", kind)
    if kind == "noise":
        return rng.random((n, SMALL**2)).astype(np.float32)
    if kind == "shapes":
        return _shapes(n, seed)
    names = np.array(TEXTURES)[rng.integers(0, len(TEXTURES), n)]
    by_name: Mapping[str, np.ndarray] = {
        name: dark(name, n, rng)[:, :SMALL, :SMALL] for name in TEXTURES
    }
    is_dark = np.stack([by_name[str(name)][place] for place, name in enumerate(names)])
    bright = rng.uniform(0.6, 1.0, (n, 1, 1))
    return np.where(is_dark, 0.0, bright).reshape(n, -1).astype(np.float32)


def _shapes(n: int, seed: int) -> np.ndarray:
    drawn = draw_shapes(n, clutter=0, seed=seed, purpose="novel")
    clean = np.where(drawn.masks, drawn.images[:, 0], 0.0)
    found = np.empty((n, SMALL, SMALL))
    for image, mask, small in zip(clean, drawn.masks, found, strict=True):
        middle = np.argwhere(mask).mean(0)
        row, column = (middle - WINDOW / 2 + 0.5).round().astype(int).clip(0, SIDE - WINDOW)
        part = image[row : row + WINDOW, column : column + WINDOW]
        small[:] = part.reshape(SMALL, 2, SMALL, 2).mean((1, 3))
    return found.reshape(n, -1).clip(0, 1).astype(np.float32)
