"""Arrays as pictures."""

from __future__ import annotations

import numpy as np

from core.charts.raster import mosaic


def test_a_mosaic_lays_images_in_a_square() -> None:
    tile = 10 * 8 + 2 * 4
    assert mosaic(np.zeros((5, 8, 8), dtype=np.uint8)).shape == (2 * tile, 3 * tile, 4)
    one = mosaic(np.full((1, 8, 8), 7, dtype=np.uint8))
    assert one.shape == (tile, tile, 4)
    assert one[tile // 2, tile // 2].tolist() == [7, 7, 7, 255]
    assert one[0, 0, 3] == 0
