"""What the mystery shows: probes, the solution with its evidence, the session's tally."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from core.attributions.shortcut_search import CROWDED, MOVED, is_right
from core.challenges.interpretability.mystery.game import (
    ANSWERS,
    PLACES,
    CaseResult,
    ProbeConfig,
    ProbeResult,
    stamped,
)
from core.charts import marks, theme
from core.charts.raster import framed, grey_picture, signed_map
from core.data.planted_marks import MARKS, NOTHING
from core.data.shapes import SHAPES
from core.lab.wording import number
from core.ui import figures

WIDTH = 92
"""Pixels of a picture: three beside each other on a phone."""


def history(probes: Sequence[tuple[ProbeConfig, ProbeResult]]) -> None:
    """Draw every probe so far, the newest first."""
    for i in reversed(range(len(probes))):
        probe(f"Probe {i + 1}", *probes[i])


def probe(name: str, config: ProbeConfig, shown: ProbeResult) -> None:
    """Draw one probe: what was asked, the pictures with the answers, what changed."""
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{name}.** {asked_words(config)}")
        with st.container(horizontal=True, gap="small"):
            for place in range(len(shown.pictures)):
                _picture(shown, place)
        st.caption(read_words(shown))


def asked_words(config: ProbeConfig) -> str:
    """Say what was asked: `five squares, wiped, with stripes`."""
    what = PLACES[config.place]
    parts = [what if config.place == 0 else f"five pictures of a {what}"]
    parts.append("wiped" if config.wiped else "with the marks they came with")
    names = [name for name, on in zip(MARKS, stamped(config.stamped), strict=True) if on]
    if names:
        parts.append(f"stamped: {' and '.join(names)}")
    if config.shapeless:
        parts.append("shape cut out")
    if config.sight != ANSWERS:
        parts.append(f"maps by {config.sight}")
    text = ", ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def read_words(shown: ProbeResult) -> str:
    """Say how many answers differ from those without the edit."""
    before, after = shown.before.argmax(1), shown.after.argmax(1)
    changed = int((before != after).sum())
    if not changed:
        return "No answer differs from that for the clean picture."
    to = pd.Series([SHAPES[a] for a, b in zip(after, before, strict=True) if a != b])
    counts = ", ".join(f"{n} to {name}" for name, n in to.value_counts().items())
    verb = "answers differ" if changed > 1 else "answer differs"
    return f"{changed} {verb} from those for the clean pictures: {counts}."


def _picture(shown: ProbeResult, place: int) -> None:
    """One picture, or its map, over the network's answer."""
    grey = framed(shown.pictures[place] / 255)
    has_map = len(shown.maps) > 0
    address = (
        signed_map(grey, np.pad(shown.maps[place].astype(float), 1))
        if has_map
        else grey_picture(grey)
    )
    answer = int(shown.after[place].argmax())
    share = f"{100 * shown.after[place, answer]:.0f}%"
    truth = SHAPES[int(shown.truth[place])]
    with st.container(width=WIDTH, gap="xsmall"):
        kind = "Map of a" if has_map else "A"
        st.image(address, width=WIDTH, alt=f"{kind} {truth}; the network says {SHAPES[answer]}")
        st.caption(f"“{SHAPES[answer]}” {share}", text_alignment="center")


def named_words(mark: int, shape: int) -> str:
    """Spell what is named: `stripes, for “square”`."""
    return "nothing, it is honest" if mark == NOTHING else f"{MARKS[mark]}, for “{SHAPES[shape]}”"


def solution(named: tuple[int, int] | None, case: CaseResult, probes: int) -> None:
    """Say what was planted, and show the evidence."""
    truth = (case.mark, case.shape)
    used = f"after {probes} probe{'' if probes == 1 else 's'}"
    was = f"It was **{named_words(*truth)}**."
    if named is None:
        st.info(f"Given up {used}. {was}", icon=":material/flag:")
    elif named == truth:
        st.success(f"Right, {used}. {was}", icon=":material/check_circle:")
    else:
        st.error(f"Not so, {used}. You named {named_words(*named)}. {was}",
                 icon=":material/cancel:")  # fmt: skip
    _accuracies(case)
    st.subheader("What each mark does to this network", anchor=False)
    table = signs(case)
    spec = figures.specification(mark_effects, None)
    st.vega_lite_chart(
        None, {**spec, "datasets": {"table": table}}, key="mystery-signs",
        alt="For each mark, how much it raises an answer; the table of detectives is below",
    )  # fmt: skip
    st.caption(signs_words(case))
    st.subheader("What the detectives said, with as many probes", anchor=False)
    st.markdown(verdicts(case))


def _accuracies(case: CaseResult) -> None:
    """Accuracy with and without marks: of all pictures, and of the marked shape's."""
    owner = "all shapes" if case.mark == NOTHING else f"a {SHAPES[case.shape]}"
    with st.grid("auto", min_column_width=160, gap="small"):
        st.metric("Right, marks as in training", number(case.found, "share"))
        st.metric("Right, without marks", number(case.clean, "share"))
        if case.mark != NOTHING:
            st.metric(
                f"{owner.capitalize()}, marks as in training", number(case.own_found, "share")
            )
            st.metric(f"{owner.capitalize()}, without marks", number(case.own_clean, "share"))


def signs(case: CaseResult) -> pd.DataFrame:
    """One row a mark: what stamping it does, and how much colour maps put on it."""
    return pd.DataFrame({
        "mark": MARKS,
        "rise": case.rises,
        "answer": [SHAPES[int(s)] for s in case.risen],
        "crowd": case.crowds,
        "planted": ["planted" if m == case.mark else "not planted" for m in range(len(MARKS))],
    })  # fmt: skip


def mark_effects(view: None) -> alt.LayerChart:
    """A bar a mark: how far stamping it moves an answer of one network."""
    shares = alt.Axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1])
    x = alt.X("rise:Q", title="rise of an answer when stamped", axis=shares,
              scale=alt.Scale(domain=[0, 1], clamp=True))  # fmt: skip
    y = alt.Y("mark:N", sort=None, title=None, axis=alt.Axis(labelLimit=130, labelOverlap=False))
    scale = alt.Scale(domain=["planted", "not planted"], range=[theme.WARNING, theme.BASELINE])
    color = alt.Color("planted:N", scale=scale, legend=alt.Legend(title=None, orient="top"))
    tooltip = [
        alt.Tooltip("mark:N"),
        alt.Tooltip("answer:N", title="answer that rises"),
        alt.Tooltip("rise:Q", format="+.0%"),
        alt.Tooltip("crowd:Q", title="colour of maps on it, times the mean", format=".1f"),
    ]
    base = alt.Chart(marks.TABLE)
    return alt.layer(
        base.mark_bar(size=14).encode(x=x, y=y, color=color, tooltip=tooltip),
        base.mark_text(align="left", dx=4, fontSize=12, color=theme.INK).encode(
            x=x, y=y, text=alt.Text("answer:N")
        ),
    ).properties(height=300)


def signs_words(case: CaseResult) -> str:
    """Say what both measures see of the planted mark."""
    rule = f"Detectives count {100 * MOVED:.0f} points as moved, {CROWDED:g} times as crowded."
    if case.mark == NOTHING:
        top = MARKS[int(case.rises.argmax())]
        most = number(float(case.rises.max()), "points")
        return f"The strongest effect of a stamp is {most}, of {top}. {rule}"
    rise = number(float(case.rises[case.mark]), "points")
    return (
        f"The planted mark, {MARKS[case.mark]}, moves an answer by {rise} when it is stamped on "
        f"other shapes. Maps put {number(float(case.crowds[case.mark]))} times the mean colour on "
        f"it. {rule}"
    )


def verdicts(case: CaseResult) -> str:
    """One line a detective: what it names in the end, and whether that is so."""
    lines = []
    for detective, probes, mark, shape in case.named.itertuples(index=False):
        right = is_right((mark, shape), case.mark, case.shape)
        icon = ":green[:material/check: right]" if right else ":red[:material/close: wrong]"
        since = "" if mark == NOTHING else f" since probe {probes}"
        lines.append(f"- **{detective}**: {named_words(mark, shape)}{since} {icon}")
    return "\n".join(lines)


def tally(rounds: Sequence[Mapping[str, Any]]) -> None:
    """Count what this session has solved."""
    if rounds:
        won = [one for one in rounds if one["won"]]
        text = f"This session: {len(won)} of {len(rounds)} named rightly"
        if won:
            mean = sum(one["probes"] for one in won) / len(won)
            text += f", with {mean:.1f} probes on average"
        st.caption(f"{text}.")
