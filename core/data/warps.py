"""Shifts of square grey pictures: turned, moved, shrunk, noisy, blurred, paler, partly covered.

Everything is one function of pictures, a kind and an amount for each picture, so that the same
code shifts test pictures by a fixed amount and training batches by a drawn one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np

Shift = Literal[
    "rotation", "translation", "scale", "noise", "blur", "contrast", "missing patch"
]  # fmt: skip
AMOUNTS: Mapping[Shift, tuple[float, ...]] = {
    "rotation": (15, 30, 45, 60, 75, 90),
    "translation": (0.5, 1, 1.5, 2, 2.5, 3),
    "scale": (0.1, 0.2, 0.3, 0.4, 0.5, 0.6),
    "noise": (0.1, 0.2, 0.3, 0.4, 0.5, 0.6),
    "blur": (0.4, 0.8, 1.2, 1.6, 2.0, 2.4),
    "contrast": (0.15, 0.3, 0.45, 0.6, 0.75, 0.9),
    "missing patch": (1, 2, 3, 4, 5, 6),
}
"""Rungs of each kind, for pictures of 8x8 pixels; 0 is no shift. See `shifted` for the units."""
SPELLED: Mapping[Shift, str] = {
    "rotation": "{:g}°",
    "translation": "{:g} px",
    "scale": "{:.0%} smaller",
    "noise": "sd {:g}",
    "blur": "sd {:g} px",
    "contrast": "{:.0%} lost",
    "missing patch": "{0:g}x{0:g} px",
}
"""How an amount is written."""
NARROWEST_BLUR = 1e-2
"""Pixels; a narrower kernel is a single pixel already."""


def shifted(
    kind: Shift, x: np.ndarray, amounts: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Shift every picture by its own amount.

    Args:
        kind: `"rotation"`: degrees counterclockwise about the middle; negative is clockwise.
            `"translation"`: pixels, in a direction drawn for each picture. `"scale"`: share by
            which it shrinks about the middle, in [0, 1). These three interpolate between the four
            nearest pixels, and what lies outside is black. `"noise"`: standard deviation of normal
            noise on each pixel, cut off at 0 and 1. `"blur"`: standard deviation of a normal kernel
            in pixels. `"contrast"`: share of the contrast that is lost: pixels move towards middle
            grey. `"missing patch"`: side in pixels, rounded, of a black square at a drawn place.
        x: Pictures row by row, `(n, side * side)` in [0, 1].
        amounts: `(n,)`, at least 0 but for rotations.
        rng: Draws directions, noise and places.

    Returns:
        `(n, side * side)` float32 in [0, 1].
    """
    side = round(x.shape[1] ** 0.5)
    images, own = x.reshape(len(x), side, side), np.asarray(amounts, dtype=float)
    if kind in ("rotation", "translation", "scale"):
        found = _sampled(images, *_map(kind, own, rng))
    elif kind == "noise":
        found = (images + own[:, None, None] * rng.standard_normal(images.shape)).clip(0, 1)
    elif kind == "blur":
        kernel = _blur_kernel(side, own)
        found = np.einsum("nij,njk,nlk->nil", kernel, images, kernel, optimize=True)
    elif kind == "contrast":
        found = 0.5 + (1 - own[:, None, None]) * (images - 0.5)
    else:
        found = images * ~_patch(side, own, rng)
    return np.asarray(found.reshape(x.shape), dtype=np.float32)


def drawn_amounts(kind: Shift, most: float, n: int, rng: np.random.Generator) -> np.ndarray:
    """Amounts for a training batch: uniform up to the most, rotations to either side, `(n,)`."""
    return np.asarray(rng.uniform(-most if kind == "rotation" else 0.0, most, n))


def randomly_shifted(
    kind: Shift, most: float, x: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Shift every picture by an amount drawn for it; see `drawn_amounts` and `shifted`."""
    return shifted(kind, x, drawn_amounts(kind, most, len(x), rng), rng)


def _map(kind: str, amounts: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Where each picture is read: matrix `(n, 2, 2)` about its middle, and a move `(n, 2)`.

    Rows come before columns; the map leads from a place in the new picture to one in the old.
    """
    n = len(amounts)
    turn, move = np.tile(np.eye(2), (n, 1, 1)), np.zeros((n, 2))
    if kind == "rotation":
        angle = np.deg2rad(amounts)
        cos, sin = np.cos(angle), np.sin(angle)
        turn = np.stack([np.stack([cos, sin], -1), np.stack([-sin, cos], -1)], 1)
    elif kind == "translation":
        angle = rng.uniform(0, 2 * np.pi, n)
        move = amounts[:, None] * np.stack([np.sin(angle), np.cos(angle)], -1)
    else:
        turn = turn / (1 - amounts)[:, None, None]
    return turn, move


def _sampled(images: np.ndarray, turn: np.ndarray, move: np.ndarray) -> np.ndarray:
    """Read pictures at mapped places, between pixels by the four nearest; black outside."""
    n, side, _ = images.shape
    place = np.stack(np.meshgrid(*[np.arange(side)] * 2, indexing="ij"), -1).reshape(-1, 2)
    middle = (side - 1) / 2
    # Rounded, so that a quarter turn lands on pixels and not beside them.
    source = ((place - middle) @ turn.swapaxes(1, 2) - move[:, None] + middle).round(9)
    source = source.clip(-1, side)
    low = np.floor(source).astype(np.int64)
    part = source - low
    padded = np.zeros((n, side + 3, side + 3))
    padded[:, 1 : side + 1, 1 : side + 1] = images
    who, found = np.arange(n)[:, None], np.zeros((n, side * side))
    for down in (0, 1):
        for right in (0, 1):
            weight = _weight(part[..., 0], down) * _weight(part[..., 1], right)
            found += weight * padded[who, low[..., 0] + 1 + down, low[..., 1] + 1 + right]
    return found


def _weight(part: np.ndarray, upper: int) -> np.ndarray:
    return part if upper else 1 - part


def _blur_kernel(side: int, spread: np.ndarray) -> np.ndarray:
    """Rows that average neighbours with normal weights, `(n, side, side)`; each adds up to 1."""
    place = np.arange(side)
    far = (place[:, None] - place[None, :]) / np.maximum(spread, NARROWEST_BLUR)[:, None, None]
    kernel = np.exp(-(far**2) / 2)
    return np.asarray(kernel / kernel.sum(-1, keepdims=True))


def _patch(side: int, amounts: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Where the square lies, `(n, side, side)` bool; it lies wholly inside."""
    length = amounts.round().astype(np.int64)
    start = np.floor(rng.random((2, len(amounts))) * (side + 1 - length)).astype(np.int64)
    place = np.arange(side)
    rows, columns = (
        (place >= first[:, None]) & (place < (first + length)[:, None]) for first in start
    )
    return np.asarray(rows[:, :, None] & columns[:, None, :])
