"""Drawn pictures of one shape among clutter, with the pixels of the shape known exactly."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np

from core.lab.seeding import numpy_generator

SIDE = 28
"""Pixels on a side."""
SHAPES = ("disc", "ring", "square", "triangle", "cross")
"""Names of the classes, by label."""
NOISE = 0.08
"""Standard deviation of the background; what falls below black is black."""
REACH = 4
"""A stroke ends at most this many pixels from its middle."""
AT_ONCE = 400
"""Pictures drawn at once where many are: about 30 ms."""


@dataclass(frozen=True)
class MaskedImages:
    """Pictures with their labels and the pixels that belong to the object.

    Attributes:
        images: `(n, 1, SIDE, SIDE)` float32 in [0, 1], black background.
        labels: `(n,)` int64, indices into `SHAPES`.
        masks: `(n, SIDE, SIDE)` bool: where the shape is.
    """

    images: np.ndarray
    labels: np.ndarray
    masks: np.ndarray


def draw_shapes(n: int, *, clutter: int, seed: int, purpose: str) -> MaskedImages:
    """Draw `n` pictures of one shape each, of any place, size and brightness.

    Args:
        n: Number of pictures, at least 1; a smaller set is not the beginning of a larger one.
        clutter: Short strokes behind the shape, as bright as a dim shape; at least 0.
        seed: Of the run.
        purpose: Keeps sets of one run apart, for example `"train"`.

    Returns:
        Classes drawn uniformly; radii from 4 to 6.5 pixels, shapes wholly inside the picture.
    """
    rng = numpy_generator(seed, "shapes", purpose, clutter)
    labels = rng.integers(0, len(SHAPES), n)
    masks = _masks(labels, rng)
    images = rng.normal(0, NOISE, masks.shape)
    for _ in range(clutter):
        _draw_stroke(images, rng)
    shade = rng.uniform(0.5, 1.0, (n, 1, 1)) + rng.normal(0, NOISE / 2, masks.shape)
    images = np.where(masks, shade, images).clip(0, 1)
    return MaskedImages(images[:, None].astype(np.float32), labels.astype(np.int64), masks)


def draw_many(
    n: int, *, clutter: int, seed: int, purpose: str
) -> Generator[int, None, MaskedImages]:
    """As `draw_shapes`, part by part; yields the number of pictures drawn, often."""
    parts = []
    for start in range(0, n, AT_ONCE):
        size = min(AT_ONCE, n - start)
        parts.append(draw_shapes(size, clutter=clutter, seed=seed, purpose=f"{purpose} {start}"))
        yield start + size
    return MaskedImages(
        np.concatenate([part.images for part in parts]),
        np.concatenate([part.labels for part in parts]),
        np.concatenate([part.masks for part in parts]),
    )


def _masks(labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    n = len(labels)
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    radius = rng.uniform(4, 6.5, n).astype(np.float32)
    centre = rng.uniform(radius + 1, SIDE - 2 - radius, (2, n)).astype(np.float32)
    dx, dy = x - centre[0][:, None, None], y - centre[1][:, None, None]
    r = radius[:, None, None]
    distance, reach = np.hypot(dx, dy), np.maximum(abs(dx), abs(dy))
    disc = distance <= r
    drawn = (
        disc,
        disc & (distance >= r - 2.2),
        reach <= 0.87 * r,
        (dy <= 0.75 * r) & (dy >= 1.9 * abs(dx) - r),
        (np.minimum(abs(dx), abs(dy)) <= 1.3) & (reach <= r),
    )
    return np.choose(labels[:, None, None], drawn)


def _draw_stroke(images: np.ndarray, rng: np.random.Generator) -> None:
    """Draw one short stroke into each picture; only the pixels around it are looked at."""
    n, reach = len(images), REACH
    place = rng.uniform(0, SIDE, (2, n, 1, 1))
    turn, length = rng.uniform(0, np.pi, (n, 1, 1)), rng.uniform(1, 2.5, (n, 1, 1))
    shade = rng.uniform(0.3, 0.8, (n, 1, 1))
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    rows, columns = place[0].astype(int) + y, place[1].astype(int) + x
    dx, dy = columns - place[1], rows - place[0]
    along = dx * np.cos(turn) + dy * np.sin(turn)
    across = dy * np.cos(turn) - dx * np.sin(turn)
    drawn = (abs(along) <= length) & (abs(across) <= 0.6)
    drawn &= (np.minimum(rows, columns) >= 0) & (np.maximum(rows, columns) < SIDE)
    which, _, _ = np.nonzero(drawn)
    images[which, rows[drawn], columns[drawn]] = np.broadcast_to(shade, drawn.shape)[drawn]
