"""Pictures that visitors bring: decoded with bounds, in grey, at a network's size.

A file is a stranger's. Its size in pixels is read from its header and bounded before anything is
decoded, only a few formats are tried, and whatever is wrong becomes one sentence, without a
word of the file. Nothing here writes to disk.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from functools import cache
from math import ceil

import numpy as np
from PIL import ExifTags, Image, ImageChops

MOST_BYTES = 5_000_000
MOST_PIXELS = 13_000_000
"""A telephone's photograph; decoding it takes 25 MB (JPEG) to 115 MB (AVIF) for a moment."""
LEAST_SIDE = 8
MOST_SCANS = 64
"""Of a progressive JPEG: each costs a pass over the picture; a small file can hold thousands."""
FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "AVIF", "HEIF")
KINDS = "PNG, JPEG, WebP, BMP, GIF, AVIF or HEIC"
COLOURS = ("red", "green", "blue")
MOST_NARROW = 10.0
WORKING_SIDE = 512
"""Larger pictures are reduced to about this before anything else is done."""
MOST_KEPT = 1_500_000
"""Pixels that are left of any picture, long ones too."""
BAND = 1_000_000
"""Pixels converted at once: a large picture needs little memory on top of its own."""
END = b"\xff\xd9"
"""Of a JPEG."""
INVERTED = "Its inks would make it all black: they were taken for inverted."
LEAST_READ = 0.25
"""Share of a JPEG's rows that must be there if its end is missing."""
DEEP = 0.5
"""Share of a 16-bit range; what uses less is stretched."""
PALE = 0.12
"""Between darkest and brightest, in grey; below it a colour is looked at that shows more."""
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


@dataclass(frozen=True)
class Read:
    """A picture that was read.

    Attributes:
        grey: `(height, width)` float32 in [0, 1], at most about 1000 pixels on a side.
        notes: What was assumed, a sentence each.
    """

    grey: np.ndarray
    notes: tuple[str, ...] = ()


def decoded(data: bytes) -> np.ndarray:
    """Read a picture file in grey; arguments, result and errors are those of `read`."""
    return read(data).grey


def read(data: bytes) -> Read:
    """Read a picture file: the first frame, upright, in grey.

    Transparent parts become white behind dark pictures and black behind bright ones.

    Args:
        data: The bytes of a PNG, JPEG, WebP, BMP, GIF, AVIF or HEIC file.

    Raises:
        PictureError: If it is not such a picture, or too large, too small or damaged.
    """
    if not data:
        raise PictureError("The file is empty: choose another one.")
    if len(data) > MOST_BYTES:
        raise PictureError(f"The file is larger than {MOST_BYTES // 10**6} MB.")
    try:
        colours, notes = _pixels(data)
    except PictureError:
        raise
    except Exception as error:  # decoders of hostile bytes raise all sorts
        raise PictureError(
            "The picture is damaged, it cannot be read to its end: save it anew."
        ) from error
    grey, said = _grey(colours[..., :3])
    alpha = colours[..., 3].astype(np.float32) / 255
    return Read(_on_background(grey, alpha), (*notes, *said))


def _pixels(data: bytes) -> tuple[np.ndarray, list[str]]:
    """Decode colours and opacity, upright, `(h, w, 4)` uint8; and what was assumed."""
    try:
        return _loaded(data)
    except OSError:
        if not data.startswith(b"\xff\xd8") or data.rstrip(b"\0").endswith(END):
            raise
    # Its end is added, and libjpeg fills what is missing with the grey that no difference means.
    colours, notes = _loaded(data + END, cut=True)
    return colours, [*notes, "The file's end is missing: what is there was read."]


def _there(colours: np.ndarray) -> np.ndarray:
    """The rows above those that were filled."""
    grey = np.abs(colours[..., :3].astype(int) - 128) <= 1
    missing: np.ndarray = grey.reshape(len(grey), -1).all(1)
    there = len(missing) - int(missing[::-1].cumprod().sum())
    if there < LEAST_READ * len(missing):
        raise PictureError("The picture is damaged: hardly anything of it is there.")
    return colours[:there]


def _loaded(data: bytes, *, cut: bool = False) -> tuple[np.ndarray, list[str]]:
    with _opened(data) as image:
        notes = ["The picture moves: its first frame was read."] if _moves(image) else []
        turn = TURNS.get(image.getexif().get(ExifTags.Base.Orientation, 1))
        image.draft(None, (WORKING_SIDE, WORKING_SIDE))
        image.load()
        deep = _used(image)
        if image.mode == "CMYK" and int(np.ravel(image.getextrema())[-2]) == 255:
            image, notes = ImageChops.invert(image), [*notes, INVERTED]
        colours = _reduced(image, deep)
    colours = _there(colours) if cut else colours
    if deep != (0, 65_535):
        notes.append(
            f"The picture uses the values {deep[0]:,} to {deep[1]:,} of 16 bits: they were "
            "stretched from black to white."
        )
    if turn is not None:
        colours = np.asarray(Image.fromarray(colours).transpose(turn))
    return colours, notes


def _moves(image: Image.Image) -> bool:
    return bool(getattr(image, "is_animated", False))


def _used(image: Image.Image) -> tuple[int, int]:
    """Lowest and highest value of a 16-bit picture, if they are a small part of its range."""
    if not image.mode.startswith("I"):
        return 0, 65_535
    low, high = (int(value) for value in np.ravel(image.getextrema()))
    return (low, high) if 0 <= low < high < low + DEEP * 65_535 else (0, 65_535)


def _opened(data: bytes) -> Image.Image:
    """Read the header and check what it says; no pixel is decoded."""
    if data[4:8] == b"ftyp":
        _know_heic()
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureError(_too_large()) from error
    except Exception as error:
        raise PictureError(f"This is not a {KINDS} picture.") from error
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


@cache
def _know_heic() -> None:
    """Tell Pillow how telephones of one maker keep pictures, when the first one comes."""
    import pi_heif

    pi_heif.options.DECODE_THREADS = 1
    pi_heif.register_heif_opener()


def _too_large() -> str:
    return f"The picture has more than {MOST_PIXELS // 10**6} million pixels."


def _reduced(image: Image.Image, deep: tuple[int, int]) -> np.ndarray:
    """Colours and opacity, `(h, w, 4)` uint8, band by band, reduced by a whole number."""
    width, height = image.size
    times = max(1, min(width, height) // WORKING_SIDE, ceil((width * height / MOST_KEPT) ** 0.5))
    step = times * max(1, BAND // (width * times))
    bands = [
        _coloured(image.crop((0, top, width, min(top + step, height))), deep).reduce(times)
        for top in range(0, height, step)
    ]
    return np.concatenate([np.asarray(band) for band in bands])


def _coloured(part: Image.Image, deep: tuple[int, int]) -> Image.Image:
    """Colours and opacity of a picture of any mode."""
    if part.mode.startswith("I"):  # 16 bits: Pillow would clip at 255 where it should divide
        low, high = deep
        values = (np.asarray(part).astype(np.int64) - low) * 255 // (high - low)
        part = Image.fromarray(values.clip(0, 255).astype("u1"))
    if part.mode == "CMYK":
        part = part.convert("RGB")
    return part.convert("RGBA")


def _grey(colours: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """Brightness in [0, 1]; where it shows next to nothing, the colour that shows most."""
    grey = np.asarray(Image.fromarray(np.ascontiguousarray(colours)).convert("L"))
    each = [grey, *np.moveaxis(colours, -1, 0)]
    low, high = (np.quantile([c[::2, ::2] for c in each], q, axis=(1, 2)) for q in (0.01, 0.99))
    reach = (high - low) / 255
    most = int(reach.argmax())
    if reach[0] > PALE or reach[most] < 3 * reach[0] or reach[most] < PALE:
        return grey.astype(np.float32) / 255, []
    said = f"All is about equally bright: the part of {COLOURS[most - 1]} was read."
    return each[most].astype(np.float32) / 255, [said]


def _on_background(grey: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """Lay a picture on what it stands out from."""
    seen = float(alpha.sum())
    bright = seen == 0 or float((grey * alpha).sum()) / seen >= 0.5
    found: np.ndarray = grey * alpha + (0.0 if bright else 1.0) * (1 - alpha)
    return found


def refuse_narrow(grey: np.ndarray, most: float = MOST_NARROW) -> None:
    """Refuse a stripe.

    Raises:
        PictureError: If the longer side is more than `most` times the shorter one.
    """
    if max(grey.shape) > most * min(grey.shape):
        raise PictureError("The picture is so narrow that nothing in it would be seen.")


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
