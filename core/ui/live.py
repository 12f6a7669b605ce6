"""A run on the page: stored, waiting, running, stopped, failed; followed in the main script."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import Any

import streamlit as st

from core.lab.experiment import Experiment
from core.lab.settings import Config
from core.lab.wording import capital
from core.running import watching
from core.running.worker import SECONDS_GIVEN
from core.store import store
from core.store.store import Found, Record
from core.ui import turns
from core.ui.easing import Budget, Easing
from core.ui.quantities import duration

Anything = Experiment[Any, Any, Any]
Draw = Callable[..., None]
WANTED = "run wanted"
"""Key of the run that a visitor asked to see live although its result is stored."""
HALTED = "run halted"
"""Key of the run that was stopped or failed, and one sentence: it does not start by itself."""
LAST = "newest partial result"
FOLLOWED = "run followed"
"""The run that this visitor's page was showing when it was interrupted."""
SECONDS_TO_STOP = 1.0
STOPPED = {
    "ended": "Stopped.",
    "asked": "This run is asked to stop; it ends at its next report.",
    "shared": "You left this run; it goes on for others who watch it.",
}
VISITOR = "this visit"
SETTLED = "controls are drawn"
SECONDS_OF_A_MOMENT = 3.0
TOLD = "store problem told"
SECONDS_BETWEEN_LOOKS = 0.07
"""With the time that drawing takes, this makes about eight paints a second."""


def obtain(
    experiment: Anything, config: Config, draw: Draw, quiet: bool = False
) -> Record[Any] | None:
    """Bring the result of these settings onto the page: from the store, or by running it.

    Args:
        experiment: What is run.
        config: The visitor's settings.
        draw: Draws a partial result; called at most eight times a second.
        quiet: Whether nothing is said of a result that is stored.

    Returns:
        The record, or None when the run was stopped or failed.
    """
    key = experiment.key(config)
    _leave_other(key)
    with st.container(key="status"):
        found = None if st.session_state.get(WANTED) == key else store.find(experiment, config)
        halted = st.session_state.get(HALTED, ("", ""))
        if halted[0] == key:
            return _halted(found, *_row(), draw)
        if found is not None:
            if not quiet:
                _stored(experiment, config, found)
            return found.record
        return _follow(experiment, config, draw)


def like(experiment: Anything, config: Config) -> Record[Any] | None:
    """A stored result of these settings, or else of the usual ones, which looks much the same."""
    found = store.find(experiment, config) or store.find(experiment, experiment.config())
    return None if found is None else found.record


def _follow(experiment: Anything, config: Config, draw: Draw) -> Record[Any] | None:
    key = experiment.key(config)
    said, button = _row()
    bar = said.progress(0.0, text=f"Starting; expect {expected(experiment, config)}")
    _stop_button(button, experiment, config)
    shown: Any = None
    easing, budget = _easing(experiment, config), Budget()
    turns.pages.leave()  # To follow a run is to wait.
    st.session_state[FOLLOWED] = (experiment, config)
    with closing(_updates(experiment, config)) as updates:
        for update in updates:
            if update.record is None and easing.skips():
                continue
            bar.progress(min(1.0, update.step / max(1, update.total)), text=progress_words(update))
            if update.partial is not None:
                st.session_state[LAST] = (key, update.partial)
                if update.partial is not shown and budget.allows():
                    shown = update.partial
                    with budget.spent():
                        draw(shown)
    st.session_state.pop(WANTED, None)
    st.session_state.pop(FOLLOWED, None)
    if update.record is None:
        st.session_state[HALTED] = (key, update.message or "The run ended early.")
        return _halted(store.find(experiment, config), said, button, draw)
    st.session_state.pop(LAST, None)
    bar.caption(provenance_words(Found(update.record, "local")))
    _run_button(button, f"Run live, {expected(experiment, config)}", key)
    found: Record[Any] = update.record
    return found


def _updates(experiment: Anything, config: Config) -> Any:
    return watching.stream(experiment, config, every=SECONDS_BETWEEN_LOOKS, visitor=visitor())


def _easing(experiment: Anything, config: Config) -> Easing:
    """Start a visit's first run slowly, but not one of a moment: who waits for it needs no Stop."""
    long = watching.expected_seconds(experiment, config) > SECONDS_OF_A_MOMENT
    first = SETTLED not in st.session_state
    st.session_state[SETTLED] = True
    return Easing(long and first)


def aside(
    experiment: Anything, config: Config, words: str, draw: Draw | None = None
) -> Record[Any] | None:
    """Find or run something small that a section needs, with its progress.

    Args:
        experiment: What is run; none of the page's own.
        config: Its settings.
        words: What is being done.
        draw: Draws a partial result.

    Returns:
        The record; None if it failed or there was no place for it, which is said then.
    """
    found = store.find(experiment, config)
    if found is not None:
        return found.record
    bar, budget, shown = st.progress(0.0, text=words), Budget(), None
    turns.pages.leave()
    with closing(_updates(experiment, config)) as updates:
        for update in updates:
            said = progress_words(update) if update.status == "queued" else words
            bar.progress(min(1.0, update.step / max(1, update.total)), text=said)
            new = update.partial is not None and update.partial is not shown
            if draw is not None and new and budget.allows():
                shown = update.partial
                with budget.spent():
                    draw(shown)
    bar.empty()
    if update.record is None:
        st.warning(update.message or "The run ended early. Please try again.")
    record: Record[Any] | None = update.record
    return record


def visitor() -> object:
    """Return what stands for this visit where runs are shared."""
    return st.session_state.setdefault(VISITOR, object())


def _leave_other(key: str) -> None:
    """End the run that the visitor has just moved away from, so that the new one has the turn."""
    before = st.session_state.get(FOLLOWED)
    if before is not None and before[0].key(before[1]) != key:
        del st.session_state[FOLLOWED]
        watching.stop(*before, visitor=visitor())


def progress_words(update: Any) -> str:
    """Say where a run stands: `training 75 networks · 40% · 1.2 s, about 1.8 s left`."""
    if update.status == "queued" and not update.silent:
        ahead = f"{update.position} run{'' if update.position == 1 else 's'} ahead of yours"
        return f"Waiting: {ahead}" if update.position else "Starting"
    share = f"{100 * update.step / max(1, update.total):.0f}%"
    soon = update.remaining is None or update.remaining < 0.1
    left = "" if soon else f", about {duration(update.remaining)} left"
    if update.silent:
        return silence_words(update)
    phase = capital(update.phase) or "Running"
    return f"{phase} · {share} · {duration(update.elapsed)}{left}"


def silence_words(update: Any) -> str:
    """Say that a run does not report, who waits for it, and what can be done."""
    since = duration(update.silent)
    if update.at_work:
        return (
            f"This run has not reported for {since} and all others wait for it: stop it, and it "
            f"ends at its next report. After {SECONDS_GIVEN:.0f} s it is given up."
        )
    return (
        f"Another run has not reported for {since} and yours waits for it: after "
        f"{SECONDS_GIVEN:.0f} s it is given up. Stored results can be looked at meanwhile."
    )


def expected(experiment: Anything, config: Config) -> str:
    """How long a run of these settings takes: `about 2.3 s`."""
    return f"about {duration(watching.expected_seconds(experiment, config))}"


def halt(experiment: Anything, config: Config) -> None:
    """A visitor's Stop."""
    came = watching.stop(experiment, config, patience=SECONDS_TO_STOP, visitor=visitor())
    st.session_state.pop(WANTED, None)
    st.session_state[HALTED] = (experiment.key(config), STOPPED[came])


def again(key: str) -> None:
    """Run these settings, whatever is stored or was stopped."""
    st.session_state.pop(HALTED, None)
    st.session_state[WANTED] = key


def _halted(found: Found[Any] | None, said: Any, button: Any, draw: Draw) -> Record[Any] | None:
    """Say how the run ended; in sight stays what is stored, or else what the run had reached."""
    key, sentence = st.session_state[HALTED]
    last = st.session_state.get(LAST, ("", None))
    _run_button(button, "Run again", key)
    if found is not None:
        said.container(key="halted").markdown(f"{sentence} Shown: the result stored before.")
        return found.record
    if last[0] == key:
        draw(last[1], whole=True)
        sentence = f"{sentence} Shown: how far it had come."
    said.container(key="halted").markdown(sentence)
    return None


def _row() -> tuple[Any, Any]:
    """Make room for what is said about a run and, beside it, for its button; one of each."""
    said, pressed = st.columns([5, 3], vertical_alignment="center")
    return said.empty(), pressed.empty()


def _stop_button(place: Any, experiment: Anything, config: Config) -> None:
    place.button(
        "Stop",
        icon=":material/stop:",
        key="stop",
        on_click=halt,
        args=(experiment, config),
        width="stretch",
    )


def _run_button(place: Any, label: str, key: str) -> None:
    place.button(
        label, icon=":material/play_arrow:", key="run", on_click=again, args=(key,), width="stretch"
    )


def _stored(experiment: Anything, config: Config, found: Found[Any]) -> None:
    said, pressed = _row()
    said.caption(provenance_words(found))
    _run_button(pressed, f"Run live, {expected(experiment, config)}", experiment.key(config))


def provenance_words(found: Found[Any]) -> str:
    """Say that a result was not computed just now; where and when stands with what it cost."""
    return "Stored result." if found.origin == "shipped" else "Measured on this server."


def tell_store_problem() -> None:
    """Say once per visit that results cannot be kept on disk."""
    problem = store.local_store().problem
    if problem and not st.session_state.get(TOLD):
        st.session_state[TOLD] = True
        st.warning(problem)
