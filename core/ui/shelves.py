"""The four places under the first figure: what is not open is not drawn and costs nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from core.lab.challenge import Challenge
from core.lab.experiment import Experiment
from core.lab.intervals import Estimate
from core.lab.settings import Config, View
from core.lab.wording import how_many
from core.store.store import Record
from core.ui import (
    bundle,
    evidence,
    figures,
    lesson,
    links,
    programs,
    readings,
    script,
    visit,
)

Anything = Experiment[Any, Any, Any]
SHORT = "This link holds what differs from the usual settings."
PROMISE = (
    "This link holds every setting and the seeds, and means the same when the usual settings of "
    "this page change. They give the same numbers on the same kind of processor, and numbers "
    "within the interval on another, which rounds differently."
)
"""`tests/contract/test_shipped.py` holds the default results to it."""
ELSEWHERE = (
    "What these settings read is no part of the lab: where it is another text, as with another "
    "version of Python, the numbers are others."
)
"""Said where `Experiment.beyond` says that there is such a thing."""
CODE = (
    ("py", script.script, "text/x-python"),
    ("ipynb", script.notebook, "application/x-ipynb+json"),
)
"""Ending, writer and type of the files that hold the code."""


@dataclass(frozen=True)
class Shown:
    """What the page shows.

    Attributes:
        challenge: Whose page it is.
        name: Of the experiment in the challenge's list.
        experiment: The one that was chosen.
        config: Its settings.
        view: Its display choices.
        record: Its result; None when the run was stopped or failed.
    """

    challenge: Challenge
    name: str
    experiment: Anything
    config: Config
    view: View
    record: Record[Any] | None


class Shelves:
    """The places under the first figure; of those that are not open nothing is drawn."""

    def __init__(self, experiment: Anything) -> None:
        """Reserve them where this is called.

        Which one is open is part of no link: a link leads to the figure.
        """
        self.choices = st.container()
        names = ["See", "More figures", "How sure", "Take it with you"]
        if len(experiment.figures) == 1:
            names.remove("More figures")
        tabs = st.tabs(names, key=f"{experiment.slug}-place", on_change="rerun")
        found = dict(zip(names, tabs, strict=True))
        self.see, self.sure, self.take = (found[n] for n in ("See", "How sure", "Take it with you"))
        self.more = found.get("More figures")

    def canvases(self, experiment: Anything) -> list[figures.Canvas]:
        """The places of the other figures, if they are open."""
        if self.more is None or not self.more.open:
            return []
        with self.more:
            return [figures.Canvas(one, experiment.slug) for one in experiment.figures[1:]]

    def draw(
        self, shown: Shown, words: Path | None, more: Callable[[Record[Any]], None] | None
    ) -> None:
        """Draw the one that is open, but for its figures.

        Args:
            shown: What the page shows.
            words: Folder of the words to take away.
            more: Draws what there is to do with the record.
        """
        if self.see.open:
            with self.see:
                _see(shown, words, more)
        if self.sure.open:
            with self.sure:
                _sure(shown)
        if self.take.open:
            with self.take:
                _take(shown)


def _see(shown: Shown, words: Path | None, more: Callable[[Record[Any]], None] | None) -> None:
    if shown.record is not None:
        with st.container(key="numbers"):
            found = metrics(shown.experiment, shown.record)
            evidence.metrics(found, shown.experiment.varies)
            evidence.clock(shown.experiment, shown.record)
    file = None if words is None else words / f"{shown.name}.md"
    if file is not None and file.exists():
        with st.container(key="words-more"):
            st.markdown(file.read_text(encoding="utf-8"))
    if shown.record is not None and more is not None:
        more(shown.record)


def metrics(experiment: Anything, record: Record[Any]) -> Mapping[str, Estimate]:
    """The headline numbers of a record, read off once."""
    name = readings.identity(record)
    return readings.once((name, "metrics"), lambda: experiment.metrics(record.result))


def _sure(shown: Shown) -> None:
    if shown.record is not None:
        evidence.section(shown.experiment, shown.config, shown.record)
    sources = shown.challenge.sources
    with st.expander(f"The {how_many(len(sources), 'work')} behind this page"):
        for source in sources:
            memory = "" if source.read else " *Told from memory.*"
            st.markdown(f"[{source.citation}]({source.url}). {source.says}{memory}")


def _take(shown: Shown) -> None:
    _links(shown)
    _code(shown)
    programs.offer(shown.experiment)
    if shown.record is not None:
        with st.container(horizontal=True, gap="small", key="files"):
            _tables(shown, shown.record)
            evidence.claims_file(shown.experiment, shown.config, shown.record)
    visit.download()
    lesson.make(shown.challenge, shown.name)


def _links(shown: Shown) -> None:
    """The short link to pass on, and the whole one for a paper."""
    guess = _guess_first(shown.experiment, shown.config)
    short = links.short(shown.experiment, shown.config, shown.view, guess)
    with st.container(key="link", gap="xsmall"):
        st.code(short, language=None, wrap_lines=True)
        large = links.with_wish(short, links.PRESENT)
        st.markdown(f"{SHORT} For a projector: [the same, large]({large}).")
    values = {**shown.config.model_dump(), **shown.view.model_dump()}
    choice = (links.key(shown.challenge.slug, links.CHOICE), shown.experiment.title)
    several = len(shown.challenge.experiments) > 1
    with st.expander("The link with every setting written out"):
        whole = links.share(shown.experiment, values, choice if several else None, guess)
        st.code(whole, language=None, wrap_lines=True)
        beyond = shown.experiment.beyond(shown.config)
        st.caption(f"{PROMISE} {ELSEWHERE}" if beyond else PROMISE)


def _tables(shown: Shown, record: Record[Any]) -> None:
    """Offer all tables of the run in one file."""
    chosen = (shown.experiment, shown.config, shown.view, record)
    link = links.short(shown.experiment, shown.config, shown.view)
    st.download_button(
        "All tables (.zip)",
        data=lambda: bundle.archive(*chosen, link),
        file_name=f"{shown.experiment.slug}.zip".replace("/", "-"),
        mime="application/zip",
        icon=":material/folder_zip:",
        type="tertiary",
        key=f"{shown.experiment.slug}-tables",
        on_click="ignore",
        help="A CSV of every figure, of the numbers and of the claims, and in JSON the settings, "
        "seeds, versions, machine and date.",
    )


def _code(shown: Shown) -> None:
    """Offer the program that runs these settings without this page."""
    st.markdown(f"**The code.** These settings in Python. {script.WHERE}")
    chosen = (shown.experiment, shown.config, shown.view)
    with st.container(horizontal=True, gap="small", key="code"):
        for ending, write, mime in CODE:
            st.download_button(
                f"{'Script' if ending == 'py' else 'Notebook'} (.{ending})",
                data=lambda write=write: write(*chosen).encode(),  # type: ignore[misc]
                file_name=script.file_name(shown.experiment, ending),
                mime=mime,
                icon=":material/download:",
                type="tertiary",
                key=f"{shown.experiment.slug}-{ending}",
                on_click="ignore",
            )
    with st.expander("Read the script"):
        st.code(script.script(*chosen), language="python")


def _guess_first(experiment: Anything, config: Config) -> str:
    """Ask whether the link is for a class that guesses first; what it adds to the link."""
    if experiment.guess is None:
        return ""
    asked = st.toggle(
        "Whoever opens it guesses first",
        key=f"{experiment.slug}-guess-first",
        help="For a class: the question stands in the figure's place until each has answered.",
    )
    return "1" if asked else "0" if config == experiment.config() else ""
