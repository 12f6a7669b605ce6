"""A tool on a page of its own: what a visitor brings, answered with a stored result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from core import challenges
from core.lab.experiment import Experiment
from core.ui import figures, links, live, navigation

Anything = Experiment[Any, Any, Any]


def heading(slug: str) -> None:
    """Draw the title and the question of a tool.

    Raises:
        StopIteration: If there is no tool of that name.
    """
    tool = next(one for one in navigation.TOOLS if one.slug == slug)
    st.title(tool.title, anchor=False)
    with st.container(key="question", width=864):
        st.markdown(tool.question)


def on_record(slug: str, experiment_slug: str, draw: Callable[..., None], shown: str = "") -> None:
    """Draw a tool that asks the networks of an experiment.

    Args:
        slug: Of the tool.
        experiment_slug: `challenge/experiment`; a run of its defaults is what is asked.
        draw: Draws the tool from a finished run; told that it stands alone.
        shown: Name of the figure that stands above it; empty for none.
    """
    heading(slug)
    challenge, name = experiment_slug.split("/")
    experiment = challenges.experiment(challenge, name)
    _way_back(challenge, experiment)
    record = live.obtain(experiment, experiment.config(), lambda *_, **__: None, quiet=True)
    if record is not None:
        for figure in experiment.figures:
            if figure.name == shown:
                figures.Canvas(figure, experiment.slug).finish(record, experiment.view())
        draw(record, alone=True)
    live.tell_store_problem()


def _way_back(challenge: str, experiment: Anything) -> None:
    """Lead to the experiment that the tool belongs to."""
    label = f"The experiment behind it: {experiment.title}"
    navigation.link(challenge, label, "science", links.to_experiment(experiment))
