"""The home page's miniature: one slider, points to touch, two live figures, one finding."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core import challenges
from core.data.touched import touched
from core.lab.experiment import Experiment
from core.lab.intervals import Estimate
from core.lab.settings import Config, View, knobs
from core.lab.wording import with_interval
from core.miniature import moons
from core.miniature.moons import EXPERIMENT
from core.miniature.touched import EXPERIMENT as TOUCHED
from core.miniature.touched import TouchedConfig
from core.store.store import Record
from core.ui import bench, controls, figures, links, live, readings, search, touching

Anything = Experiment[Any, Any, Any]
KEY = "miniature-touch"
FIGURE = "figure-miniature-moons-decisions"
"""Key of the container of the figure that is touched."""
HOW = (
    "**Touch the data.** Click a point to flip its label, or an empty place to add a point: "
    "it trains again at once."
)


def draw() -> Estimate | None:
    """Draw the miniature; return the gap it measured, once it is there and nothing is touched."""
    notices = st.container()
    pictures, control_side, _ = bench.places()
    named = knobs(EXPERIMENT.config)
    owners = [search.OWNER, *(c.slug for c in challenges.challenges())]
    elsewhere = [links.key(owner, "") for owner in owners]
    address = links.read(EXPERIMENT, named, elsewhere)
    for key, value in address.respell.items():
        st.session_state[key] = value
    with pictures:
        words = st.container(key="said")  # As high as the sentence that comes,
        words.empty()  # and there before it: a container without anything in it is not drawn.
        status, canvases = _stage()
    with control_side:
        width = next(knob for knob in named if knob.name == "width")
        chosen = controls.widget(EXPERIMENT.slug, width)
        experiment, config = _touch(int(chosen))
    sentence = links.objection(address, {"width": chosen})
    if sentence:
        notices.warning(sentence, icon=":material/link_off:")
    record = _drawn(experiment, config, status, canvases)
    if record is None:
        return None
    found, gap = _read_off(experiment, record)
    with words, st.container(key="finding"):
        st.markdown(found)
    return gap


def _read_off(experiment: Anything, record: Record[Any]) -> tuple[str, Estimate | None]:
    """The sentence of what was found and the gap: kept for all, but not of a visitor's points."""
    if experiment is not EXPERIMENT:
        return experiment.finding(record.result), None
    name = readings.identity(record)
    found = readings.once((name, "finding"), lambda: EXPERIMENT.finding(record.result))
    numbers = readings.once((name, "metrics"), lambda: EXPERIMENT.metrics(record.result))
    return found, numbers["generalization_gap"]


def _touch(width: int) -> tuple[Anything, Config]:
    """Take touches; return what is to run: the networks on their points, or on touched ones."""
    plain: Config = EXPERIMENT.config().changed(width=width)
    so_far = touching.touches(KEY, "moons")
    config = TouchedConfig(width=width, touches=so_far)
    drawn = config.drawn()
    hand = touching.Hand(KEY, touched(drawn, so_far), moons.extent_of(drawn))
    with st.container(key=KEY, gap="xsmall"):
        st.markdown(HOW)
        touching.controls(hand, so_far)
        touching.listen(hand, FIGURE)
        if hand.points.yours.any():
            st.caption("Your changes stay in this visit; no link holds them.")
            return TOUCHED, config
    return EXPERIMENT, plain


def _stage() -> tuple[Any, list[figures.Canvas]]:
    """Take the figures' room before the control: on a phone it stands under them."""
    status = st.container()
    canvases = []
    for figure, column in zip(EXPERIMENT.figures, st.columns(2, gap="medium"), strict=True):
        with column:
            canvases.append(figures.Canvas(figure, EXPERIMENT.slug))
            canvases[-1].reserve(View(), lambda: None)
    with st.expander("What the figures show, and their tables"):
        for canvas in canvases:
            canvas.words_here()
    return status, canvases


def _drawn(
    experiment: Anything, config: Config, status: Any, canvases: list[figures.Canvas]
) -> Record[Any] | None:
    view = View()
    with status:
        record = live.obtain(experiment, config, figures.painter(canvases, view))
    if record is not None:
        for canvas in canvases:
            canvas.finish(record, view)
    return record


def interval_words(gap: Estimate) -> str:
    """Explain an interval with the number that has just been measured."""
    return (
        f"The networks of “Watch a network train” have a generalization gap of "
        f"**{with_interval(gap)}**: the share of their own points that they get right, minus that "
        f"of new points. The first number is the mean over {gap.n} repetitions, each with other "
        "points and from another random beginning. The two in brackets are its 95% interval: "
        "intervals made this way hold the true mean about 19 times in 20. An interval that leaves "
        "out zero says the difference is more than luck."
    )
