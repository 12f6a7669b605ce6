"""What is chosen in one figure is marked in all: the same ring, frame or weight everywhere.

Which rows are chosen travels with the data, not in the specification: a choice replaces data in a
chart that stands, and nothing is drawn anew.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from core.charts import theme
from core.lab.experiment import Pick
from core.lab.settings import View, knob_of

CHOSEN = "chosen"
"""Column that is added to the data of a chart; of no table that is shown or kept."""
TEST = f"datum[{json.dumps(CHOSEN)}]"
POINTER = {"cursor": "pointer"}
RINGED = ("point", "circle", "square", "rect", "bar")
Spec = dict[str, Any]


def marked(table: pd.DataFrame, picks: Sequence[Pick], view: View) -> pd.DataFrame:
    """Say of each row whether it is what the view chooses; rows without the columns stay as is.

    Args:
        table: Data of a chart.
        picks: What a click on the chart chooses.
        view: The display choices.
    """
    here = [pick for pick in picks if pick.marks and pick.column in table.columns]
    if not here:
        return table
    chosen = pd.Series(True, index=table.index)
    for pick in here:
        options, wanted = knob_of(type(view), pick.knob).options, getattr(view, pick.knob)
        same = [pick.option(value, options) == wanted for value in table[pick.column]]
        chosen &= np.array(same, dtype=bool)
    return table.assign(**{CHOSEN: chosen})


def choosable(spec: Spec) -> Spec:
    """Give the marks of a compiled chart a pointer, and the chosen ones their look.

    Args:
        spec: A Vega-Lite specification, layered or not; it is not changed.
    """
    if "mark" in spec:
        encoding = dict(spec.get("encoding", {}))
        if "description" in encoding:
            told = encoding["description"]["value"]["expr"]
            said = f"{told} + ({TEST} ? '; chosen' : '')"
            encoding["description"] = {"value": {"expr": said}}
        return {**spec, "mark": _look(dict(spec["mark"]), encoding), "encoding": encoding}
    kinds = ("layer", "hconcat", "vconcat", "concat")
    return {**spec, **{k: [choosable(part) for part in spec[k]] for k in kinds if k in spec}}


def _look(mark: Spec, encoding: Mapping[str, Any]) -> Spec:
    kind = mark["type"]
    if kind == "text":
        return {**mark, "fontWeight": _if_chosen("'bold'", "'normal'"), **POINTER}
    if kind == "image":
        return {**mark, **POINTER}
    if kind not in RINGED or "tooltip" not in encoding:
        return mark
    ring = {"strokeWidth": _if_chosen("2.5", str(mark.get("strokeWidth", 0)))}
    if kind != "point" or mark.get("filled"):
        ring["stroke"] = _if_chosen(f"'{theme.INK}'", "null")
    if mark.get("opacity") == 0:  # It only catches the pointer, and becomes a frame.
        ring |= {"opacity": _if_chosen("1", "0"), "fillOpacity": 0}  # type: ignore[dict-item]
    return {**mark, **ring, **POINTER}


def _if_chosen(then: str, otherwise: str) -> dict[str, str]:
    return {"expr": f"{TEST} ? {then} : {otherwise}"}


def read(
    sent: Any, places: Mapping[str, Sequence[Pick]], options: Callable[[str], Sequence[Any]]
) -> dict[str, Any]:
    """Check what a browser sent: the display choices that a click stands for, none if it is none.

    Args:
        sent: `figure`, and `row`: columns of the mark's data.
        places: Figure -> its picks.
        options: Knob -> its options.
    """
    row = sent.get("row") if isinstance(sent, dict) else None
    figure = sent.get("figure") if isinstance(sent, dict) else None
    if not isinstance(row, dict) or not isinstance(figure, str) or figure not in places:
        return {}
    found: dict[str, Any] = {}
    for pick in places[figure]:
        value = row.get(pick.column)
        plain = isinstance(value, str | int | float) and not isinstance(value, bool)
        option = pick.option(value, options(pick.knob)) if plain else None
        if option is not None:
            found[pick.knob] = option
    return found
