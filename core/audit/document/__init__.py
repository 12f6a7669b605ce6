"""An audit as one HTML file that stands alone: nothing is fetched, everything is escaped."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from core.audit import naming
from core.audit.document import drawing, repeat, tables, words
from core.audit.question import Question
from core.charts import theme


def html(found: Mapping[str, Any], question: Question) -> str:
    """Write the report.

    Args:
        found: As `core.audit.report.audit_file` gives it.
        question: What was asked.

    Returns:
        The text of an HTML file, for A4 or letter on two or three pages.
    """
    sections = [found, *found.get("beside", {}).values()]
    names = [question.decided, *found.get("beside", {})]
    return _template().render(
        asked=words.asked(question),
        assumed=words.assumed(found),
        summary=words.summary(found),
        findings=words.findings(found, question),
        open_ends=words.open_ends(found),
        models=[
            (naming.visible(name), tables.rates(part), tables.gaps(part), tables.four_fifths(part))
            for name, part in zip(names, sections, strict=True)
        ],
        parts=[(name, tables.gaps(part, brief=True)) for name, part in words.parts(found)],
        panels=drawing.panels(found),
        curves=drawing.curves(found),
        method=words.method(found, question),
        code=repeat.code(found, question),
        theme=theme,
    )


@functools.cache
def _template() -> Template:
    folder = Path(__file__).parent
    place = Environment(
        loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    return place.get_template("document.html.jinja")
