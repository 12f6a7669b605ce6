"""A figure at the size of a thumb: its lines or its dots, without axes, as SVG.

Read off the same chart and table as the figure itself, so nothing in it is drawn by hand.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from core.charts import standalone, theme
from core.lab.experiment import Figure
from core.lab.settings import View

WIDTH, HEIGHT, EDGE = 240, 44, 4
"""Of the picture, and the room left free around what is drawn, in its own unit."""
MOST = 9
"""Series, or rows, that are drawn: the first ones."""
APART = ("strokeDash", "detail")
"""What tells lines of one colour apart."""
Spec = Mapping[str, Any]


@dataclass(frozen=True)
class Unit:
    """One mark of a compiled chart with what it inherits.

    Attributes:
        mark: Its type.
        encoding: Channel -> what it shows.
    """

    mark: str
    encoding: Mapping[str, Any]

    def field(self, channel: str) -> str:
        """Column that a channel shows; empty where it shows none."""
        found = self.encoding.get(channel)
        return str(found.get("field", "")) if isinstance(found, Mapping) else ""

    def measures(self, channel: str) -> bool:
        """Whether a channel shows a number."""
        found = self.encoding.get(channel)
        return isinstance(found, Mapping) and found.get("type") == "quantitative"


def sketch(figure: Figure[Any, Any], result: Any, view: View) -> str:
    """Draw a figure small; empty where it has neither lines nor dots with numbers.

    Args:
        figure: One of an experiment's.
        result: What a run of the experiment returned.
        view: How it is drawn.
    """
    table, _ = standalone.data(figure, result, view)
    if table.empty:
        return ""
    if figure.panels:
        table = standalone.panel(table, str(table["panel"].iloc[0]))
    units = list(_units(figure.chart(view).to_dict(), {}, None))
    marks = next((found for unit in units if (found := _lines(unit, table))), "")
    marks = marks or next((found for unit in units if (found := _dots(unit, table))), "")
    return _framed(figure.title, marks) if marks else ""


def _framed(title: str, marks: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}" role="img" '
        f'preserveAspectRatio="xMinYMid" aria-label="Measured: {escape(title)}">{marks}</svg>'
    )


def _units(spec: Spec, above: Mapping[str, Any], data: Any) -> Iterator[Unit]:
    """Every mark that shows the figure's own table, whole: none of a transformed part."""
    encoding = {**above, **spec.get("encoding", {})}
    data = spec.get("data", data)
    if spec.get("transform"):
        return
    if "mark" in spec and data == {"name": "table"}:
        mark = spec["mark"]
        yield Unit(mark if isinstance(mark, str) else mark["type"], encoding)
    for part in spec.get("layer", ()):
        yield from _units(part, encoding, data)


def _lines(unit: Unit, table: pd.DataFrame) -> str:
    x, y = unit.field("x"), unit.field("y")
    held = {x, y} <= set(table.columns) and unit.measures("y")
    if unit.mark != "line" or not held or not pd.api.types.is_numeric_dtype(table[x]):
        return ""
    across = _places(table[x], unit.encoding["x"], EDGE, WIDTH - EDGE)
    up = _places(table[y], unit.encoding["y"], HEIGHT - EDGE, EDGE)
    colored = _names(unit, table, "color")
    colors = _colors(unit.encoding.get("color"), list(dict.fromkeys(colored)))
    groups = list(zip(colored, *(_names(unit, table, one) for one in APART), strict=True))
    drawn = []
    for name in list(dict.fromkeys(groups))[:MOST]:
        rows = np.array([one == name for one in groups]) & np.isfinite(across) & np.isfinite(up)
        order = np.argsort(across[rows], kind="stable")
        points = " ".join(
            f"{a:.1f},{b:.1f}"
            for a, b in zip(across[rows][order], up[rows][order], strict=True)
        )  # fmt: skip
        if rows.sum() > 1:
            drawn.append(
                f'<polyline points="{points}" fill="none" stroke="{colors[name[0]]}" '
                'stroke-width="3"/>'
            )
    return "".join(drawn)


def _names(unit: Unit, table: pd.DataFrame, channel: str) -> pd.Series[Any]:
    """What each row is called in the column that a channel shows; nothing where it shows none."""
    own = unit.field(channel)
    return table[own].astype(str) if own in table else pd.Series("", table.index)


def _dots(unit: Unit, table: pd.DataFrame) -> str:
    x = unit.field("x")
    ends = ["mean", "low", "high"]
    if unit.mark not in ("point", "circle") or x != "mean" or not set(ends) <= set(table.columns):
        return ""
    rows = table.head(MOST)
    flat = pd.Series(rows[ends].to_numpy(dtype=float).ravel())
    across = _places(flat, unit.encoding["x"], EDGE, WIDTH - EDGE).reshape(-1, 3)
    groups = _names(unit, rows, "color")
    colors = _colors(unit.encoding.get("color"), list(dict.fromkeys(groups)))
    drawn = []
    for place, ((mean, low, high), name) in enumerate(zip(across, groups, strict=True)):
        y = EDGE + (HEIGHT - 2 * EDGE) * (place + 0.5) / len(rows)
        if math.isfinite(mean) and math.isfinite(low) and math.isfinite(high):
            drawn.append(
                f'<path d="M{low:.1f},{y:.1f}H{high:.1f}M{mean:.1f},{y - 2:.1f}v4" '
                f'stroke="{colors[name]}" stroke-width="3"/>'
            )
    return "".join(drawn)


def _places(values: pd.Series[Any], encoding: Spec, first: float, last: float) -> np.ndarray:
    """Where numbers lie between two edges, on the scale of their axis; NaN where they have none."""
    found = values.to_numpy(dtype=float)
    scale = encoding.get("scale") or {}
    if scale.get("type") == "symlog":
        found = np.sign(found) * np.log1p(np.abs(found))
    if scale.get("type") == "log":
        with np.errstate(divide="ignore", invalid="ignore"):
            found = np.where(found > 0, np.log(found), np.nan)
    known = found[np.isfinite(found)]
    if not len(known):
        return np.full(len(found), np.nan)
    low, high = known.min(), known.max()
    share = (found - low) / (high - low) if high > low else np.full(len(found), 0.5)
    placed: np.ndarray = first + share * (last - first)
    return placed


def _colors(encoding: Any, names: Sequence[str]) -> Mapping[str, str]:
    """Colour of each series, as the figure has it."""
    found = encoding if isinstance(encoding, Mapping) else {}
    scale = found.get("scale") or {}
    known = dict(zip(map(str, scale.get("domain", ())), scale.get("range", ()), strict=False))
    one = found.get("value")
    spare = one if isinstance(one, str) else theme.ACCENT
    return {name: str(known.get(name, spare)) for name in names}
