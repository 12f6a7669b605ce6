"""A search over pages, experiments, claims and words; the index is made from what is there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import streamlit as st

from core import challenges
from core.lab.challenge import WORDS, Challenge
from core.lab.experiment import Experiment
from core.lab.settings import knobs
from core.lab.wording import how_many
from core.ui import links, navigation, readings

Anything = Experiment[Any, Any, Any]
OWNER = "search"
MOST_SHOWN, MOST_SIGNS, MOST_TYPED = 8, 150, 80
MARKUP = re.compile(r"\[([^\]]*)\]\([^)]*\)|[*#|`]")
"""Signs of the words' format, which a short excerpt does without."""
SENTENCE = re.compile(r"(?<=[.!?]) +|\n+")


@dataclass(frozen=True)
class Entry:
    """Something that can be found.

    Attributes:
        kind: What it is: page, experiment, claim or tool.
        title: What is searched first, and the text of its link.
        place: Where it belongs.
        words: What else is searched.
        slug: Of the page that it is on.
        parameters: Of the link to it.
    """

    kind: str
    title: str
    place: str
    words: str
    slug: str
    parameters: Mapping[str, str] = field(default_factory=dict)

    def rank(self, pieces: Sequence[str]) -> int | None:
        """How far down it stands: 0 where all is in the title; None where it is not found."""
        title, whole = self._lowered
        if not all(piece in whole for piece in pieces):
            return None
        return sum(piece not in title for piece in pieces) + (self.kind == "claim")

    @cached_property
    def _lowered(self) -> tuple[str, str]:
        return self.title.lower(), f"{self.title} {self.place} {self.words}".lower()

    def excerpt(self, pieces: Sequence[str]) -> str:
        """The first sentence of its words that holds what was looked for, else the first one."""
        sentences = [one.strip() for one in SENTENCE.split(self.words) if one.strip()]
        held = [one for one in sentences if any(piece in one.lower() for piece in pieces)]
        text = (held or sentences or [""])[0]
        return text if len(text) <= MOST_SIGNS else f"{text[:MOST_SIGNS].rsplit(' ', 1)[0]} …"


def index() -> tuple[Entry, ...]:
    """Everything that can be found, in the order of the menu; made once."""
    found = challenges.challenges()
    return readings.once(("index", *(one.slug for one in found)), lambda: tuple(_entries(found)))


def _entries(found: Sequence[Challenge]) -> Iterator[Entry]:
    for tool in navigation.TOOLS:
        yield Entry("tool", tool.title, navigation.TRY, tool.question, tool.slug)
    for challenge in found:
        words = f"{challenge.question} {challenge.chapter}."
        yield Entry("page", challenge.title, challenge.chapter, words, challenge.slug)
        for name in challenge.experiments:
            yield from _of(challenge, challenges.experiment(challenge.slug, name), name)


def _of(challenge: Challenge, experiment: Anything, name: str) -> Iterator[Entry]:
    said = [experiment.question, *(f"{figure.title}." for figure in experiment.figures)]
    said += [f"{knob.label}: {knob.help}" for knob in knobs(experiment.config) if knob.help]
    words = "\n".join([*said, _told(WORDS / challenge.slug / f"{name}.md")])
    way = links.to_experiment(experiment)
    yield Entry("experiment", experiment.title, challenge.title, words, challenge.slug, way)
    for claim in experiment.claims:
        at = {**links.to_experiment(experiment, claim.settings), links.GUESS: "0"}
        where = f"{experiment.title}, {challenge.title}"
        yield Entry("claim", claim.sentence, where, claim.cited, challenge.slug, at)


def _told(file: Path) -> str:
    """The words under a figure, without their markup."""
    return MARKUP.sub(r"\1", file.read_text(encoding="utf-8")) if file.exists() else ""


def search(text: str) -> list[Entry]:
    """What holds every word of a text, in capitals or not, the nearest first."""
    pieces = text.lower().split()
    ranked = [(entry.rank(pieces), entry) for entry in index()] if pieces else []
    return [one for _, one in sorted(((r, e) for r, e in ranked if r is not None), key=_first)]


def _first(pair: tuple[int, Entry]) -> int:
    return pair[0]


def asked() -> str:
    """Draw the place for what is looked for; what stands in it is part of the address."""
    text: str | None = st.text_input(
        "Search the lab", key=links.key(OWNER, "words"), bind="query-params",
        placeholder="Search experiments, claims, words", max_chars=MOST_TYPED,
        icon=":material/search:", label_visibility="collapsed", width=320,
    )  # fmt: skip
    return text or ""


def results(text: str) -> None:
    """Draw what was found, each as a link to the very settings."""
    if not text.split():
        return
    found = [one for one in search(text) if navigation.file_of(one.slug).exists()]
    with st.container(key="found", border=True, gap="xsmall"):
        if not found:
            st.markdown("Nothing here is about that. The menu lists every page.")
        for entry in found[:MOST_SHOWN]:
            _link(entry, text.lower().split())
        if len(found) > MOST_SHOWN:
            more = how_many(len(found) - MOST_SHOWN, "more result")
            st.caption(f"{more}: another word narrows them down.")


def _link(entry: Entry, pieces: Sequence[str]) -> None:
    navigation.link(entry.slug, entry.title, parameters=entry.parameters)
    st.caption(f"{entry.kind.capitalize()} · {entry.place} · {entry.excerpt(pieces)}")
