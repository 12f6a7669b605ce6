"""Settings in the page's address: names, what is accepted, and links that say everything."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import streamlit as st
from streamlit.errors import StreamlitAPIException

from core import challenges
from core.lab.experiment import Experiment
from core.lab.intervals import POINTS, SHARE
from core.lab.settings import (
    Config,
    Knob,
    Value,
    View,
    knob_of,
    knobs,
    option_text,
    value_from_text,
)
from core.lab.wording import how_many, option_words

Anything = Experiment[Any, Any, Any]
MOST_NAMED = 3
VERSION = "version"
CHOICE = "experiment"
"""Parameter of the choice of experiment, behind the challenge's name."""
GUESS = "guess"
"""Whether whoever follows the link is asked first: 1 yes, 0 no; else as the settings have it."""
PRESENT = "present"
"""Whether the page is drawn for a projector: 1 yes, 0 no."""
LESSON = "lesson"
"""The experiments of a lesson, in order: `overfitting.capacity,privacy.membership`."""
TOUR = "tour"
"""The stop of the tour, counted from 1."""
RESPELLED = "address respelled"
"""In the session: what was last written into the address in a widget's spelling."""
WISHES = {
    GUESS: Knob(GUESS, "Guess first", "", "choice", ("as usual", "0", "1"), "as usual"),
    PRESENT: Knob(PRESENT, "Projector view", "", "choice", ("no", "0", "1"), "no"),
}
"""Parameters of a link that belong to no experiment."""


def key(owner: str, name: str) -> str:
    """Name a setting in the session and in the address: `overfitting.capacity.n_train`.

    Args:
        owner: `challenge/experiment`, or the challenge alone for the choice of experiment.
        name: The field.
    """
    return f"{owner.replace('/', '.')}.{name}"


def spelling(knob: Knob, value: Value) -> str:
    """Spell a value as its widget shows it; a widget bound to the address writes this there too.

    A share is spelled as the texts do, `20%`; links made before, with `0.2`, are read as well.
    """
    if knob.unit == SHARE:
        return f"{100 * float(value):g}%"
    if knob.unit == POINTS:
        return f"{100 * float(value):g} points"
    if knob.kind != "choice" or not isinstance(value, str):
        return option_text(value)
    return option_words(value)


def with_unit(knob: Knob, value: Value) -> str:
    """Spell a value as a text does: `32 units`, `20%`, `10 points`; of a switch `yes` or `no`."""
    if knob.kind == "switch":
        return "yes" if value else "no"
    return f"{spelling(knob, value)} {unit_beside(knob)}".rstrip()


def unit_beside(knob: Knob) -> str:
    """The unit that stands beside a spelled value; empty where the value has its sign with it."""
    return "" if knob.unit in (SHARE, POINTS) else knob.unit


def said(knob: Knob, value: Value) -> str:
    """Say a setting: `Width 32 units`, `Wrong labels 20%`."""
    return f"{knob.label} {with_unit(knob, value)}"


def value_of(knob: Knob, text: str) -> Value:
    """Read a value in either spelling, the widget's or the command line's.

    Raises:
        ValueError: If it is neither.
    """
    for option in knob.options:
        if text == spelling(knob, option):
            return option
    return value_from_text(knob, text)


@dataclass
class Address:
    """What the page's address asked for.

    Attributes:
        refused: Knobs whose value was not accepted.
        unknown: Names that no setting has, as they came.
        older: The version the link was made with, if it is another one.
        respell: Accepted values that the widgets would not recognise as they are written.
        accepted: All accepted values, by the names of their widgets.
        wishes: "0" or "1" for each of `WISHES` that the link has an accepted value for.
    """

    refused: list[Knob] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    older: str = ""
    respell: dict[str, Value] = field(default_factory=dict)
    accepted: dict[str, Value] = field(default_factory=dict)
    wishes: dict[str, str] = field(default_factory=dict)


def read(experiment: Anything, found: Iterable[Knob], elsewhere: Iterable[str]) -> Address:
    """Check every parameter of the page's address. Call it before the widgets are drawn.

    Args:
        experiment: The one that is shown.
        found: Its settings and its display choices.
        elsewhere: Beginnings of the names that belong to other experiments and pages.
    """
    address = Address()
    known = {key(experiment.slug, knob.name): knob for knob in found}
    prefixes = tuple(elsewhere)
    for name in st.query_params:
        texts = st.query_params.get_all(name)
        if name in known:
            _read_one(address, name, known[name], texts)
        elif name == key(experiment.slug, VERSION):
            current = [str(experiment.version)]
            address.older = "" if texts == current else "another"
        elif name in WISHES:
            _read_wish(address, name, texts)
        elif not name.startswith(prefixes):
            address.unknown.append(name)
    return address


def _read_wish(address: Address, name: str, texts: list[str]) -> None:
    if texts in (["0"], ["1"]):
        address.wishes[name] = texts[0]
    else:
        address.refused.append(WISHES[name])


def _read_one(address: Address, name: str, knob: Knob, texts: list[str]) -> None:
    try:
        if len(texts) != 1:
            raise ValueError("given more than once")
        value = value_of(knob, texts[0])
    except ValueError:
        address.refused.append(knob)
        return
    address.accepted[name] = value
    if texts[0] != spelling(knob, value) and value != knob.default:
        address.respell[name] = value


def respell(spelled: Mapping[str, str]) -> None:
    """Write values into the address as their widgets do, and run the page again from there.

    A widget takes from the address what it does not know, so that a reload would lead elsewhere.
    Call it before the widgets are drawn; where they have been already, or it did not help, the
    page goes on.

    Args:
        spelled: What the widgets write, by their keys.
    """
    if st.session_state.get(RESPELLED) == dict(spelled):
        return
    st.session_state[RESPELLED] = dict(spelled)
    try:
        for name, text in spelled.items():
            st.query_params[name] = text
    except StreamlitAPIException:
        return
    st.rerun()


def read_choice(name: str, titles: Mapping[str, str]) -> Knob | None:
    """Check the choice of experiment in the page's address. Call it before its widget is drawn.

    Args:
        name: Of the parameter, which is also the widget's key.
        titles: Of the experiments, by their names; a link may use either.

    Returns:
        None if all is well, else the choice that was refused, for `Address.refused`.
    """
    texts = st.query_params.get_all(name)
    if not texts or (len(texts) == 1 and texts[0] in titles.values()):
        return None
    if len(texts) == 1 and texts[0] in titles:
        respell({name: titles[texts[0]]})
        st.session_state[name] = texts[0]
        return None
    options = tuple(titles)
    return Knob(name, "Experiment", "", "choice", options, options[0])


def objection(address: Address, used: Mapping[str, Value]) -> str:
    """Say in one sentence what was not accepted and what is used instead; empty if all was well.

    Nothing of a refused value is repeated, and of an unknown name only harmless characters.
    """
    parts = [
        f"**{knob.label}** ({with_unit(knob, used.get(knob.name, knob.default))} is used instead)"
        for knob in address.refused
    ]
    names = [f"unknown setting `{harmless(name)}` (ignored)" for name in address.unknown]
    parts += names[:MOST_NAMED]
    if len(names) > MOST_NAMED:
        parts.append(how_many(len(names) - MOST_NAMED, "more unknown setting") + " (ignored)")
    if address.older:
        parts.append("**version** (this page now runs another one, so numbers may differ)")
    return f"Not accepted from the link: {', '.join(parts)}." if parts else ""


def harmless(name: str) -> str:
    """Keep of a visitor's text only what cannot be markup, at most 24 characters."""
    return re.sub(r"[^A-Za-z0-9_-]", "", name)[:24] or "?"


def to_experiment(
    experiment: Anything, settings: Mapping[str, Value] | None = None
) -> dict[str, str]:
    """Parameters that open a challenge's page at one experiment.

    Args:
        experiment: Which.
        settings: Knobs that stand elsewhere than at their defaults.
    """
    spelled = {
        key(experiment.slug, name): spelling(knob_of(experiment.config, name), value)
        for name, value in (settings or {}).items()
    }
    return {key(experiment.slug.split("/")[0], CHOICE): experiment.title, **spelled}


def share(
    experiment: Anything,
    values: Mapping[str, Value],
    choice: tuple[str, str] | None = None,
    guess: str = "",
) -> str:
    """Write a link that says every setting, defaults and version included.

    Args:
        experiment: The one that is shown.
        values: All settings and display choices by name.
        choice: Name and value of the choice of experiment, where there are several.
        guess: "1" asks whoever follows it first, "0" does not; empty leaves it to the settings.
    """
    found = {knob.name: knob for knob in (*knobs(experiment.config), *knobs(experiment.view))}
    parameters = dict([choice] if choice else [])
    parameters |= {key(experiment.slug, n): spelling(found[n], v) for n, v in values.items()}
    parameters[key(experiment.slug, VERSION)] = str(experiment.version)
    return _link(page_address(), parameters, guess)


def short(experiment: Anything, config: Config, view: View, guess: str = "") -> str:
    """Write a link that says only what is not as usual.

    Args:
        experiment: The one that is shown.
        config: Its settings.
        view: How it is drawn.
        guess: As in `share`.
    """
    slug, name = experiment.slug.split("/")
    first = next(iter(challenges.challenge(slug).experiments)) == name
    parameters = {} if first else {key(slug, CHOICE): experiment.title}
    for chosen in (config, view):
        for knob in knobs(type(chosen)):
            value = getattr(chosen, knob.name)
            if value != knob.default:
                parameters[key(experiment.slug, knob.name)] = spelling(knob, value)
    return _link(page_of(slug), parameters, guess)


def projected() -> bool:
    """Whether the page is drawn for a projector."""
    return st.query_params.get_all(PRESENT) == ["1"]


def with_wish(link: str, name: str) -> str:
    """The same link, with one of `WISHES` said yes to."""
    return f"{link}{'&' if '?' in link else '?'}{name}=1"


def _link(page: str, parameters: dict[str, str], guess: str) -> str:
    said = {**parameters, GUESS: guess} if guess else parameters
    return f"{page}?{urlencode(said)}".rstrip("?")


def page_of(slug: str) -> str:
    """Where a challenge's page is, from whichever page."""
    return f"{page_address().rsplit('/', 1)[0]}/{slug}"


def page_address() -> str:
    """Where the page is, without its parameters."""
    return (st.context.url or "").split("?")[0]


def settings(experiment: Anything, config: Config, view: View) -> str:
    """Every setting in words, and of the display choices those that are not as usual."""
    values = {knob: getattr(config, knob.name) for knob in knobs(type(config))}
    shown = {knob: getattr(view, knob.name) for knob in knobs(type(view))}
    values |= {knob: value for knob, value in shown.items() if value != knob.default}
    told = [f"{knob.label}: {with_unit(knob, value)}" for knob, value in values.items()]
    return " · ".join([*told, f"Version: {experiment.version}"])
