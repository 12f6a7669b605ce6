"""The home page: what this is, a search, the map, a miniature that trains at once."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from core.ui import search, tour

WORDS = Path(__file__).resolve().parents[2] / "assets" / "words"


def page() -> None:
    """Draw the home page."""
    st.title("See deep learning go wrong, and what helps", anchor=False)
    with st.container(key="question", width=864):
        st.markdown(_words("home"))
    with st.container(key="search", horizontal=True, vertical_alignment="center"):
        text = search.asked()
        reading = st.popover("How to read numbers", icon=":material/straighten:", type="tertiary")
        tour.begin()
    search.results(text)
    # Imported when the title is on its way to the screen: tables and charts take their time.
    from core.ui import cards, live, miniature

    map_of_all, below = st.container(), st.container(key="miniature")
    with below:  # Its title first: on a phone it stands above the map.
        st.header("Watch a network train", anchor=False)
    with map_of_all:
        places = cards.draw()
    with below:
        gap = miniature.draw()
    with reading:
        _reading(miniature.interval_words(gap) if gap else "")
    cards.fill(places)
    live.tell_store_problem()


def _reading(words: str) -> None:
    with st.container(key="words-reading"):
        if words:
            st.markdown(words)
        st.markdown(_words("reading"))


def _words(name: str) -> str:
    return (WORDS / f"{name}.md").read_text(encoding="utf-8")
