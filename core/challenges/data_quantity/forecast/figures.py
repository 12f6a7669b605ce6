"""The figures of the forecast: one forecaster's curve, all scores, other ways."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import pandas as pd

from core.challenges.data_quantity.forecast.config import (
    FORMS,
    ForecastResult,
    ForecastView,
)
from core.charts import axes, kinds, marks, theme
from core.lab.experiment import Figure
from core.lab.intervals import POINTS, SHARE, summarise
from core.lab.scores import NotMeasuredError
from core.lab.wording import how_many, listed, number
from core.metrics.placing import last

KNOWN, FORECAST, MEASURED = "known", "forecast", "measured afterwards"
SERIES = {KNOWN: theme.TRAIN, FORECAST: theme.ACCENT, MEASURED: theme.VALIDATION}
INSIDE, OUTSIDE = "band holds it", "band misses it"
VERDICTS = {INSIDE: theme.REMEDY, OUTSIDE: theme.WARNING}
SCORES = ["forecaster", "mean", "low", "high", "n", "verdict"]


def chosen(result: ForecastResult, view: ForecastView) -> pd.DataFrame:
    """The errors of the forecaster that is shown, and what they are to it."""
    seeds = sorted(result.errors["seed"].unique())
    rows = result.errors[result.errors["seed"].isin(seeds[view.forecaster - 1 :][:1])]
    return rows.assign(series=(rows["size"] == result.target).map({False: KNOWN, True: MEASURED}))


def curve(result: ForecastResult, view: ForecastView) -> pd.DataFrame:
    """One forecaster's known errors, law with its band, and what was measured at the target."""
    rows = chosen(result, view)
    found = summarise(rows, ["series", "size"])
    laws = result.laws[result.laws["seed"].isin(rows["seed"])]
    table = pd.concat([found, laws.assign(series=FORECAST, n=1)], ignore_index=True)
    table["largest"] = result.largest
    return table[["series", "size", "mean", "low", "high", "n", "largest"]]


def curve_caption(table: pd.DataFrame, view: ForecastView) -> str:
    """What was forecast, and what came of it."""
    ends = table.groupby("series").tail(1).set_index("series")
    if FORECAST not in ends.index or KNOWN not in ends.index:
        return ""
    law = ends.loc[FORECAST]
    known, said, low, high = (
        number(float(v), SHARE) for v in (ends["mean"][KNOWN], law["mean"], law["low"], law["high"])
    )
    text = (
        f"{number(ends['size'][KNOWN])} examples leave {known} wrong. The forecast for "
        f"{number(law['size'])} is {said}, its band {low} to {high}"
    )
    if MEASURED not in ends.index:
        return f"{text}."
    found = ends["mean"][MEASURED]
    held = "inside it" if law["low"] <= found <= law["high"] else "outside it"
    return f"{text}; measured afterwards: {number(float(found), SHARE)}, {held}."


def curve_chart(view: ForecastView) -> alt.LayerChart:
    """Error against training size: known, forecast with its band, and measured."""
    return marks.interval_lines(
        axes.sizes("size", "training examples (log scale)", log=True),
        axes.share("share of new examples that are wrong", zero=True),
        marks.series_color("series", list(SERIES), colors=SERIES),
        seeds=True,
        dash=marks.series_dash("series", {KNOWN: (1, 0), FORECAST: (6, 4), MEASURED: (1, 0)}),
    )


def draws(result: ForecastResult, view: ForecastView) -> Mapping[str, pd.DataFrame]:
    """The single curves of the forecaster that is shown."""
    return {"seeds": chosen(result, view)[["series", "size", "seed", "value"]]}


def scores(result: ForecastResult, view: ForecastView) -> pd.DataFrame:
    """Forecast and band of every forecaster, less what was measured."""
    try:
        found = result.scored()
    except NotMeasuredError:
        return pd.DataFrame(columns=SCORES)
    ends = {"mean": "forecast", "low": "low", "high": "high"}
    apart = {name: found[column] - found["measured"] for name, column in ends.items()}
    told = found["inside"].map({True: INSIDE, False: OUTSIDE})
    names = [f"seed {seed}" for seed in found["seed"]]
    return pd.DataFrame({"forecaster": names, **apart, "n": 1, "verdict": told})[SCORES]


def scores_caption(table: pd.DataFrame, view: ForecastView) -> str:
    """How many bands held, and on which side the others lay."""
    if table.empty:
        return ""
    missed = table[table["verdict"] == OUTSIDE]
    held = f"{len(table) - len(missed)} of {how_many(len(table), 'band')}"
    if missed.empty:
        return f"{held} hold what was measured."
    sides = {
        "too pessimistic": (missed["low"] > 0).sum(),
        "too optimistic": (missed["high"] < 0).sum(),
    }
    told = listed([f"{n} {side}" for side, n in sides.items() if n])
    return f"{held} hold what was measured; of the others, {told}."


def scores_chart(view: ForecastView) -> alt.LayerChart:
    """One band a row; at zero lies what was measured."""
    tooltip = [
        alt.Tooltip("forecaster:N"), alt.Tooltip("verdict:N"),
        *marks.told(".2%", "forecast − measured", seeds=False),
    ]  # fmt: skip
    return marks.interval_bars(
        axes.rows("forecaster"),
        axes.points("forecast − measured error (points)", tickMinStep=0.01),
        marks.series_color("verdict", list(VERDICTS), colors=VERDICTS), tooltip=tooltip,
    ).properties(height=alt.Step(24))  # fmt: skip


def misses(result: ForecastResult, view: ForecastView) -> pd.DataFrame:
    """How far each way to forecast lay off, by seed."""
    try:
        return pd.concat([abs(result.missed_by(form)).rows(form=form) for form in FORMS])
    except NotMeasuredError:
        return pd.DataFrame(columns=["seed", "value", "form"])


def misses_caption(table: pd.DataFrame, view: ForecastView) -> str:
    """Which way lay closest, as far as the intervals tell."""
    if len(table) < len(FORMS):
        return ""
    best = last(table, "form", POINTS)
    told = [
        f"{row.form} {number(100 * row.mean)} points"
        for row in table.itertuples()
        if row.form != best.name
    ]
    return (
        f"Lowest mean miss: {best.name}, {number(100 * float(best.row['mean']))} points"
        f"{best.hedge}. The others: {', '.join(told)}."
    )


FIGURES: tuple[Figure[ForecastResult, ForecastView], ...] = (
    Figure(
        "curve", "Forecast, then check", curve, curve_chart, curve_caption, draws, live=True,
        note="One forecaster: faint dots are single models, each trained on other examples. The "
        "law is fitted to the known sizes alone; its band holds 95% of the laws fitted to "
        "resampled curves. The models at four times the data are trained afterwards.",
    ),
    Figure(
        "scores", "Every forecaster's band, scored", scores, scores_chart, scores_caption,
        live=True,
        note="Zero is the error that was measured. Dot: forecast; line: its 95% bootstrap band. "
        "Right of zero the forecast was too pessimistic.",
    ),
    kinds.intervals(
        "misses", "Other ways to forecast", misses, by=("form",),
        y=axes.rows("form", FORMS, labelLimit=190),
        x=axes.points(
            "distance of forecast and measured error (points)", signed=False, tickMinStep=0.01
        ),
        color=marks.row_color(
            "form", dict(zip(FORMS, (theme.ACCENT, theme.TRAIN, theme.BASELINE), strict=True))
        ),
        caption=misses_caption, seeds=True,
        note="Mean over the seeds, with 95% intervals; faint dots: single forecasters. Nothing "
        "changes: the error at the largest known size stands for the forecast.",
    ),
)  # fmt: skip
