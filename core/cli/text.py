"""The answers of the command line in words, for people."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from core.lab.experiment import Experiment
from core.lab.settings import Config, knobs, option_text, plain_unit
from core.lab.wording import how_many, number, with_interval
from core.store.ledger import UNMEASURED, Row
from core.store.store import Record

WIDTH = 96


def experiments(rows: Sequence[Mapping[str, Any]]) -> str:
    """One line per experiment, with its question below."""
    lines = []
    for row in rows:
        lines.append(f"{row['challenge']}/{row['experiment']}  ({row['chapter']}) {row['title']}")
        lines.append(f"    {row['question']}")
    return "\n".join(lines)


def result(
    experiment: Experiment[Any, Any, Any],
    config: Config,
    record: Record[Any],
    rows: Sequence[Row],
    cached: bool,
) -> str:
    """The finding, the settings, the metrics, the claims and the cost."""
    settings = [
        f"  {knob.name} = {option_text(getattr(config, knob.name))} {plain_unit(knob)}".rstrip()
        for knob in knobs(experiment.config)
    ]
    metrics = [
        f"  {name}: {with_interval(value)} ({value.kind}, n = {value.n})"
        for name, value in experiment.metrics(record.result).items()
    ]
    parts = [
        f"{experiment.slug}, version {experiment.version}",
        _wrapped(experiment.finding(record.result)),
        "Settings\n" + "\n".join(settings),
        "Metrics\n" + "\n".join(metrics),
    ]
    if rows:
        parts.append("Claims\n" + "\n".join(_claim(row) for row in rows))
    return "\n\n".join([*parts, _cost(record, cached)])


def claims(rows: Sequence[Row], first_seed: int | None = None) -> str:
    """The ledger by experiment, and how many claims got which verdict."""
    lines: list[str] = []
    if first_seed is not None:
        lines.append(f"Seeds from {first_seed}; the same again: --first-seed {first_seed}")
    for row in rows:
        if row.experiment.slug not in lines:
            lines.append(row.experiment.slug)
        lines.append(_claim(row))
    counts = Counter(row.verdict or UNMEASURED for row in rows)
    total = ", ".join(f"{counts[verdict]} {verdict}" for verdict in sorted(counts))
    return "\n".join([*lines, "", f"{len(rows)} claims: {total}." if rows else "No claims."])


def replications(first_seeds: Sequence[int], verdicts: Mapping[str, Mapping[str, str]]) -> str:
    """One line a claim: in how many blocks it was shown, and its verdict in each."""
    lines = [f"Blocks of seeds from {', '.join(map(str, first_seeds))}."]
    for slug, claims in verdicts.items():
        lines.append(slug)
        lines += [
            f"  {found.count('S')} of {len(found)}  {found}  {name}"
            for name, found in claims.items()
        ]
    return "\n".join([*lines, "S shown, N not shown, C contradicted, U nothing to measure."])


def benchmarks(rows: Sequence[Mapping[str, Any]]) -> str:
    """One line per case and peer."""
    header = f"{'case':<26}{'peer':<14}{'ours':>12}{'theirs':>12}{'ratio':>8}  unit"
    lines = [
        f"{row['case']:<26}{row['peer']:<14}{number(row['ours']):>12}{number(row['theirs']):>12}"
        f"{row['ratio']:>7.1f}x  {row['unit']}"
        for row in rows
    ]
    return "\n".join([header, *lines])


def warmed(rows: Sequence[Mapping[str, Any]]) -> str:
    """What was rebuilt."""
    lines = [
        f"{row['challenge']}/{row['experiment']} version {row['version']}, "
        f"{_settings(row['settings'])}: {row['seconds']:.1f} s, {row['bytes'] / 1000:,.0f} kB"
        for row in rows
    ]
    return "\n".join([*lines, f"{how_many(len(rows), 'result')} rebuilt."])


def _settings(changed: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in changed.items()) or "the defaults"


def _claim(row: Row) -> str:
    value = with_interval(row.value) if row.value else "nothing to measure with these settings"
    published = f"; published: {row.claim.published}" if row.claim.published else ""
    seeds = f", n = {row.value.n}" if row.value else ""
    text = f"{row.verdict or UNMEASURED}: {row.claim.sentence} Measured: {value}{seeds}. "
    return _wrapped(f"{text}({row.claim.cited}{published})", indent="  ")


def _cost(record: Record[Any], cached: bool) -> str:
    found = record.provenance
    memory = f"{found.peak_memory_bytes / 1e6:,.0f} MB"
    origin = f"from the store, computed {found.date}" if cached else "computed now"
    return _wrapped(
        f"Cost: {found.seconds:.1f} s, {found.flops:.2g} floating-point operations, peak memory "
        f"{memory}, on {found.machine} ({origin})."
    )


def _wrapped(text: str, indent: str = "") -> str:
    return textwrap.fill(
        text, WIDTH, initial_indent=indent, subsequent_indent=indent + ("    " if indent else ""),
        break_on_hyphens=False,
    )  # fmt: skip
