"""What happens when something breaks: one sentence and a retry, a log line without values."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path

import streamlit as st

log = logging.getLogger("lab")


def report(error: Exception, where: str) -> None:
    """Log an error without its message: messages can carry what the visitor typed.

    Args:
        error: What was raised.
        where: Our own name for the place, never a visitor's text.
    """
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    path = " > ".join(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in frames)
    log.error("%s failed with %s at %s", where, type(error).__name__, path)


def apologize() -> None:
    """Say that the page failed and offer another try."""
    with st.container(key="failure"):
        st.error("This page could not be drawn. The other pages are not affected.")
        st.button("Try again", icon=":material/refresh:", key="failure-retry")
