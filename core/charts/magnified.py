"""A chart for a projector: its words are as large as those around it; its marks stay in place."""

from __future__ import annotations

import re
from typing import Any

TIMES = 1.4
SIZES = ("fontSize", "labelFontSize", "titleFontSize", "labelLimit", "symbolSize")
USUAL = 11
"""Size of words in a chart that says none, in pixels."""


def magnified(spec: Any) -> Any:
    """Enlarge words and the room that is kept for them; legends get fewer columns.

    Args:
        spec: A compiled Vega-Lite specification, or a part of one; it is not changed.
    """
    if isinstance(spec, list):
        return [magnified(part) for part in spec]
    if not isinstance(spec, dict):
        return spec
    found = {name: magnified(part) for name, part in spec.items()}
    if found.get("type") == "text":
        found.setdefault("fontSize", round(USUAL * TIMES))
    for name in SIZES:
        if isinstance(spec.get(name), int | float):
            found[name] = round(TIMES * spec[name])
    words = spec.get("fontSize")
    if isinstance(words, dict):  # As large as fits, up to a size: that one grows.
        found["fontSize"] = {"expr": re.sub(r"^min\((\d+)", _more, words["expr"])}
    columns = spec.get("columns")
    if isinstance(columns, dict) and "expr" in columns:
        found["columns"] = {"expr": columns["expr"].replace("width", f"(width / {TIMES})")}
    return found


def _more(found: re.Match[str]) -> str:
    return f"min({round(TIMES * int(found[1]))}"
