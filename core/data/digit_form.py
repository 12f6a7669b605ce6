"""A drawn digit made like the 8x8 ones that networks here learn from.

Those come from NIST's form-based recognition system (Garris et al. 1994), whose preparation is
followed: each digit is scaled to 20 columns by 32 rows, its strokes are thickened or thinned until
it has a usual amount of ink, it is sheared until it stands upright (here by its moments), and put
into the middle of a 32x32 bitmap, of which the ink in each block of 4x4 pixels is counted.
"""

from __future__ import annotations

import numpy as np
from PIL import Image
from scipy import ndimage

from core.data import ink

SIDE, BLOCK = 8, 4
ROWS, COLUMNS = SIDE * BLOCK, 20
WIDEST = 1.6
"""How much a narrow digit is widened at most: a one stays a bar."""
INK = 0.305
"""Mean of the training digits, of all pixels."""
SCALE = 4
"""The work is done on pixels of this part of a bitmap's."""
LARGEST = 256
"""Pixels of a square; a larger one is reduced."""
ROOM = 10
"""Bitmap pixels around the digit for strokes to grow into."""


def formed(found: np.ndarray, square: ink.Box) -> np.ndarray:
    """Make the drawing inside a square like the training digits.

    Args:
        found: How much ink is at each pixel, as `ink.strength` gives it.
        square: The part of the picture.

    Returns:
        `(8, 8)` float32, whole sixteenths; all 0 where the square has no ink.
    """
    part = _reduced(ink.cut(found, square))
    drawn = ink.chosen(part > 0.5, part)
    if not drawn.any():
        return np.zeros((SIDE, SIDE), np.float32)
    soft = ndimage.gaussian_filter(part * ndimage.binary_dilation(drawn), 0.5)
    shape = _scaled(soft / soft.max(), WIDEST)
    shape = _scaled(_upright(_inked(shape)))
    shape = _scaled(_inked(shape))
    bitmap = _centred(shape)
    counted = bitmap.reshape(SIDE, BLOCK, SIDE, BLOCK).sum((1, 3))
    return (np.round(counted).clip(0, BLOCK**2) / BLOCK**2).astype(np.float32)


def _reduced(part: np.ndarray) -> np.ndarray:
    if len(part) <= LARGEST:
        return part
    image = Image.fromarray(part)
    return np.asarray(image.resize((LARGEST, LARGEST), Image.Resampling.BILINEAR))


def _scaled(values: np.ndarray, widest: float = 1.0) -> np.ndarray:
    """Cut to what is over a half and resize to 32 rows and at most 20 columns, finer by `SCALE`.

    `widest` is how many times as wide as in its proportions it may become.
    """
    rows, columns = np.flatnonzero((values > 0.5).any(1)), np.flatnonzero((values > 0.5).any(0))
    cut = values[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    natural = cut.shape[1] * ROWS / cut.shape[0]
    wide = min(COLUMNS, max(1.0, natural * widest))
    image = Image.fromarray(cut.astype(np.float32))
    size = max(1, round(wide * SCALE)), ROWS * SCALE
    return np.asarray(image.resize(size, Image.Resampling.BILINEAR))


def _inked(values: np.ndarray) -> np.ndarray:
    """Thicken or thin the strokes alike until there is the usual amount of ink."""
    padded = np.pad(values, ROOM * SCALE) > 0.5
    inside = ndimage.distance_transform_edt(padded)
    outside = ndimage.distance_transform_edt(~padded)
    signed = inside - outside
    wanted = INK * (ROWS * SCALE) ** 2
    level = np.sort(signed, axis=None)[-int(wanted)]
    found: np.ndarray = (signed >= level).astype(np.float32)
    return found


def _upright(values: np.ndarray) -> np.ndarray:
    """Shift the rows until a digit leans neither way: no covariance of row and column is left."""
    y, x = np.nonzero(values > 0.5)
    spread = max(float(((y - y.mean()) ** 2).mean()), 1e-9)
    lean = float(((y - y.mean()) * (x - x.mean())).mean()) / spread
    found: np.ndarray = ndimage.affine_transform(
        np.pad(values, ((0, 0), (values.shape[1], values.shape[1]))),
        np.array([[1, 0], [lean, 1]]), offset=(0, -lean * y.mean()), order=1,
    )  # fmt: skip
    return found


def _centred(shape: np.ndarray) -> np.ndarray:
    """Put a finer digit into the middle of a 32x32 bitmap; how much of each pixel is ink."""
    fine = np.zeros((ROWS * SCALE, ROWS * SCALE), np.float32)
    left = (fine.shape[1] - shape.shape[1]) // 2
    fine[:, left : left + shape.shape[1]] = shape > 0.5
    return fine.reshape(ROWS, SCALE, ROWS, SCALE).mean((1, 3))
