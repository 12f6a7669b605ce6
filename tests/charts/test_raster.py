"""Arrays as pictures."""

from __future__ import annotations

import base64
import io

import numpy as np
from PIL import Image

from core.charts import theme
from core.charts.raster import mosaic, with_box


def test_a_mosaic_lays_images_in_a_square() -> None:
    tile = 10 * 8 + 2 * 4
    assert mosaic(np.zeros((5, 8, 8), dtype=np.uint8)).shape == (2 * tile, 3 * tile, 4)
    one = mosaic(np.full((1, 8, 8), 7, dtype=np.uint8))
    assert one.shape == (tile, tile, 4)
    assert one[tile // 2, tile // 2].tolist() == [7, 7, 7, 255]
    assert one[0, 0, 3] == 0


def test_what_is_outside_a_box_is_dimmed_and_its_edge_drawn() -> None:
    address = with_box(np.full((60, 80), 0.8), 20, 10, 30)
    image = Image.open(io.BytesIO(base64.b64decode(address.split(",")[1])))
    pixels = np.asarray(image)
    assert pixels.shape == (60, 80, 3)
    assert pixels[5, 5].tolist() == [91] * 3
    assert pixels[25, 35].tolist() == [204] * 3
    assert pixels[10, 30].tolist() == list(theme.rgb(theme.SPEAKS_FOR))
    whole = with_box(np.full((1200, 900), 0.8), -50, -50, 2000)
    reduced = np.asarray(Image.open(io.BytesIO(base64.b64decode(whole.split(",")[1]))))
    assert reduced.shape == (600, 450, 3) and (reduced == 204).all()
