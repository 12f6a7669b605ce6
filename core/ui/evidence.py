"""How sure: the claims with their verdicts, what the run cost, and the same with fresh seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core.lab.claims import Claim
from core.lab.experiment import Experiment
from core.lab.intervals import Estimate
from core.lab.settings import Config, Value, knob_of
from core.lab.wording import ends, how_many, number, with_interval
from core.store import replications
from core.store.ledger import Row
from core.store.store import Record
from core.ui import controls, downloads, every_claim, links, readings
from core.ui.labels import label_of
from core.ui.quantities import duration, scaled

Anything = Experiment[Any, Any, Any]
SYMBOLS = {
    "shown": (":material/check_circle:", "green"),
    "not shown": (":material/radio_button_unchecked:", "gray"),
    "contradicted": (":material/cancel:", "red"),
}
BEFORE = "numbers before fresh seeds"
MOST_METRICS = 6


def section(experiment: Anything, config: Config, record: Record[Any]) -> None:
    """Draw the evidence for one finished run."""
    found = {claim.name: _measured(config, claim, record) for claim in experiment.claims}
    here = [claim for claim in experiment.claims if found[claim.name] is not None]
    elsewhere = [claim for claim in experiment.claims if found[claim.name] is None]
    if here:
        with st.container(key="claims", gap="xsmall"):
            st.markdown(_table(experiment, config, [(claim, found[claim.name]) for claim in here]))
            kinds = dict.fromkeys(value.kind for value in found.values() if value is not None)
            st.caption(
                f"In brackets: {'; '.join(kinds)}. A claim is shown, or contradicted, where the "
                "whole interval says so."
            )
    if elsewhere:
        rows = {row.claim.name: row for row in every_claim.read(experiment)}
        with st.expander(f"{how_many(len(elsewhere), 'claim')} about other settings"):
            for claim in elsewhere:
                _other_settings(experiment, claim, rows[claim.name])
    _fresh_seeds(experiment, config, record)
    _cost(record)


def claims_file(experiment: Anything, config: Config, record: Record[Any]) -> None:
    """Offer the claims and their verdicts as a file."""
    if experiment.claims:
        st.download_button(
            "Claims as CSV",
            data=lambda: downloads.csv_bytes(ledger(experiment, config, record.result)),
            file_name=f"{experiment.slug}-claims.csv".replace("/", "-"),
            mime="text/csv",
            icon=":material/download:",
            type="tertiary",
            key=f"{experiment.slug}-claims-csv",
            on_click="ignore",
        )


def metrics(found: Mapping[str, Estimate], varies: str = "") -> None:
    """Draw the headline numbers with their intervals; the later ones of many folded away.

    Args:
        found: The numbers by name.
        varies: What differs from seed to seed, see `Experiment`.
    """
    items = list(found.items())
    _grid(items[:MOST_METRICS])
    if len(items) > MOST_METRICS:
        with st.expander(how_many(len(items) - MOST_METRICS, "more number")):
            _grid(items[MOST_METRICS:])
    kinds = {f"{e.kind}, {counted(e)}" for e in found.values() if e.n > 1}
    if kinds:
        seeds = f" From seed to seed vary: {varies}." if varies else ""
        st.caption(f"Below each mean: its {'; '.join(sorted(kinds))}.{seeds}")


def clock(experiment: Anything, record: Record[Any]) -> None:
    """Say whose times they are, where some of the headline numbers are times."""
    if experiment.clocked:
        made = record.provenance
        where = f"Times were measured on {made.machine}, {made.date[:10]}"
        st.caption(f"{where}; a live run measures them on the machine that serves this page.")


def _grid(items: Sequence[tuple[str, Estimate]]) -> None:
    with st.grid("auto", min_column_width=200, gap="small"):
        for name, estimate in items:
            st.metric(
                label_of(name),
                number(estimate.mean, estimate.unit),
                delta=interval_words(estimate),
                delta_color="off",
                delta_arrow="off",
            )


def counted(found: Estimate) -> str:
    """Say what an interval is made of: `10 seeds`, or `6,150 cases` of a bootstrap."""
    return how_many(found.n, "seed" if "seeds" in found.kind else "case")


def interval_words(found: Estimate) -> str:
    """Spell the interval alone: `84.9% to 87.7%`; one repetition has none."""
    if found.n < 2:
        return "one seed, no interval"
    return ends(found)


def _table(
    experiment: Anything, config: Config, rows: Sequence[tuple[Claim[Any], Estimate | None]]
) -> str:
    """Tabulate claims and their verdicts, one row each, as Markdown."""
    lines = ["| Verdict | Claim | Measured here | Published | Source |", "|---|---|---|---|---|"]
    for claim, value in rows:
        if value is None:
            continue
        verdict = claim.verdict(value)
        cells = (
            mark(verdict, _elsewhere(experiment, config, claim)),
            claim.sentence,
            f"{with_interval(value)}, {counted(value)}.{_reason(claim)}",
            claim.published or "no number",
            claim.cited,
        )
        lines.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return "\n".join(lines)


def mark(verdict: str, more: str = "") -> str:
    """A verdict with its sign, and what is said behind it, as Markdown in its colour."""
    icon, color = SYMBOLS.get(verdict, (":material/pending:", "gray"))
    return f":{color}[{icon} **{label_of(verdict)}{more}**]"


def _reason(claim: Claim[Any]) -> str:
    return f" Why {claim.threshold:g}: {claim.reason}." if claim.reason else ""


def _elsewhere(experiment: Anything, config: Config, claim: Claim[Any]) -> str:
    """Say so where a claim, at its own settings, does not come out on most other seeds."""
    own = experiment.config(**claim.settings).from_seed(config.first_seed)
    found = replications.of(experiment).get(claim.name)
    if found is None or not found.words or own != config:
        return ""
    return f" here; {found.words}"


def _measured(config: Config, claim: Claim[Any], record: Record[Any]) -> Estimate | None:
    """What this run says to a claim; None where it is about other settings, or nothing."""
    if not claim.applies(config):
        return None
    name = (readings.identity(record), "claim", claim.name)
    return readings.once(name, lambda: claim.measure(record.result))


def _other_settings(experiment: Anything, claim: Claim[Any], row: Row) -> None:
    """Draw a claim that this run does not answer, with what is stored of the run that does."""
    if not claim.settings:
        st.markdown(claim.sentence)
        st.caption(f"This run holds nothing to measure it on. Source: {claim.cited}.")
        return
    needed = ", ".join(_setting(experiment, n, v) for n, v in claim.settings.items())
    verdict, there = "", ""
    if row.value is not None:
        verdict = mark(claim.verdict(row.value), _elsewhere(experiment, row.config, claim)) + " "
        value = f"{with_interval(row.value)}, {counted(row.value)}"
        there = f" There, all else at its default: {value}.{_reason(claim)}"
    st.markdown(f"{verdict}{claim.sentence}")
    st.caption(f"It is about {needed}.{there} Source: {claim.cited}.")
    st.button(
        "Set them",
        icon=":material/tune:",
        type="tertiary",
        key=f"{experiment.slug}-set-{claim.name}",
        on_click=controls.put,
        args=(experiment.slug, dict(claim.settings)),
    )


def _setting(experiment: Anything, name: str, value: Value) -> str:
    return links.said(knob_of(experiment.config, name), value)


def _cost(record: Record[Any]) -> None:
    made = record.provenance
    st.caption(
        f"What it cost: {duration(made.seconds)}, {scaled(made.flops, 'FLOP')}, peak memory "
        f"{scaled(made.peak_memory_bytes, 'B')}, on {made.machine}, {made.date[:10]}, "
        f"torch {made.torch}. Experiment version {record.version}."
    )


def ledger(experiment: Anything, config: Config, result: Any) -> pd.DataFrame:
    """Tabulate the claims: one row each, numbers as numbers, empty where not tested."""
    rows = []
    for claim in experiment.claims:
        value = claim.measure(result) if claim.applies(config) else None
        rows.append(
            {
                "Claim": claim.sentence,
                "Verdict": claim.verdict(value) if value else "not tested",
                "Measured": value.mean if value else None,
                "Lower end of the interval": value.low if value else None,
                "Upper end of the interval": value.high if value else None,
                "Unit": downloads.UNITS.get(value.unit, value.unit) if value else "",
                "Repetitions": value.n if value else None,
                "Published": claim.published,
                "Source": claim.cited,
            }
        )
    return pd.DataFrame(rows)


def _fresh_seeds(experiment: Anything, config: Config, record: Record[Any]) -> None:
    read = experiment.metrics(record.result).items()
    found = {name: value for name, value in read if name not in experiment.clocked}
    before = st.session_state.get(BEFORE, {})
    if before.get("key") == experiment.key(config):
        st.markdown(f"**Fresh seeds:** {comparison_words(before['metrics'], found)}")
    st.button(
        "Run again with fresh seeds",
        icon=":material/casino:",
        key=f"{experiment.slug}-fresh",
        help="The same settings from other random beginnings. The numbers should agree within "
        "their intervals; if they do not, the finding rests on luck.",
        on_click=_refresh,
        args=(experiment, config, found),
    )


def _refresh(experiment: Anything, config: Config, found: dict[str, Estimate]) -> None:
    """Move to the next rung of first seeds and remember the numbers of this run."""
    rungs = knob_of(experiment.config, "first_seed").options
    following = rungs[(rungs.index(config.first_seed) + 1) % len(rungs)]
    changed = config.changed(first_seed=following)
    st.session_state[BEFORE] = {"key": experiment.key(changed), "metrics": found}
    controls.put(experiment.slug, {"first_seed": following})


def agreement(before: Estimate, now: Estimate) -> str:
    """Compare two runs of one metric: `identical`, `within the interval` or `different`.

    Two means of independent repetitions agree when they differ by no more than the root of
    the sum of their squared half-widths.
    """
    apart = abs(before.mean - now.mean)
    if apart <= 1e-9 * max(1.0, abs(before.mean)):
        return "identical"
    widths = ((before.high - before.low) / 2, (now.high - now.low) / 2)
    room = (widths[0] ** 2 + widths[1] ** 2) ** 0.5
    return "within the interval" if apart <= room else "different"


def comparison_words(before: Mapping[str, Estimate], now: Mapping[str, Estimate]) -> str:
    """Say for each headline number how it compares with the run before."""
    parts = [
        f"{label_of(name)} is {agreement(before[name], now[name])} "
        f"({number(before[name].mean, before[name].unit)}, now "
        f"{number(now[name].mean, now[name].unit)})"
        for name in now
        if name in before
    ]
    return "; ".join(parts) + "."
