"""A text whose paragraphs lead to the runs that they speak of."""

from __future__ import annotations

import re
from collections.abc import Iterator

import streamlit as st

from core import challenges
from core.ui import links, navigation

RUNS = re.compile(r"^Retrained: (.+)$", re.MULTILINE)
"""A line of its own at the end of a paragraph: experiments, as `slug/name`, with commas."""


def parts(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Take a text apart behind every line that names experiments.

    Yields:
        Markdown, and the experiments that it leads to; none after the last such line.
    """
    *pairs, rest = RUNS.split(text)
    for words, named in zip(pairs[::2], pairs[1::2], strict=True):
        yield words.strip(), tuple(named.split(", "))
    if rest.strip():
        yield rest.strip(), ()


def draw(text: str) -> None:
    """Draw the paragraphs, each with links to its experiments."""
    for words, named in parts(text):
        st.markdown(words)
        if named:
            with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                st.caption("Retrained:", width="content")
                for slug in named:
                    room, name = slug.split("/")
                    found = challenges.experiment(room, name)
                    navigation.link(room, found.title, parameters=links.to_experiment(found))
