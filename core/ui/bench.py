"""The places of a figure, its controls and its words; the style sheet says where they stand."""

from __future__ import annotations

from typing import Any

import streamlit as st


def places(projected: bool = False) -> tuple[Any, Any, Any]:
    """Reserve the places, in the order of the eye, the keyboard and the phone.

    On a wide screen the controls stand beside the other two and stay in sight. Widgets may be
    filled in before the figure: it is the order here that counts, so nothing moves afterwards.

    What the style sheet adds moves nothing: it arrives after the first paint.

    Args:
        projected: Whether the page is for a projector: the figure is large, the controls under it.

    Returns:
        The first figure with its finding, the controls, and everything else.
    """
    with st.container(key="projector" if projected else "bench"):
        figure_side, control_side = st.columns([17, 7], gap="large")
        first = figure_side.container(key="first", gap="xsmall")
        controls = control_side.container(key="controls", gap="xsmall")
        rest = st.container(key="rest")
    return first, controls, rest
