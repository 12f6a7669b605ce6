"""The words used on a page, each explained once for the whole lab."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import streamlit as st

from core.lab.challenge import WORDS
from core.lab.experiment import Experiment
from core.lab.settings import knobs
from core.ui import readings

Anything = Experiment[Any, Any, Any]


@dataclass(frozen=True)
class Term:
    """A term of the field.

    Attributes:
        name: As it is shown.
        means: One or two sentences.
        also: Further spellings under which it stands in the texts.
    """

    name: str
    means: str
    also: tuple[str, ...] = ()

    def stands_in(self, text: str) -> bool:
        """Tell whether a text holds it as a word of its own, in capitals or not."""
        return any(_word(spelling).search(text) for spelling in (self.name, *self.also))


@cache
def _word(spelling: str) -> re.Pattern[str]:
    """A pattern for a spelling that no letter stands before or behind."""
    return re.compile(rf"(?<!\w){re.escape(spelling)}(?!\w)", re.IGNORECASE)


@cache
def terms() -> tuple[Term, ...]:
    """All terms in alphabetical order, read once from `assets/words/glossary.toml`.

    Raises:
        OSError: If the file is not there.
        TypeError: If an entry lacks a field of `Term`, or has another.
    """
    text = (WORDS / "glossary.toml").read_text(encoding="utf-8")
    found = [Term(**{**t, "also": tuple(t.get("also", ()))}) for t in tomllib.loads(text)["term"]]
    return tuple(sorted(found, key=lambda term: term.name.lower()))


def used(experiment: Anything) -> tuple[Term, ...]:
    """The terms that stand in an experiment's own words."""

    def read() -> tuple[Term, ...]:
        text = "\n".join(said_by(experiment))
        return tuple(term for term in terms() if term.stands_in(text))

    return readings.once(("glossary", experiment.slug, str(experiment.version)), read)


def said_by(experiment: Anything) -> Iterator[str]:
    """What a visitor reads of an experiment before any number is measured."""
    challenge, name = experiment.slug.split("/")
    yield from (experiment.title, experiment.question)
    for figure in experiment.figures:
        yield from (figure.title, figure.note)
    for knob in (*knobs(experiment.config), *knobs(experiment.view)):
        yield from (knob.label, knob.help, *(str(option) for option in knob.options))
    for claim in experiment.claims:
        yield claim.sentence
    if experiment.guess is not None:
        yield experiment.guess.question
    file = WORDS / challenge / f"{name}.md"
    if file.exists():
        yield file.read_text(encoding="utf-8")


def popover(experiment: Anything) -> None:
    """Offer the meanings of an experiment's terms; they are read when it is opened."""
    place = st.popover(
        "Words used here",
        icon=":material/dictionary:",
        type="tertiary",
        key=f"{experiment.slug}-glossary",
        on_change="rerun",
    )
    if place.open:
        found = used(experiment)
        place.markdown("\n".join(f"- **{term.name}**: {term.means}" for term in found))
