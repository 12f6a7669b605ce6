"""What happens when something breaks: one sentence and a retry, a log line without values."""

from __future__ import annotations

import functools
import logging
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec

import streamlit as st

log = logging.getLogger("lab")
Arguments = ParamSpec("Arguments")


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


def section(
    where: str, sentence: str
) -> Callable[[Callable[Arguments, None]], Callable[Arguments, None]]:
    """Make a function a section of its own: its widgets rerun only it, its failure stays in it.

    Args:
        where: Our own name for it, for the log.
        sentence: What the visitor reads when it breaks.
    """

    def decorate(draw: Callable[Arguments, None]) -> Callable[Arguments, None]:
        @st.fragment
        @functools.wraps(draw)
        def guarded(*args: Arguments.args, **kwargs: Arguments.kwargs) -> None:
            try:
                draw(*args, **kwargs)
            except Exception as error:  # noqa: BLE001 - a fragment's own outermost guard
                report(error, where)
                st.error(sentence)

        return guarded

    return decorate
