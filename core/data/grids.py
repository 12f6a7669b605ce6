"""Grids of pictures: several in one, for asking where an explanation looks."""

from __future__ import annotations

import numpy as np

from core.lab.seeding import numpy_generator


def make_grids(
    images: np.ndarray, labels: np.ndarray, n: int, *, n_classes: int, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Put four pictures of different classes into one, and ask for the class of one of them.

    The grids of the grid pointing game (Böhle, Fritz & Schiele 2021).

    Args:
        images: `(m, 1, side, side)` float32, every class among them.
        labels: Their classes, `(m,)` int64.
        n: Number of grids.
        n_classes: At least 4.
        seed: Of the run.

    Returns:
        Grids `(n, 1, 2 * side, 2 * side)`, where the asked picture lies `(n, 2 * side, 2 * side)`
        bool, and its class `(n,)`.
    """
    rng, side = numpy_generator(seed, "grids"), images.shape[-1]
    pictures, cells, classes = np.empty((n, 2, 2, side, side), np.float32), [], []
    for own in pictures:
        four = rng.permutation(n_classes)[:4]
        asked = np.arange(4) == rng.integers(4)
        chosen = [rng.choice(np.flatnonzero(labels == label)) for label in four]
        own[:] = images[chosen].reshape(own.shape)
        cells.append(np.kron(asked.reshape(2, 2), np.ones((side, side), bool)))
        classes.append(four[asked][0])
    grids = pictures.swapaxes(2, 3).reshape(n, 1, 2 * side, 2 * side)
    return grids, np.array(cells), np.array(classes, np.int64)
