"""Axes that figures share: one format for each kind of number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

SIGNED_POINTS = "datum.value ? format(100 * datum.value, '+.0f') : '0'"
"""Labels of an axis of differences of shares: whole points with their sign."""
POINTS = "format(100 * datum.value, '.0f')"
"""Labels of an axis of shares or of sizes of differences, in whole points."""

MILLIONS = (
    "datum.value < 1e9 ? format(datum.value / 1e6, '~g') + ' million' : "
    "format(datum.value / 1e9, '~g') + ' billion'"
)
"""Labels of an axis of large counts, in words."""


def share(title: str | None, *, column: str = "mean", **scale: Any) -> alt.Y:
    """Shares in percent, up the side; the axis need not begin at zero."""
    look = alt.Scale(**{"zero": False, **scale})
    return alt.Y(f"{column}:Q", title=title, axis=alt.Axis(format=".0%"), scale=look)


def stretched(title: str) -> alt.Y:
    """Shares in percent, up the side, stretched at the top: for what is mostly right."""
    axis = alt.Axis(format=".0%", values=[0.2, 0.4, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0])
    scale = alt.Scale(type="pow", exponent=6, zero=False)
    return alt.Y("mean:Q", title=f"{title} (stretched at the top)", axis=axis, scale=scale)


def measure(title: str | None, *, column: str = "mean", **scale: Any) -> alt.Y:
    """A number in its own unit, up the side; the title names the unit."""
    look = alt.Scale(**scale) if scale else alt.Undefined
    return alt.Y(f"{column}:Q", title=title, scale=look)


def score(metric: str, name: str = "") -> alt.Y:
    """Accuracy in percent or loss in nats, whichever a view shows.

    Args:
        metric: `"accuracy"` or `"loss"`.
        name: What stands before the unit; the metric by default.
    """
    if metric == "accuracy":
        return share(name or metric)
    return measure(f"{name or metric} (cross-entropy, nats)", zero=False)


def points(
    title: str, *, column: str = "mean", up: bool = False, signed: bool = True,
    scale: Any = alt.Undefined, **axis: Any,
) -> Any:  # fmt: skip
    """Differences of shares in whole points.

    Args:
        title: Of the axis.
        column: What is shown.
        up: Whether it goes up the side; along the bottom by default.
        signed: Whether differences have their sign; else they are sizes.
        scale: Of the axis.
        axis: Further settings of it: `tickCount`, `values`.
    """
    look = alt.Axis(labelExpr=SIGNED_POINTS if signed else POINTS, **axis)
    channel = alt.Y if up else alt.X
    return channel(f"{column}:Q", title=title, axis=look, scale=scale)


def sizes(
    column: str, title: str, values: Sequence[float] = (), *, log: bool = False, base: float = 2
) -> alt.X:
    """A ladder of sizes along the bottom, with marks at some of its rungs."""
    kind: dict[str, Any] = {"type": "log", "base": base, "nice": False} if log else {}
    axis = alt.Axis(values=list(values), format="d") if values else alt.Axis()
    return alt.X(f"{column}:Q", title=title, scale=alt.Scale(**kind, padding=12), axis=axis)


def steps(column: str, title: str | None, **axis: Any) -> alt.X:
    """Named steps along the bottom, in the order of the table, their names written level."""
    return alt.X(f"{column}:O", title=title, sort=None, axis=alt.Axis(labelAngle=0, **axis))


def rows(column: str, order: Sequence[str] | None = None, **axis: Any) -> alt.Y:
    """Named rows: arms, methods, groups."""
    look = {"title": None, "ticks": False, "domain": False, **axis}
    return alt.Y(f"{column}:N", sort=None if order is None else list(order), axis=alt.Axis(**look))


def names(
    column: str, order: Sequence[str] | None = None, *, limit: int = 130, **more: Any
) -> alt.Y:
    """Named rows beside their axis, each name written, however close they stand.

    Args:
        column: Holds the names.
        order: Of the names; that of the table by default.
        limit: Most pixels of a name.
        more: Further settings of the encoding: `scale`, another `sort`.
    """
    axis = alt.Axis(labelLimit=limit, labelOverlap=False, labelFlush=False)
    look = {"sort": None if order is None else list(order), "title": None, "axis": axis, **more}
    return alt.Y(f"{column}:N", **look)
