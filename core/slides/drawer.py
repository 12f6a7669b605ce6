"""`python -m core.slides.drawer`: charts in, one picture out.

A program of its own, started by `core.slides.drawing`: the library brings an engine for
JavaScript, which takes memory and may end the process that it is in. The only door to it.
"""

from __future__ import annotations

import base64
import contextlib
import io
import sys
from typing import Any

from core.lab.beside import serve
from core.slides.sheet import Words, sheet

MOST_WORK = 30
"""Seconds of a processor; the dearest figure takes three."""
MOST_DATA = 1_200_000_000
"""Bytes that may be claimed. The engine claims half of that before it draws, and uses 90 MB."""
SCALE = 2.0
VEGA_LITE = "6.4"


def picture(order: Any) -> str:
    """Draw charts on a sheet.

    Args:
        order: `words` (see `Words`), `charts` (specifications with their data), and `form`: `png`
            or `svg`.

    Returns:
        The file in base 64.
    """
    import vl_convert

    words = Words(**{**order["words"], "panels": tuple(order["words"]["panels"])})
    # No address is allowed, so that nothing is fetched from anywhere.
    drawn = [
        vl_convert.vegalite_to_svg(chart, vl_version=VEGA_LITE, allowed_base_urls=[])
        for chart in order["charts"]
    ]
    whole = sheet(words, drawn)
    made = whole.encode()
    if order["form"] == "png":
        made = _small(vl_convert.svg_to_png(whole, scale=SCALE))
    return base64.b64encode(made).decode()


def _small(picture: bytes) -> bytes:
    """The same PNG in a third of the bytes, without the transparency that it makes no use of."""
    from PIL import Image

    out = io.BytesIO()
    Image.open(io.BytesIO(picture)).convert("RGB").save(out, "PNG", compress_level=6)
    return out.getvalue()


def bounded() -> None:
    """Bound memory and time where the system lets a process bound itself."""
    if sys.platform == "win32":
        return
    import resource

    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_DATA, (MOST_DATA, MOST_DATA))
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_WORK, MOST_WORK + 5))


if __name__ == "__main__":
    bounded()
    serve(picture)
