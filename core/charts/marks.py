"""Marks shared by the challenges' charts; all read the named data set `table`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from core.charts import theme

TABLE = alt.Data(name="table")
SEEDS = alt.Data(name="seeds")


def of_column(encoding: Any, column: str) -> Any:
    """The same axis for another column: title, format and scale stay, so that marks share it."""
    other = encoding.copy()
    other.shorthand = f"{column}:Q"
    return other


def series_color(
    field: str,
    domain: Sequence[str],
    title: str | None = None,
    colors: Mapping[str, str] = {},
    columns: int | None = None,
    **look: Any,
) -> alt.Color:
    """Colour by series: fixed meanings first, then `theme.SERIES` in order.

    Args:
        field: Column that names the series.
        domain: The names, in legend order.
        title: Legend title; none by default, since the names speak.
        colors: Further fixed colours, by name.
        columns: Of the legend, where panels are narrow; as many as fit, at most 4, by default.
        look: Further settings of the legend: `symbolType`, `symbolSize`.
    """
    fixed = {**theme.SPLIT_COLORS, **colors}
    spare = iter(theme.SERIES * 3)
    scale = alt.Scale(domain=list(domain), range=[fixed.get(n) or next(spare) for n in domain])
    legend = alt.Legend(
        title=title, orient="top", direction="horizontal",
        columns=legend_columns(domain, 4) if columns is None else columns,
        **{"symbolOpacity": 1, "symbolSize": 90, **look},
    )  # fmt: skip
    return alt.Color(f"{field}:N", scale=scale, legend=legend)


def row_color(field: str, colors: Mapping[str, str]) -> alt.Color:
    """Colours of named rows, which need no legend."""
    scale = alt.Scale(domain=list(colors), range=list(colors.values()))
    return alt.Color(f"{field}:N", scale=scale, legend=None)


def series_dash(field: str, dashes: Mapping[str, Sequence[int]]) -> alt.StrokeDash:
    """Dashes by series, told by no legend: the colours have one.

    Args:
        field: Column that names the series.
        dashes: Name -> lengths drawn and left out in turn, in pixels; `(1, 0)` leaves nothing out.
    """
    scale = alt.Scale(domain=list(dashes), range=[list(dash) for dash in dashes.values()])
    return alt.StrokeDash(f"{field}:N", scale=scale, legend=None)


def one_color(color: str = theme.ACCENT) -> Any:
    """Colour of a figure that has one series."""
    return alt.value(color)


def legend_columns(names: Sequence[str], most: int) -> alt.ExprRef:
    """As many columns as fit beside each other: on a phone a legend must not run off the side.

    Args:
        names: The entries.
        most: Columns where there is room.
    """
    entry = 28 + 6.0 * max((len(name) for name in names), default=0)
    return alt.ExprRef(f"max(1, min({most}, floor(width / {entry:.0f})))")


def bands(base: alt.Chart, y: alt.Y, width: float = 2.2, opacity: float = 0.18) -> list[Any]:
    """A band from `low` to `high` and the line of `mean`, both ending at the frame.

    Args:
        base: Chart with the horizontal axis and the colour of the series.
        y: Encoding of `mean`; reused for the band.
        width: Of the line in pixels.
        opacity: Of the band.
    """
    band = base.mark_area(opacity=opacity, clip=True)
    line = base.mark_line(strokeWidth=width, clip=True)
    return [band.encode(y=of_column(y, "low"), y2=alt.Y2("high:Q")), line.encode(y=y)]


def dashed(**at: Any) -> alt.Chart:
    """A dashed line against which values read, at `x=alt.XDatum(...)` or `y=alt.YDatum(...)`."""
    rule = alt.Chart(TABLE).mark_rule(aria=False, color=theme.BASELINE, strokeDash=[4, 4])
    return rule.encode(**at)


def interval_lines(
    x: alt.X, y: alt.Y, color: alt.Color | Any, *, seeds: bool = False, dash: Any = None
) -> alt.LayerChart:
    """Mean lines with interval bands, and optionally the single seeds as faint points.

    The table has the columns of `x` and `color`, and `mean`, `low`, `high`, `n`; the single
    seeds come as the underlay `seeds` with `seed` and `value`.

    Args:
        x: Encoding of the horizontal axis.
        y: Encoding of `mean` with title, format and scale; reused for band and points.
        color: Encoding of the series, or one colour (`one_color`).
        seeds: Whether the underlay `seeds` is drawn.
        dash: Optional stroke-dash encoding.
    """
    base = alt.Chart(TABLE).encode(x=x, color=color)
    if dash is not None:
        # Else lines of one colour would share one band, from one to the other and back.
        base = base.encode(detail=dash.shorthand)
    tooltip = [
        alt.Tooltip(x.shorthand, title=_title(x)),
        *_which_line(color, dash),
        *_measured(y),
    ]
    band, line = bands(base, y)
    if dash is not None:
        line = line.encode(strokeDash=dash)
    dot = base.mark_point(filled=True, size=34, opacity=1, clip=True)
    layers: list[Any] = [band, line, dot.encode(y=y, tooltip=tooltip)]
    if seeds:
        value = of_column(y, "value")
        faint = alt.Chart(SEEDS).mark_point(filled=True, size=12, opacity=0.35, clip=True)
        layers.insert(1, faint.encode(x=x, y=value, color=color))
    return alt.layer(*layers).properties(height=theme.FIGURE_HEIGHT)


def curve_layers(
    x: alt.X, y: alt.Y, color: alt.Color, places: Sequence[alt.Tooltip] = (), *,
    dash: alt.StrokeDash | None = None, opacity: float = 0.18,
) -> list[Any]:  # fmt: skip
    """Mean lines with interval bands for many points: none is drawn, each has its tooltip.

    Args:
        x: Encoding of the horizontal axis.
        y: Encoding of `mean`; reused for the band.
        color: Encoding of the series.
        places: What a tooltip tells before the mean; series and place by default.
        dash: Encoding of the dashes, which tell lines of one colour apart.
        opacity: Of the bands.
    """
    base = alt.Chart(TABLE).encode(x=x, color=color)
    if dash is not None:
        base = base.encode(detail=dash.shorthand)
    which = _which_line(color, dash)
    place = [*which, alt.Tooltip(x.shorthand)]
    known = {one.shorthand for one in places}
    further = [one for one in which[1:] if one.shorthand not in known]
    tooltip = [*([*further, *places] if places else place), *told()]
    touch = base.mark_point(size=160, opacity=0, clip=True).encode(y=y, tooltip=tooltip)
    band, line = bands(base, y, opacity=opacity)
    return [band, line if dash is None else line.encode(strokeDash=dash), touch]


def interval_bars(
    y: alt.Y, x: alt.X, color: alt.Color | alt.Value | Any, *, zero_rule: bool = True,
    offset: alt.YOffset | None = None, level: float = 0.0, size: float = 90, width: float = 3,
    shape: alt.Shape | None = None, tooltip: Sequence[alt.Tooltip] | None = None,
) -> alt.LayerChart:  # fmt: skip
    """One dot with its interval per row, and a line at zero: differences read against it.

    Args:
        y: Encoding of the rows (arms).
        x: Encoding of `mean` with title and format; reused for the interval.
        color: Encoding of the rows' colour.
        zero_rule: Whether to draw the line at zero.
        offset: Encoding of the place within a row, where a row holds several dots.
        level: Where that line stands, if the dots read against another number.
        size: Of a dot, in square pixels.
        width: Of an interval's line, in pixels.
        shape: Encoding of the dots' shape, where it repeats what the colour says.
        tooltip: What a dot tells; its row, mean and interval by default.
    """
    low = of_column(x, "low")
    base = alt.Chart(TABLE).encode(y=y, color=color)
    if offset is not None:
        base = base.encode(yOffset=offset)
    span = base.mark_rule(aria=False, strokeWidth=width).encode(x=low, x2=alt.X2("high:Q"))
    if tooltip is None:
        tooltip = [alt.Tooltip(y.shorthand, title="row"), *_measured(x)]
    dot = base.mark_point(filled=True, size=size, opacity=1).encode(x=x, tooltip=list(tooltip))
    if shape is not None:
        dot = dot.encode(shape=shape)
    layers: list[Any] = [span, dot]
    if zero_rule:
        layers.insert(0, dashed(x=alt.XDatum(level)))
    return alt.layer(*layers)


def seed_dots(y: alt.Y, x: alt.X, color: Any, *, size: int = 20, opacity: float = 0.4) -> alt.Chart:
    """The single seeds of `interval_bars`, faint: `value` of the underlay `seeds`.

    Args:
        y: Encoding of the rows, as there.
        x: Encoding of `mean`, as there; reused for the seeds.
        color: Encoding of the dots' colour.
        size: Of a dot, in square pixels.
        opacity: Of a dot, in [0, 1].
    """
    value = of_column(x, "value")
    dots = alt.Chart(SEEDS).mark_point(filled=True, size=size, opacity=opacity)
    return dots.encode(x=value, y=y, color=color)


def _title(encoding: Any) -> Any:
    """Return a channel's title; attributes of a channel set, only its items read."""
    title = encoding["title"]
    return title if isinstance(title, str) else alt.Undefined


def _which_line(color: Any, dash: Any) -> list[alt.Tooltip]:
    """Tell a line by its colour, and by its dashes where they say something else."""
    found = [alt.Tooltip(color.shorthand, title="series")] if isinstance(color, alt.Color) else []
    known = {one.shorthand for one in found}
    if dash is not None and dash.shorthand not in known:
        words = dash.shorthand.split(":")[0].replace("_", " ")
        found.append(alt.Tooltip(dash.shorthand, title=words))
    return found


def _measured(axis: Any) -> list[alt.Tooltip]:
    """Spell a mean and its interval under the name and in the format of their axis."""
    found = axis["axis"]
    form = found["format"] if isinstance(found, alt.Axis) else ""
    form = ".1%" if isinstance(form, str) and form.endswith("%") else ".4~g"
    named = _title(axis)
    return told(form, "mean" if named is alt.Undefined else named)


def told(form: str = ".4~g", title: str = "mean", seeds: bool = True) -> list[alt.Tooltip]:
    """Tooltips of a mean and its interval.

    Args:
        form: Format of the numbers.
        title: What the mean is called.
        seeds: Whether the number of seeds is told too.
    """
    found = [
        alt.Tooltip("mean:Q", format=form, title=title),
        alt.Tooltip("low:Q", format=form, title="interval low"),
        alt.Tooltip("high:Q", format=form, title="interval high"),
    ]
    return [*found, alt.Tooltip("n:Q", title="seeds")] if seeds else found


def image_background() -> alt.Chart:
    """An image that fills the plot, from the underlay `image` with the column `url`."""
    return (
        alt.Chart(alt.Data(name="image"))
        .mark_image(
            width=alt.expr("width"),
            height=alt.expr("height"),
            aspect=False,
            align="left",
            baseline="top",
            aria=False,
            tooltip=None,
        )
        .encode(x=alt.value(0), y=alt.value(0), url="url:N")
    )
