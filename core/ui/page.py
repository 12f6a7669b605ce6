"""A challenge's page, derived from its experiments: question, controls, live figures, evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from core import challenges
from core.lab.challenge import Challenge
from core.lab.experiment import Experiment
from core.lab.settings import Config, Knob, Value, View, knobs
from core.store.store import Record
from core.ui import (
    bench,
    changes,
    choosing,
    controls,
    figures,
    guessing,
    lesson,
    links,
    live,
    milestones,
    pinned,
    readings,
    shelves,
    tour,
    visit,
)

Anything = Experiment[Any, Any, Any]


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
    opening: Path | None = None,
) -> None:
    """Draw the whole page of a challenge.

    Args:
        challenge: Whose page it is.
        intro: A few sentences before the first figure, Markdown; at most 60 words.
        words: Folder with one `<experiment>.md` each, shown under the figures where it exists.
        further: By experiment, what there is to do with its record.
        opening: A longer text before the experiments, folded under its first line; see
            `milestones` for how it leads to experiments.
    """
    projected = links.projected()
    if not projected:
        _heading(challenge, intro, opening)
    name, experiment, refused = choose(challenge)
    lesson.bar(challenge, name)
    tour.bar(challenge, name)
    notices = st.container()
    first, control_side, rest = bench.places(projected)
    address = _address(challenge, experiment)
    address.refused += refused
    asking = guessing.asks(experiment, address)
    more = None if asking else (further or {}).get(name)
    _question(first, experiment, more, projected)
    stage = _stage(experiment, first, asking)
    with control_side:
        config = controls.settings(experiment, asking)
    if stage.canvas is None:
        _asked(experiment, config, stage, address, notices)
        return
    above = _above(experiment, stage)
    stage.canvas.reserve(above or experiment.view(), lambda: live.like(experiment, config))
    with rest:
        places = shelves.Shelves(experiment)
    record, view = _figures(experiment, config, (stage, places, above), address, notices)
    page_of = shelves.Shown(challenge, name, experiment, config, view, record)
    places.draw(page_of, words, more.draw if more else None)
    live.tell_store_problem()
    if record is not None:
        _on_paper(experiment, config, view)


def _question(place: Any, experiment: Anything, more: Further | None, projected: bool) -> None:
    """What is asked, large on a projector; else with the way to what there is to do below."""
    if projected:
        place.title(experiment.question, anchor=False)
        return
    further_on = f" [{more.label}](#{more.anchor})" if more else ""
    place.markdown(f"**{experiment.question}**{further_on}")


def _on_paper(experiment: Anything, config: Config, view: View) -> None:
    """Write what the controls say, which a printed page has not; on the screen it is not seen."""
    with st.container(key="on-paper", gap=None):
        st.caption(links.settings(experiment, config, view))
        st.caption(f"<{links.short(experiment, config, view)}>")


def _heading(challenge: Challenge, intro: str, opening: Path | None) -> None:
    """The title, the question, and of a longer text the first line until it is opened."""
    st.title(challenge.title, anchor=False)
    with st.container(key="question", width=864):
        st.markdown(f"{challenge.question} {intro}".strip())
        if opening is not None:
            title, rest = opening.read_text(encoding="utf-8").split("\n", 1)
            with st.expander(title):
                milestones.draw(rest)


def choose(challenge: Challenge) -> tuple[str, Anything, list[Knob]]:
    """Let the visitor choose an experiment; only the chosen one is run.

    Returns:
        Its name, the experiment, and the choice that the address made and nobody can follow.
    """
    names = list(challenge.experiments)
    key = links.key(challenge.slug, links.CHOICE)
    name, refused = names[0], None
    if len(names) > 1:
        titles = {n: challenges.experiment(challenge.slug, n).title for n in names}
        refused = links.read_choice(key, titles)
        wide, phone = (_rows(titles.values(), pixels) for pixels in (982, 358))
        with st.container(key="choice"):
            place = st.container(key=f"choice-rows-{wide}-{phone}")
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


def _rows(labels: Iterable[str], pixels: int) -> int:
    """In how many rows the names stand, about; the style sheet keeps room for up to four."""
    rows, used = 1, 0
    for width in (26 + 8 * len(label) for label in labels):
        rows, used = (rows, used + width) if used + width <= pixels else (rows + 1, width)
    return min(rows, 4)


def _address(challenge: Challenge, experiment: Anything) -> links.Address:
    """Check the page's address and hand accepted values in another spelling to the widgets."""
    found = (*knobs(experiment.config), *knobs(experiment.view))
    owners = [c.slug for c in challenges.challenges() if c.slug != challenge.slug]
    owners += [f"{challenge.slug}/{n}" for n in challenge.experiments]
    owners = [owner for owner in owners if owner != experiment.slug]
    elsewhere = [links.key(owner, "") for owner in owners]
    elsewhere += [links.key(challenge.slug, links.CHOICE), links.LESSON, links.TOUR]
    address = links.read(experiment, found, elsewhere)
    address.refused += lesson.refused() + tour.refused()
    if address.respell:
        names = {links.key(experiment.slug, knob.name): knob for knob in found}
        spelled = {k: links.spelling(names[k], value) for k, value in address.respell.items()}
        links.respell(spelled)
    for key, value in address.respell.items():
        st.session_state[key] = value
    return address


@dataclass(frozen=True)
class Stage:
    """The places above, of and under the first figure.

    Attributes:
        status: Of what is said about the run.
        ears: Of what listens to clicks on the figures; it takes no room.
        choices: Of the display choices.
        canvas: The first figure; None while the visitor is asked in its place.
        words: Of the finding.
    """

    status: Any
    ears: Any
    choices: Any
    canvas: figures.Canvas | None
    words: Any


def _stage(experiment: Anything, first: Any, asking: bool) -> Stage:
    """Take the first figure's room before the controls: on a phone they stand under it."""
    if asking:
        with first.container():
            guessing.ask(experiment)
        return Stage(first.container(), None, None, None, None)
    # Takes the question away before anything comes: nothing is pushed that still stands.
    first.empty()
    room = first.container(key="status-room", gap=None)
    room.empty()  # A place that holds nothing takes no room.
    status, ears, choices = room.container(), room.empty(), first.container()
    with first:
        canvas = figures.Canvas(experiment.figures[0], experiment.slug)
    words = first.container()
    with first:
        canvas.words_here()
    return Stage(status, ears, choices, canvas, words)


def _asked(
    experiment: Anything, config: Config, stage: Stage, address: links.Address, notices: Any
) -> None:
    """Let a run that is not stored go on behind the question, and show nothing of it."""
    guessing.about(experiment, config)
    _object(notices, address, {**config.model_dump(), **experiment.view().model_dump()})
    with stage.status:
        live.obtain(experiment, config, lambda *_, **__: None, quiet=True)


def _above(experiment: Anything, stage: Stage) -> View | None:
    """Draw the display choices if they stand above the figure, which they would push later."""
    if not experiment.view.above:
        return None
    with stage.choices:
        return controls.display(experiment)


def _figures(
    experiment: Anything,
    config: Config,
    places: tuple[Stage, shelves.Shelves, View | None],
    address: links.Address,
    notices: Any,
) -> tuple[Record[Any] | None, View]:
    """Draw the run and its figures: the first one and the finding, then the others."""
    stage, others, view = places
    if view is None:
        with others.choices:
            view = controls.display(experiment)
    canvases = [*([stage.canvas] if stage.canvas else []), *others.canvases(experiment)]
    _object(notices, address, {**config.model_dump(), **view.model_dump()})
    with stage.ears:
        choosing.listen(experiment)
    with stage.status:
        record = live.obtain(experiment, config, figures.painter(canvases, view))
    if record is not None:
        canvases[0].finish(record, view)
        with stage.words:
            _finding(experiment, (config, view), record)
        for canvas in canvases[1:]:
            canvas.finish(record, view)
    return record, view


def found_in(experiment: Anything, record: Record[Any]) -> str:
    """The sentence of what was found, made once for a record."""
    name = (readings.identity(record), "finding")
    return readings.once(name, lambda: experiment.finding(record.result))


def _finding(experiment: Anything, chosen: tuple[Config, View], record: Record[Any]) -> None:
    config, view = chosen
    found = found_in(experiment, record)
    guessing.judge(experiment, config, record)
    with st.container(key="finding"):
        st.markdown(found)
    numbers = shelves.metrics(experiment, record)
    changes.section(experiment, config, numbers, quiet=pinned.compares(experiment, config))
    visit.note(experiment, config, found)
    pinned.section(experiment, config, view, numbers)


def _object(notices: Any, address: links.Address, used: dict[str, Value]) -> None:
    sentence = links.objection(address, used)
    if sentence:
        notices.warning(sentence, icon=":material/link_off:")
