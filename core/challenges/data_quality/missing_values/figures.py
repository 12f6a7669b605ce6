"""The figures of the experiment on missing and wrong values."""

from __future__ import annotations

import altair as alt
import pandas as pd

from core.challenges.data_quality import gain_figures
from core.challenges.data_quality.missing_values.config import (
    ARMS,
    SHARES,
    WRONG_ROWS,
    MissingValuesResult,
    MissingValuesView,
)
from core.charts import axes, kinds, marks, theme
from core.charts.summaries import within
from core.data.unit_errors import AS_THEY_STAND, BLANKED, CLIPPED, PUT_RIGHT, WAYS
from core.lab.experiment import Figure
from core.lab.intervals import SHARE, differences
from core.lab.scores import rows_where
from core.lab.wording import listed, number
from core.models.imputing import MEAN

COLORS = dict(
    zip(ARMS, (theme.BASELINE, theme.REMEDY, theme.TRAIN, theme.ACCENT, theme.VALIDATION),
        strict=True)
)  # fmt: skip
DASHES = dict(zip(ARMS, ((1, 0), (8, 3), (2, 3), (6, 2, 2, 2), (4, 4)), strict=True))
COLOR, DASH = marks.series_color("arm", ARMS, colors=COLORS), marks.series_dash("arm", DASHES)

WAY_COLORS = {
    AS_THEY_STAND: theme.WARNING, CLIPPED: theme.ACCENT, BLANKED: theme.BASELINE,
    PUT_RIGHT: theme.REMEDY,
}  # fmt: skip
WAY_DASHES = {AS_THEY_STAND: (1, 0), CLIPPED: (6, 2, 2, 2), BLANKED: (2, 3), PUT_RIGHT: (8, 3)}


def _share_axis(shares: tuple[float, ...] = SHARES) -> alt.X:
    axis = alt.Axis(format=".0%", values=list(shares))
    scale = alt.Scale(domain=[shares[0], shares[-1]], nice=False, padding=12)
    return alt.X("share:Q", title="missing values in each column", axis=axis, scale=scale)


def _in_order(rows: pd.DataFrame) -> pd.DataFrame:
    place = rows["arm"].map({arm: i for i, arm in enumerate(ARMS)})
    return rows.assign(place=place).sort_values(["place", "share"], kind="stable")


def by_share(result: MissingValuesResult, view: MissingValuesView) -> pd.DataFrame:
    """Accuracy of every arm by how much is missing."""
    return _in_order(result.scores)[["share", "arm", "seed", "value"]]


def by_share_caption(table: pd.DataFrame, view: MissingValuesView) -> str:
    """Every arm where so much is missing as is chosen."""
    rows = rows_where(table, {"share": view.share})
    told = [f"{row.arm} {number(float(row.mean), SHARE)}" for row in rows.itertuples()]
    return f"Accuracy with {view.share:.0%} missing: {listed(told)}." if told else ""


def gains(result: MissingValuesResult, view: MissingValuesView) -> pd.DataFrame:
    """What each arm adds to filling in the mean, seed by seed, at the share that is chosen."""
    return differences(rows_where(by_share(result, view), {"share": view.share}), "arm", MEAN)


def errors(result: MissingValuesResult, view: MissingValuesView) -> pd.DataFrame:
    """How far filled values are from the true ones, by how much is missing."""
    return _in_order(result.errors)[["share", "arm", "seed", "value"]]


def errors_caption(table: pd.DataFrame, view: MissingValuesView) -> str:
    """The error of each way to fill, where so much is missing as is chosen."""
    rows = rows_where(table, {"share": view.share})
    told = [f"{row.arm} {number(float(row.mean))}" for row in rows.itertuples()]
    return (
        f"With {view.share:.0%} missing, filled values are off by (standard deviations): "
        f"{listed(told)}." if told else ""
    )  # fmt: skip


def units(result: MissingValuesResult, view: MissingValuesView) -> pd.DataFrame:
    """Accuracy of every way to treat wrong units, by how many rows have one."""
    place = result.units["way"].map({way: i for i, way in enumerate(WAYS)})
    rows = result.units.assign(place=place).sort_values(["place", "rows"], kind="stable")
    return rows[["rows", "way", "seed", "value"]]


def units_caption(table: pd.DataFrame, view: MissingValuesView) -> str:
    """Every way where most rows have the wrong unit."""
    rows = rows_where(table, {"rows": WRONG_ROWS[-1]})
    told = [f"{row.way} {number(float(row.mean), SHARE)}" for row in rows.itertuples()]
    start = f"Accuracy where {WRONG_ROWS[-1]:.0%} of the rows have the wrong unit"
    return f"{start}: {listed(told)}." if told else ""


FIGURES: tuple[Figure[MissingValuesResult, MissingValuesView], ...] = (
    kinds.lines(
        "by_share", "What holes in a table cost", by_share, by=("share", "arm"), x=_share_axis(),
        y=axes.share("accuracy"), color=COLOR, dash=DASH, caption=by_share_caption, live=True,
        extra=lambda table, view: within(table),
        note="New rows have holes by the same law. Line: mean over the seeds; band: its 95% "
        "interval; faint dots: single seeds. Four networks, and trees that need no filling.",
    ),
    gain_figures.gains(
        "gains", "Gain over filling in the mean", gains, ARMS[1:],
        gain_figures.points("accuracy gained (points)"),
        lambda view: f"Against the mean, with {view.share:.0%} missing",
        note="The trees are another kind of model, so what they add is not all due to the holes.",
    ),
    kinds.lines(
        "errors", "How well the holes are guessed", errors, by=("share", "arm"),
        x=_share_axis(SHARES[1:]), y=axes.measure("error of filled values (SD)"),
        color=COLOR, dash=DASH, caption=errors_caption,
        extra=lambda table, view: within(table, high=float("inf")),
        note="Root mean squared distance of filled values from the true ones, in new rows. The "
        "smaller error need not give the better answers: that a value is missing can say more.",
    ),
    kinds.lines(
        "units", "Grams for kilograms: one column in the wrong unit", units, by=("rows", "way"),
        x=axes.steps("rows", "rows in which the radius has the wrong unit", format=".0%"),
        y=axes.share("accuracy"),
        color=marks.series_color("way", WAYS, colors=WAY_COLORS, columns=2),
        dash=marks.series_dash("way", WAY_DASHES), caption=units_caption,
        extra=lambda table, view: within(table),
        note="Nothing else is missing or wrong here. Columns are scaled by their mean and standard "
        "deviation, which a few values of another size decide. Clipped: at 1.5 interquartile "
        "ranges from the quartiles. Noticed by their size, as missing or put right, are values "
        "that are powers of ten off the median.",
    ),
)  # fmt: skip
