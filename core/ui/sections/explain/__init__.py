"""Explain any picture: one from the confusion matrix, a drawing, or an upload.

A visitor's picture belongs to the session: it is never written, logged, or kept anywhere else.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from core.data import pictures
from core.data.pictures import PictureError
from core.store.store import Record
from core.ui import failures, readings, uploads
from core.ui.drawing_pad import drawing_pad
from core.ui.sections.explain import cropping, explain_cells, explain_maps
from core.ui.sections.explain.cropping import Brought
from core.ui.sections.explain.known import Known

KEY = "explain"
DRAWN = "explain drawing"
"""The session's drawing, by the side it was made for."""
CELLS, DRAW, UPLOAD = "From the confusion matrix", "Draw one", "Upload one"
BRUSH = {28: 26, 8: 36}
"""About as thick as what the networks learned from, in 280ths of the pad."""
HINTS = {
    "shapes": "It learned discs, rings, squares, triangles and crosses, upright, bright on black, "
    "a third to half as wide as the pad, anywhere on it.",
    "digits": "It learned digits as large as the pad, upright, bright on black.",
}
FOUND = "What is drawn in a photograph is found and cut out; you can move the crop."
TYPES = ["png", "jpg", "jpeg", "webp", "bmp", "gif", "avif", "heic", "heif"]
MEGABYTES = pictures.MOST_BYTES // 10**6


@failures.section("explaining a picture", "This picture could not be explained. It was not kept.")
def section(record: Record[Any]) -> None:
    """Draw the whole section; its widgets run nothing else of the page.

    Args:
        record: A finished run of the gallery; its first network answers.
    """
    st.header("Explain any picture", anchor="explain-any-picture")
    known = Known(record.result)
    st.markdown(
        "The first network of the run above answers, and every method explains it. It must choose "
        f"one of its {len(known.names)} classes, whatever the picture shows."
    )
    source = st.segmented_control(
        "Where the picture comes from", (CELLS, DRAW, UPLOAD), default=CELLS, required=True,
        key=f"{KEY}-source", label_visibility="collapsed",
    )  # fmt: skip
    identity = readings.identity(record)
    try:
        if source == DRAW:
            image = _drawn(known)
        elif source == UPLOAD:
            image = _uploaded(known)
        else:
            image = explain_cells.choose(known, identity)
        if image is not None:
            explain_maps.show(known, image, identity)
    except explain_maps.BusyError:
        st.info("Others' pictures are being explained right now. Please try again in a moment.")


def _drawn(known: Known) -> np.ndarray | None:
    st.markdown(HINTS[known.result.dataset])
    kept = st.session_state.get(DRAWN, {})
    image = drawing_pad(known.side, BRUSH[known.side], kept.get(known.side), f"{KEY}-pad")
    if image is None:
        return None
    st.session_state[DRAWN] = {known.side: np.round(255 * image).astype(int).ravel().tolist()}
    if not image.any():
        st.info("The pad is empty: draw something first.")
        return None
    return image


def _uploaded(known: Known) -> np.ndarray | None:
    file = uploads.chosen(
        f"A picture ({pictures.KINDS}), at most {MEGABYTES} MB and "
        f"{pictures.MOST_PIXELS // 10**6} million pixels",
        f"{KEY}-file", TYPES, MEGABYTES,
    )  # fmt: skip
    if file is None:
        st.caption(f"{HINTS[known.result.dataset]} {FOUND} Nothing of the file is kept.")
        return None
    try:
        with explain_maps.turn():
            picture = pictures.read(file.data)
        for note in picture.notes:
            st.caption(note)
        key = f"{KEY}-{known.result.dataset}-{file.file_id}"
        return cropping.prepared(Brought(picture.grey, known.result.dataset, known.side, key))
    except PictureError as error:
        st.warning(f"This file cannot be explained. {error}", icon=":material/image_not_supported:")
        return None
