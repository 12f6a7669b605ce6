"""Widgets from settings: a ladder is a slider, a `Literal` a choice, a `bool` a switch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from core.lab.experiment import Experiment, Prompt
from core.lab.settings import Config, Knob, Value, View, knobs
from core.ui import changes, links

Anything = Experiment[Any, Any, Any]
MOST_PIXELS = 250
"""Choices whose options would not fit beside each other in the controls' column open as a list."""


def settings(experiment: Anything, asking: bool = False) -> Config:
    """Draw the prompts and the settings, and return what the visitor chose.

    Args:
        experiment: Whose they are.
        asking: Whether the visitor is to guess first: there is nothing to compare with yet.
    """
    _prompts(experiment, asking)
    found = knobs(experiment.config)
    own = [knob for knob in found if knob.name not in Config.model_fields]
    shared = [knob for knob in found if knob.name in Config.model_fields]
    values = {knob.name: widget(experiment.slug, knob) for knob in own}
    with st.expander("Repetitions"):
        values |= {knob.name: widget(experiment.slug, knob) for knob in shared}
    chosen: Config = experiment.config(**values)
    return chosen


def display(experiment: Anything) -> View:
    """Draw the display choices in a row and return them. They never train anything."""
    found = knobs(experiment.view)
    values: dict[str, Value] = {}
    if found:
        with st.container(horizontal=True, gap="large", key=f"display-{experiment.slug}"):
            values = {knob.name: widget(experiment.slug, knob) for knob in found}
    chosen: View = experiment.view(**values)
    return chosen


def widget(owner: str, knob: Knob) -> Value:
    """Draw one setting, bound to the page's address, and return its value.

    Raises:
        TypeError: If the knob is of a kind that has no widget.
    """
    common: dict[str, Any] = {
        "key": links.key(owner, knob.name),
        "help": knob.help or None,
        "bind": "query-params",
    }
    unit = links.unit_beside(knob)  # A share shows its sign at every rung.
    label = f"{knob.label} · {unit}" if unit else knob.label
    words: dict[Value, str] = {option: links.spelling(knob, option) for option in knob.options}
    if knob.kind == "ladder":
        return _slider(label, knob, words, common)
    if knob.kind == "switch":
        return st.toggle(label, value=bool(knob.default), **common)
    if knob.kind == "choice":
        return _choice(label, knob, words, common)
    raise TypeError(f"no widget for a {knob.kind}")


def _slider(label: str, knob: Knob, words: Mapping[Value, str], common: dict[str, Any]) -> Value:
    chosen: Value = st.select_slider(
        label, knob.options, value=knob.default, format_func=words.__getitem__, **common
    )
    return chosen


def _choice(label: str, knob: Knob, words: Mapping[Value, str], common: dict[str, Any]) -> Value:
    if sum(32 + 8 * len(word) for word in words.values()) <= MOST_PIXELS:
        picked: Value = st.segmented_control(
            label,
            knob.options,
            default=knob.default,
            required=True,
            format_func=words.__getitem__,
            **common,
        )
        return knob.default if picked is None else picked
    index = knob.options.index(knob.default)
    listed: Value = st.selectbox(
        label, knob.options, index=index, format_func=words.__getitem__, filter_mode=None, **common
    )
    return listed


def put(owner: str, values: Mapping[str, Value]) -> None:
    """Set widgets from outside; for callbacks, or before the widgets are drawn."""
    for name, value in values.items():
        st.session_state[links.key(owner, name)] = value


def reset(experiment: Anything) -> None:
    """Put every setting back to its default."""
    put(experiment.slug, {knob.name: knob.default for knob in knobs(experiment.config)})


def jump(experiment: Anything, prompt: Prompt) -> None:
    """Follow a prompt: its settings, and the defaults of the others; the seeds stay.

    How it is drawn changes only where the prompt says so.
    """
    changes.follow(experiment.slug, prompt)
    base = {k.name: k.default for k in knobs(experiment.config)}
    kept = {name: value for name, value in base.items() if name not in Config.model_fields}
    put(experiment.slug, {**kept, **prompt.settings})


def _prompts(experiment: Anything, asking: bool) -> None:
    with st.container(gap="xxsmall", key=f"prompts-{experiment.slug}".replace("/", "-")):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown("**Try this**" if experiment.prompts else "**Settings**")
            st.button(
                "Reset",
                icon=":material/restart_alt:",
                type="tertiary",
                key=f"{experiment.slug}-reset",
                on_click=reset,
                args=(experiment,),
            )
        for place, prompt in enumerate(experiment.prompts, start=1):
            _prompt_button(experiment, place, prompt, asking)


def _prompt_button(experiment: Anything, place: int, prompt: Prompt, asking: bool) -> None:
    spelled = {knob.name: knob for knob in (*knobs(experiment.config), *knobs(experiment.view))}
    said: Sequence[str] = [
        f"{spelled[name].label}: {links.with_unit(spelled[name], value)}"
        for name, value in prompt.settings.items()
    ]
    st.button(
        f"**{place}**\u2002{prompt.label}",
        key=f"{experiment.slug}-prompt-{place}",
        help=f"{prompt.help} ({'; '.join(said)})".strip(),
        on_click=jump,
        args=(experiment, prompt),
        disabled=asking,
        width="stretch",
    )
