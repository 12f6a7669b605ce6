"""The figures of the evaluation of attribution methods."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from core.attributions import CONTROLS
from core.challenges.interpretability.trial.config import (
    BRIGHTNESS,
    CRITERIA,
    ENDLESS,
    LINEAR,
    LOW_IS_GOOD,
    NETWORK,
    STEPS,
    TrialResult,
    TrialView,
)
from core.charts import axes, kinds, marks, theme
from core.charts.summaries import within
from core.lab.experiment import Figure
from core.lab.wording import hedged, how_many, listed, number
from core.metrics.rankings import places
from core.metrics.verdicts import rivals

COLORS = {
    "Occlusion": theme.REMEDY,
    "Integrated Gradients": theme.TRAIN,
    "Saliency": theme.ACCENT,
    "Grad-CAM": theme.WARNING,
    BRIGHTNESS: theme.VALIDATION,
    "Random map": theme.BASELINE,
}
"""Methods whose curves are drawn: more would hide each other."""
SCORES = {
    "grid": "share on the right picture of four",
    "deletion": "mean probability left (low is good)",
    "insertion": "mean probability reached",
    "infidelity": "change not foreseen (low is good)",
    "completeness": "sum off by, of the gain (low is good)",
    "sensitivity": "change under noise (low is good)",
    "stability": "rank correlation between networks",
    "overlap": "overlap with the object (IoU)",
    "pointing": "top pixel on the object",
}
CHANCE = {"grid": 0.25, "stability": 0.0}
"""What a map gets that knows nothing, where that is one number."""
PANELS = {
    "deletion": "Deletion: falls early is good",
    "insertion": "Insertion: rises early is good",
}
MODEL_COLORS = {NETWORK: theme.ACCENT, LINEAR: theme.BASELINE}
LEAST_ERROR = 1e-8
"""Smaller errors are rounding, and zero has no place on an axis of ratios."""


def _best_first(table: pd.DataFrame, view: TrialView) -> pd.DataFrame:
    """Mean score and interval of each method with its place, the best first."""
    low = view.criterion in LOW_IS_GOOD
    table = table.assign(place=places(table["mean"].to_numpy(), low_is_good=low))
    table = table.sort_values("place", kind="stable", ignore_index=True)
    endless = view.criterion in ENDLESS and view.criterion != "stability"
    table = within(table, -(view.criterion == "stability"), np.inf if endless else 1.0)
    if view.criterion == "pointing":  # Hits and misses, of at least four pictures a network.
        missed = 1 - 0.025 ** (1 / (4 * table["n"]))
        table["low"] = table["low"].where(table["mean"] < 1, 1 - missed)
        table["high"] = table["high"].where(table["mean"] > 0, missed)
    table["kind"] = table["method"].isin(CONTROLS).map({True: "no network", False: "map"})
    return table[["place", "method", "kind", "mean", "low", "high", "n"]]


def leaderboard_caption(table: pd.DataFrame, view: TrialView) -> str:
    """Name the best and the place of the map without a network."""
    if len(table) < 2:
        return ""
    first = table.iloc[0]
    best = _score_words(float(first["mean"]), view.criterion)
    others = rivals(table, table.index[0], "method")
    said = f"By {view.criterion}, {first['method']} is best ({best}{hedged(others)})"
    names = list(table["method"])
    if BRIGHTNESS not in names or first["method"] == BRIGHTNESS:
        return f"{said}." if BRIGHTNESS not in names else f"{said}, and asks no network."
    row = table.iloc[names.index(BRIGHTNESS)]
    value = _score_words(float(row["mean"]), view.criterion)
    return f"{said}; plain brightness is number {row['place']} of {len(names)} ({value})."


def _score_words(value: float, criterion: str) -> str:
    if criterion == "completeness" and value >= 10:
        return f"off by {number(value)} times the gain"
    return number(value, "" if criterion == "stability" else "share")


def _by(column: str) -> alt.EncodingSortField:
    """Sort by a column: rows in the order of the data would stay where a live run put them."""
    return alt.EncodingSortField(field=column, op="min", order="ascending")


def _scored(view: TrialView) -> alt.X:
    """Axis of one test: shares end at 1, ratios do not, and sums may be off by any factor."""
    criterion, title = view.criterion, SCORES[view.criterion]
    if criterion == "stability":
        return alt.X("mean:Q", title=title, scale=alt.Scale(domain=[-0.2, 1], clamp=True))
    if criterion == "completeness":
        ticks = alt.Axis(format="~%", values=[0, 0.01, 0.1, 1, 10, 100, 1e3, 1e4, 1e5])
        scale = alt.Scale(type="symlog", constant=0.01, domainMin=0)
        return alt.X("mean:Q", title=title, axis=ticks, scale=scale)
    scale = alt.Scale(domain=[0, 1], clamp=True)
    if criterion == "sensitivity":
        scale = alt.Scale(zero=True, domainMin=0)
    return alt.X("mean:Q", title=title, axis=alt.Axis(format=".0%"), scale=scale)


def ranks_caption(table: pd.DataFrame, view: TrialView) -> str:
    """Say whether one method wins everywhere, and how far the best one falls."""
    n = table["criterion"].nunique()
    if n < 2:
        return ""
    wins = winners(table)
    if wins.max() == n:
        firsts = list(wins[wins == n].index)
        has = "has" if len(firsts) == 1 else "have, as equals,"
        return f"{listed(firsts)} {has} the best mean by all {n} tests here."
    said = [f"No method has the best mean by all {n} tests."]
    for method in dict.fromkeys([table["method"].iloc[0], BRIGHTNESS]):
        own = table[table["method"] == method].sort_values("place", kind="stable")
        if len(own) > 1:
            first, last = own.iloc[0], own.iloc[-1]
            said.append(
                f"{method}, with a mean place of {number(float(first['mean_place']))}, is number "
                f"{first['place']} by {first['criterion']} and number {last['place']} by "
                f"{last['criterion']}."
            )
    return " ".join(said)


def winners(table: pd.DataFrame) -> pd.Series:
    """By how many tests each method is first; those that never are left out."""
    return table[table["place"] == 1].groupby("method").size()


def clearly_first(table: pd.DataFrame) -> int:
    """By how many tests the best mean is clearly ahead of all others."""
    groups = [own for _, own in table.groupby("criterion", sort=False)]
    return sum(not rivals(own, own["place"].idxmin(), "method") for own in groups)


def control_words(table: pd.DataFrame) -> str:
    """Say by which tests the mean of plain brightness is better than those of half the methods."""
    own = table[table["method"] == BRIGHTNESS]
    real = table[~table["method"].isin(CONTROLS)].groupby("criterion")["place"].median()
    passed = [c for c, p in zip(own["criterion"], own["place"], strict=True) if p < real[c]]
    by = f"{how_many(len(passed), 'test')} ({', '.join(passed)})" if passed else "no test"
    return f"Plain brightness, which asks no network, has a better mean than half the maps by {by}"


def draw_ranks(view: TrialView) -> alt.LayerChart:
    """Place of each method by each test, as a number in a coloured cell."""
    bare = {"title": None, "labelOverlap": False, "labelFlush": False, "grid": False,
            "ticks": False, "domain": False}  # fmt: skip
    slanted = alt.Axis(orient="top", labelAngle=-60, **bare)
    italic = alt.condition(
        f"indexof({list(CONTROLS)!r}, datum.value) >= 0", alt.value("italic"), alt.value("normal")
    )
    names = alt.Axis(labelLimit=130, labelFontStyle=italic, **bare)
    cells = alt.Chart(marks.TABLE).encode(
        x=alt.X("criterion:N", sort=list(CRITERIA), axis=slanted),
        y=alt.Y("method:N", sort=_by("mean_place"), axis=names),
    )
    scale = alt.Scale(range=list(theme.PLACES), interpolate="rgb")
    titles = {"place": "place", "best": "best place of a seed", "worst": "worst place of a seed"}
    squares = cells.mark_rect(stroke=None, cornerRadius=2).encode(
        color=alt.Color("place:Q", scale=scale, legend=None),
        tooltip=[
            alt.Tooltip("method:N"),
            alt.Tooltip("criterion:N", title="test"),
            *(alt.Tooltip(f"{name}:Q", title=title) for name, title in titles.items()),
            *marks.told(".3~g", "score", seeds=False),
        ],
    )
    numbers = cells.mark_text(color=theme.ON_PLACES, fontSize=13, fontWeight=600, aria=False)
    return alt.layer(squares, numbers.encode(text="place:Q")).properties(height=alt.Step(28))


def curves_caption(table: pd.DataFrame, view: TrialView) -> str:
    """Say what is left when a tenth of the pixels is gone."""
    rows = table[(table["curve"] == "deletion") & (table["share"] == 0.1)]
    left = dict(zip(rows["method"], rows["mean"], strict=True))
    if len(left) < 2:
        return ""
    order = sorted(left, key=lambda m: left[m])
    said = ", ".join(f"{method} {number(float(left[method]), 'share')}" for method in order)
    return f"Mean probability of the class when the first tenth of the pixels is gone: {said}."


def _logarithms(result: TrialResult, view: TrialView) -> pd.DataFrame:
    values = result.steps["value"].astype(float).clip(lower=LEAST_ERROR)
    return result.steps.assign(value=np.log10(values))


def adding_up_caption(table: pd.DataFrame, view: TrialView) -> str:
    """Compare few steps with many, and with the linear model."""
    rows = {name: own.sort_values("steps") for name, own in table.groupby("model")}
    if NETWORK not in rows or LINEAR not in rows or len(rows[NETWORK]) < 2:
        return ""
    first, last = rows[NETWORK].iloc[0], rows[NETWORK].iloc[-1]
    linear = float(rows[LINEAR]["mean"].max())
    exact = "they add up exactly, but for rounding" if linear < 1e-4 else number(linear, "share")
    few, many = (number(float(row["mean"]), "share") for row in (first, last))
    return (
        f"On the trained network the maps miss {few} of the gain with {int(first['steps'])} steps "
        f"and {many} with {int(last['steps'])}. On a linear model: {exact}."
    )


FIGURES: tuple[Figure[TrialResult, TrialView], ...] = (
    kinds.intervals(
        "leaderboard", "Ranking by the chosen test",
        lambda r, v: r.scores[r.scores["criterion"] == v.criterion], ("method",),
        y=axes.names("method", sort=_by("place")), x=_scored,
        color=alt.Color("kind:N", legend=alt.Legend(title=None, orient="top"), scale=alt.Scale(
            domain=["map", "no network"], range=[theme.ACCENT, theme.BASELINE])),
        zero=lambda view: view.criterion in CHANCE,
        level=lambda view: CHANCE.get(view.criterion, 0.0),
        extra=_best_first, height=400, caption=leaderboard_caption, live=True,
        note="Grey: maps that never look at the network. Choose another criterion above: "
        "the order may change. Infidelity allows each map the multiple that fits best. Only "
        "Integrated Gradients, DeepLift, GradientSHAP and the Shapley methods promise "
        "completeness; other maps have units of their own.",
    ),
    Figure(
        name="ranks", title="Every method by every test",
        table=lambda result, view: result.standings(), chart=draw_ranks, caption=ranks_caption,
        note="Places by the mean over the networks: 1 is best, blue is good; equal scores "
        "share a place. Best mean place on top. In italics: maps that never look at the "
        "network.",
    ),
    kinds.lines(
        "curves", "Removing marked pixels, or showing nothing else",
        lambda r, v: r.curves[r.curves["method"].isin(COLORS)], ("curve", "method", "share"),
        x=alt.X("share:Q", title="share of the pixels", axis=alt.Axis(format=".0%")),
        y=axes.share("probability of the class", domain=[0, 1]),
        color=marks.series_color("method", list(COLORS), colors=COLORS, columns=2),
        extra=lambda table, view: kinds.in_panels(within(table), "curve", PANELS),
        caption=curves_caption, seeds=False, live=True, panels=True,
        note="Deletion: pixels turn black, the most marked first; a good map makes the curve "
        "fall at once. Insertion: a black picture gets them back; it should rise at once.",
    ),
    kinds.lines(
        "adding_up", "Integrated Gradients adds up, step by step", _logarithms, ("model", "steps"),
        x=alt.X("steps:Q", title="steps from black to the picture",
                axis=alt.Axis(values=list(STEPS)), scale=alt.Scale(type="log", base=2, nice=False)),
        y=alt.Y("mean:Q", title="sum off by, share of the gain",
                axis=alt.Axis(format="~e", tickCount=5),
                scale=alt.Scale(type="log", domainMin=LEAST_ERROR)),
        color=marks.series_color("model", list(MODEL_COLORS), colors=MODEL_COLORS),
        extra=lambda table, view: table.assign(**10.0 ** table[["mean", "low", "high"]]),
        caption=adding_up_caption, seeds=False,
        note="What the pixels receive should add up to what the score gains from a black "
        "picture. Geometric means: both axes go by ratios. The linear model checks our sums: "
        "there one step would do.",
    ),
)  # fmt: skip
