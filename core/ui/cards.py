"""The map of challenges: each with its question, a small figure and one sentence that was measured.

Both are read off the stored result of the challenge's first experiment.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from html import escape
from typing import Any

import streamlit as st

from core import challenges
from core.charts import sketches
from core.lab.challenge import Challenge
from core.lab.experiment import Experiment
from core.lab.wording import with_interval
from core.store import store
from core.ui import evidence, navigation, readings

Anything = Experiment[Any, Any, Any]
CONTROL = "Control:"
"""Begins a claim about the measurement itself, which says nothing to a newcomer."""


def draw() -> list[tuple[Challenge, Any]]:
    """Draw all cards; return the places of what was measured, which the style sheet keeps free."""
    found = [one for one in challenges.challenges() if navigation.file_of(one.slug).exists()]
    with st.container(key="cards"):
        grid = st.grid("auto", min_column_width=270, gap="small", border=True)
        places = [_card(grid, challenge) for challenge in found]
        _tools(grid)
    return list(zip(found, places, strict=True))


def fill(places: Sequence[tuple[Challenge, Any]]) -> None:
    """Say what was measured; last, because a fresh server has to read all of it first."""
    for challenge, place in places:
        picture, claim = _of(challenge)
        with place.container(gap="xsmall"):
            if picture:
                st.html(picture)
            st.markdown(claim)


def _card(grid: Any, challenge: Challenge) -> Any:
    """Draw a challenge's name and question; return the place of what was measured."""
    with grid.cell():
        navigation.link(challenge.slug, f"**{challenge.title}**")
        st.markdown(challenge.question)
        return st.container(key=f"measured-{challenge.slug}").empty()


def _tools(grid: Any) -> None:
    for tool in navigation.TOOLS:
        if navigation.file_of(tool.slug).exists():
            with grid.cell():
                navigation.link(tool.slug, f"**{tool.title}**")
                st.markdown(tool.question)
                st.caption(navigation.TRY)


def measured(challenge: Challenge) -> str:
    """One claim that the default run of the challenge's first experiment decides, as Markdown."""
    return _of(challenge)[1]


def _of(challenge: Challenge) -> tuple[str, str]:
    """The small figure, as HTML, and the claim of a card; either may be empty."""
    experiment = challenges.experiment(challenge.slug, challenge.experiments[0])
    kept = store.whose(experiment.key(experiment.config())) or ""
    return readings.once(
        ("card", experiment.slug, kept), lambda: (pictured(experiment), decided(experiment))
    )


def pictured(experiment: Anything) -> str:
    """The first figure with lines or dots, small, as an image; empty where nothing is stored."""
    found = store.find(experiment, experiment.config())
    if found is None:
        return ""
    for figure in experiment.figures:
        drawn = sketches.sketch(figure, found.record.result, experiment.view())
        if drawn:
            code = b64encode(drawn.encode()).decode()
            words = escape(f"Measured: {figure.title}")
            return f'<img alt="{words}" src="data:image/svg+xml;base64,{code}">'
    return ""


def decided(experiment: Anything) -> str:
    """The first claim that is shown or contradicted; empty where nothing is stored or decided."""
    config = experiment.config()
    found = store.find(experiment, config)
    if found is None:
        return ""
    for claim in experiment.claims:
        if not claim.applies(config) or claim.sentence.startswith(CONTROL):
            continue
        value = claim.measure(found.record.result)
        verdict = "" if value is None else claim.verdict(value)
        if value is not None and verdict in ("shown", "contradicted"):
            icon, color = evidence.SYMBOLS[verdict]
            return f":{color}[{icon}] {claim.sentence} :{color}[**{with_interval(value)}**]"
    return ""
