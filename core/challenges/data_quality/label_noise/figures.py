"""The figures of the experiment on wrong labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from core.challenges.data_quality import gain_figures
from core.challenges.data_quality.label_noise.config import (
    ARMS,
    KEEP,
    PANELS,
    RATES,
    SHOWN,
    SIZES,
    LabelNoiseResult,
    LabelNoiseView,
)
from core.charts import axes, kinds, marks, raster, theme, tiles
from core.charts.summaries import within
from core.lab.experiment import Figure, Pick
from core.lab.intervals import SHARE, differences, estimates_of, of_cases
from core.lab.scores import NotMeasuredError, rows_where
from core.lab.wording import how_many, listed, number

COLORS = {KEEP: theme.BASELINE, ARMS[1]: theme.REMEDY, ARMS[2]: theme.TRAIN, ARMS[3]: theme.ACCENT}
DASHES = {KEEP: (1, 0), ARMS[1]: (8, 3), ARMS[2]: (2, 3), ARMS[3]: (6, 2, 2, 2)}
FOUND = {"precision": theme.TRAIN, "recall": theme.VALIDATION, "auc": theme.ACCENT}
MEASURES = {"precision": "precision", "recall": "recall", "auc": "area under the ROC curve"}
COLUMNS = 4
RATE = Pick("rate", "rate")


def _rate_axis(rates: tuple[float, ...] = RATES) -> alt.X:
    axis = alt.Axis(format=".0%", values=list(rates))
    scale = alt.Scale(domain=[min(rates), max(rates)], nice=False, padding=12)
    return alt.X("rate:Q", title="wrong labels among the training examples", axis=axis, scale=scale)


def by_rate(result: LabelNoiseResult, view: LabelNoiseView) -> pd.DataFrame:
    """Accuracy of every arm at every share of wrong labels, arm by arm."""
    order = {arm: place for place, arm in enumerate(ARMS)}
    rows = result.scores.assign(place=result.scores["arm"].map(order))
    return rows.sort_values(["place", "rate"], kind="stable")[["arm", "rate", "seed", "value"]]


def by_rate_caption(table: pd.DataFrame, view: LabelNoiseView) -> str:
    """What wrong labels cost where all are kept, at the rate that is chosen."""
    kept = rows_where(table, {"arm": KEEP}).set_index("rate")["mean"]
    if not {0.0, view.rate} <= set(kept.index):
        return ""
    told = [
        f"{arm} {number(float(mean), SHARE)}"
        for arm, mean in rows_where(table, {"rate": view.rate})[["arm", "mean"]].to_numpy()
    ]
    return (
        f"With true labels {number(float(kept[0.0]), SHARE)} of new images are named right. With "
        f"{view.rate:.0%} wrong ones: {listed(told)}."
    )


def gains(result: LabelNoiseResult, view: LabelNoiseView) -> pd.DataFrame:
    """Accuracy gained over keeping all labels, seed by seed, at the rate that is chosen."""
    return differences(rows_where(by_rate(result, view), {"rate": view.rate}), "arm", KEEP)


def detection(result: LabelNoiseResult, view: LabelNoiseView) -> pd.DataFrame:
    """How well the suspects are the wrong labels, at every share of them."""
    rows = result.detection[result.detection["rate"] > 0]
    pooled = rows.groupby(["metric", "rate"])["cases"].transform("sum")
    rows = rows.assign(measure=rows["metric"].map(MEASURES), pooled=pooled)
    return rows[rows["measure"].notna()].sort_values(["metric", "rate"], kind="stable")


def _open(table: pd.DataFrame) -> pd.DataFrame:
    """Intervals of shares that are no points where all seeds agree."""
    ends = [
        of_cases(found, int(cases)) if cases and found.n else found
        for found, cases in zip(estimates_of(table, SHARE), table["pooled"], strict=True)
    ]
    return within(table.assign(low=[end.low for end in ends], high=[end.high for end in ends]))


def detection_caption(table: pd.DataFrame, view: LabelNoiseView) -> str:
    """Precision, recall and area at the rate that is chosen, where they exist."""
    rows = rows_where(table, {"rate": view.rate})
    rows = rows[rows["n"] > 0]
    told = [f"{row.measure} {number(float(row.mean), SHARE)}" for row in rows.itertuples()]
    return f"With {view.rate:.0%} wrong labels: {'; '.join(told)}." if told else ""


def shown(result: LabelNoiseResult, view: LabelNoiseView) -> pd.DataFrame:
    """The images that are shown, each at its place in its panel; nothing until there are some."""
    rows = rows_where(result.shown, {"rate": view.rate})
    if rows.empty:
        return pd.DataFrame(columns=[*tiles.PLACE, "cell", "picture", "given", "true", "suggested"])
    parts = [_placed(rows_where(rows, {"panel": panel}), panel) for panel in PANELS]
    return pd.concat(parts, ignore_index=True)


def _placed(rows: pd.DataFrame, panel: str) -> pd.DataFrame:
    """Images of one panel in rows and columns; one empty place says that there are none."""
    if rows.empty:
        nothing = {"panel": panel, "column": 1.5, "row": 0, "cell": "none", "picture": -1}
        return pd.DataFrame([{**nothing, "given": "none", "true": "none", "suggested": "none"}])
    place = np.arange(len(rows))
    shown = rows["suggested"].map("{}?".format) if panel == PANELS[1] else rows["true"]
    cells = [f"{given} → {other}" for given, other in zip(rows["given"], shown, strict=True)]
    named = {name: rows[name].astype(str).to_numpy() for name in ("given", "true", "suggested")}
    return pd.DataFrame(
        {"panel": panel, "column": place % COLUMNS, "row": place // COLUMNS, "cell": cells,
         "picture": rows["place"].to_numpy(), **named}
    )  # fmt: skip


def paint(result: LabelNoiseResult, view: LabelNoiseView, cell: Mapping[str, Any]) -> str:
    """The image of a cell; none where the cell only says that there are none."""
    place = int(cell["picture"])
    return "" if place < 0 else raster.grey_image(result.images[place] / 255, scale=8)


def shown_caption(table: pd.DataFrame, view: LabelNoiseView) -> str:
    """How many images each panel shows, and how often the detector's suggestion is right."""
    rows = table[table["picture"] >= 0] if len(table) else table
    if rows.empty:
        return ""
    found = rows_where(rows, {"panel": PANELS[0]})
    right = int((found["suggested"] == found["true"]).sum())
    return (
        f"Shown as found: {how_many(len(found), 'mistake')}, of which the detector names the true "
        f"digit for {right}. False alarms shown: {_count(rows, 1)}; missed mistakes shown: "
        f"{_count(rows, 2)}."
    )


def _count(rows: pd.DataFrame, panel: int) -> int:
    return int((rows["panel"] == PANELS[panel]).sum())


EACH = ("each_per_cent", "each_low", "each_high")
"""Examples that a per cent of wrong labels costs, and its interval."""


def worth(result: LabelNoiseResult, view: LabelNoiseView) -> pd.DataFrame:
    """With how many true labels a network does as well, by share of wrong labels and seed."""
    parts = []
    for rate in RATES[1:]:
        try:
            parts.append(result.worth(rate).rows(rate=f"{rate:.0%} wrong"))
        except NotMeasuredError:
            continue
    if not parts:
        return pd.DataFrame(columns=["seed", "value", "rate", "n_train"])
    return pd.concat(parts, ignore_index=True).assign(n_train=result.n_train)


def worth_table(result: LabelNoiseResult, view: LabelNoiseView) -> pd.DataFrame:
    """Means and intervals, and what each per cent of wrong labels costs in examples."""
    found = kinds.table_of(worth, ["rate", "n_train"])(result, view)
    shares = found["rate"].str.removesuffix("% wrong").astype(float)
    costs = {
        name: (found["n_train"] - found[end]).clip(lower=0) / shares
        for name, end in zip(EACH, ("mean", "high", "low"), strict=True)
    }
    return found.assign(**costs)


def worth_caption(table: pd.DataFrame, view: LabelNoiseView) -> str:
    """The exchange rate at the rate that is chosen, or why there is none."""
    if table.empty:
        return (
            "With so many wrong labels the networks do worse than with the fewest true ones tried."
        )
    row = rows_where(table, {"rate": f"{view.rate:.0%} wrong"})
    if row.empty:
        return (
            f"With {view.rate:.0%} wrong labels some networks do worse than with the fewest true "
            "ones tried: there is no number for them."
        )
    found = row.iloc[0]
    each, least, most = (number(float(found[name])) for name in EACH)
    return (
        f"{found['n_train']:,} labels of which {view.rate:.0%} are wrong do as much as "
        f"{number(float(found['mean']))} true ones: each per cent costs {each} examples "
        f"[{least}, {most}]."
    )


def worth_chart(view: LabelNoiseView) -> alt.LayerChart:
    """One dot with its interval per share of wrong labels."""
    x = alt.X("mean:Q", title="true labels that do as much", scale=alt.Scale(zero=True))
    rows = axes.rows("rate")
    bars = marks.interval_bars(rows, x, marks.one_color(), zero_rule=False)
    seeds = marks.seed_dots(rows, x, marks.one_color(), size=14)
    return alt.layer(seeds, bars).properties(height=alt.Step(34))


FIGURES: tuple[Figure[LabelNoiseResult, LabelNoiseView], ...] = (
    kinds.lines(
        "accuracy_by_rate", "What wrong labels cost, and what helps", by_rate, by=("rate", "arm"),
        x=_rate_axis(), y=axes.share("accuracy on true labels"),
        color=marks.series_color("arm", ARMS, colors=COLORS),
        dash=marks.series_dash("arm", DASHES), caption=by_rate_caption,
        extra=lambda table, view: within(table), live=True, picks=[RATE],
        note="Line: mean over the seeds; band: its 95% interval; faint dots: single seeds. All "
        "arms of a seed start from the same weights.",
    ),
    tiles.figure(
        "suspects", "What cleanlab found, and what it missed", shown, paint, columns=COLUMNS,
        rows=SHOWN // COLUMNS, height=250, caption=shown_caption,
        told=[alt.Tooltip("given:N", title="given label"),
              alt.Tooltip("true:N", title="true digit"),
              alt.Tooltip("suggested:N", title="detector's guess")],
        note=f"Of the first seed: in each panel the {SHOWN} labels that are least believed. Above "
        "a picture: its label, and behind the arrow what it is; of false alarms, whose label is "
        "right, what the detector takes them for.",
    ),
    gain_figures.gains(
        "gains", "Gain over keeping all labels", gains, ARMS[1:],
        gain_figures.points("accuracy gained (points)"),
        lambda view: f"Against keeping all labels, {view.rate:.0%} of them wrong",
    ),
    kinds.lines(
        "detection", "How well the mistakes are found", detection,
        by=("rate", "measure", "pooled"),
        x=_rate_axis(RATES[1:]), y=axes.share("share", domain=[0, 1]),
        color=marks.series_color(
            "measure", list(MEASURES.values()),
            colors={MEASURES[name]: color for name, color in FOUND.items()}, columns=1,
        ),
        extra=lambda table, view: _open(table), caption=detection_caption, picks=[RATE],
        note="Precision: share of the suspects whose label is wrong. Recall: share of the wrong "
        "labels that are suspects. Every label is judged by a model that has not seen it. "
        "The area is the chance that a wrong label is believed less than a true one; it depends on "
        "no threshold.",
    ),
    Figure(
        "worth", "How many true labels would do as well?",
        worth_table, worth_chart, worth_caption,
        lambda result, view: {"seeds": worth(result, view)},
        picks=[Pick("rate", "rate", {f"{rate:.0%} wrong": rate for rate in RATES[1:]})],
        note="Read off each seed's own learning curve on true labels, "
        f"from one {round(1 / SIZES[0])}th of the examples to all of them. A network that is no "
        "worse than with all labels true counts as having lost none.",
    ),
)  # fmt: skip
