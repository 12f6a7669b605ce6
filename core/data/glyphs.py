"""Invented letters: strokes between a few points, each copy drawn with an unsteady hand."""

from __future__ import annotations

import numpy as np

SIDE = 8
"""Pixels of a picture, each way."""
FEWEST, MOST = 3, 5
"""Points that a letter's strokes go through."""
UNSTEADY, ASIDE = 0.4, 0.8
"""Standard deviation of each point's place, and of the whole letter's, in pixels."""
_MARGIN, _NIB = 1.2, 1.4
_FAR = 99.0


def draw_glyphs(classes: int, each: int, rng: np.random.Generator) -> np.ndarray:
    """Draw letters and copies of them.

    Args:
        classes: How many letters.
        each: Copies of each.
        rng: Of this purpose.

    Returns:
        `(classes, each, 64)` float32 in [0, 1].
    """
    points = rng.uniform(_MARGIN, SIDE - _MARGIN, (classes, 1, MOST, 2))
    used = rng.integers(FEWEST, MOST + 1, (classes, 1))
    copies = points + rng.normal(0, UNSTEADY, (classes, each, MOST, 2))
    copies = copies + rng.normal(0, ASIDE, (classes, each, 1, 2))
    thick = rng.uniform(0.7, 1.0, (classes, each, 1))
    away = np.full((classes, each, SIDE**2), _FAR)
    for stroke in range(MOST - 1):
        apart = from_stroke(copies[:, :, stroke], copies[:, :, stroke + 1])
        there = (stroke + 1 < used)[..., None]
        away = np.where(there, np.minimum(away, apart), away)
    return np.clip(_NIB - away / thick, 0, 1).astype(np.float32)


def from_stroke(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Distance of every pixel from a stroke, `(..., 64)`; its ends are `(..., 2)`."""
    down, right = np.indices((SIDE, SIDE)).reshape(2, -1) + 0.5
    along = (end - start)[..., None]
    from_start = np.stack([right, down]) - start[..., None]
    length = (along**2).sum(-2).clip(1e-9)
    share = ((from_start * along).sum(-2) / length).clip(0, 1)
    apart: np.ndarray = np.sqrt(((from_start - share[..., None, :] * along) ** 2).sum(-2))
    return apart
