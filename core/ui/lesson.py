"""A lesson: several experiments in order, each asked about first; all of it is in the link."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from core import challenges
from core.lab.challenge import Challenge
from core.lab.settings import Knob
from core.ui import links, navigation

MOST = 12
"""Experiments in a lesson."""


def stops() -> dict[str, str]:
    """Every experiment that a lesson can hold: its name in the link, and for people.

    The names are made of the folders', so that no experiment is imported for a list.
    """
    return {
        f"{one.slug}.{name}": f"{one.title}: {name.replace('_', ' ')}"
        for one in challenges.challenges()
        for name in one.experiments
    }


def read(texts: list[str]) -> tuple[str, ...]:
    """The stops that a link names, in order.

    Args:
        texts: What the address says, as often as it does.

    Raises:
        ValueError: If it is said twice, or a stop does not exist, comes twice or is one too many.
    """
    found = tuple(texts[0].split(",")) if len(texts) == 1 else ()
    known = stops()
    if not 1 <= len(found) <= MOST or len(set(found)) < len(found):
        raise ValueError("a lesson names a few experiments, each once")
    if not all(stop in known for stop in found):
        raise ValueError("no such experiment")
    return found


def refused() -> list[Knob]:
    """What the address says of a lesson and nobody can follow, for `Address.refused`."""
    texts = st.query_params.get_all(links.LESSON)
    try:
        if texts:
            read(texts)
    except ValueError:
        return [Knob(links.LESSON, "Lesson", "", "choice", ("none",), "none")]
    return []


def parameters(stop: str, lesson: tuple[str, ...]) -> dict[str, str]:
    """The address of a stop: its experiment, the question first, and the whole lesson."""
    choice = links.to_experiment(challenges.experiment(*stop.split(".")))
    large = {links.PRESENT: "1"} if links.projected() else {}
    return {**choice, links.GUESS: "1", **large, links.LESSON: ",".join(lesson)}


def bar(challenge: Challenge, name: str) -> None:
    """Say how far the lesson is, and lead to the next stop; nothing where the link holds none.

    What the link says wrongly is told with its other mistakes, see `refused`.
    """
    try:
        found = read(st.query_params.get_all(links.LESSON))
    except ValueError:
        return
    here = f"{challenge.slug}.{name}"
    place = found.index(here) if here in found else -1
    said = f"{place + 1} of {len(found)}" if place >= 0 else "this page is no part of it"
    with st.container(key="lesson", horizontal=True, vertical_alignment="center"):
        st.markdown(f"**Lesson** · {said}")
        if place > 0:
            _link("Back", "arrow_back", found[place - 1], found)
        if place + 1 < len(found):
            _link("Next" if place >= 0 else "Begin", "arrow_forward", found[place + 1], found)


def _link(label: str, icon: str, stop: str, lesson: tuple[str, ...]) -> None:
    slug, name = stop.split(".")
    title = challenges.experiment(slug, name).title
    navigation.link(slug, f"{label}: {title}", icon, parameters(stop, lesson), quiet=True)


def make(challenge: Challenge, name: str) -> None:
    """Let a teacher put a lesson together and take its link."""
    known = stops()
    with st.expander("A lesson of several experiments"):
        picked = st.multiselect(
            "Experiments, in order", list(known), default=[f"{challenge.slug}.{name}"],
            format_func=known.__getitem__, max_selections=MOST, key="lesson-stops",
            help="Whoever follows the link guesses before each result, and is led from one "
            "experiment to the next.",
        )  # fmt: skip
        if picked:
            made = link(tuple(picked))
            st.code(made, language=None, wrap_lines=True)
            if not links.projected():
                large = links.with_wish(made, links.PRESENT)
                st.markdown(f"On a projector, to its last stop: [the same, large]({large}).")


def link(lesson: tuple[str, ...]) -> str:
    """Write the link to the first stop of a lesson."""
    page = links.page_of(lesson[0].split(".")[0])
    return f"{page}?{urlencode(parameters(lesson[0], lesson))}"
