"""One picture with the network's answer and every method's map of it, as they are made."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from core.challenges.interpretability.gallery.config import ALL
from core.charts.answers import probability_bars
from core.charts.raster import grey_picture
from core.ui import bringing, figures
from core.ui.sections.explain import explain_files
from core.ui.sections.explain.known import UNLIKE, Known

KEPT = "explained picture"
"""The session's last picture: what was asked, and what was found."""
WIDTH, BARS = 150, 190
"""Two maps, or a picture and its bars, stand side by side on a phone."""
SECONDS_TO_WORK = 10.0
"""Fifteen maps take about 0.2 s of the processor; this much only when it is very busy."""


def show(known: Known, image: np.ndarray, identity: str) -> None:
    """Show a picture, the network's probabilities, and the maps for a class of choice.

    Args:
        known: The network.
        image: `(side, side)` in [0, 1].
        identity: Of the run that trained the network.
    """
    answers, strangeness = _answers(known, image, identity)
    first, second = int(answers.argmax()), known.names[int(answers.argmax())]
    options = [None, *range(len(known.names))]
    target = st.selectbox(
        "Class to explain", options, key=f"explain-{known.result.dataset}-class",
        format_func=lambda c: f"the network's answer ({second})" if c is None else known.names[c],
        filter_mode=None,
    )  # fmt: skip
    explained = first if target is None else target
    _said(known, image, answers, explained)
    warned = warning(strangeness, len(known.names))
    if warned:
        st.warning(warned, icon=":material/help:")
    _maps(known, image, explained, (identity, image.tobytes(), explained))


def warning(strangeness: float, n_classes: int) -> str:
    """Say whether the answer can mean anything; empty where nothing speaks against it."""
    if strangeness < UNLIKE:
        return ""
    return (
        "This picture is unlike those the network learned from: the nearest one it was tested on "
        f"is {strangeness:.1f} times as far away as is usual among them. The network must choose "
        f"one of its {n_classes} classes anyway. Neither its answer nor the maps say what is "
        "really there."
    )


def _answers(known: Known, image: np.ndarray, identity: str) -> tuple[np.ndarray, float]:
    """The probabilities and how strange the picture is, once per picture of this session."""
    asked = (identity, image.tobytes())
    kept = st.session_state.get(f"{KEPT} answers")
    if kept is None or kept[0] != asked:
        with bringing.turn():
            kept = (asked, (known.probabilities(image), known.strangeness(image)))
        st.session_state[f"{KEPT} answers"] = kept
    found: tuple[np.ndarray, float] = kept[1]
    return found


def _said(known: Known, image: np.ndarray, answers: np.ndarray, explained: int) -> None:
    table = pd.DataFrame({
        "class": known.names, "probability": answers,
        "explained": [place == explained for place in range(len(known.names))],
    })  # fmt: skip
    spec = figures.specification(probability_bars, None)
    with st.container(horizontal=True, gap="small", key="explain-answer"):
        with st.container(width=WIDTH, gap="xxsmall"):
            st.caption(f"At {known.side} by {known.side} pixels")
            st.image(grey_picture(image), width=WIDTH, alt="The picture as the network sees it")
        with st.container(width=BARS, gap="xxsmall"):
            st.caption("Probabilities")
            filled = {**spec, "datasets": {"table": table}}
            st.vega_lite_chart(None, filled, alt="Bars: the probability of each class")


def _maps(known: Known, image: np.ndarray, explained: int, asked: tuple[Any, ...]) -> None:
    """Show the maps one after the other, new or kept; then what can be taken home."""
    kept = st.session_state.get(KEPT)
    maps: dict[str, np.ndarray] = dict(kept[1]) if kept is not None and kept[0] == asked else {}
    st.markdown(
        f"**What speaks for :orange[{known.names[explained]}] and what :blue[against it]**, by "
        "method. Every map uses the same colours from zero to its own largest value."
    )
    with st.container(horizontal=True, gap="small", key="explain-maps"):
        for method, values in maps.items():
            _cell(image, method, values)
        missing = tuple(method for method in ALL if method not in maps)
        if missing:
            _make(known, image, explained, missing, maps)
    st.session_state[KEPT] = (asked, maps)
    if len(maps) < len(ALL):
        st.info("The server is busy: some maps are missing. Choose the class again to go on.")
        return
    st.download_button(
        "Download all maps", data=lambda: explain_files.as_zip(image, maps), file_name="maps.zip",
        mime="application/zip", icon=":material/download:", key="explain-zip", on_click="ignore",
        help="A PNG for each method, the picture, and a table of the raw values.",
    )  # fmt: skip


def _make(
    known: Known,
    image: np.ndarray,
    explained: int,
    missing: tuple[str, ...],
    maps: dict[str, np.ndarray],
) -> None:
    end = time.monotonic() + SECONDS_TO_WORK
    with bringing.turn():
        for method, values in known.maps(image, explained, missing):
            maps[method] = values
            _cell(image, method, values)
            if time.monotonic() > end:
                return


def _cell(image: np.ndarray, method: str, values: np.ndarray) -> None:
    with st.container(width=WIDTH, gap="xxsmall"):
        st.caption(method)
        st.image(explain_files.painted(image, values), width=WIDTH, alt=f"Map by {method}")
