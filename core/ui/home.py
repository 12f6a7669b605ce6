"""The home page: what this is, a miniature that trains at once, the map, how to read numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from core import challenges
from core.challenges import CHAPTERS
from core.experiment import Challenge, Config, Estimate, View, knobs
from core.miniature.moons import EXPERIMENT
from core.store import Record
from core.ui import controls, figures, links, live, navigation
from core.wording import with_interval

WORDS = Path(__file__).resolve().parents[2] / "assets" / "words"
TOPICS = {
    "Generalization": (
        "Overfitting and underfitting",
        "Beyond the training distribution",
    ),
    "Data": ("Too little data", "Wrong, missing and leaking data", "Imbalanced classes"),
    "Tuning and compute": (
        "Hyperparameter tuning",
        "Computational cost",
        "Hardware limits",
        "Scalability",
    ),
    "Trust": ("Interpretability", "Ethics and bias", "Privacy", "Adversarial attacks"),
    "Past and future": (
        "What used to fail: vanishing gradients and memory",
        "Learning from few examples",
        "Networks that reason with rules",
    ),
}
"""What deep learning is up against, by chapter; those with a page are links on the map."""


def page() -> None:
    """Draw the home page."""
    st.title("See deep learning go wrong, and what helps", anchor=False)
    with st.container(key="question"):
        st.markdown(_words("home"))
    record = _miniature()
    _reading(record)
    _map()
    live.tell_store_problem()


def _miniature() -> Record[Any] | None:
    notices = st.container()
    control_side, picture_side = st.columns([7, 17], gap="large")
    found = knobs(EXPERIMENT.config)
    elsewhere = [links.key(c.slug, "") for c in challenges.challenges()]
    address = links.read(EXPERIMENT, found, elsewhere)
    for key, value in address.respell.items():
        st.session_state[key] = value
    with control_side, st.container(key="controls", gap="small"):
        width = next(knob for knob in found if knob.name == "width")
        chosen = controls.widget(EXPERIMENT.slug, width)
        config: Config = EXPERIMENT.config().changed(width=chosen)
        words = st.container()
    sentence = links.objection(address, {**config.model_dump()})
    if sentence:
        notices.warning(sentence, icon=":material/link_off:")
    with picture_side, st.container(key="first"):
        record = _drawn(config)
    if record is not None:
        with words, st.container(key="finding"):
            st.markdown(EXPERIMENT.finding(record.result))
    return record


def _drawn(config: Config) -> Record[Any] | None:
    status = st.container()
    canvases = []
    for figure, column in zip(EXPERIMENT.figures, st.columns(2, gap="medium"), strict=True):
        with column:
            canvases.append(figures.Canvas(figure, EXPERIMENT.slug))
    view = View()

    with status:
        record = live.obtain(EXPERIMENT, config, figures.painter(canvases, view))
    if record is not None:
        for canvas in canvases:
            canvas.finish(record.result, view)
    return record


def _reading(record: Record[Any] | None) -> None:
    st.header("How to read the numbers", anchor=False)
    with st.container(key="words-reading"):
        if record is not None:
            st.markdown(interval_words(EXPERIMENT.metrics(record.result)["generalization_gap"]))
        st.markdown(_words("reading"))


def interval_words(gap: Estimate) -> str:
    """Explain an interval with the number that has just been measured."""
    return (
        f"The networks above do worse on new points by **{with_interval(gap)}**. The first number "
        f"is the mean over {gap.n} repetitions, each from another random beginning. The two in "
        "brackets are its 95% interval: intervals made this way hold the true mean about 19 times "
        "in 20. An interval that leaves out zero says the difference is more than luck."
    )


def _map() -> None:
    st.header("The challenges", anchor=False)
    finished = {c.title: c for c in challenges.challenges()}
    for chapter, column in zip(CHAPTERS, _cells(len(CHAPTERS)), strict=True):
        with column:
            st.markdown(f"**{chapter}**")
            planned = [t for t in TOPICS.get(chapter, ()) if t not in finished]
            for challenge in finished.values():
                if challenge.chapter == chapter:
                    _link(challenge)
            if planned:
                st.caption(f"Planned: {'; '.join(_lowered(t) for t in planned)}.")


def _cells(n: int) -> list[Any]:
    grid = st.grid("auto", min_column_width=230, gap="medium")
    return [grid.cell() for _ in range(n)]


def _link(challenge: Challenge) -> None:
    file = navigation.PAGES / f"{challenge.slug}.py"
    if file.exists():
        st.page_link(file, label=challenge.title, icon=challenge.icon)
        st.caption(challenge.question)


def _lowered(topic: str) -> str:
    return topic[:1].lower() + topic[1:]


def _words(name: str) -> str:
    return (WORDS / f"{name}.md").read_text(encoding="utf-8")
