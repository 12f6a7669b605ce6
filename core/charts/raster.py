"""Arrays as pictures: PNG data addresses for image marks."""

from __future__ import annotations

import base64
import io

import numpy as np
from PIL import Image

from core.charts import theme


def class_regions(probability: np.ndarray) -> str:
    """Paint a map of the probability of class 1 as a `data:image/png` address.

    The two class colours are mixed into transparency at probability one half, so that the
    picture lies well on a light and on a dark page.

    Args:
        probability: `(height, width)` in [0, 1]; the first row is the top of the picture.
    """
    zero, one = (np.array(theme.rgb(color)) for color in theme.CLASS_COLORS)
    pixels = np.empty((*probability.shape, 4), dtype=np.uint8)
    pixels[..., :3] = np.where(probability[..., None] < 0.5, zero, one)
    pixels[..., 3] = (40 + 260 * np.abs(probability - 0.5)).clip(0, 170)
    return png_address(pixels)


def tinted(values: np.ndarray, color: str, least: int = 480) -> str:
    """Paint a map in one colour, the stronger the larger, as a PNG address.

    Args:
        values: `(height, width)` in [0, 1]; the first row is the top of the picture.
        color: Of the theme.
        least: Width of the picture in pixels, at least: browsers blur small ones.
    """
    pixels = np.empty((*values.shape, 4), dtype=np.uint8)
    pixels[..., :3] = theme.rgb(color)
    pixels[..., 3] = (255 * values.clip(0, 1)).round()
    return png_address(enlarged(pixels, least))


def signed_map(image: np.ndarray, values: np.ndarray) -> str:
    """Paint what speaks for and against a decision over its picture, as a PNG address.

    Args:
        image: `(height, width)` in [0, 1]; drawn dimmed in grey, so that colour stands out.
        values: `(height, width)` in [-1, 1]: the sign picks the colour, the size how much of it.
    """
    grey = 255 * (0.07 + 0.5 * image[..., None])
    size = np.abs(values).clip(0, 1)[..., None]
    sides = (np.array(theme.rgb(c)) for c in (theme.SPEAKS_FOR, theme.SPEAKS_AGAINST))
    positive, negative = sides
    color = np.where(values[..., None] >= 0, positive, negative)
    return png_address(enlarged(((1 - size) * grey + size * color).astype(np.uint8)))


def grey_picture(image: np.ndarray) -> str:
    """Paint `(height, width)` in [0, 1] in grey, as a PNG address."""
    grey = (255 * image).clip(0, 255).astype(np.uint8)
    return png_address(enlarged(np.repeat(grey[..., None], 3, axis=2)))


def with_box(grey: np.ndarray, left: int, top: int, size: int, widest: int = 520) -> str:
    """Paint a picture with a square marked in it: what is outside is dimmed.

    Args:
        grey: `(height, width)` in [0, 1].
        left: Of the square, in pixels of the picture, which it may leave.
        top: Likewise.
        size: Of the square.
        widest: Larger pictures are reduced to this width.
    """
    times = max(1, -(-grey.shape[1] // widest))
    pixels = np.repeat((255 * grey[::times, ::times, None]).clip(0, 255), 3, axis=2)
    height, width = pixels.shape[:2]
    rows, columns = np.indices((height, width))
    inset = np.minimum.reduce(
        [
            rows - top // times,
            columns - left // times,
            (top + size) // times - rows,
            (left + size) // times - columns,
        ]
    )
    pixels[inset < 0] *= 0.45
    edge = max(1, width // 110)
    pixels[(inset >= 0) & (inset < edge)] = theme.rgb(theme.SPEAKS_FOR)
    return png_address(pixels.astype(np.uint8))


def enlarged(pixels: np.ndarray, least: int = 112) -> np.ndarray:
    """Repeat pixels until the picture is `least` wide: browsers blur small ones."""
    times = max(1, round(least / pixels.shape[1]))
    return pixels.repeat(times, axis=0).repeat(times, axis=1)


def mosaic(images: np.ndarray, zoom: int = 10, border: int = 4) -> np.ndarray:
    """Lay images out in about as many rows as columns, enlarged without smoothing.

    Args:
        images: `(n, height, width)` uint8.
        zoom: Side of a pixel.
        border: Transparent pixels around each image.

    Returns:
        `(rows, columns, 4)` uint8 pixels, transparent between the images.
    """
    columns = int(np.ceil(np.sqrt(len(images))))
    n_rows = -(-len(images) // columns)
    filled = np.zeros((n_rows * columns, *images.shape[1:], 2), dtype=np.uint8)
    filled[: len(images), ..., 0], filled[: len(images), ..., 1] = images, 255
    large = filled.repeat(zoom, axis=1).repeat(zoom, axis=2)
    edge = (border, border)
    tiles = np.pad(large, ((0, 0), edge, edge, (0, 0)))
    lines = [np.hstack(list(tiles[i : i + columns])) for i in range(0, len(tiles), columns)]
    return np.vstack(lines)[..., [0, 0, 0, 1]]


def png_address(pixels: np.ndarray) -> str:
    """Encode `(height, width, 3 or 4)` uint8 pixels as a `data:image/png;base64` address."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, format="PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def framed(image: np.ndarray) -> np.ndarray:
    """Put a grey edge of one pixel around `(height, width)`: white may lie on a light page."""
    return np.pad(image, 1, constant_values=0.4)


def grey_image(values: np.ndarray, scale: int = 16) -> str:
    """Paint a small picture in grey, every pixel as a square, as a `data:image/png` address.

    Args:
        values: `(height, width)`, 0 black to 1 white; clipped.
        scale: Side of a square, so that browsers do not blur the pixels.
    """
    grey = (255 * np.clip(values, 0, 1)).round().astype(np.uint8)
    square = np.kron(grey, np.ones((scale, scale), dtype=np.uint8))
    return png_address(np.repeat(square[..., None], 3, axis=2))
