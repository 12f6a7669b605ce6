"""How a chart looks on a page, for a drawing that is made without one.

The page library lays its own settings under a chart's; here they are written down once, in its
light mode. `tests/slides/test_look.py` fails when the installed library has others.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.charts import theme

Spec = dict[str, Any]
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
"""What the drawing program brings with it, and fonts whose letters are as wide."""
FAINT = {"labelColor": theme.PAPER_FAINT, "titleColor": theme.PAPER_FAINT}
CONFIG: Spec = {
    "background": "transparent",
    "fieldTitle": "verbal",
    "title": {"align": "left", "anchor": "start", "color": theme.PAPER_INK,
              "titleFontStyle": "normal", "fontWeight": 600, "fontSize": 16, "orient": "top",
              "offset": 26},
    "header": {**FAINT, "titleFontWeight": 400, "titleFontSize": 16, "titleFontStyle": "normal",
               "labelFontSize": 12, "labelFontWeight": 400, "labelFontStyle": "normal"},
    "axis": {**FAINT, "labelFontSize": 12, "labelFontWeight": 400, "labelFontStyle": "normal",
             "titleFontWeight": 400, "titleFontSize": 14, "titleFontStyle": "normal",
             "ticks": False, "gridColor": theme.PAPER_LINE, "domain": False, "domainWidth": 1,
             "domainColor": theme.PAPER_LINE, "labelFlush": True, "labelFlushOffset": 1,
             "labelBound": False, "labelLimit": 100, "titlePadding": 16, "labelPadding": 16,
             "labelSeparation": 4, "labelOverlap": True},
    "legend": {**FAINT, "labelFontSize": 14, "labelFontWeight": 400, "titleFontSize": 14,
               "titleFontWeight": 400, "titleFontStyle": "normal", "titlePadding": 8,
               "labelPadding": 16, "columnPadding": 8, "rowPadding": 4, "padding": 8,
               "symbolStrokeWidth": 4},
    "range": {"category": list(theme.PAPER_SERIES)},
    "view": {"columns": 1, "strokeWidth": 0, "stroke": "transparent", "continuousHeight": 350,
             "continuousWidth": 400},
    "concat": {"columns": 1},
    "facet": {"columns": 1},
    "mark": {"color": theme.PAPER_SERIES[0]},
    "bar": {"binSpacing": 4, "discreteBandSize": {"band": 0.85}},
    "axisDiscrete": {"grid": False},
    "axisXPoint": {"grid": False},
    "axisTemporal": {"grid": False},
    "axisXBand": {"grid": False},
}  # fmt: skip
BELOW = 8
"""Pixels under a chart."""


def as_on_a_page(spec: Mapping[str, Any], tables: Mapping[str, Any], width: float) -> Spec:
    """Make a chart ready for drawing.

    Args:
        spec: Its specification, as pages send it: with names of data sets, and no data.
        tables: By those names, their rows.
        width: Of the whole chart with its axes, in pixels.
    """
    config = {**_laid_over(CONFIG, spec.get("config", {})), "font": FONT, "aria": False}
    kind = "fit-x" if "vconcat" in spec else "fit"
    return {
        "autosize": {"type": kind, "contains": "padding"},
        **{key: value for key, value in spec.items() if key != "usermeta"},
        "config": config,
        "datasets": dict(tables),
        "width": width,
        "padding": {"bottom": BELOW},
    }


def _laid_over(under: Mapping[str, Any], over: Mapping[str, Any]) -> Spec:
    """Settings with those of a chart laid over them, group by group."""
    both = {**under, **over}
    for name in under.keys() & over.keys():
        if isinstance(under[name], Mapping) and isinstance(over[name], Mapping):
            both[name] = _laid_over(under[name], over[name])
    return both
