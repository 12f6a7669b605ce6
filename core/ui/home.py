"""The home page: what this is, a miniature that trains at once, the map, how to read numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from core import challenges
from core.challenges import CHAPTERS
from core.lab.challenge import Challenge
from core.ui import navigation

WORDS = Path(__file__).resolve().parents[2] / "assets" / "words"


def page() -> None:
    """Draw the home page."""
    st.title("See deep learning go wrong, and what helps", anchor=False)
    with st.container(key="question", width=864):
        st.markdown(_words("home"))
    # Imported when the title is on its way to the screen: tables and charts take their time.
    from core.ui import live, miniature

    gap = miniature.draw()
    _reading(miniature.interval_words(gap) if gap else "")
    _map()
    live.tell_store_problem()


def _reading(words: str) -> None:
    st.header("How to read the numbers", anchor=False)
    with st.container(key="words-reading"):
        if words:
            st.markdown(words)
        st.markdown(_words("reading"))


def _map() -> None:
    st.header("The challenges", anchor=False)
    finished = challenges.challenges()
    for chapter, column in zip(CHAPTERS, _cells(len(CHAPTERS)), strict=True):
        with column:
            st.markdown(f"**{chapter}**")
            for challenge in finished:
                if challenge.chapter == chapter:
                    _link(challenge)


def _cells(n: int) -> list[Any]:
    grid = st.grid("auto", min_column_width=185, gap="medium")
    return [grid.cell() for _ in range(n)]


def _link(challenge: Challenge) -> None:
    file = navigation.PAGES / f"{challenge.slug}.py"
    if file.exists():
        st.page_link(file, label=challenge.title, icon=challenge.icon)
        st.caption(challenge.question)


def _words(name: str) -> str:
    return (WORDS / f"{name}.md").read_text(encoding="utf-8")
