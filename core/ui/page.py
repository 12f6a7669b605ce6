"""A challenge's page, derived from its experiments: question, controls, live figures, evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from core import challenges
from core.lab.challenge import Challenge
from core.lab.experiment import Experiment
from core.lab.settings import Config, Knob, Value, View, knobs
from core.lab.wording import how_many
from core.store.store import Record
from core.ui import bench, controls, evidence, figures, links, live, readings

Anything = Experiment[Any, Any, Any]
CHOICE = "experiment"
PROMISE = (
    "The link holds every setting and the seeds. They give the same numbers on the same kind of "
    "processor, and numbers within the interval on another, which rounds differently."
)
"""`tests/contract/test_shipped.py` holds the default results to it."""


@dataclass(frozen=True)
class Further:
    """What an experiment's record offers beyond its figures.

    Attributes:
        label: Of the link to it, beside the experiment's question.
        anchor: Of the header that `draw` begins with.
        draw: Draws it, after the figures; guards itself (`core.ui.failures.section`).
    """

    label: str
    anchor: str
    draw: Callable[[Record[Any]], None]


def page(
    challenge: Challenge,
    intro: str = "",
    words: Path | None = None,
    further: Mapping[str, Further] | None = None,
) -> None:
    """Draw the whole page of a challenge.

    Args:
        challenge: Whose page it is.
        intro: A few sentences before the first figure, Markdown; at most 60 words.
        words: Folder with one `<experiment>.md` each, shown under the figures where it exists.
        further: By experiment, what there is to do with its record.
    """
    st.title(challenge.title, anchor=False)
    with st.container(key="question", width=864):
        st.markdown(f"{challenge.question} {intro}".strip())
    name, experiment, refused = choose(challenge)
    notices = st.container()
    first, control_side, rest = bench.places()
    address = _address(challenge, experiment)
    address.refused += refused
    more = (further or {}).get(name)
    first.markdown(
        f"**{experiment.question}**" + (f" [{more.label}](#{more.anchor})" if more else "")
    )
    stage = _stage(experiment, first)
    with control_side:
        config = controls.settings(experiment)
    record, view = _figures(experiment, config, (stage, rest), address, notices)
    with rest:
        if record is not None and more is not None:
            more.draw(record)
        if record is not None:
            evidence.section(experiment, config, record)
        _read_on(words, name)
        _share(challenge, name, experiment, config, view)
        _sources(challenge)
    live.tell_store_problem()


def choose(challenge: Challenge) -> tuple[str, Anything, list[Knob]]:
    """Let the visitor choose an experiment; only the chosen one is run.

    Returns:
        Its name, the experiment, and the choice that the address made and nobody can follow.
    """
    names = list(challenge.experiments)
    key = links.key(challenge.slug, CHOICE)
    name, refused = names[0], None
    if len(names) > 1:
        titles = {n: challenges.experiment(challenge.slug, n).title for n in names}
        refused = links.read_choice(key, titles)
        place = st.container(key="choice")
        picked = place.segmented_control(
            "Experiment",
            names,
            default=names[0],
            required=True,
            format_func=titles.__getitem__,
            key=key,
            bind="query-params",
            label_visibility="collapsed",
        )
        name = picked if picked in names else names[0]
    return name, challenges.experiment(challenge.slug, name), [refused] if refused else []


def _address(challenge: Challenge, experiment: Anything) -> links.Address:
    """Check the page's address and hand accepted values in another spelling to the widgets."""
    found = (*knobs(experiment.config), *knobs(experiment.view))
    owners = [c.slug for c in challenges.challenges() if c.slug != challenge.slug]
    owners += [f"{challenge.slug}/{n}" for n in challenge.experiments]
    owners = [owner for owner in owners if owner != experiment.slug]
    elsewhere = [links.key(owner, "") for owner in owners] + [links.key(challenge.slug, CHOICE)]
    address = links.read(experiment, found, elsewhere)
    for key, value in address.respell.items():
        st.session_state[key] = value
    return address


def _stage(experiment: Anything, first: Any) -> tuple[Any, Any, figures.Canvas, Any]:
    """Take the first figure's room before the controls: on a phone they stand under it.

    Returns:
        The places of the status line and of the display choices, the canvas, and the place of
        the finding.
    """
    status, choices = first.container(), first.container()
    with first:
        canvas = figures.Canvas(experiment.figures[0], experiment.slug)
        canvas.reserve(experiment.view())
    return status, choices, canvas, first.container()


def _figures(
    experiment: Anything,
    config: Config,
    places: tuple[tuple[Any, Any, figures.Canvas, Any], Any],
    address: links.Address,
    notices: Any,
) -> tuple[Record[Any] | None, View]:
    """Draw the run and its figures: the first one and the finding, then the others."""
    (status, choices, canvas, words), rest = places
    canvases = [canvas]
    with choices if experiment.view.above else rest:
        view = controls.display(experiment)
    with rest:
        canvases += [figures.Canvas(other, experiment.slug) for other in experiment.figures[1:]]
    _object(notices, address, {**config.model_dump(), **view.model_dump()})
    with status:
        record = live.obtain(experiment, config, figures.painter(canvases, view))
    if record is not None:
        canvases[0].finish(record, view)
        with words:
            _finding(experiment, record)
        for canvas in canvases[1:]:
            canvas.finish(record, view)
    return record, view


def _finding(experiment: Anything, record: Record[Any]) -> None:
    name = readings.identity(record)
    found = readings.once((name, "finding"), lambda: experiment.finding(record.result))
    with st.container(key="finding"):
        st.markdown(found)
    numbers = readings.once((name, "metrics"), lambda: experiment.metrics(record.result))
    evidence.metrics(numbers, experiment.varies)


def _object(notices: Any, address: links.Address, used: dict[str, Value]) -> None:
    sentence = links.objection(address, used)
    if sentence:
        notices.warning(sentence, icon=":material/link_off:")


def _read_on(words: Path | None, name: str) -> None:
    file = None if words is None else words / f"{name}.md"
    if file is not None and file.exists():
        with st.container(key="words-more"):
            st.markdown(file.read_text(encoding="utf-8"))


def _share(
    challenge: Challenge, name: str, experiment: Anything, config: Config, view: View
) -> None:
    st.header("Share exactly this", anchor=False)
    values = {**config.model_dump(), **view.model_dump()}
    choice = (links.key(challenge.slug, CHOICE), experiment.title)
    several = len(challenge.experiments) > 1
    link = links.share(experiment, values, choice if several else None)
    st.code(link, language=None, wrap_lines=True)
    st.caption(PROMISE)


def _sources(challenge: Challenge) -> None:
    st.header("Sources", anchor=False)
    with st.expander(f"The {how_many(len(challenge.sources), 'work')} behind this page"):
        for source in challenge.sources:
            memory = "" if source.read else " *Told from memory.*"
            st.markdown(f"[{source.citation}]({source.url}). {source.says}{memory}")
