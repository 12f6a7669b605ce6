"""Pictures of strangers: hand-made hostile files, and what comes of honest ones."""

from __future__ import annotations

import base64
import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from core.data import pictures
from core.data.pictures import PictureError, decoded, fitted

HEIC = base64.b64decode(
    b"AAAAHGZ0eXBoZWl4AAAAAG1pZjFoZWl4bWlhZgAAAXVtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAA"
    b"AAAAAAAAAAAAACJpbG9jAAAAAERAAAEAAQAAAAABmQABAAAAAAAAAFQAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAA"
    b"AAABAABodmMxAAAAAA5waXRtAAAAAAABAAAA9WlwcnAAAADVaXBjbwAAAHBodmNDAQQIAAAAn/gAAAAAHvAA/Pz4"
    b"+AAADwNgAAEAF0ABDAH//wQIAAADAJ/4AAADAAAeugJAYQABACVCAQEECAAAAwCf+AAAAwAAHsCCBBZbq5Ka5sCA"
    b"AAAMgAAAAwCEYgABAAZEAcFzwIkAAAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xh"
    b"cAAAAEAAAAABAAAAMAAAAAEAAAAAAAAAAv////AAAAACAAAADnBpeGkAAAAAAQgAAAAYaXBtYQAAAAAAAAABAAEF"
    b"gQIDBYQAAABcbWRhdAAAAFAoAa6wtDy3//8iCeWofwmNUAWb2AA0gVMJKf0Y+niTAjvMIAzjQAXrvv/6fa87MNlC"
    b"vIY8HVxdGv0nhur52Wa3F/6NR0weNcHqHxYTYD/wiA=="
)
"""Of 64 by 48 pixels, left half black, right half white; as telephones write it, but grey."""


def saved(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, format=kind, **options)
    return file.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, body: bytes, *, bits: int = 8, kind: int = 0) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, 0)
    parts = [chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(body, 9)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def half(width: int = 40, height: int = 30) -> Image.Image:
    """Left half black, right half white."""
    pixels = np.zeros((height, width), np.uint8)
    pixels[:, width // 2 :] = 255
    return Image.fromarray(pixels)


def many_scans() -> bytes:
    """A progressive JPEG whose last scan is repeated a thousand times."""
    data = saved(half(64, 64), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * 1000 + data[-2:]


BAD = {
    "nothing": (b"", "is empty"),
    "a text file renamed": (b"hello, I am a PNG\n" * 50, "not a PNG"),
    "a script": (b"#!/bin/sh\nrm -rf /\n", "not a PNG"),
    "a drawing in XML": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a PNG"),
    "PostScript": (b"%!PS-Adobe-3.0 EPSF-3.0\n", "not a PNG"),
    "only a signature": (b"\x89PNG\r\n\x1a\n", "not a PNG"),
    "a bomb in a header": (png(50_000, 50_000, bytes(50_000)), "more than 13 million pixels"),
    "the largest header": (png(2**31 - 1, 2**31 - 1, b""), "more than 13 million pixels"),
    "just too many": (png(5_000, 2_601, b""), "more than 13 million pixels"),
    "promises that the data break": (png(3_000, 4_000, bytes(100)), "damaged"),
    "truncated": (saved(Image.effect_noise((60, 60), 60))[:900], "damaged"),
    "JPEG of which next to nothing is there": (
        saved(Image.effect_noise((60, 60), 60), "JPEG")[:380],
        "hardly anything",
    ),
    "a HEIC picture that is none": (b"\0\0\0\x18ftypheic" + bytes(40), "not a PNG"),
    "too many scans": (many_scans(), "too many layers"),
    "one pixel": (saved(Image.new("L", (1, 1))), "1 by 1 pixels"),
    "a thread": (saved(Image.new("L", (5_000, 2))), "each side needs at least 8"),
    "too many bytes": (b"\x89PNG" + bytes(pictures.MOST_BYTES), "larger than 5 MB"),
    "another format": (saved(half(), "TIFF"), "not a PNG"),
}


@pytest.mark.parametrize(("data", "part"), BAD.values(), ids=BAD.keys())
def test_a_bad_file_gives_one_sentence(data: bytes, part: str) -> None:
    with pytest.raises(PictureError, match=part) as caught:
        decoded(data)
    said = str(caught.value)
    assert said.endswith(".") and said.count(".") == 1 and "\n" not in said


def test_any_cut_and_any_flipped_byte_is_survived() -> None:
    rng = np.random.default_rng(0)
    for kind in pictures.FORMATS:
        noise = Image.effect_noise((24, 24), 80)
        whole = HEIC if kind == "HEIF" else saved(noise, kind)
        for _ in range(25):
            data = bytearray(whole[: rng.integers(1, len(whole) + 1)])
            for place in rng.integers(0, len(data), 3):
                data[place] = rng.integers(0, 256)
            try:
                found = decoded(bytes(data))
            except PictureError:
                continue
            assert np.isfinite(found).all() and 0 <= found.min() <= found.max() <= 1


MODES = {
    "PNG": ("L", "RGB", "P", "1", "RGBA", "LA"), "JPEG": ("L", "RGB", "1", "CMYK"),
    "WEBP": ("L", "RGB", "P", "1", "RGBA", "LA", "CMYK"), "BMP": ("L", "RGB", "P", "1", "RGBA"),
    "GIF": ("L", "RGB", "P", "1", "RGBA", "LA"), "AVIF": ("L", "RGB", "P", "1", "RGBA", "LA"),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "mode"), [(k, m) for k in MODES for m in MODES[k]])
def test_every_format_and_mode_gives_the_same_grey(kind: str, mode: str) -> None:
    found = decoded(saved(half().convert(mode), kind))
    assert found.shape == (30, 40) and found.dtype == np.float32
    assert found[:, :18].max() < 0.05 and found[:, 22:].min() > 0.95


def test_sixteen_bits_are_divided_and_not_clipped() -> None:
    deep = Image.fromarray(np.linspace(0, 65535, 400).reshape(20, 20).astype(np.uint16))
    found = decoded(saved(deep))
    np.testing.assert_allclose(found.ravel(), np.linspace(0, 1, 400), atol=0.006)
    body = b"".join(b"\0" + struct.pack(">24H", *([40_000] * 24)) for _ in range(8))
    colour = decoded(png(8, 8, body, bits=16, kind=2))
    np.testing.assert_allclose(colour, 40_000 / 65_535, atol=0.01)


def test_sixteen_bits_of_which_a_part_is_used_are_stretched_and_that_is_said() -> None:
    deep = Image.fromarray(np.linspace(100, 4095, 400).reshape(20, 20).astype(np.uint16))
    found = pictures.read(saved(deep))
    np.testing.assert_allclose(found.grey.ravel(), np.linspace(0, 1, 400), atol=0.006)
    assert found.notes == (
        "The picture uses the values 100 to 4,095 of 16 bits: they were stretched from black to "
        "white.",
    )
    wide = Image.fromarray(np.linspace(0, 40_000, 400).reshape(20, 20).astype(np.uint16))
    assert pictures.read(saved(wide)).notes == ()
    flat = pictures.read(saved(Image.fromarray(np.full((9, 9), 3000, np.uint16))))
    assert flat.notes == () and flat.grey.std() == 0


def test_a_jpeg_without_its_end_is_read_as_far_as_it_is_there() -> None:
    exif = Image.Exif()
    noise = Image.effect_noise((320, 400), 80)
    whole = saved(noise, "JPEG")
    full = decoded(whole)
    np.testing.assert_array_equal(decoded(whole[:-2]), full)
    found = pictures.read(whole[: len(whole) * 6 // 10])
    assert found.notes == ("The file's end is missing: what is there was read.",)
    part = found.grey
    assert 0.5 * len(full) < len(part) < 0.7 * len(full)
    np.testing.assert_array_equal(part[: len(part) - 16], full[: len(part) - 16])
    exif[0x0112] = 6
    turned = saved(noise, "JPEG", exif=exif)
    high, wide = decoded(turned[: len(turned) * 6 // 10]).shape
    assert high == 320 and 0.5 * 400 < wide < 0.7 * 400


def test_colours_of_one_brightness_are_told_apart() -> None:
    pixels = np.full((40, 60, 3), (0, 150, 0), np.uint8)
    pixels[10:30, 20:40] = (255, 20, 0)
    found = pictures.read(saved(Image.fromarray(pixels)))
    assert found.grey[20, 30] - found.grey[2, 2] > 0.9
    assert found.notes == ("All is about equally bright: the part of red was read.",)
    pixels[10:30, 20:40] = (255, 255, 0)
    assert pictures.read(saved(Image.fromarray(pixels))).notes == ()


def test_inks_that_would_be_all_black_are_taken_for_inverted() -> None:
    """Pillow inverts what it writes; so it writes what others leave as it is."""
    cmyk = np.zeros((40, 60, 4), np.uint8)
    cmyk[..., 3], cmyk[10:30, 20:40, :3] = 255, 255
    found = pictures.read(saved(Image.fromarray(cmyk, "CMYK"), "JPEG"))
    assert abs(found.grey[20, 30] - found.grey[2, 2]) > 0.9 and found.notes == (pictures.INVERTED,)


def test_what_telephones_write_is_read_inside_the_same_bounds() -> None:
    found = decoded(HEIC)
    assert found.shape == (48, 64)
    assert found[:, :30].max() < 0.05 and found[:, 34:].min() > 0.95
    size = b"ispe\0\0\0\0\0\0\0\x40\0\0\0\x40"
    assert size in HEIC
    huge = HEIC.replace(size, size[:8] + b"\0\0\x50\0" * 2)
    with pytest.raises(PictureError):
        decoded(huge)
    for end in range(1, len(HEIC), 7):
        with pytest.raises(PictureError):
            decoded(HEIC[:end])


def test_transparent_parts_are_what_the_picture_stands_out_from() -> None:
    for shade, behind in ((20, 1.0), (240, 0.0)):
        pixels = np.zeros((20, 20, 2), np.uint8)
        pixels[5:15, 5:15] = shade, 255
        found = decoded(saved(Image.fromarray(pixels, "LA")))
        assert found[0, 0] == behind and found[10, 10] == pytest.approx(shade / 255, abs=0.01)
    clear = decoded(saved(Image.new("RGBA", (9, 9))))
    assert clear.max() == 0


def test_only_the_first_frame_counts_and_a_phone_held_sideways_is_turned() -> None:
    frames = [half(), Image.new("L", (40, 30), 255)]
    for kind in ("GIF", "PNG", "WEBP", "AVIF"):
        moving = saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=50)
        found = pictures.read(moving)
        assert found.grey[:, :18].max() < 0.05
        assert found.notes == ("The picture moves: its first frame was read.",)
        assert pictures.read(saved(frames[0], kind)).notes == ()
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = decoded(saved(half(), "JPEG", exif=exif))
    assert turned.shape == (40, 30)
    assert turned[:18].max() < 0.05 and turned[22:].min() > 0.95


def test_a_large_picture_is_reduced_band_by_band() -> None:
    found = decoded(saved(half(4000, 3000)))
    assert max(found.shape) <= 1100
    middle = found.shape[1] // 2
    assert found[:, : middle - 1].max() == 0 and found[:, middle + 1 :].min() == 1


def test_a_long_picture_is_reduced_as_well() -> None:
    found = decoded(saved(half(10_000, 1_000)))
    assert found.size <= pictures.MOST_KEPT and found.shape[1] == pytest.approx(
        10 * found.shape[0], rel=0.02
    )


def test_dark_on_light_is_told_by_the_border() -> None:
    paper = np.ones((30, 30), np.float32)
    paper[10:20, 10:20] = 0
    assert pictures.is_dark_on_light(paper) and not pictures.is_dark_on_light(1 - paper)


def test_fitting_keeps_proportions_and_fills_with_the_background() -> None:
    paper = np.full((100, 50), 0.8, np.float32)
    paper[40:60, 15:35] = 0.2
    found = fitted(paper, 28, invert=True, stretch=False)
    assert found.shape == (28, 28) and found.dtype == np.float32
    assert found[:, 0] == pytest.approx(0.2) and found[14, 14] == pytest.approx(0.8, abs=0.02)
    high, wide = (found > 0.5).any(1).sum(), (found > 0.5).any(0).sum()
    assert high == wide
    clear = fitted(paper, 28, invert=True, stretch=True)
    assert clear[0, 0] == pytest.approx(0, abs=1e-6) and clear.max() == 1
    assert fitted(np.full((9, 9), 0.5, np.float32), 8, invert=False, stretch=True).max() == 0


def test_a_stripe_of_which_nothing_would_be_left_is_refused() -> None:
    with pytest.raises(PictureError, match="so narrow"):
        fitted(np.zeros((8, 300), np.float32), 28, invert=False, stretch=True)
    assert fitted(np.zeros((8, 200), np.float32), 28, invert=False, stretch=True).shape == (28, 28)
