"""Edit the learned rules: a visitor says what two relations make, and every chain is asked again.

What is typed in belongs to the session; nothing is trained, stored or logged.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.challenges.hybrid.kinship.config import KinshipResult
from core.challenges.hybrid.kinship.editing import Effect, effects
from core.data.kinship import NO_RULE, RELATIONS, rule_table
from core.lab.wording import how_many, number, with_interval
from core.metrics.verdicts import by_verdict
from core.store.store import Record
from core.ui import failures

KEY = "kinship-rules"
AS_LEARNED = "as learned"
RESULTS = (AS_LEARNED, *RELATIONS)
FIRST, SECOND = RELATIONS.index("parent"), RELATIONS.index("child")


@failures.section("editing rules", "The rules could not be applied. Please try again.")
def section(record: Record[Any]) -> None:
    """Draw the whole section; its widgets run nothing else of the page.

    Args:
        record: A finished run of the kinship experiment; all its tables are edited alike.
    """
    st.header("Change a rule yourself", anchor="change-a-rule")
    st.markdown(
        "Say what two relations make. The rule is written over in the table of every seed above, "
        "and all chains are asked again; nothing is trained."
    )
    pair = _choose()
    st.caption(learned(record.result, pair))
    rules: dict[tuple[int, int], int] = st.session_state[KEY]
    _list(rules)
    if rules:
        found = effects(record.result, rules)
        st.markdown(said(found))
        st.markdown(table(found))


def _choose() -> tuple[int, int]:
    """Three lists: first and second relation, and what they make; the session keeps the rule."""
    rules: dict[tuple[int, int], int] = st.session_state.setdefault(KEY, {})
    with st.container(horizontal=True, vertical_alignment="bottom"):
        first = st.selectbox("First: my …", RELATIONS, index=FIRST, key=f"{KEY}-first")
        second = st.selectbox("Second: …’s …", RELATIONS, index=SECOND, key=f"{KEY}-second")
        pair = RELATIONS.index(first), RELATIONS.index(second)
        kept = rules.get(pair, NO_RULE)
        made = st.selectbox(
            "Result: is my …", RESULTS, index=kept + 1, key=f"{KEY}-result-{pair[0]}-{pair[1]}"
        )
    if made == AS_LEARNED:
        rules.pop(pair, None)
    else:
        rules[pair] = RELATIONS.index(made)
    return pair


def _list(rules: dict[tuple[int, int], int]) -> None:
    """The rules typed in, and a way to take all back."""
    if not rules:
        return
    told = [f"- my {sentence(pair, made)}" for pair, made in rules.items()]
    st.markdown("\n".join([f"Typed in: {how_many(len(rules), 'rule')}.", "", *told]))
    st.button("Take all back", key=f"{KEY}-back", on_click=_take_back)


def _take_back() -> None:
    """Forget the rules, and what the lists of results held."""
    for name in [str(name) for name in st.session_state]:
        if name == KEY or name.startswith(f"{KEY}-result-"):
            del st.session_state[name]


def sentence(pair: tuple[int, int], made: int) -> str:
    """A rule in words: `parent’s child is my sibling`."""
    first, second = (RELATIONS[place] for place in pair)
    return f"{first}’s {second} is my {RELATIONS[made]}"


def learned(result: KinshipResult, pair: tuple[int, int]) -> str:
    """What the first seed's table makes of a pair, and what it is in the family."""
    chances = result.tables[0][pair]
    best = int(chances.argmax())
    truth = int(rule_table()[pair])
    family = (
        "In the family it has more than one answer, so no chain needs it."
        if truth == NO_RULE
        else f"In the family: {RELATIONS[truth]}."
    )
    share = number(float(chances[best]), "share")
    return f"First seed, as learned: my {sentence(pair, best)} ({share}). {family}"


def said(found: list[Effect]) -> str:
    """What the rules change for the first kind of chain."""
    first = found[0]
    change = (first.after - first.before).estimate
    makes = by_verdict(
        change, differs="a change of {}", unclear="no clear change ({})", undefined="no change"
    )
    return f"Chains {first.chains}: {makes}."


def table(found: list[Effect]) -> str:
    """Right answers before and after, and the change, as Markdown."""
    lines = ["| Chains | As learned | With these rules | Change |", "|---|---|---|---|"]
    for one in found:
        before, after = (number(each.mean, "share") for each in (one.before, one.after))
        change = with_interval((one.after - one.before).estimate)
        lines.append(f"| {one.chains} | {before} | {after} | {change} |")
    return "\n".join(lines)
