"""Parts of an audit's text beyond rates and gaps: findings, classes, strata, curves, models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from core.audit import naming
from core.audit.document import tables, words
from core.audit.question import Question

LEAST, MOST = 8, 44
"""Characters of a column."""


def further(found: Mapping[str, Any], question: Question) -> list[str]:
    """What stands below the gaps, one text a part."""
    parts = [_listed("Findings, widest first:", words.findings(found, question))]
    if len(found["classes"]) > 2:
        parts.append(grid("Each class against the rest", tables.rates(found)))
    fifths = tables.four_fifths(found)
    if fifths is not None:
        parts.append(grid("", fifths))
    for name, section in words.parts(found):
        if section not in found.get("by_column", {}).values():
            parts.append(grid(name, tables.gaps(section, brief=True)))
    if "curves" in found:
        parts.append(grid("", _areas(found)))
    for name, report in found.get("beside", {}).items():
        parts.append(grid(naming.visible(name), tables.rates(report)))
        parts.append(grid("", tables.gaps(report)))
    return [part for part in parts if part]


def of_numbers(found: Mapping[str, Any], question: Question) -> str:
    """The whole text where numbers were predicted."""
    parts = [words.summary(found), *(f"Note: {note}" for note in words.assumed(found))]
    for name, report in {question.decided: found, **found.get("beside", {})}.items():
        parts.append(grid(naming.visible(name), tables.rates(report)))
        parts.append(grid("", tables.gaps(report)))
    parts.append(_listed("Findings, widest first:", words.findings(found, question)))
    parts.append(_listed("Method:", words.method(found, question)))
    return "\n\n".join(part for part in parts if part)


def _listed(title: str, lines: Sequence[str]) -> str:
    return "\n".join([title, *(f"- {line}" for line in lines)]) if lines else ""


def _areas(found: Mapping[str, Any]) -> tables.Grid:
    rows = [
        [naming.spelled(one["group"]), words.spelled(found, one["auc"], scale=1)]
        for one in found["curves"]["groups"]
        if "auc" in one
    ]
    return tables.Grid(["group", "area under ROC [95%]"], rows)


def grid(title: str, table: tables.Grid) -> str:
    """A table as text, its columns as wide as they need to be; nothing without rows."""
    if not table.rows:
        return ""
    lines = [title] if title else []
    lines += _lines([table.head, *table.rows])
    return "\n".join([*lines, table.note] if table.note else lines)


def _lines(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [min(MOST, max(LEAST, *map(len, column))) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        yield "  ".join(cells).rstrip()
