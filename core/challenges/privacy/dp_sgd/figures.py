"""The figures of the differential privacy experiment."""

from __future__ import annotations

import altair as alt
import pandas as pd

from core.challenges.privacy.dp_sgd.config import (
    CLIPPED,
    EPSILONS,
    NOTHING,
    DpSgdResult,
    DpSgdView,
)
from core.charts import axes, kinds, marks, theme
from core.charts.panels import by_panel, changes
from core.charts.summaries import within
from core.lab.experiment import Figure
from core.lab.intervals import POINTS, SHARE
from core.lab.wording import number

METRICS = {"area": "auc", "caught at 1%": "caught at 1%"}
MEASURED, ALLOWED = "measured", "allowed by the proof"
ATTACK, ACCURACY = "Attack", "Accuracy on other records"
ALL, WORST = "all classes", "worst class"
SERIES = {
    MEASURED: theme.WARNING,
    ALLOWED: theme.BASELINE,
    ALL: theme.VALIDATION,
    WORST: theme.ACCENT,
}
ARMS = list(EPSILONS)


def attack_and_accuracy(result: DpSgdResult, view: DpSgdView) -> pd.DataFrame:
    """Attack beside what the proof allows, and accuracy, by protection and seed."""
    metric, attack = METRICS[view.measure], f"{ATTACK}: {view.measure}"
    measured = by_panel(result.scores, {attack: metric}, ARMS).assign(series=MEASURED)
    allowed = result.promises[["arm", metric]].rename(columns={metric: "value"})
    # The first row names the panel that stands on the left.
    accuracy = [
        by_panel(result.scores, {ACCURACY: name}, [arm]).assign(series=series)
        for arm in ARMS
        for series, name in ((ALL, "accuracy out"), (WORST, "worst class"))
    ]
    return pd.concat([measured, allowed.assign(panel=attack, series=ALLOWED), *accuracy])


def attack_caption(table: pd.DataFrame, view: DpSgdView) -> str:
    """Attack, bound and accuracy at one epsilon in the middle of the ladder."""
    rows = table[table["arm"] == "ε = 2"].set_index("series")["mean"]
    if not {MEASURED, ALLOWED, ALL, WORST} <= set(rows.index):
        return ""
    unit = "" if view.measure == "area" else SHARE
    return (
        f"At ε = 2 the attack reaches {number(float(rows[MEASURED]), unit)}; the proof allows "
        f"{number(float(rows[ALLOWED]), unit)}. Accuracy on other records is "
        f"{number(float(rows[ALL]), SHARE)}, and {number(float(rows[WORST]), SHARE)} in the class "
        "that fares worst."
    )


def changes_by_seed(result: DpSgdResult, view: DpSgdView) -> pd.DataFrame:
    """Change of attack and accuracy against training without protection, by protection."""
    panels = {f"{ATTACK}: {view.measure}": METRICS[view.measure], ACCURACY: "accuracy out"}
    return changes(result.scores, panels, ARMS, NOTHING)


def changes_caption(table: pd.DataFrame, view: DpSgdView) -> str:
    """How much of the protection at epsilon 8 clipping alone gives."""
    attack = table[table["panel"].str.startswith(ATTACK)].set_index("arm")
    if not {CLIPPED, "ε = 8"} <= set(attack.index):
        return ""
    unit = "" if view.measure == "area" else POINTS
    clip, noisy = (float(attack["mean"][arm]) for arm in (CLIPPED, "ε = 8"))
    text = (
        f"Clipping alone changes the attack by {number(clip, unit)}, clipping with noise for ε = 8 "
        f"by {number(noisy, unit)}"
    )
    # A share of a protection that may be none would be any number.
    if (attack["high"][[CLIPPED, "ε = 8"]] < 0).all():
        share = number(clip / noisy, SHARE)
        text += f": by the means, clipping alone gives {share} of that protection"
    return text + "."


def budget(result: DpSgdResult, view: DpSgdView) -> pd.DataFrame:
    """Epsilon spent by step and arm, and the arm's noise."""
    noise = result.promises.set_index("arm")["noise_multiplier"]
    table = result.budget[result.budget["step"] > 0]
    return table.assign(noise_multiplier=table["arm"].map(noise)).reset_index(drop=True)


def budget_caption(table: pd.DataFrame, view: DpSgdView) -> str:
    """Which noise each promise needs."""
    if table.empty:
        return ""
    needs = table.groupby("arm", sort=False)["noise_multiplier"].first()
    told = ", ".join(f"{number(float(noise))} for {arm}" for arm, noise in needs.items())
    return f"Standard deviation of the noise, in clipping norms: {told}."


def budget_chart(view: DpSgdView) -> alt.Chart:
    """Epsilon spent against steps, one line per promise."""
    colors = dict(zip(ARMS[2:], theme.SERIES, strict=False))
    axis = alt.Axis(values=[0.1, 0.3, 1, 3, 10, 30])
    return alt.Chart(marks.TABLE).mark_line(strokeWidth=2.2).encode(
        x=alt.X("step:Q", title="training step"),
        y=alt.Y("epsilon:Q", title="ε spent (log scale)", scale=alt.Scale(type="log"), axis=axis),
        color=marks.series_color("arm", ARMS[2:], colors=colors),
        tooltip=[
            alt.Tooltip("arm:N"), alt.Tooltip("step:Q"), alt.Tooltip("epsilon:Q", format=".3~g"),
        ],
    ).properties(height=theme.FIGURE_HEIGHT)  # fmt: skip


FIGURES = (
    kinds.lines(
        "attack_and_accuracy",
        "The attack, the proof and the price",
        attack_and_accuracy,
        by=("panel", "arm", "series"),
        x=alt.X("arm:O", sort=ARMS, title="protection, weak to strong",
                axis=alt.Axis(labelAngle=-40)),
        y=alt.Y("mean:Q", title=None, scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(tickCount=6)),
        color=marks.series_color("series", list(SERIES), colors=SERIES, columns=2, symbolSize=100),
        dash=marks.series_dash(
            "series", {MEASURED: (1, 0), ALLOWED: (5, 4), ALL: (1, 0), WORST: (2, 2)}
        ),
        caption=attack_caption,
        seeds=False,
        extra=lambda table, view: within(table)[
            ["arm", "mean", "low", "high", "n", "panel", "series"]
        ],
        live=True,
        panels=True,
        note="Shadow networks attack networks trained in the same way. The smaller ε, the more "
        "noise; δ is 0.00001. No attack can pass on average what the proof allows; "
        "clipping alone proves nothing. Line: mean over the seeds; band: its 95% interval.",
    ),
    kinds.intervals(
        "changes",
        "What clipping does alone, and what the noise adds",
        changes_by_seed,
        by=("panel", "arm"),
        y=axes.rows("arm", ARMS),
        x=alt.X("mean:Q", title="change against no protection", axis=alt.Axis(tickCount=6)),
        color=marks.one_color(theme.REMEDY),
        caption=changes_caption,
        panels=True,
        note="Difference to training without protection, seed by seed, with 95% intervals.",
    ),
    Figure(
        name="budget",
        title="Every step spends privacy",
        table=budget,
        chart=budget_chart,
        caption=budget_caption,
        note="Computed, not measured: the accountant adds up each step's divergence. The noise "
        "is chosen so that the last step reaches the ε of its name.",
    ),
)  # fmt: skip
