"""The figures of the landscape."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import numpy as np
import pandas as pd

from core.challenges.tuning.landscape.config import (
    RATES,
    TEST,
    LandscapeResult,
)
from core.charts import axes, kinds, marks, theme
from core.charts.summaries import within
from core.lab.experiment import Figure
from core.lab.intervals import SHARE, summarise, t_interval
from core.lab.scores import rows_where
from core.lab.settings import View
from core.lab.wording import number, with_interval

PICKED, NEAR, BEHIND, BROKEN = (
    "picked", "not clearly behind it", "clearly behind it", "most broke down",
)  # fmt: skip
SHAPES = {PICKED: "diamond", NEAR: "circle", BROKEN: "cross"}
SLICES = ("lowest setting", "usual setting", "highest setting")
GROWS, SWEPT = "one run, the rate grows", "one run for each rate, at its end"
MOST_LOSS, LEAST_LOSS = 10.0, 0.001
RATE = alt.X("rate:Q", title="learning rate (log scale)",
             axis=alt.Axis(values=[0.001, 0.01, 0.1, 1, 10], format="~g"),
             scale=alt.Scale(type="log", nice=False, padding=12))  # fmt: skip


def map_table(result: LandscapeResult, view: View) -> pd.DataFrame:
    """Every cell's accuracy with its interval, and how it stands to the picked one."""
    rows = rows_where(result.scores, {"split": TEST, "metric": "accuracy"})
    table = within(summarise(rows, ["rate", "setting"]))
    picked = result.picked()
    own = result.accuracy(*picked)
    broken = result.collapsed().mean(0).ravel() > 0.5
    table = table.assign(behind=own.mean - table["mean"], standing=BEHIND)
    seeds, grid = result.grid()
    for place, gaps in enumerate((own.values[:, None] - grid.reshape(len(seeds), -1)).T):
        gap = t_interval(gaps)
        if gap.low <= 0:
            table.loc[place, "standing"] = NEAR
        if broken[place]:
            table.loc[place, "standing"] = BROKEN
    at = (table["rate"] == picked[0]) & (table["setting"] == picked[1])
    table.loc[at, "standing"] = PICKED
    rate = table["rate"].map("{:g}".format)
    return table.assign(rate=rate, setting=table["setting"].map(result.named))[
        ["rate", "setting", "standing", "mean", "low", "high", "n", "behind"]
    ]


def map_caption(table: pd.DataFrame, view: View) -> str:
    """Where the picked cell lies and how many cells are as good, as far as can be told."""
    if table.empty or PICKED not in set(table["standing"]):
        return ""
    own = table[table["standing"] == PICKED].iloc[0]
    near, broken = (int((table["standing"] == kind).sum()) for kind in (NEAR, BROKEN))
    return (
        f"Picked: rate {own['rate']} with {own['setting']}, {number(own['mean'], SHARE)}. "
        f"Of the other settings {near} are not clearly behind it, and in {broken} most networks "
        "broke down."
    )


def map_chart(view: View) -> alt.LayerChart:
    """A rectangle per cell, the darker the better, and its standing as a sign."""
    order = [f"{rate:g}" for rate in RATES]
    base = alt.Chart(marks.TABLE).encode(
        x=alt.X("rate:N", title="learning rate", sort=order, scale=alt.Scale(domain=order),
                axis=alt.Axis(values=order[::4], labelAngle=0, ticks=False, domain=False)),
        y=alt.Y("setting:N", title=None, sort=None,
                axis=alt.Axis(ticks=False, domain=False, labelLimit=130, labelOverlap=False)),
    )  # fmt: skip
    depth = alt.Scale(type="sqrt", domain=[0, 0.8], range=[theme.MOST_TINT, 0.02], clamp=True)
    squares = base.mark_rect(color=theme.ACCENT).encode(
        opacity=alt.Opacity("behind:Q", scale=depth, legend=None),
        tooltip=[alt.Tooltip("rate:N", title="learning rate"),
                 alt.Tooltip("setting:N", title="with"),
                 *marks.told(".1%", "accuracy"), alt.Tooltip("standing:N", title="standing")],
    )  # fmt: skip
    legend = alt.Legend(title=None, orient="top", direction="horizontal", symbolSize=70,
                        symbolStrokeColor=theme.INK, symbolFillColor=theme.INK,
                        columns=marks.legend_columns(list(SHAPES), 3))  # fmt: skip
    signs = alt.Scale(domain=list(SHAPES), range=list(SHAPES.values()))
    points = base.transform_filter(f"datum.standing != '{BEHIND}'").mark_point(
        filled=True, color=theme.INK, opacity=1, size=42, aria=False
    ).encode(shape=alt.Shape("standing:N", scale=signs, legend=legend))  # fmt: skip
    return alt.layer(squares, points).properties(height=theme.FIGURE_HEIGHT)


def slice_rows(result: LandscapeResult, view: View) -> pd.DataFrame:
    """Accuracies at three settings of the other knob."""
    settings = (result.settings[0], result.usual, result.settings[-1])
    rows = rows_where(result.scores, {"split": TEST, "metric": "accuracy"})
    named = dict(zip(settings[::-1], SLICES[::-1], strict=True))
    kept = rows[rows["setting"].isin(settings)].drop(columns=["split", "metric"])
    names = {"series": kept["setting"].map(named), "setting": kept["setting"].map(result.named)}
    return kept.assign(**names)


def slice_caption(table: pd.DataFrame, view: View) -> str:
    """The range of the mean accuracies of each line."""
    told = []
    for name, own in table.groupby("series", sort=False):
        ends = [number(float(own["mean"].agg(end)), SHARE) for end in ("min", "max")]
        told.append(f"{name} ({own['setting'].iloc[0]}): from {ends[0]} to {ends[1]}")
    return f"Mean accuracy over all rates, {'; '.join(told)}." if told else ""


def share_rows(result: LandscapeResult, view: View) -> pd.DataFrame:
    """What the variance over the map comes from."""
    parts = [own.rows(part=name) for name, own in result.shares().items()]
    return pd.concat(parts, ignore_index=True).dropna(subset="value")


def share_caption(table: pd.DataFrame, view: View) -> str:
    """All three shares."""
    told = [f"{row.part} {number(row.mean_, SHARE)}" for row in
            table.rename(columns={"mean": "mean_"}).itertuples()]  # fmt: skip
    return f"Of the variance over the whole map: {', '.join(told)}." if told else ""


def loss_rows(result: LandscapeResult, view: View) -> pd.DataFrame:
    """Training loss of the range test and of the sweep, by rate, at the usual setting."""
    own = {"split": "train", "metric": "loss", "setting": result.usual}
    swept = rows_where(result.scores, own)[["seed", "rate", "value"]].assign(series=SWEPT)
    rows = pd.concat([result.range_test.assign(series=GROWS), swept], ignore_index=True)
    finite = rows["value"].replace([np.inf, -np.inf], np.nan).fillna(MOST_LOSS)
    return rows.assign(value=finite.clip(LEAST_LOSS, MOST_LOSS))


def loss_caption(table: pd.DataFrame, view: View) -> str:
    """Where each curve is lowest."""
    told = []
    for name, own in table.groupby("series", sort=False):
        place = own["mean"].idxmin()
        told.append(
            f"{name}: the mean loss stops falling at rate {own['rate'][place]:.3g} "
            f"({number(float(own['mean'][place]))})"
        )
    return "; ".join(told) + "." if told else ""


def _loss_axis() -> alt.Y:
    axis = alt.Axis(values=[0.001, 0.01, 0.1, 1, 10], format="~g")
    scale = alt.Scale(type="log", nice=False)
    return alt.Y("mean:Q", title="training loss (nats; log scale)", axis=axis, scale=scale)


def carried_words(found: LandscapeResult, words: Mapping[str, str]) -> str:
    """The change when a rate is kept while the other knob moves, by its verdict."""
    change = found.carried().estimate
    kind = "equal" if change.low >= -0.01 and change.high <= 0.01 else ""
    kind = kind or ("falls" if change.high < 0 else "rises" if change.low > 0 else "unclear")
    return words[kind].format(with_interval(change))


FIGURES = (
    Figure(
        "map", "Accuracy over two knobs", map_table, map_chart, map_caption, live=True,
        note="Each rectangle is a setting, trained from every seed; the darker, the nearer to the "
        "picked one. One half of the held-out examples picks, the other half is shown. A circle: "
        "its 95% interval does not tell it from the picked one. A cross: more than half of its "
        "networks get fewer than half as many training examples right as at some smaller rate.",
    ),
    kinds.lines(
        "slices", "Three cuts through the map", slice_rows, by=("rate", "series", "setting"),
        x=RATE, y=axes.share("accuracy on new examples", domainMin=0, domainMax=1),
        color=marks.series_color("series", SLICES), caption=slice_caption,
        note="The lowest, the highest and the usual setting of the other knob. Bands and dots are "
        "the noise floor: what seeds alone change.",
    ),
    kinds.intervals(
        "importance", "Which knob decides", share_rows, by=("part",),
        y=axes.rows("part", labelLimit=130), color=marks.one_color(), zero=False,
        x=alt.X("mean:Q", title="share of the variance over the map",
                axis=alt.Axis(format=".0%"), scale=alt.Scale(domain=[0, 1])),
        caption=share_caption, extra=lambda table, view: within(table), seeds=True,
        note="Every setting counts alike. Together: what neither knob does by itself, so that the "
        "right setting of one depends on the other.",
    ),
    kinds.lines(
        "range_test", "One cheap run, or one for each rate", loss_rows, by=("rate", "series"),
        x=RATE, y=_loss_axis(), color=marks.series_color("series", (GROWS, SWEPT)),
        caption=loss_caption, seeds=False,
        extra=lambda table, view: within(table, LEAST_LOSS, MOST_LOSS),
        note="The range test trains one network while its rate grows at each step. Losses over 10 "
        "are drawn at 10, and so are those that overflowed; the other knob is at its usual.",
    ),
)  # fmt: skip
