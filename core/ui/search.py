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
from core.lab.wording import capital, how_many
from core.ui import glossary, links, navigation, readings

Anything = Experiment[Any, Any, Any]
OWNER = "search"
MOST_SHOWN, MOST_SIGNS, MOST_TYPED = 8, 150, 80
MARKUP = re.compile(r"\[([^\]]*)\]\([^)]*\)|[*#|`]")
"""Signs of the words' format, which a short excerpt does without."""
SENTENCE = re.compile(r"(?<=[.!?]) +|\n+")
WRAPPED = re.compile(r"(?<=[^\n])\n(?![\n#|]|[-\d] |\d+\.)")
"""The end of a line inside a paragraph."""
WHOLE = ("claim", "word")
"""Kinds of which all words are shown: a source, a meaning."""


@dataclass(frozen=True)
class Entry:
    """Something that can be found.

    Attributes:
        kind: What it is: page, experiment, claim, word or tool.
        title: What is searched first, and the text of its link.
        place: Where it belongs.
        words: What else is searched.
        slug: Of the page that it is on.
        parameters: Of the link to it.
        also: Other spellings of the title, searched as it is; of a word nothing else is searched.
    """

    kind: str
    title: str
    place: str
    words: str
    slug: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    also: str = ""

    def rank(self, pieces: Sequence[str]) -> int | None:
        """How far down it stands: 0 where all is in the title; None where it is not found."""
        title, whole = self._lowered
        if not all(piece in whole for piece in pieces):
            return None
        return sum(piece not in title for piece in pieces) + (self.kind == "claim")

    @cached_property
    def _lowered(self) -> tuple[str, str]:
        title = f"{self.title} {self.also}".lower()
        return title, title if self.kind == "word" else f"{title} {self.place} {self.words}".lower()

    def excerpt(self, pieces: Sequence[str]) -> str:
        """The first sentence of its words that holds what was looked for, else the first one."""
        if self.kind in WHOLE:
            return self.words
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
    yield from _explained(found)


def _explained(found: Sequence[Challenge]) -> Iterator[Entry]:
    """The terms of the field, each with its meaning and an experiment that uses it.

    That is the first one whose title or page is named so, else the first that says it.
    """
    places = [(one, challenges.experiment(one.slug, n)) for one in found for n in one.experiments]
    titles = [f"{experiment.title}, {one.title}" for one, experiment in places]
    texts = ["\n".join(glossary.said_by(experiment)) for _, experiment in places]
    for term in glossary.terms():
        at = next(
            (i for text in (titles, texts) for i, t in enumerate(text) if term.stands_in(t)), -1
        )
        if at >= 0:
            challenge, experiment = places[at]
            way, also = links.to_experiment(experiment), " ".join(term.also)
            title = capital(term.name)
            yield Entry("word", title, titles[at], term.means, challenge.slug, way, also)


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
    """The words under a figure, without their markup and the ends of lines in a paragraph."""
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    return MARKUP.sub(r"\1", WRAPPED.sub(" ", text))


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
    with st.container(gap=None):
        navigation.link(entry.slug, entry.title, parameters=entry.parameters, quiet=True)
        if entry.kind == "word":
            st.caption(f"Word · {entry.excerpt(pieces)} Used in {entry.place}.")
        else:
            st.caption(f"{entry.kind.capitalize()} · {entry.place} · {entry.excerpt(pieces)}")
