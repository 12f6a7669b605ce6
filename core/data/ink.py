"""Where in a photograph something is drawn, and how strongly: paper, light and frames set aside."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image
from scipy import ndimage

COARSE = 32
"""Pixels of the shorter side where the light is estimated."""
FINE = 160
"""Pixels of the shorter side where the pieces of ink are told apart."""
WINDOW = 0.75
"""Side of the window whose median is the paper, of the shorter side: wider than any stroke."""
LEAST_CONTRAST = 0.06
"""Of the paper's brightness: below it there is nothing to be seen."""
NOISES = 5.0
"""Standard deviations of the paper that ink exceeds."""
SPECK = 3e-4
"""Share of the picture below which a piece is dirt."""
EVERYWHERE = np.ones((3, 3))


@dataclass(frozen=True)
class Box:
    """A square of a picture, in its pixels; it may reach beyond the picture."""

    left: int
    top: int
    size: int


def strength(grey: np.ndarray, *, dark: bool) -> np.ndarray:
    """How much ink is at each pixel, whatever the light.

    Args:
        grey: `(height, width)` in [0, 1].
        dark: Whether the ink is darker than the paper.

    Returns:
        `(height, width)` float32: 0 on paper, about 1 on the ink of what was drawn, at most 1.5;
        all 0 where there is no ink.
    """
    paper = _resized(_paper(_shrunk(grey, COARSE)), grey.shape)
    # A part of white is added to dark paper: next to nothing, every ratio would be large.
    paper = paper.clip(0)
    raw = (paper - grey) / (paper + 0.02) if dark else (grey - paper) / (paper + 0.15)
    small = _shrunk(raw, FINE)
    # Noise is not measured where enlarging has smoothed it.
    mask = small > _threshold(small, small if small.size < raw.size else raw)
    drawn = chosen(mask, small)
    if not drawn.any():
        return np.zeros(grey.shape, np.float32)
    found: np.ndarray = (raw / np.median(small[drawn])).clip(0, 1.5).astype(np.float32)
    return found


def is_dark(grey: np.ndarray) -> bool:
    """Whether what stands out from the paper is darker than it; the middle counts most."""
    small = _shrunk(grey, COARSE)
    y, x = np.mgrid[-1 : 1 : small.shape[0] * 1j, -1 : 1 : small.shape[1] * 1j]
    off = (small - _paper(small)) ** 3 * np.exp(-5 * (x * x + y * y))
    return bool(off.sum() < 0)


def _shrunk(grey: np.ndarray, shorter: int) -> np.ndarray:
    """Resize so that the shorter side has a number of pixels."""
    times = shorter / min(grey.shape)
    return _resized(
        grey, (max(1, round(grey.shape[0] * times)), max(1, round(grey.shape[1] * times)))
    )


def _resized(grey: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    image = Image.fromarray(np.ascontiguousarray(grey, np.float32))
    return np.asarray(image.resize((shape[1], shape[0]), Image.Resampling.BILINEAR))


def _paper(small: np.ndarray) -> np.ndarray:
    """Brightness of the paper under the ink: the median around each pixel.

    It keeps slopes and the edges of shadows. Beyond the picture its brightness goes on as it came
    (odd reflection), so that slopes are kept up to the borders.
    """
    half = round(WINDOW * min(small.shape) / 2)
    around = np.pad(small, half, mode="reflect", reflect_type="odd").clip(small.min(), small.max())
    found: np.ndarray = ndimage.median_filter(around, 2 * half + 1)[half:-half, half:-half]
    return found


def _threshold(small: np.ndarray, sharp: np.ndarray) -> float:
    """What is more than this is ink: well above the paper's noise, and a part of the strongest."""
    # Of neighbours' differences: what the light does from here to there is no noise.
    noise = 1.4826 * float(np.median(np.abs(np.diff(sharp, axis=0)))) / np.sqrt(2)
    peak = float(np.quantile(small, 0.998))
    return max(LEAST_CONTRAST, NOISES * noise, 0.35 * peak)


def chosen(mask: np.ndarray, values: np.ndarray) -> np.ndarray:
    """The pieces of ink that are the drawing: not lines across, frames, dirt or the paper's edge.

    Args:
        mask: Where there is ink, `(height, width)` bool.
        values: How much, in any unit.

    Returns:
        `(height, width)` bool.
    """
    labels, count = ndimage.label(mask, EVERYWHERE)
    pieces = _pieces(labels, values, count)
    if not pieces:
        return np.zeros_like(mask)
    wanted = _without_frames([p for p in pieces if not p.is_line(mask.shape)])
    wanted = _without_edges(wanted, mask.shape) or pieces
    main = max(wanted, key=lambda p: p.mass * p.central(mask.shape))
    near = [p.number for p in wanted if p is main or main.goes_with(p)]
    return np.isin(labels, near)


@dataclass(frozen=True)
class Piece:
    """Ink that hangs together, in the rows from `top` and the columns from `left`.

    `bottom` and `right` are the first without it.
    """

    number: int
    top: int
    bottom: int
    left: int
    right: int
    area: int
    mass: float

    @property
    def high(self) -> int:
        """Rows."""
        return self.bottom - self.top

    @property
    def wide(self) -> int:
        """Columns."""
        return self.right - self.left

    def is_line(self, shape: tuple[int, ...]) -> bool:
        """Whether it is a line: wide as no digit is, or thin and high at the picture's side."""
        across = self.wide > 0.35 * shape[1] and self.wide > 5 * self.high
        aside = abs(self.left + self.right - shape[1]) > 0.75 * shape[1]
        along = self.high > 0.5 * shape[0] and self.wide < 0.08 * shape[1]
        return across or (along and aside)

    def sides(self, shape: tuple[int, ...]) -> int:
        """How many sides of the picture it touches."""
        ends = (self.top <= 0, self.left <= 0, self.bottom >= shape[0], self.right >= shape[1])
        return sum(ends)

    def central(self, shape: tuple[int, ...]) -> float:
        """Weight of its place: 1 in the middle, less towards the corners."""
        y = (self.top + self.bottom) / shape[0] - 1
        x = (self.left + self.right) / shape[1] - 1
        return float(np.exp(-(x * x + y * y) / 2))

    def holds(self, other: Piece) -> bool:
        """Whether another is inside its outline."""
        return (
            self.top < other.top and other.bottom < self.bottom
            and self.left < other.left and other.right < self.right
        )  # fmt: skip

    def goes_with(self, other: Piece) -> bool:
        """Whether another is near enough and large enough to be a part of the same drawing."""
        down = max(self.top, other.top) - min(self.bottom, other.bottom)
        along = max(self.left, other.left) - min(self.right, other.right)
        return max(down, along) < 0.15 * self.high and other.mass > 0.04 * self.mass


def _pieces(labels: np.ndarray, values: np.ndarray, count: int) -> list[Piece]:
    areas = np.bincount(labels.ravel(), minlength=count + 1)
    masses = np.bincount(labels.ravel(), values.ravel(), minlength=count + 1)
    found = []
    for number, place in enumerate(ndimage.find_objects(labels), start=1):
        rows, columns = place
        found.append(Piece(number, rows.start, rows.stop, columns.start, columns.stop,
                           int(areas[number]), float(masses[number])))  # fmt: skip
    return [p for p in found if p.area > SPECK * labels.size]


def _without_frames(pieces: list[Piece]) -> list[Piece]:
    """Leave out a thin outline that holds something of a size."""

    def is_frame(piece: Piece) -> bool:
        thin = piece.area < 0.3 * piece.high * piece.wide
        return thin and any(piece.holds(p) and p.area > 0.1 * piece.area for p in pieces)

    return [p for p in pieces if not is_frame(p)]


def _without_edges(pieces: list[Piece], shape: tuple[int, ...]) -> list[Piece]:
    """Leave out what runs out of the picture, if enough is left."""
    inside = [p for p in pieces if not p.sides(shape)]
    most = max((p.mass for p in inside), default=0.0)
    return [p for p in pieces
            if not p.sides(shape) or (p.sides(shape) < 3 and p.mass > 5 * most)]  # fmt: skip


def box(found: np.ndarray, margin: float = 0.04) -> Box:
    """A square around the drawing.

    Args:
        found: What `strength` gave.
        margin: On each side, of the longer side of the drawing.

    Returns:
        The square; the whole picture's larger side, in its middle, where nothing is drawn.
    """
    height, width = found.shape
    small = _shrunk(found, FINE)
    drawn = chosen(small > 0.5, small)
    if not drawn.any():
        size = max(found.shape)
        return Box((width - size) // 2, (height - size) // 2, size)
    times = min(found.shape) / FINE
    rows, columns = np.flatnonzero(drawn.any(1)), np.flatnonzero(drawn.any(0))
    high, wide = (rows[-1] + 1 - rows[0]) * times, (columns[-1] + 1 - columns[0]) * times
    size = max(8, round(max(high, wide) * (1 + 2 * margin)))
    middle = (columns[0] + columns[-1] + 1) / 2 * times, (rows[0] + rows[-1] + 1) / 2 * times
    return Box(round(middle[0] - size / 2), round(middle[1] - size / 2), size)


def cut(values: np.ndarray, square: Box, beyond: float = 0.0) -> np.ndarray:
    """The part of a picture inside a square, `(size, size)`; `beyond` where there is no picture."""
    height, width = values.shape
    found = np.full((square.size, square.size), beyond, np.float32)
    top, left = max(0, square.top), max(0, square.left)
    bottom, right = min(height, square.top + square.size), min(width, square.left + square.size)
    if top < bottom and left < right:
        rows = slice(top - square.top, bottom - square.top)
        columns = slice(left - square.left, right - square.left)
        found[rows, columns] = values[top:bottom, left:right]
    return found
