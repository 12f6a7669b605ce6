"""Choosing a picture by how the network answered: the confusion matrix and its cells."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from core.attributions import METHODS
from core.charts import answers
from core.charts.raster import grey_picture
from core.ui import bringing, figures, readings
from core.ui.sections.explain import explain_files
from core.ui.sections.explain.known import Known

MOST = 8
"""Pictures of a cell that are shown."""
WIDTH = 96
USUAL_METHOD = "Integrated Gradients"


def choose(known: Known, identity: str) -> np.ndarray | None:
    """Show the matrix, the pictures of a chosen cell with one map each, and return one of them.

    Args:
        known: The network and the pictures it was tested on.
        identity: Of the run, for what is kept of it.
    """
    table = readings.once((identity, "confusion"), known.confusion)
    right = int(table[table["right"]]["n"].sum())
    st.markdown(
        f"Of {len(known.result.held)} new pictures the network got {right} right. Choose a cell "
        "in the matrix, or by name; mistakes are orange."
    )
    owner = f"explain-{known.result.dataset}"
    matrix, lists = st.columns([3, 2], gap="large")
    with lists:
        true = _class("True class", known, f"{owner}-true")
        answer = _class("The network's answer", known, f"{owner}-answer")
    with matrix:
        _matrix(known, table, owner)
    if true is None or answer is None:
        return None
    return _picked(known, true, answer, owner)


def _class(label: str, known: Known, key: str) -> int | None:
    places = range(len(known.names))
    chosen: int | None = st.selectbox(
        label, places, index=None, key=key, format_func=known.names.__getitem__,
        placeholder="choose", filter_mode=None,
    )  # fmt: skip
    return chosen


def _matrix(known: Known, table: Any, owner: str) -> None:
    key = f"{owner}-matrix"

    def chosen() -> None:
        cells = st.session_state[key]["selection"]["cell"]
        for cell in cells[:1]:
            st.session_state[f"{owner}-true"] = known.names.index(cell["true"])
            st.session_state[f"{owner}-answer"] = known.names.index(cell["predicted"])

    spec = figures.specification(answers.confusion_matrix, None)
    st.vega_lite_chart(
        None,
        {**spec, "datasets": {"table": table}},
        key=key,
        on_select=chosen,
        alt="How often each class got each answer; the lists beside it choose a cell as well",
    )


def _picked(known: Known, true: int, answer: int, owner: str) -> np.ndarray | None:
    found = known.in_cell(true, answer)
    said = f"True class {known.names[true]}, answered {known.names[answer]}"
    if not len(found):
        st.info(f"{said}: there is no such picture.")
        return None
    shown = found[:MOST]
    st.subheader(f"{said}: {len(found)} picture{'s' if len(found) > 1 else ''}", anchor=False)
    method = st.selectbox("Map in this row", METHODS, METHODS.index(USUAL_METHOD),
                          key=f"{owner}-method")  # fmt: skip
    images = known.result.held[shown] / 255
    with bringing.turn():
        maps = known.map_many(method, images, np.full(len(shown), answer))
    with st.container(horizontal=True, gap="small", key="explain-cell"):
        for place, (image, values) in enumerate(zip(images, maps, strict=True), start=1):
            with st.container(width=WIDTH, gap="xxsmall"):
                st.caption(f"Picture {place}")
                st.image(grey_picture(image), width=WIDTH, alt=f"Picture {place}: {said}")
                st.image(explain_files.painted(image, values), width=WIDTH,
                         alt=f"{method} of picture {place}")  # fmt: skip
    if len(found) > MOST:
        st.caption(f"The first {MOST} of {len(found)}.")
    if len(shown) == 1:
        return images[0]
    picked = st.segmented_control("Every method for picture", range(1, len(shown) + 1), default=1,
                                  required=True, key=f"{owner}-{true}-{answer}")  # fmt: skip
    return images[(picked or 1) - 1]
