"""Grids of pictures, taken apart again."""

from __future__ import annotations

import numpy as np

from core.data.grids import make_grids
from core.data.shapes import draw_shapes


def test_grids_hold_four_classes_and_ask_for_one() -> None:
    data = draw_shapes(100, clutter=0, seed=0, purpose="validation")
    grids, cells, classes = make_grids(data.images, data.labels, 6, n_classes=5, seed=0)
    assert grids.shape == (6, 1, 56, 56)
    np.testing.assert_array_equal(cells.sum((1, 2)), 28 * 28)
    by_picture = {x.tobytes(): y for x, y in zip(data.images, data.labels, strict=True)}
    for grid, cell, asked in zip(grids, cells, classes, strict=True):
        parts = [grid[:, i : i + 28, j : j + 28] for i in (0, 28) for j in (0, 28)]
        labels = [by_picture[np.ascontiguousarray(part).tobytes()] for part in parts]
        assert len(set(labels)) == 4
        assert by_picture[grid[0][cell].reshape(1, 28, 28).tobytes()] == asked
