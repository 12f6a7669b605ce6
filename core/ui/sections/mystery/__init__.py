"""The visitor's own mystery: a numbered network, a few probes, one guess.

What a number hides stays on the server until the visitor has named it. Nothing but the number is
in the address, in the names of widgets or in their order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, get_args

import numpy as np
import streamlit as st

from core.challenges.interpretability.mystery.game import (
    ANSWERS,
    BUDGET,
    CASE,
    HIGHEST,
    PLACES,
    PROBE,
    CaseConfig,
    CaseResult,
    ProbeConfig,
    ProbeResult,
    Sight,
    bits,
)
from core.data.planted_marks import MARKS, NOTHING
from core.data.shapes import SHAPES
from core.store.store import Record
from core.ui import failures, live
from core.ui.sections.mystery import mystery_views

KEY = "mystery"
GAME, TALLY = "mystery game", "mystery tally"
"""The case at hand, and what this session has solved. Neither outlives the session."""
HONEST = "nothing: it is honest"
SIGHTS: tuple[Sight, ...] = get_args(Sight)


@dataclass
class Game:
    """One visitor's case.

    Attributes:
        number: Which mystery.
        case: Its solution, once it is trained.
        wanted: The probe that was asked for and is not answered yet.
        probes: What was asked and shown so far, at most `BUDGET`.
        named: Mark and shape that the visitor named, -1 for none; None before.
        given_up: Whether the visitor asked for the solution instead.
        evidence: Probes that show what was planted, once the case is over.
        objection: What was wrong with the last attempt to name it.
    """

    number: int
    case: CaseResult | None = None
    wanted: ProbeConfig | None = None
    probes: list[tuple[ProbeConfig, ProbeResult]] = field(default_factory=list)
    named: tuple[int, int] | None = None
    given_up: bool = False
    evidence: list[tuple[ProbeConfig, ProbeResult]] = field(default_factory=list)
    objection: str = ""

    @property
    def over(self) -> bool:
        """Whether the solution may be shown."""
        return self.given_up or self.named is not None

    @property
    def won(self) -> bool:
        """Whether the visitor named what was planted."""
        return self.case is not None and self.named == (self.case.mark, self.case.shape)

    def ask(self, config: ProbeConfig, shown: ProbeResult) -> None:
        """Take in one probe.

        Raises:
            ValueError: If the case is over or the probes are used up.
        """
        if self.over or len(self.probes) >= BUDGET:
            raise ValueError("no probe is left")
        self.probes.append((config, shown))


@failures.section("mystery game", "This mystery could not be shown. Please try a new one.")
def section(record: Record[Any], alone: bool = False) -> None:
    """Draw the whole section; moving its widgets runs nothing else of the page.

    Args:
        record: A finished run of the experiment; the marks are in its figures.
        alone: Whether it stands on a page of its own, under that page's title.
    """
    if not alone:
        st.header("Your turn: name the shortcut", anchor="your-turn")
    st.markdown(
        f"Each number is a network of its own. It may go by one of the eight marks above, or by "
        f"none. You have {BUDGET} probes and one guess. The same number is the same mystery for "
        "everyone, so you can share it."
    )
    _choose()
    game: Game | None = st.session_state.get(GAME)
    if game is not None:
        if game.case is None:
            case = live.aside(CASE, CaseConfig(number=game.number), "Training the network")
            game.case = None if case is None else case.result
        if game.case is not None:
            _play(game, game.case)
    mystery_views.tally(st.session_state.get(TALLY, ()))


def _choose() -> None:
    """Ask for a number, or draw one."""
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"{KEY}-choice"):
        st.button(
            "New mystery", icon=":material/casino:", key=f"{KEY}-new", on_click=_open_any,
        )  # fmt: skip
        st.number_input(
            "or number", 1, HIGHEST, value=None, step=1, key=f"{KEY}-number", width=200,
            placeholder="1", on_change=_open_typed,
        )  # fmt: skip


def _open_any() -> None:
    """Open a mystery that nobody chose; the name of a case is no part of any measurement."""
    number = int(np.random.default_rng().integers(1, 1_000_000))
    st.session_state[GAME] = Game(number)
    st.session_state[f"{KEY}-number"] = number


def _open_typed() -> None:
    number = st.session_state.get(f"{KEY}-number")
    if number is not None:
        st.session_state[GAME] = Game(int(number))


def _play(game: Game, case: CaseResult) -> None:
    if game.wanted is not None and not game.over and len(game.probes) < BUDGET:
        shown = live.aside(PROBE, game.wanted, "Asking the network")
        if shown is not None:
            game.ask(game.wanted, shown.result)
        game.wanted = None
    left = BUDGET - len(game.probes)
    st.markdown(f"**Mystery {game.number}** · {left} of {BUDGET} probes left")
    if game.over:
        mystery_views.solution(game.named, case, len(game.probes))
        for config, seen in _evidence(game, case):
            mystery_views.probe("The evidence", config, seen)
    else:
        if left:
            _ask(game)
        _name(game)
    mystery_views.history(game.probes)


def _evidence(game: Game, case: CaseResult) -> list[tuple[ProbeConfig, ProbeResult]]:
    """Pictures and maps with the planted mark; with the most suspicious one if there is none."""
    mark = case.mark if case.mark != NOTHING else int(case.rises.argmax())
    wanted = bits([MARKS[mark]])
    asked = [
        ProbeConfig(number=game.number, stamped=wanted),
        ProbeConfig(number=game.number, stamped=wanted, sight="DeepLift"),
    ]
    while len(game.evidence) < len(asked):
        config = asked[len(game.evidence)]
        shown = live.aside(PROBE, config, "Gathering the evidence")
        if shown is None:
            break
        game.evidence.append((config, shown.result))
    return game.evidence


def _own(game: Game, field_name: str) -> str:
    """Name a widget by what is public: the number and what it is for."""
    return f"{KEY}-{game.number}-{field_name}"


def _ask(game: Game) -> None:
    """Ask for one probe; nothing happens before its button is pressed."""
    with st.form(_own(game, "probe"), border=True):
        st.selectbox("Five pictures", PLACES, key=_own(game, "place"), filter_mode=None)
        st.pills("Stamp these marks", MARKS, selection_mode="multi", key=_own(game, "stamp"))
        with st.container(horizontal=True, gap="medium"):
            st.toggle(
                "Wipe other marks first", value=True, key=_own(game, "wipe"),
                help="The pictures come with stray marks, whatever their shape.",
            )  # fmt: skip
            st.toggle("Cut the shape out", key=_own(game, "cut"))
        st.selectbox("Look at", SIGHTS, key=_own(game, "sight"), filter_mode=None,
                     format_func=_sight_words)  # fmt: skip
        st.form_submit_button(
            "Use a probe", icon=":material/search:", on_click=_asked, args=(game,)
        )


def _asked(game: Game) -> None:
    chosen = {name: st.session_state[_own(game, name)] for name in ("place", "wipe", "cut")}
    game.wanted = ProbeConfig(
        number=game.number,
        place=PLACES.index(chosen["place"]),
        wiped=chosen["wipe"],
        stamped=bits(st.session_state[_own(game, "stamp")]),
        shapeless=chosen["cut"],
        sight=st.session_state[_own(game, "sight")],
    )


def _sight_words(sight: str) -> str:
    return "its answers" if sight == ANSWERS else f"its answers and maps by {sight}"


def _name(game: Game) -> None:
    """Take the one guess."""
    with st.form(_own(game, "name"), border=True):
        st.selectbox("It goes by", (HONEST, *MARKS), index=None, key=_own(game, "mark"),
                     placeholder="Choose a mark", filter_mode=None)  # fmt: skip
        st.selectbox("which makes it say", SHAPES, index=None, key=_own(game, "shape"),
                     placeholder="Choose a shape", filter_mode=None)  # fmt: skip
        with st.container(horizontal=True):
            st.form_submit_button("Name it", icon=":material/gavel:", on_click=_named, args=(game,))
            st.form_submit_button(
                "Give up", icon=":material/flag:", on_click=_given_up, args=(game,)
            )
    if game.objection:
        st.info(game.objection)


def _named(game: Game) -> None:
    mark = st.session_state[_own(game, "mark")]
    shape = st.session_state[_own(game, "shape")]
    if mark is None or (mark != HONEST and shape is None):
        game.objection = "Choose a mark and the shape it makes the network say."
        return
    honest = mark == HONEST
    game.named = (NOTHING, NOTHING) if honest else (MARKS.index(mark), SHAPES.index(shape))
    _count(game)


def _given_up(game: Game) -> None:
    game.given_up = True
    _count(game)


def _count(game: Game) -> None:
    """Add a case that is over to the session's tally."""
    this = {"won": game.won, "probes": len(game.probes)}
    st.session_state[TALLY] = (*st.session_state.get(TALLY, ()), this)
