"""Race by hand: a visitor picks one setting after the other, under the methods' own budget.

The answers are those that the methods got: trainings that were made once. What a visitor asks stays
in the session. The best setting is not told before the budget is spent or the race is given up.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from core.challenges.tuning.race.config import FRESH, KNOBS, PICKING, RaceConfig, RaceResult
from core.challenges.tuning.race.figures import COLORS
from core.charts import axes, marks, theme
from core.lab.intervals import SHARE
from core.lab.scores import rows_where
from core.lab.wording import how_many, listed, number
from core.models.searching import METHODS
from core.store.store import Record
from core.ui import failures, figures, readings

KEY = "race"
HAND = "race hand"
"""The race at hand, in the session."""
YOU = "you"
WORKER = "python -m core.challenges.tuning.race.worker race.log --trials 5"
Rungs = tuple[int, ...]


@dataclass
class Hand:
    """One visitor's race.

    Attributes:
        owner: Whose answers these are, as `readings.identity` names them.
        asked: Rungs of each setting that was trained, in order.
        over: Whether the visitor gave up what is left.
    """

    owner: str
    asked: list[Rungs] = field(default_factory=list)
    over: bool = False


@failures.section("race by hand", "The race by hand could not be drawn. Please try again.")
def section(record: Record[Any]) -> None:
    """Draw the whole section; its widgets run nothing else of the page.

    Args:
        record: A finished race; the first seed's networks answer.
    """
    result, config = record.result, RaceConfig(**record.config)
    st.header("Race by hand", anchor="race-by-hand")
    st.markdown(
        f"You have {how_many(result.budget, 'training')}, as each method had. Pick a setting, see "
        "how accurate its network is on the examples that pick, pick the next. The networks are "
        "those of the first seed."
    )
    hand = _hand(readings.identity(record))
    if len(hand.asked) < result.budget and not hand.over:
        _ask(hand, config)
    if hand.asked:
        _show(hand, result, config)
    _take(result)


def _hand(owner: str) -> Hand:
    hand: Hand | None = st.session_state.get(HAND)
    if hand is None or hand.owner != owner:
        hand = st.session_state[HAND] = Hand(owner)
    return hand


def _ask(hand: Hand, config: RaceConfig) -> None:
    """Offer every knob; nothing is trained before the button is pressed."""
    with st.form(f"{KEY}-ask", border=True):
        grid = st.grid(2, gap="medium")
        for knob in config.real:
            spelled = [f"{setting:g}" for setting in KNOBS[knob]]
            with grid.cell():
                st.select_slider(
                    knob.capitalize(), range(len(spelled)), value=len(spelled) // 2,
                    format_func=spelled.__getitem__, key=_widget(knob),
                )  # fmt: skip
        with st.container(horizontal=True):
            st.form_submit_button(
                "Train it", icon=":material/play_arrow:", on_click=_asked, args=(hand, config)
            )
            st.form_submit_button(
                "Show the best", icon=":material/flag:", on_click=_given_up, args=(hand,),
                disabled=not hand.asked,
            )  # fmt: skip


def _widget(knob: str) -> str:
    return f"{KEY}-{knob.replace(' ', '-')}"


def _asked(hand: Hand, config: RaceConfig) -> None:
    hand.asked.append(tuple(int(st.session_state[_widget(knob)]) for knob in config.real))


def _given_up(hand: Hand) -> None:
    hand.over = True


def _again() -> None:
    st.session_state.pop(HAND, None)


def _show(hand: Hand, result: RaceResult, config: RaceConfig) -> None:
    st.markdown(said(hand, result, config))
    spec = figures.specification(chart, None)
    table = curves(hand, result)
    st.vega_lite_chart(
        None, {**spec, "datasets": {"table": table}}, width="stretch",
        alt="Lines: the best accuracy so far, yours and each method's, by trainings spent",
    )  # fmt: skip
    rows = [
        {"training": place + 1, **_settings(rungs, config), "accuracy": result.answers[rungs][0]}
        for place, rungs in enumerate(hand.asked)
    ]
    st.dataframe(
        pd.DataFrame(rows[::-1]), hide_index=True, height="content" if len(rows) < 6 else 220,
        column_config={"accuracy": st.column_config.NumberColumn(format="percent")},
    )  # fmt: skip
    st.button("Start again", icon=":material/restart_alt:", key=f"{KEY}-again", on_click=_again)


def _settings(rungs: Rungs, config: RaceConfig) -> dict[str, float]:
    return {knob: KNOBS[knob][rung] for knob, rung in zip(config.real, rungs, strict=True)}


def best_of(hand: Hand, result: RaceResult) -> Rungs:
    """The setting with the best answer so far; the first of those that tie."""
    return max(hand.asked, key=lambda rungs: result.answers[rungs][0])


def said(hand: Hand, result: RaceResult, config: RaceConfig) -> str:
    """Where the visitor stands, beside the methods at the same number of trainings."""
    spent, best = len(hand.asked), best_of(hand, result)
    own = float(result.answers[best][0])
    table = curves(hand, result)
    then = rows_where(table, {"trainings": spent}).set_index("method")["accuracy"].drop(YOU)
    behind = [name for name in METHODS if name in then and then[name] < own]
    told = [
        f"**{spent} of {how_many(result.budget, 'training')} spent.** Your best so far: "
        f"{number(own, SHARE)} with {_spelled(best, config)}. After as many trainings it is better "
        f"than the searches of {listed(behind) or 'no method'} on these networks, on average."
    ]
    if hand.over or spent >= result.budget:
        top = tuple(int(place) for place in np.unravel_index(
            int(result.answers[..., 0].argmax()), result.answers.shape[:-1]))  # fmt: skip
        told.append(
            f"The best of all {how_many(result.answers[..., 0].size, 'setting')} gets "
            f"{number(float(result.answers[top][0]), SHARE)}: {_spelled(top, config)}. On "
            f"{FRESH} your pick gets {number(float(result.answers[best][1]), SHARE)}, that one "
            f"{number(float(result.answers[top][1]), SHARE)}."
        )
    return " ".join(told)


def _spelled(rungs: Rungs, config: RaceConfig) -> str:
    return listed([f"{knob} {value:g}" for knob, value in _settings(rungs, config).items()])


def curves(hand: Hand, result: RaceResult) -> pd.DataFrame:
    """Best accuracy so far by trainings spent: the visitor's, and each method's on average."""
    first = result.regrets["seed"].min()
    rows = rows_where(result.regrets, {"measure": PICKING, "seed": first}).dropna(subset="value")
    best = float(result.answers[..., 0].max())
    rows = rows[rows["method"].isin(METHODS)]
    theirs = rows.assign(accuracy=best - rows["value"])[["method", "trainings", "accuracy"]]
    own = np.maximum.accumulate([result.answers[rungs][0] for rungs in hand.asked])
    yours = pd.DataFrame(
        {"method": YOU, "trainings": np.arange(1, len(own) + 1), "accuracy": own}
    )  # fmt: skip
    return pd.concat([theirs, yours], ignore_index=True)


def chart(_: Any) -> alt.LayerChart:
    """Thin lines for the methods, a thick one with dots for the visitor."""
    base = alt.Chart(marks.TABLE).encode(
        x=axes.sizes("trainings", "trainings spent"),
        y=axes.share("best accuracy so far", column="accuracy"),
        color=marks.series_color("method", (*METHODS, YOU), colors={**COLORS, YOU: theme.TEST},
                                 columns=2),
        tooltip=[alt.Tooltip("method:N"), alt.Tooltip("trainings:Q"),
                 alt.Tooltip("accuracy:Q", format=".1%")],
    )  # fmt: skip
    theirs = base.transform_filter(f"datum.method != '{YOU}'")
    yours = base.transform_filter(f"datum.method == '{YOU}'")
    return alt.layer(
        theirs.mark_line(strokeWidth=1.5, opacity=0.8, interpolate="step-after"),
        yours.mark_line(strokeWidth=3, interpolate="step-after"),
        yours.mark_point(filled=True, size=60, opacity=1),
    ).properties(height=theme.PANEL_HEIGHT)


def _take(result: RaceResult) -> None:
    """Offer TPE's first search as Optuna keeps it."""
    with st.expander("Take a study along"):
        st.markdown(
            f"TPE's first search on these networks, {how_many(result.budget, 'trial')}, as a "
            "journal file of Optuna's own. Open it in optuna-dashboard, or go on with it: several "
            "workers may, at the same time."
        )
        st.download_button(
            "The study (Optuna journal)", data=result.journal.encode(), file_name="race.log",
            mime="text/plain", icon=":material/download:", key=f"{KEY}-journal", on_click="ignore",
        )  # fmt: skip
        st.code(f"optuna-dashboard race.log\n{WORKER}", language="bash", wrap_lines=True)
