"""Guess first: the question in the first figure's place, and what became of the answer.

Nothing of the result is drawn, and so nothing of it reaches the browser, until the visitor has
answered or asked to see it; once for every experiment of a visit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from core.lab.experiment import Experiment
from core.lab.guess import Answer, Guess, Judgement
from core.lab.intervals import SHARE, Estimate
from core.lab.settings import Config, knobs
from core.lab.wording import capital, number, with_interval
from core.store import store
from core.store.store import Record
from core.ui import arrival, links, readings

Anything = Experiment[Any, Any, Any]
PASSED = "experiments past their question"
"""Slugs of those whose result this visit may see."""
GUESSED = "guesses of this visit"
"""By slug, a `Said`."""
ABOUT = "run that is asked about"
SYMBOLS = {
    "right": ":green[:material/check_circle:]",
    "wrong": ":red[:material/cancel:]",
    "open": ":gray[:material/radio_button_unchecked:]",
}


@dataclass
class Said:
    """What a visitor answered.

    Attributes:
        answer: The answer, or the range as one.
        ranged: Whether it is a range.
        run: Key of the run that it is about.
        judged: What its measurement said; empty until there is one.
    """

    answer: Answer
    ranged: bool
    run: str
    judged: Judgement | str = ""


def asks(experiment: Anything, address: links.Address) -> bool:
    """Tell whether the visitor is asked before anything is shown; call it before the controls.

    Of settings that somebody chose the result is shown at once, unless the link says `guess=1`;
    with `guess=0` it always is. Whoever has seen results of an experiment is not asked any more.
    """
    passed: set[str] = st.session_state.setdefault(PASSED, set())
    if experiment.guess is None or experiment.slug in passed:
        return False
    wish = address.wishes.get(links.GUESS, "")
    asked = wish == "1" or (not wish and _at_defaults(experiment, address))
    if not asked:
        passed.add(experiment.slug)
    return asked


def _at_defaults(experiment: Anything, address: links.Address) -> bool:
    """Tell whether the controls will stand at the defaults; those of the address are new ones."""
    for knob in knobs(experiment.config):
        key = links.key(experiment.slug, knob.name)
        if st.session_state.get(key, address.accepted.get(key, knob.default)) != knob.default:
            return False
    return True


def about(experiment: Anything, config: Config) -> None:
    """Remember which run the question on the page is about."""
    st.session_state[ABOUT] = experiment.key(config)


def ask(experiment: Anything) -> None:
    """Draw the question where the first figure will stand."""
    guess = experiment.guess
    if guess is None:
        return
    with st.container(key="guess", gap="small"):
        st.caption("Guess first: nothing is shown until you do.")
        st.header(guess.question, anchor=False)
        with st.container(key="answers", gap="xsmall"):
            if guess.answers:
                for i, answer in enumerate(guess.answers):
                    _button(experiment, f"{experiment.slug}-answer-{i}", answer)
            else:
                _range(experiment, guess, _unit(experiment, guess))
        if links.LESSON in st.query_params:
            return  # A class looks at the result together, once everybody has guessed.
        st.button(
            "Just show me",
            type="tertiary",
            key=f"{experiment.slug}-just-show",
            on_click=pass_by,
            args=(experiment.slug,),
        )


def _button(experiment: Anything, key: str, answer: Answer) -> None:
    st.button(
        answer.text,
        key=key,
        on_click=commit,
        args=(experiment.slug, answer),
        width="stretch",
    )


def _range(experiment: Anything, guess: Guess[Any], unit: str) -> None:
    """Let the visitor set both ends of what should hold the number."""
    rungs = rungs_of(guess)
    third = len(rungs) // 3
    low, high = st.select_slider(
        "Set both ends so that you are nearly sure the number lies between them",
        rungs,
        value=(rungs[third], rungs[-1 - third]),
        format_func=lambda value: spelled(value, unit),
        key=f"{experiment.slug}-range",
    )
    chosen = Answer(f"{spelled(low, unit)} to {spelled(high, unit)}", low, high)
    st.button(
        "Commit",
        key=f"{experiment.slug}-commit",
        on_click=commit,
        args=(experiment.slug, chosen, True),
        width="stretch",
    )


def rungs_of(guess: Guess[Any]) -> list[float]:
    """The numbers that a range can begin and end at."""
    if guess.scale is None:
        raise ValueError(f"{guess.question}: no scale")
    low, high, step = guess.scale
    return [round(float(v), 10) for v in np.arange(low, high + step / 2, step)]


def spelled(value: float, unit: str) -> str:
    """Spell an end of a range as it was set: `35%`, without the decimal of a measured share."""
    return f"{100 * value:g}%" if unit == SHARE else number(value, unit)


def _unit(experiment: Anything, guess: Guess[Any]) -> str:
    """The unit of what is guessed, which the result of the defaults knows."""

    def read() -> str:
        found = store.find(experiment, experiment.config())
        value = found and guess.measured(found.record.result)
        return value.unit if value else ""

    return readings.once((experiment.slug, str(experiment.version), "unit of the guess"), read)


def pass_by(slug: str) -> None:
    """Show the result without an answer."""
    st.session_state.setdefault(PASSED, set()).add(slug)


def commit(slug: str, answer: Answer, ranged: bool = False) -> None:
    """Take an answer; the result is shown from now on."""
    said: dict[str, Said] = st.session_state.setdefault(GUESSED, {})
    said[slug] = Said(answer, ranged, st.session_state.get(ABOUT, ""))
    pass_by(slug)


def judge(experiment: Anything, config: Config, record: Record[Any]) -> None:
    """Set the visitor's answer beside what the run that it was about has measured."""
    kept: dict[str, Said] = st.session_state.get(GUESSED, {})
    said, guess = kept.get(experiment.slug), experiment.guess
    if said is None or guess is None or said.run != experiment.key(config):
        return
    name = (readings.identity(record), "guess")
    value = readings.once(name, partial(guess.measured, record.result))
    said.judged = said.answer.judged(value) if value else ""
    with st.container(key="judged", gap="xsmall"):
        st.caption(guess.question)  # It stood in the figure's place, and is gone from there.
        st.markdown(judgement_words(guess, said, value))
        if len(kept) > 1:
            st.caption(calibration_words(list(kept.values())))
        arrival.at_place("judged", said.run)


def judgement_words(guess: Guess[Any], said: Said, value: Estimate | None) -> str:
    """Say what was answered, what was measured, and what that makes of the answer."""
    start = f"You said “{said.answer.text}”."
    if value is None or not said.judged:
        return f"{start} These settings hold nothing to judge it by."
    found = f"{SYMBOLS[said.judged]} {start} Measured: {with_interval(value)}"
    if said.judged == "open":
        why = "reaches over an end of your range" if said.ranged else "holds your answer and others"
        return f"{found}. **Open**: the interval {why}."
    if said.judged == "right":
        return f"{found}. **Right**{': your range holds it' if said.ranged else ''}."
    true = [answer.text for answer in guess.answers if answer.judged(value) == "right"]
    outside = ": it lies outside your range" if said.ranged else ""
    return f"{found}{f': “{true[0]}”' if true else ''}. **Wrong**{outside}."


def calibration_words(said: Sequence[Said]) -> str:
    """Count the visit's guesses: how many are right and open, and how many ranges held."""
    told = [one for one in said if one.judged]
    ranges = [one for one in told if one.ranged]
    chosen = [one for one in told if not one.ranged]
    parts = []
    if chosen:
        parts.append(f"your guesses: {_right(chosen)} of {len(chosen)} right{_open(chosen)}")
    if ranges:
        parts.append(f"your ranges held {_right(ranges)} of {len(ranges)}{_open(ranges)}")
    sentence = "; ".join(parts)
    return f"{capital(sentence)}." if sentence else ""


def _right(said: Sequence[Said]) -> int:
    return sum(one.judged == "right" for one in said)


def _open(said: Sequence[Said]) -> str:
    still = sum(one.judged == "open" for one in said)
    return f", {still} open" if still else ""
