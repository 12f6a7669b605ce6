"""The home page's miniature: one slider, two live figures, one finding."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core import challenges
from core.lab.intervals import Estimate
from core.lab.settings import Config, View, knobs
from core.lab.wording import with_interval
from core.miniature.moons import EXPERIMENT
from core.store.store import Record
from core.ui import bench, controls, figures, links, live, search


def draw() -> Estimate | None:
    """Draw the miniature; return the gap it measured, once it is there."""
    notices = st.container()
    pictures, control_side, _ = bench.places()
    found = knobs(EXPERIMENT.config)
    owners = [search.OWNER, *(c.slug for c in challenges.challenges())]
    elsewhere = [links.key(owner, "") for owner in owners]
    address = links.read(EXPERIMENT, found, elsewhere)
    for key, value in address.respell.items():
        st.session_state[key] = value
    with pictures:
        status, canvases = _stage()
    with control_side:
        width = next(knob for knob in found if knob.name == "width")
        chosen = controls.widget(EXPERIMENT.slug, width)
        config: Config = EXPERIMENT.config().changed(width=chosen)
        words = st.container()
    sentence = links.objection(address, {**config.model_dump()})
    if sentence:
        notices.warning(sentence, icon=":material/link_off:")
    record = _drawn(config, status, canvases)
    if record is not None:
        with words, st.container(key="finding"):
            st.markdown(EXPERIMENT.finding(record.result))
    return None if record is None else EXPERIMENT.metrics(record.result)["generalization_gap"]


def _stage() -> tuple[Any, list[figures.Canvas]]:
    """Take the figures' room before the control: on a phone it stands under them."""
    status = st.container()
    canvases = []
    for figure, column in zip(EXPERIMENT.figures, st.columns(2, gap="medium"), strict=True):
        with column:
            canvases.append(figures.Canvas(figure, EXPERIMENT.slug))
            canvases[-1].reserve(View())
    with st.expander("What the figures show, and their tables"):
        for canvas in canvases:
            canvas.words_here()
    return status, canvases


def _drawn(config: Config, status: Any, canvases: list[figures.Canvas]) -> Record[Any] | None:
    view = View()
    with status:
        record = live.obtain(EXPERIMENT, config, figures.painter(canvases, view))
    if record is not None:
        for canvas in canvases:
            canvas.finish(record, view)
    return record


def interval_words(gap: Estimate) -> str:
    """Explain an interval with the number that has just been measured."""
    return (
        f"The networks above have a generalization gap of **{with_interval(gap)}**: the share of "
        "their own points that they get right, minus that of new points. The first number is the "
        f"mean over {gap.n} repetitions, each with other points and from another random beginning. "
        "The two in brackets are its 95% interval: intervals made this way hold the true mean "
        "about 19 times in 20. An interval that leaves out zero says the difference is more than "
        "luck."
    )
