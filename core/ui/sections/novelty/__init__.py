"""Bring a picture: what the networks answer, and which detectors notice that it is none of theirs.

A visitor's picture belongs to the session: it is never written, logged, or kept anywhere else.
"""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from core.challenges.generalization.asking import NOTICED, Verdict, ask
from core.charts import axes, marks, theme
from core.charts.raster import grey_picture
from core.lab.wording import listed, number
from core.store.store import Record
from core.ui import bringing, failures, figures

KEY = "novelty"
DRAW, UPLOAD = "Draw one", "Upload one"
SIDE, WIDTH = 8, 150


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
    try:
        if source == UPLOAD:
            # Not made like a digit: what it is of its own is what the detectors are to see.
            image = bringing.uploaded(KEY, "digits", SIDE, clean=False)
        else:
            image = bringing.drawn(KEY, SIDE, "Ask")
        if image is not None:
            with bringing.turn():
                verdict = ask(record.result, image)
            _show(image, verdict)
    except bringing.BusyError:
        st.info(bringing.BUSY)


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
