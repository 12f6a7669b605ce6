"""Bring a picture: what the networks answer, and which detectors notice that it is none of theirs.

A visitor's picture belongs to the session: it is never written, logged, or kept anywhere else.
"""

from __future__ import annotations

import threading
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from core.charts import axes, marks, theme
from core.charts.raster import grey_picture
from core.data import pictures
from core.data.pictures import PictureError
from core.lab.wording import listed, number
from core.store.store import Record
from core.ui import failures, figures, uploads
from core.ui.drawing_pad import drawing_pad
from core.ui.sections.novelty.asking import NOTICED, Verdict, ask

KEY = "novelty"
DRAWN = "novelty drawing"
"""The session's drawing."""
DRAW, UPLOAD = "Draw one", "Upload one"
SIDE, BRUSH = 8, 36
TYPES = ["png", "jpg", "jpeg", "webp", "bmp", "gif"]
MEGABYTES = pictures.MOST_BYTES // 10**6
WIDTH = 150
SECONDS_TO_WAIT = 10.0
_busy = threading.Lock()
"""One picture at a time in this process: each takes about 30 ms and some megabytes."""


@failures.section("asking detectors", "The detectors could not be asked. The picture was not kept.")
def section(record: Record[Any]) -> None:
    """Draw the whole section; its widgets run nothing else of the page.

    Args:
        record: A finished run of the novel classes; its first seed's networks answer.
    """
    st.header("Try to slip one past them", anchor="bring-a-picture")
    classes = listed([str(int(digit)) for digit in record.result.classes])
    st.markdown(
        f"The first networks of the run above know the digits {classes}, bright on black, as large "
        "as the pad. Bring anything else: they must answer, and every detector says how strange it "
        "is."
    )
    source = st.segmented_control(
        "Where the picture comes from", (DRAW, UPLOAD), default=DRAW, required=True,
        key=f"{KEY}-source", label_visibility="collapsed",
    )  # fmt: skip
    image = _uploaded() if source == UPLOAD else _drawn()
    if image is None:
        return
    if not _busy.acquire(timeout=SECONDS_TO_WAIT):
        st.info("Others' pictures are being looked at right now. Please try again in a moment.")
        return
    try:
        verdict = ask(record.result, image)
    finally:
        _busy.release()
    _show(image, verdict)


def _drawn() -> np.ndarray | None:
    image = drawing_pad(SIDE, BRUSH, st.session_state.get(DRAWN), f"{KEY}-pad", "Ask")
    if image is None:
        return None
    st.session_state[DRAWN] = np.round(255 * image).astype(int).ravel().tolist()
    if not image.any():
        st.info("The pad is empty: draw something first.")
        return None
    return image


def _uploaded() -> np.ndarray | None:
    file = uploads.chosen(
        f"A picture, at most {MEGABYTES} MB and {pictures.MOST_PIXELS // 10**6} million pixels",
        f"{KEY}-file", TYPES, MEGABYTES,
    )  # fmt: skip
    if file is None:
        st.caption("Nothing of the file is kept.")
        return None
    try:
        grey = pictures.decoded(file.data)
        invert = st.toggle(
            "Dark on light: turn it around", value=pictures.is_dark_on_light(grey),
            key=f"{KEY}-invert-{file.file_id}",
            help="The networks learned bright digits on black. Chosen by the brightness of the "
            "picture's border.",
        )  # fmt: skip
        return pictures.fitted(grey, SIDE, invert=invert, stretch=True)
    except PictureError as error:
        st.warning(f"This file cannot be used. {error}", icon=":material/image_not_supported:")
        return None


def said(verdict: Verdict) -> str:
    """The answer, and who notices."""
    who = verdict.noticed
    noticed = f"Called novel by {listed(who)}." if who else "No detector calls it novel."
    return (
        f"The network reads a {verdict.digit} and is {number(verdict.sure, 'share')} sure. "
        f"{noticed} A detector calls a picture novel where it is stranger than "
        f"{NOTICED:.0%} of known digits."
    )


def _show(image: np.ndarray, verdict: Verdict) -> None:
    st.markdown(said(verdict))
    table = pd.DataFrame(
        [(name, share, share >= NOTICED) for name, share in verdict.stranger.items()],
        columns=["detector", "share", "noticed"],
    )
    spec = figures.specification(bars, None)
    with st.container(horizontal=True, gap="medium", key="novelty-answer"):
        with st.container(width=WIDTH, gap="xxsmall"):
            st.caption(f"At {SIDE} by {SIDE} pixels")
            st.image(grey_picture(image), width=WIDTH, alt="The picture as the networks see it")
        with st.container(width=420, gap="xxsmall"):
            st.caption("Stranger than so many known digits")
            filled = {**spec, "datasets": {"table": table}}
            st.vega_lite_chart(None, filled, alt="Bars: how strange each detector finds it")


def bars(_: Any) -> alt.LayerChart:
    """One bar per detector; those that notice stand out, a line marks where they do."""
    color = alt.condition("datum.noticed", alt.value(theme.WARNING), alt.value(theme.BASELINE))
    x = alt.X("share:Q", title=None, axis=alt.Axis(format=".0%"), scale=alt.Scale(domain=[0, 1.2]))
    base = alt.Chart(marks.TABLE).encode(x=x, y=axes.names("detector", limit=150))
    drawn = base.mark_bar(cornerRadiusEnd=2).encode(color=color)
    words = base.mark_text(align="left", dx=4, fontSize=12, aria=False).encode(
        text=alt.Text("share:Q", format=".0%"), color=alt.value(theme.INK)
    )
    line = marks.dashed(x=alt.XDatum(NOTICED))
    return alt.layer(drawn, words, line).properties(height=alt.Step(24))
