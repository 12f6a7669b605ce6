"""A picture that a visitor brings: drawn on a pad, or a file of which the drawing is cut out.

It belongs to the session: it is never written, logged, or kept anywhere else.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import streamlit as st

from core.data import pictures
from core.data.pictures import PictureError
from core.ui import cropping, uploads
from core.ui.cropping import Brought
from core.ui.drawing_pad import drawing_pad

BRUSH = {28: 26, 8: 36}
"""About as thick as what the networks learned from, in 280ths of the pad."""
TYPES = ["png", "jpg", "jpeg", "webp", "bmp", "gif", "avif", "heic", "heif"]
MEGABYTES = pictures.MOST_BYTES // 10**6
FOUND = "What is drawn in a photograph is found and cut out; you can move the crop."
BUSY = "Others' pictures are being looked at right now. Please try again in a moment."
SECONDS_TO_WAIT = 10.0
_busy = threading.Lock()


class BusyError(RuntimeError):
    """Others' pictures are being looked at; never shown, the visitor reads `BUSY`."""


@contextmanager
def turn() -> Iterator[None]:
    """Work on a visitor's picture, one at a time in this process.

    Raises:
        BusyError: If no turn comes within ten seconds.
    """
    if not _busy.acquire(timeout=SECONDS_TO_WAIT):
        raise BusyError
    try:
        yield
    finally:
        _busy.release()


def drawn(owner: str, side: int, action: str = "Explain") -> np.ndarray | None:
    """Ask for a drawing; the session's last one is still on the pad.

    Args:
        owner: Of the pad and of what is kept of it.
        side: Pixels on a side of what the network takes.
        action: Word on the button that hands it over.

    Returns:
        `(side, side)` in [0, 1], or None, and a sentence where the pad is empty.
    """
    place = f"{owner} drawing"
    kept = st.session_state.get(place, {})
    image = drawing_pad(side, BRUSH[side], kept.get(side), f"{owner}-pad", action)
    if image is None:
        return None
    st.session_state[place] = {side: np.round(255 * image).astype(int).ravel().tolist()}
    if not image.any():
        st.info("The pad is empty: draw something first.")
        return None
    return image


def uploaded(
    owner: str, dataset: str, side: int, hint: str = "", clean: bool = True
) -> np.ndarray | None:
    """Ask for a file, and how it is cut and read.

    Args:
        owner: Of the widgets.
        dataset: What the network learned from.
        side: Pixels on a side of what it takes.
        hint: Said as long as there is no file.
        clean: Whether it is made like what the network learned from, if nobody says otherwise.

    Returns:
        `(side, side)` in [0, 1], or None, and a sentence where nothing can be made of it.

    Raises:
        BusyError: If others' pictures take too long.
    """
    file = uploads.chosen(
        f"A picture ({pictures.KINDS}), at most {MEGABYTES} MB and "
        f"{pictures.MOST_PIXELS // 10**6} million pixels",
        f"{owner}-file", TYPES, MEGABYTES,
    )  # fmt: skip
    if file is None:
        st.caption(f"{hint} {FOUND} Nothing of the file is kept.".strip())
        return None
    try:
        with turn():
            picture = pictures.read(file.data)
        for note in picture.notes:
            st.caption(note)
        key = f"{owner}-{dataset}-{file.file_id}"
        return cropping.prepared(Brought(picture.grey, dataset, side, key, clean))
    except PictureError as error:
        st.warning(f"This file cannot be used. {error}", icon=":material/image_not_supported:")
        return None
