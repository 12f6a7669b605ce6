"""What a pointer and a screen reader get from a chart: the same words, or nothing.

Without this, every mark is read out, and pointed at, as a list of its encoded columns: pixels of a
picture as text, ends of an invisible frame, the width of a band.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

Spec = dict[str, Any]


def spoken(spec: Spec, tooltip: Any = None) -> Spec:
    """Give a compiled chart's marks one voice.

    A mark with a tooltip is read out in the tooltip's words. A mark without one only helps
    drawing: it is silent to pointers and hidden from screen readers.

    Args:
        spec: A Vega-Lite specification, layered or not; it is not changed.
        tooltip: What an enclosing layer has, if it has one.
    """
    tooltip = spec.get("encoding", {}).get("tooltip", tooltip)
    if "mark" in spec:
        return _unit(spec, tooltip)
    kinds = ("layer", "hconcat", "vconcat", "concat")
    inner: Spec = {k: spec[k] for k in kinds if k in spec}
    filled: Spec = {k: [spoken(part, tooltip) for part in inner[k]] for k in inner}
    return {**spec, **filled}


def _unit(spec: Spec, tooltip: Any) -> Spec:
    mark = {"type": spec["mark"]} if isinstance(spec["mark"], str) else dict(spec["mark"])
    encoding = dict(spec.get("encoding", {}))
    fields = [tooltip] if isinstance(tooltip, Mapping) else list(tooltip or ())
    if not fields or mark.get("aria") is False:
        mark["aria"] = False
    else:
        encoding.setdefault("description", {"value": {"expr": sentence(fields)}})
    if not fields:
        mark["tooltip"] = None
    return {**spec, "mark": mark, "encoding": encoding}


def sentence(fields: list[Mapping[str, Any]]) -> str:
    """Spell a tooltip as one Vega expression: `accuracy: 93%; seeds: 10`."""
    return " + '; ' + ".join(_part(field) for field in fields)


def _part(field: Mapping[str, Any]) -> str:
    datum = f"datum[{json.dumps(field['field'])}]"
    form = field.get("format")
    value = f"format({datum}, {json.dumps(form)})" if form else datum
    title = field.get("title") or field["field"].replace("_", " ")
    return f"{json.dumps(title + ': ')} + (isValid({datum}) ? {value} : 'none')"
