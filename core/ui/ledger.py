"""The ledger: every claim of the lab in one table, each with its verdict and its experiment."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

import streamlit as st

from core import challenges
from core.lab.wording import how_many, listed, with_interval
from core.store import ledger, replications, store
from core.store.ledger import Row
from core.ui import (
    downloads,
    every_claim,
    evidence,
    links,
    live,
    navigation,
    reproduced,
)
from core.ui.labels import label_of
from core.ui.quantities import duration

OWNER, TABLE, ONE = "ledger", "ledger-table", "claim"
"""`claim` is the parameter of a link to one claim."""
ALL = "All"
CHECK, CHECKED = "ledger check", "ledger checked"
"""The row and first seed that a visitor wants on fresh seeds; what came out, by the row's name."""
SECONDS_UNTIL_TOLD = 0.3
HEIGHT, ROW_HEIGHT = 480, 88
"""In pixels; the page library wraps text in rows over 64."""
INTRO = """
Every sentence that this lab holds against its own measurements, with its source. A claim is *shown*
or *contradicted* when the whole interval says so, and *not shown* otherwise; it is *not measured*
where nobody has run its settings here, or the run holds nothing to measure it on. Below:
[published tables, computed anew](#tables).
"""


def page() -> None:
    """Draw the ledger from stored results; it trains only when a check is asked for."""
    st.title("Ledger", anchor=False)
    with st.container(key="question", width=864):
        st.markdown(INTRO.strip())
    place = st.container(key="filters")
    rows = _rows()
    with place:
        shown = _filtered(rows)
    with st.container(key="finding"):
        st.markdown(counted(shown))
    if shown:
        picked = _table(shown)
        _download(shown)
    one = picked if shown and picked else _linked(rows)
    if one is None:
        st.caption("Choose a row to see it whole and to check it on fresh seeds.")
    else:
        _whole(one)
    reproduced.section()
    live.tell_store_problem()


def _rows() -> list[Row]:
    """Read all experiments' claims; a server that has just started says how far it is."""
    found: list[Row] = []
    place, began = st.empty(), time.monotonic()
    asked, whose = every_claim.experiments(), store.listing()
    for number, experiment in enumerate(asked):
        if time.monotonic() - began > SECONDS_UNTIL_TOLD:
            place.progress(number / len(asked), text="Reading the stored results")
        found += every_claim.read(experiment, whose)
    place.empty()
    return found


def _filtered(rows: Sequence[Row]) -> list[Row]:
    titles = {one.title: one.slug for one in challenges.challenges()}
    with st.container(horizontal=True):
        challenge = st.selectbox(
            "Challenge", [ALL, *titles], key=links.key(OWNER, "challenge"), bind="query-params",
            width=260,
        )  # fmt: skip
        text = st.text_input(
            "Words", key=links.key(OWNER, "words"), bind="query-params", width=220,
            placeholder="dropout", max_chars=80,
        )  # fmt: skip
        wanted = st.segmented_control(
            "Verdict", [ALL, *(label_of(one) for one in every_claim.SIGNS)], default=ALL,
            required=True, key=links.key(OWNER, "verdict"), bind="query-params",
        )  # fmt: skip
    verdict = "" if wanted in (None, ALL) else str(wanted).lower()
    return every_claim.chosen(rows, titles.get(challenge or ALL, ""), verdict, text or "")


def counted(rows: Sequence[Row]) -> str:
    """Count the verdicts in one sentence."""
    if not rows:
        return "No claim is about that."
    by = Counter(map(every_claim.verdict, rows))
    parts = [f"{by[name]} {name}" for name in every_claim.SIGNS if by[name]]
    return f"**{how_many(len(rows), 'claim')}**: {listed(parts)}."


def _table(rows: Sequence[Row]) -> Row | None:
    """Draw the table and return the row that was picked in it."""
    event: Any = st.dataframe(
        every_claim.table(rows), height=HEIGHT, row_height=ROW_HEIGHT, hide_index=True, key=TABLE,
        on_select="rerun", selection_mode="single-row", column_config=_columns(),
    )  # fmt: skip
    picked = [number for number in event.selection.rows if number < len(rows)]
    return rows[picked[0]] if picked else None


def _columns() -> dict[str, Any]:
    text, column = st.column_config.TextColumn, st.column_config
    return {
        "Verdict": text(width=112, pinned=True),
        "Claim": text(width=320),
        "Measured here": text(width=140),
        "Published": text(width=205),
        "Source": text(width=130),
        "Experiment": column.LinkColumn(
            width=110, display_text="#(.*)$", help="Opens it at the settings of the claim."
        ),
        "Challenge": text(width=140),
        "Seconds": column.NumberColumn(width=80, format="%.1f", help="What its run took."),
    }


def _download(rows: Sequence[Row]) -> None:
    st.download_button(
        f"{how_many(len(rows), 'claim')} as CSV",
        data=lambda: downloads.csv_bytes(every_claim.plain(rows)),
        file_name="claims.csv", mime="text/csv", icon=":material/download:", type="tertiary",
        key="ledger-csv", on_click="ignore",
    )  # fmt: skip


def _linked(rows: Sequence[Row]) -> Row | None:
    """Find the claim that the link names; another name is passed over."""
    asked = st.query_params.get_all(ONE)
    found = [row for row in rows if [row.name] == asked]
    if asked and not found:
        st.warning("The link names no claim of this lab.", icon=":material/link_off:")
    return found[0] if found else None


def _whole(row: Row) -> None:
    """Draw one claim in full: what was measured, why the threshold, and the check."""
    with st.container(key="claim", border=True):
        st.markdown(f"{evidence.mark(every_claim.verdict(row))} {row.claim.sentence}")
        st.markdown(measured(row))
        elsewhere = replications.of(row.experiment).get(row.claim.name)
        if elsewhere is not None and elsewhere.words:
            st.markdown(f"Elsewhere: {elsewhere.words}.")
        st.caption(f"Source: {row.claim.cited}. Published: {row.claim.published or 'no number'}.")
        slug = row.experiment.slug.split("/")[0]
        with st.container(horizontal=True, vertical_alignment="center"):
            _button(row)
            label = f"Open {row.experiment.title}"
            navigation.link(slug, label, "open_in_new", every_claim.parameters(row))
        _check(row)


def measured(row: Row) -> str:
    """Say what a row rests on: value, threshold, seeds and time."""
    if not row.run:
        return "Nobody has run the settings that it is about on this server."
    if row.value is None:
        return "The run with these settings holds nothing to measure it on."
    claim, seeds = row.claim, evidence.counted(row.value)
    side = f"{claim.direction} {claim.threshold:g}"
    why = f" ({claim.reason})" if claim.reason else ""
    return (
        f"Measured: {with_interval(row.value)}, {seeds} from {row.config.first_seed}, in "
        f"{duration(row.seconds or 0.0)}. The claim says {side}{why}."
    )


def _button(row: Row) -> None:
    fresh = row.run
    config = row.config
    st.button(
        "Check this one on fresh seeds" if fresh else "Measure it",
        icon=":material/casino:" if fresh else ":material/play_arrow:",
        key="ledger-check",
        help=f"Trains anew, {live.expected(row.experiment, config)}.",
        on_click=_ask,
        args=(row.name, ledger.fresh_block() if fresh else config.first_seed),
    )


def _ask(name: str, first_seed: int) -> None:
    st.session_state[CHECK] = (name, first_seed)


def _check(row: Row) -> None:
    """Follow the run that was asked for, then say what came out, beside what was known."""
    name, first_seed = st.session_state.get(CHECK, ("", 0))
    if name == row.name:
        config = row.config.from_seed(first_seed)
        record = live.obtain(row.experiment, config, lambda *_, **__: None, quiet=True)
        if record is None:
            return
        del st.session_state[CHECK]
        if first_seed != row.config.first_seed:
            (fresh,) = ledger.judged(row.experiment, config, record, [row.claim])
            st.session_state.setdefault(CHECKED, {}).setdefault(name, []).append(fresh)
        st.rerun()
    for fresh in st.session_state.get(CHECKED, {}).get(row.name, ()):
        st.markdown(compared(row, fresh))


def compared(before: Row, fresh: Row) -> str:
    """Say what fresh seeds gave, and whether it agrees with what stands in the table."""
    said = f"{evidence.mark(every_claim.verdict(fresh))} on fresh seeds: {measured(fresh)}"
    if before.value is None or fresh.value is None:
        return said
    return f"{said} Against the table: {evidence.agreement(before.value, fresh.value)}."
