"""Explain any picture: one from the confusion matrix, a drawing, or an upload.

A visitor's picture belongs to the session: it is never written, logged, or kept anywhere else.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.store.store import Record
from core.ui import bringing, failures, readings
from core.ui.sections.explain import explain_cells, explain_maps
from core.ui.sections.explain.known import Known

KEY = "explain"
CELLS, DRAW, UPLOAD = "From the confusion matrix", "Draw one", "Upload one"
HINTS = {
    "shapes": "It learned discs, rings, squares, triangles and crosses, upright, bright on black, "
    "a third to half as wide as the pad, anywhere on it.",
    "digits": "It learned digits as large as the pad, upright, bright on black.",
}


@failures.section("explaining a picture", "This picture could not be explained. It was not kept.")
def section(record: Record[Any], alone: bool = False) -> None:
    """Draw the whole section; its widgets run nothing else of the page.

    Args:
        record: A finished run of the gallery; its first network answers.
        alone: Whether it stands on a page of its own, under that page's title.
    """
    if not alone:
        st.header("Explain any picture", anchor="explain-any-picture")
    known = Known(record.result)
    st.markdown(
        "The first network of the gallery answers, and every method explains it. It must choose "
        f"one of its {len(known.names)} classes, whatever the picture shows."
    )
    source = st.segmented_control(
        "Where the picture comes from", (CELLS, DRAW, UPLOAD), default=CELLS, required=True,
        key=f"{KEY}-source", label_visibility="collapsed",
    )  # fmt: skip
    identity = readings.identity(record)
    try:
        if source == DRAW:
            st.markdown(HINTS[known.result.dataset])
            image = bringing.drawn(KEY, known.side)
        elif source == UPLOAD:
            dataset = known.result.dataset
            image = bringing.uploaded(KEY, dataset, known.side, HINTS[dataset])
        else:
            image = explain_cells.choose(known, identity)
        if image is not None:
            explain_maps.show(known, image, identity)
    except bringing.BusyError:
        st.info(bringing.BUSY)
