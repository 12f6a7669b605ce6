"""Pictures that visitors bring: decoded with bounds, in grey, at a network's size.

A file is a stranger's. Its size in pixels is read from its header and bounded before anything is
decoded, only a few formats are tried, and whatever is wrong becomes one sentence, without a
word of the file. Nothing here writes to disk.
"""

from __future__ import annotations

import io
import warnings

import numpy as np
from PIL import ExifTags, Image

MOST_BYTES = 5_000_000
MOST_PIXELS = 13_000_000
"""A telephone's photograph; decoded with colours and opacity it takes 52 MB for a moment."""
LEAST_SIDE = 8
MOST_SCANS = 64
"""Of a progressive JPEG: each costs a pass over the picture; a small file can hold thousands."""
FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF")
WORKING_SIDE = 512
"""Larger pictures are reduced to about this before anything else is done."""
BAND = 1_000_000
"""Pixels converted at once: a large picture needs little memory on top of its own."""
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What undoes each orientation that EXIF knows."""

# Pillow's own warning about huge pictures would only be printed.
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)


class PictureError(ValueError):
    """Why a file cannot be used; the message is a whole sentence without a word from the file."""


def decoded(data: bytes) -> np.ndarray:
    """Read a picture file: the first frame, upright, in grey.

    Transparent parts become white behind dark pictures and black behind bright ones.

    Args:
        data: The bytes of a PNG, JPEG, WebP, BMP or GIF file.

    Returns:
        `(height, width)` float32 in [0, 1], at most about 1000 pixels on a side.

    Raises:
        PictureError: If it is not such a picture, or too large, too small or damaged.
    """
    if not data:
        raise PictureError("The file is empty.")
    if len(data) > MOST_BYTES:
        raise PictureError(f"The file is larger than {MOST_BYTES // 10**6} MB.")
    try:
        with _opened(data) as image:
            turn = TURNS.get(image.getexif().get(ExifTags.Base.Orientation, 1))
            image.draft(None, (WORKING_SIDE, WORKING_SIDE))
            image.load()
            grey, alpha = _reduced(image)
    except PictureError:
        raise
    except Exception as error:  # decoders of hostile bytes raise all sorts
        raise PictureError("The picture is damaged: it cannot be read to its end.") from error
    if turn is not None:
        grey, alpha = (np.asarray(Image.fromarray(p).transpose(turn)) for p in (grey, alpha))
    return _on_background(grey.astype(np.float32) / 255, alpha.astype(np.float32) / 255)


def _opened(data: bytes) -> Image.Image:
    """Read the header and check what it says; no pixel is decoded."""
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureError(_too_large()) from error
    except Exception as error:
        said = "This is not a PNG, JPEG, WebP, BMP or GIF picture."
        raise PictureError(said) from error
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise PictureError(_too_large())
    if min(width, height) < LEAST_SIDE:
        raise PictureError(
            f"The picture is {width} by {height} pixels; each side needs at least {LEAST_SIDE}."
        )
    if image.format == "JPEG" and data.count(b"\xff\xda") > MOST_SCANS:
        raise PictureError("This JPEG is built of too many layers to be read safely.")
    return image


def _too_large() -> str:
    return f"The picture has more than {MOST_PIXELS // 10**6} million pixels."


def _reduced(image: Image.Image) -> tuple[np.ndarray, np.ndarray]:
    """Grey and opacity, `(h, w)` uint8 each, band by band, reduced by a whole number."""
    width, height = image.size
    times = max(1, min(width, height) // WORKING_SIDE)
    step = times * max(1, BAND // (width * times))
    bands = [
        _two_channels(image.crop((0, top, width, min(top + step, height)))).reduce(times)
        for top in range(0, height, step)
    ]
    both = np.concatenate([np.asarray(band) for band in bands])
    return both[..., 0], both[..., 1]


def _two_channels(part: Image.Image) -> Image.Image:
    """Grey and opacity of a picture of any mode."""
    if part.mode.startswith("I"):  # 16 bits: Pillow would clip at 255 where it should divide
        part = Image.fromarray((np.asarray(part).astype(np.int64) >> 8).clip(0, 255).astype("u1"))
    if part.mode == "CMYK":
        part = part.convert("RGB")
    return part.convert("RGBA").convert("LA")


def _on_background(grey: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """Lay a picture on what it stands out from."""
    seen = float(alpha.sum())
    bright = seen == 0 or float((grey * alpha).sum()) / seen >= 0.5
    found: np.ndarray = grey * alpha + (0.0 if bright else 1.0) * (1 - alpha)
    return found


def border(grey: np.ndarray) -> float:
    """Median brightness of the outermost pixels: most likely the background."""
    edge = np.concatenate([grey[0], grey[-1], grey[1:-1, 0], grey[1:-1, -1]])
    return float(np.median(edge))


def is_dark_on_light(grey: np.ndarray) -> bool:
    """Whether the picture looks like ink on paper."""
    return border(grey) > 0.5


def fitted(grey: np.ndarray, side: int, *, invert: bool, stretch: bool) -> np.ndarray:
    """Bring a picture to a network's size, whole and in its proportions.

    Args:
        grey: `(height, width)` in [0, 1].
        side: Pixels on a side of what the network takes.
        invert: Whether dark becomes bright.
        stretch: Whether the background becomes black and the brightest pixel white.

    Returns:
        `(side, side)` float32 in [0, 1]; what the picture does not fill has its background's
        brightness.

    Raises:
        PictureError: If it is so narrow that less than a pixel of it would be left.
    """
    height, width = grey.shape
    if max(height, width) > side * min(height, width):
        raise PictureError(
            f"The picture is so narrow that nothing would be left of it at {side} by {side} pixels."
        )
    values = (1 - grey if invert else grey).astype(np.float32)
    largest = max(height, width)
    size = max(1, round(side * width / largest)), max(1, round(side * height / largest))
    small = np.asarray(Image.fromarray(values).resize(size, Image.Resampling.BILINEAR))
    background = border(values)
    found = np.full((side, side), background, np.float32)
    top, left = (side - size[1]) // 2, (side - size[0]) // 2
    found[top : top + size[1], left : left + size[0]] = small
    if stretch:
        reach = float(found.max()) - background
        found = (found - background) / reach if reach > 0.02 else found * 0
    return found.clip(0, 1).astype(np.float32)
