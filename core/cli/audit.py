"""`python -m core audit`: a table of decisions in, who is treated how out."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

from core.audit import naming
from core.audit.choices import Choices
from core.audit.fetch import tables
from core.audit.question import Question
from core.audit.reading import MOST_BYTES, TableError, columns, look
from core.audit.report import KNOWN, audit_file
from core.audit.unpacking import unpacking_once
from core.cli import audit_flags, audit_sections, audit_settings

REFUSED = 2
COLUMNS = {
    "selection_rate": "selected",
    "true_positive_rate": "TPR",
    "false_positive_rate": "FPR",
    "false_negative_rate": "FNR",
    "precision": "precision",
    "accuracy": "accuracy",
    "expected_calibration_error": "ECE",
}
MOST_GROUPS_SHOWN = 60
LABEL = 40
"""Most characters of a group's name."""
METHOD = (
    "In brackets: 95% intervals; of a rate Wilson's, of a gap one that holds for the widest pair\n"
    "of groups (docs/audit.md). p: exact tests of each group against the others, corrected by\n"
    "Holm over all {tests:,} of this report; a finding is below 0.05."
)


@unpacking_once()
def audit(arguments: argparse.Namespace) -> tuple[Any, str]:
    """Audit the file or the known table that the command line names.

    Raises:
        SystemExit: With code 2 and one sentence, if table or columns cannot be used.
    """
    try:
        known = KNOWN.get(arguments.dataset)
        if arguments.dataset == "adult" and not tables.is_kept("adult") and sys.stderr.isatty():
            print("Downloading from openml.org, a few megabytes ...", file=sys.stderr)
        data = known.read() if known else _bytes(arguments.file)
        choices = audit_flags.choices(arguments)
        if arguments.preview:
            seen = look(data, choices)
            return asdict(seen), audit_flags.preview(seen)
        question = _question(arguments, data, known.question if known else None, choices)
        found = audit_file(data, question, choices)
        if arguments.out is not None:
            _write(arguments.out, found, question)
    except TableError as error:
        _refuse(audit_flags.hinted(str(error)))
    return found, words(found, question)


def _write(path: Path, found: Mapping[str, Any], question: Question) -> None:
    """Write the report as one HTML file."""
    from core.audit import document

    try:
        path.write_text(document.html(found, question), encoding="utf-8")
    except OSError as error:
        raise TableError(
            f"The report cannot be written: {error.strerror or 'unknown reason'}."
        ) from error


def _question(
    asked: argparse.Namespace, data: bytes, usual: Question | None, choices: Choices
) -> Question:
    """What is asked, or where nothing is, what is usually asked of a known table."""
    y_true, y_pred = asked.y_true, asked.y_pred
    groups: Sequence[str] = ()
    if asked.groups is not None:
        if not all(text.strip() for text in asked.groups):
            raise TableError("--groups names no column.")
        several = any("," in text for text in asked.groups)
        groups = audit_flags.split(asked.groups, columns(data, choices) if several else ())
    if usual is not None:
        y_true = y_true or usual.y_true
        groups = groups if asked.groups is not None else usual.groups
        y_pred = y_pred or (usual.y_pred if asked.y_score is None else None)
    settings = audit_settings.settings(asked, groups)
    return Question(
        y_true, groups, y_pred, asked.y_score, asked.threshold, asked.positive, settings
    )


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            # One byte more than allowed is enough to know; a device has no end.
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise TableError(
            f"The file cannot be read: {error.strerror or 'unknown reason'}."
        ) from error


def _refuse(sentence: str) -> NoReturn:
    print(sentence, file=sys.stderr)
    raise SystemExit(REFUSED)


def words(found: Mapping[str, Any], question: Question) -> str:
    """The report as text: what is positive, rates by group, gaps with their intervals, warnings."""
    if found.get("kind") == "numbers":
        return audit_sections.of_numbers(found, question)
    parts = [_plain(found["positive"]["said"])]
    if found["reading"]:
        parts.append("\n".join(f"Read: {_plain(note)}" for note in found["reading"]))
    parts.append(f"{found['n']:,} rows, {len(found['groups']):,} groups.")
    parts.append(_rates(found["overall"], found["groups"]))
    parts.append(_gaps("All columns together" if "by_column" in found else "", found))
    for name, section in found.get("by_column", {}).items():
        parts.append(_gaps(f"{naming.visible(name)} alone", section))
    parts.extend(audit_sections.further(found, question))
    parts.append(METHOD.format(tests=found["tests"]))
    if found["warnings"]:
        parts.append("\n".join(f"Note: {_plain(warning)}" for warning in found["warnings"]))
    return "\n\n".join(part for part in parts if part)


def _rates(overall: Mapping[str, Any], groups: Sequence[Mapping[str, Any]]) -> str:
    names = {name: COLUMNS.get(name, name) for name in overall if name in COLUMNS}
    shown = groups[:MOST_GROUPS_SHOWN]
    named = (naming.spelled(row["group"]) for row in shown)
    labels = naming.short_labels(["everyone", *named], LABEL)
    width = max(map(len, labels))
    lines = [f"{'rate in %':<{width}} {'rows':>8}" + "".join(f"{v:>20}" for v in names.values())]
    total = sum(row["n"] for row in groups)
    for label, row in zip(labels, [{"n": total, "metrics": overall}, *shown], strict=True):
        cells = "".join(f"{_percent(row['metrics'][name]):>20}" for name in names)
        lines.append(f"{label:<{width}} {row['n']:>8,}{cells}")
    if len(groups) > len(shown):
        lines.append(f"... and {len(groups) - len(shown)} groups more (--json has all).")
    return "\n".join(lines)


def _gaps(title: str, section: Mapping[str, Any]) -> str:
    lines = [title] if title else []
    lines.append(f"{'largest gap between groups':<34}{'value [95% interval]':>24}   p, corrected")
    for name, gap in {**section["differences"], **section["ratios"]}.items():
        if gap["reason"] is None:
            lines.append(_gap(name, gap))
            continue
        lines.append(f"{name:<34}{'not defined':>24}  {gap['reason']}")
        if gap["where_defined"] is not None:
            lines.append(_gap("  between those that have it", gap["where_defined"]))
    return "\n".join(lines)


def _gap(name: str, gap: Mapping[str, Any]) -> str:
    scale, places = (1, 3) if name.endswith("ratio") else (100, 1)
    verdict = "could be chance" if gap["noise"] else "more than chance"
    value = _with_ends(gap, "", scale, places)
    return f"{name:<34}{value:>24}   {naming.p_value(gap['p_adjusted'])} {verdict}"


def _percent(numbers: Mapping[str, Any]) -> str:
    return "-" if numbers["value"] is None else _with_ends(numbers, "", 100, 1)


def _with_ends(numbers: Mapping[str, Any], prefix: str, scale: float, places: int) -> str:
    """A number with what is around it, `44.85 [43.1, 46.9]`."""
    low, high = (numbers[f"{prefix}{end}"] for end in ("low", "high"))
    ends = ", ".join("-" if end is None else f"{scale * end:.{places}f}" for end in (low, high))
    return f"{scale * numbers['value']:.{max(2, places)}f} [{ends}]"


def _plain(text: str) -> str:
    """Text of a file as a terminal may show it: no control characters."""
    return "".join(sign if sign.isprintable() else "?" for sign in text)
