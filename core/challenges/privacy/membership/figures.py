"""The figures of the membership experiment."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from core.challenges.privacy.membership.config import (
    BASELINE,
    LOSS,
    MEMORISER,
    PRIVATE,
    REMEDIES,
    SHADOWS,
    UNTRAINED,
    MembershipResult,
    MembershipView,
)
from core.charts import axes, kinds, marks, scatter, theme
from core.charts.panels import changes
from core.lab.experiment import Figure, Pick
from core.lab.intervals import POINTS, SHARE, summarise
from core.lab.scores import rows_where
from core.lab.wording import hedged, number
from core.metrics.families import together
from core.metrics.privacy_accounting import most_caught
from core.metrics.verdicts import rivals

GUESSING, PROOF = "guessing", "the proof allows"
ATTACKS = {
    SHADOWS: theme.WARNING,
    LOSS: theme.ACCENT,
    GUESSING: theme.BASELINE,
    PROOF: theme.REMEDY,
}
DASHES = {SHADOWS: [1, 0], LOSS: [1, 0], GUESSING: [5, 4], PROOF: [2, 3]}
KINDS = {
    "no remedy": theme.WARNING,
    "remedy": theme.REMEDY,
    "shorter training": theme.ACCENT,
    "control": theme.BASELINE,
}
LOWEST = 1e-4
"""Rates below it are drawn at it: a logarithmic axis has no zero."""
AREA = alt.Scale(domain=[0.4, 1.0], nice=False)
"""Fixed: the names of the dots are given their places in its units."""
NAME_HEIGHT = 0.034
"""Of a dot's name, in units of the area under the curve."""
NAMES_BETWEEN = (0.525, 0.985)
"""Above the line of guessing."""
GAP_HEIGHT = theme.FIGURE_HEIGHT + 100
"""Room for the names of all kinds of training, one below the other."""


def roc_curves(result: MembershipResult, view: MembershipView) -> pd.DataFrame:
    """Members caught by false-alarm rate, mean and interval, for both attacks and guessing."""
    kept = rows_where(result.curves, {"arm": view.arm}).rename(columns={"tpr": "value"})
    if kept.empty:
        return pd.DataFrame(columns=["attack", "fpr", "mean", "low", "high", "n", "arm"])
    table = summarise(kept, ["attack", "fpr"])
    rates = kept["fpr"].unique()
    known = {GUESSING: rates}
    if view.arm == PRIVATE:
        known[PROOF] = most_caught(rates, result.epsilon, result.delta)
    drawn = [
        pd.DataFrame({"attack": name, "fpr": rates, "mean": at, "low": at, "high": at})
        for name, at in known.items()
    ]
    table = pd.concat([table, *(line.assign(n=table["n"].max()) for line in drawn)])
    ends = {name: table[name].clip(LOWEST, 1.0) for name in ("mean", "low", "high")}
    return table.assign(**ends, arm=view.arm).reset_index(drop=True)


def roc_caption(table: pd.DataFrame, view: MembershipView) -> str:
    """How many members each attack names at 1% false alarms."""
    at = table[np.isclose(table["fpr"].astype(float), 0.01)].set_index("attack")["mean"]
    if not {LOSS, SHADOWS} <= set(at.index):
        return ""
    allowed = f" The proof allows at most {number(float(at[PROOF]), SHARE)}." if PROOF in at else ""
    return (
        f"{view.arm.capitalize()}: at 1% false alarms the loss threshold catches "
        f"{number(float(at[LOSS]), SHARE)} of the members and shadow networks "
        f"{number(float(at[SHADOWS]), SHARE)}; guessing catches 1.0%."
        f"{allowed}"
    )


def roc_chart(view: MembershipView) -> alt.LayerChart:
    """Members caught against false alarms on logarithmic axes, one line per attack."""
    scale = alt.Scale(type="log", domain=[1e-3, 1], clamp=True)
    axis = alt.Axis(values=[0.001, 0.01, 0.1, 1], format="~%", grid=True)
    x = alt.X("fpr:Q", title="others falsely accused (log scale)", scale=scale, axis=axis)
    y = alt.Y("mean:Q", title="members caught (log scale)", scale=scale, axis=axis)
    shown = [name for name in ATTACKS if name != PROOF or view.arm == PRIVATE]
    color = marks.series_color(
        "attack", shown, colors=ATTACKS, columns=2, symbolType="stroke", symbolSize=200
    )
    band, line = marks.bands(alt.Chart(marks.TABLE).encode(x=x, color=color), y, width=2.4)
    line = line.encode(
        strokeDash=marks.series_dash("attack", {name: DASHES[name] for name in shown}),
        tooltip=[
            alt.Tooltip("attack:N"),
            alt.Tooltip("fpr:Q", format=".2~%", title="falsely accused"),
            alt.Tooltip("mean:Q", format=".2~%", title="caught"),
        ],
    )
    return alt.layer(band, line).properties(height=theme.FIGURE_HEIGHT)


def leak_by_gap(result: MembershipResult, view: MembershipView) -> pd.DataFrame:
    """Generalization gap and area under the ROC curve of every arm, with intervals.

    Each dot's name stands beside it, at `side` and `name_at`.
    """
    found = summarise(result.scores, ["metric", "arm"])
    gap, auc = (
        rows_where(found, {"metric": metric}).drop(columns="metric").set_index("arm")
        for metric in ("gap", f"auc, {view.attack}")
    )
    both = auc.drop(columns="n").join(gap.add_prefix("gap_").rename(columns={"gap_n": "n"}))
    table = both.reset_index().sort_values("gap_mean", ignore_index=True)
    table = table.assign(kind=table["arm"].map(_kind))
    return scatter.with_name_places(table, "gap_mean", "mean", NAME_HEIGHT, *NAMES_BETWEEN)


def _kind(arm: str) -> str:
    if arm in (MEMORISER, UNTRAINED):
        return "control"
    if arm == BASELINE:
        return BASELINE
    return "remedy" if arm in REMEDIES else "shorter training"


def gap_caption(table: pd.DataFrame, view: MembershipView) -> str:
    """How gap and leak go together over the arms, and what the controls say."""
    if len(table) < 3:
        return ""
    order = table[["gap_mean", "mean"]].rank().corr().iloc[0, 1]
    low, high = (
        f"{row['arm']} (gap {number(float(row['gap_mean']), POINTS)}, area "
        f"{number(float(row['mean']))})"
        for row in (table.iloc[0], table.iloc[-1])
    )
    return (
        f"From {low} to {high}: the rank correlation of gap and leak over the {len(table)} kinds "
        f"of training is {number(float(order))}."
    )


def gap_chart(view: MembershipView) -> alt.LayerChart:
    """Area under the attack's curve against the generalization gap, one dot per arm."""
    x = alt.X(
        "gap_mean:Q",
        title="accuracy on training records − on others",
        axis=alt.Axis(format="~%", tickCount=5),
        scale=alt.Scale(nice=True, padding=20),
    )
    y = alt.Y("mean:Q", title="area under the attack's curve", scale=AREA)
    color = marks.series_color("kind", list(KINDS), colors=KINDS, columns=2)
    base = alt.Chart(marks.TABLE).encode(x=x, y=y, color=color)
    shapes = alt.Scale(domain=list(KINDS), range=["diamond", "circle", "triangle-up", "square"])
    dots = base.mark_point(filled=True, size=90, opacity=1).encode(
        shape=alt.Shape("kind:N", scale=shapes),
        tooltip=[
            alt.Tooltip("arm:N"),
            alt.Tooltip("gap_mean:Q", format=".1%", title="gap"),
            alt.Tooltip("mean:Q", format=".3f", title="area"),
        ],
    )
    layers = [
        marks.dashed(y=alt.YDatum(0.5, scale=AREA)),
        *scatter.cross(base, x, y, ("gap_low", "gap_high"), opacity=0.6),
        *scatter.names(base, "gap_mean", "mean", "arm", AREA),
        dots,
    ]
    return alt.layer(*layers).properties(height=GAP_HEIGHT)


def remedy_changes(result: MembershipResult, view: MembershipView) -> pd.DataFrame:
    """Change of the attack's area and of the accuracy on other records, by remedy and seed."""
    panels = {
        f"Attack: area under the curve ({view.attack})": f"auc, {view.attack}",
        "Accuracy on other records": "accuracy out",
    }
    return changes(result.scores, panels, REMEDIES, BASELINE)


def remedy_caption(table: pd.DataFrame, view: MembershipView) -> str:
    """Which remedies weaken the attack, and at what price."""
    if table.empty:
        return ""
    # Whoever lists the remedies that work reads all intervals at once.
    attack = together(table[table["panel"].str.startswith("Attack")])
    accuracy = table[table["panel"].str.startswith("Accuracy")]
    weaker = [row.arm for row in attack.itertuples() if row.n > 1 and row.high < 0]
    if not weaker:
        return f"None of {len(attack)} clearly weakens the attack."
    clear = f"Clearly weaker attack, all {len(attack)} looked at together: {', '.join(weaker)}."
    best = attack.loc[attack["mean"].idxmin()]
    prices = accuracy.set_index("arm")["mean"]
    if best["arm"] not in prices:
        return clear
    others = rivals(attack, best.name, "arm")
    most = "On average most of all" if others else "Most of all"
    return (
        f"{clear} {most} {best['arm']}{hedged(others, 'not clearly more than')}: "
        f"{number(float(best['mean']))} in area, with {number(float(prices[best['arm']]), POINTS)} "
        f"of accuracy on other records."
    )


FIGURES = (
    Figure(
        name="roc_curves",
        title="Members caught against false alarms",
        table=roc_curves,
        chart=roc_chart,
        caption=roc_caption,
        live=True,
        note="Both axes are logarithmic: an accusation counts only if it is hardly ever wrong, "
        "and the left end is where that is so. Line: mean over the seeds; band: its 95% "
        "interval; grey, dashed: guessing. Differential privacy comes with a proof: no attack "
        "whatever can on average reach beyond the dotted line, drawn for private training only, "
        "for the ε of the settings and δ = 0.00001.",
    ),
    Figure(
        name="leak_by_gap",
        title="Does the gap say how much leaks?",
        table=leak_by_gap,
        chart=gap_chart,
        caption=gap_caption,
        picks=[Pick("arm", "arm")],
        note="One dot per kind of training, with 95% intervals over the seeds both ways. Gap: on "
        "labels as given, as many of them wrong in the training set as outside. "
        "Dashed: guessing. The controls: networks trained on random labels can only memorise "
        "and must be caught; untrained ones must not.",
    ),
    kinds.intervals(
        "remedy_effects",
        "What each remedy changes",
        remedy_changes,
        by=("panel", "arm"),
        y=axes.rows("arm", labelLimit=130),
        x=alt.X("mean:Q", title="change against no remedy", axis=alt.Axis(tickCount=6)),
        color=marks.one_color(theme.REMEDY),
        caption=remedy_caption,
        picks=[Pick("arm", "arm")],
        step=34,
        panels=True,
        note="Difference to the network without a remedy, seed by seed, with 95% intervals. "
        "The attacker knows the remedy and trains the shadow networks with it. More data: "
        "four times the records and as many steps. Differential privacy: 50 steps with each "
        "record's gradient clipped, and noise for the ε of the settings (δ = 0.00001). "
        "Clipping alone is the same without the noise: it promises nothing.",
    ),
)
