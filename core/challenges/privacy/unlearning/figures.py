"""The figures of the unlearning experiment."""

from __future__ import annotations

import altair as alt
import pandas as pd

from core.challenges.privacy.unlearning.config import (
    ARMS,
    ASCENDED,
    ORIGINAL,
    REPAIRED,
    RESHARDED,
    RETRAINED,
    SHARDED,
    TUNED,
    UnlearningResult,
    UnlearningView,
)
from core.charts import axes, kinds, marks, theme
from core.charts.panels import by_panel, changes
from core.charts.summaries import within
from core.lab.intervals import SHARE
from core.lab.wording import hedged, listed, number
from core.metrics.families import together
from core.metrics.verdicts import rivals

COLORS = {
    ORIGINAL: theme.WARNING,
    RETRAINED: theme.BASELINE,
    TUNED: theme.REMEDY,
    ASCENDED: theme.REMEDY,
    REPAIRED: theme.REMEDY,
    SHARDED: theme.WARNING,
    RESHARDED: theme.ACCENT,
}
ARM_COLOR = marks.row_color("arm", COLORS)
ARM_ROWS = axes.rows("arm", ARMS, labelLimit=110)
SERIES = {"2 shards": theme.TRAIN, "5 shards": theme.ACCENT, "10 shards": theme.REMEDY}
PANELS = {
    "Attack on the forgotten: area": "auc",
    "Accuracy on the forgotten": "forgotten",
    "Accuracy on other records": "other",
}
SHARD_PANELS = ("Accuracy on other records", "Work to forget one record")


def forgotten(result: UnlearningResult, view: UnlearningView) -> pd.DataFrame:
    """Attack and accuracy by way of forgetting and seed, and the updates each took."""
    rows = by_panel(result.scores, PANELS, ARMS)
    return rows.assign(updates=rows["arm"].map(result.steps.set_index("arm")["value"]))


def forgotten_caption(table: pd.DataFrame, view: UnlearningView) -> str:
    """Which approximation comes closest to training from scratch, for the attacker."""
    attack = table[table["panel"].str.startswith("Attack")].set_index("arm")
    rest = [arm for arm in (TUNED, ASCENDED, REPAIRED) if arm in attack.index]
    if RETRAINED not in attack.index or not rest:
        return ""
    mean = attack["mean"]
    best = min(rest, key=lambda arm: abs(mean[arm] - mean[RETRAINED]))
    before = f"; the original has {number(float(mean[ORIGINAL]))}" if ORIGINAL in mean else ""
    others = rivals(attack.loc[rest].reset_index(), rest.index(best), "arm")
    rank = f"closest{' on average' if others else ''}"
    return (
        f"Trained from scratch, {number(float(attack['updates'][RETRAINED]))} updates, the area is "
        f"{number(float(mean[RETRAINED]))}{before}. Of the approximations “{best}” comes {rank}"
        f"{hedged([f'“{arm}”' for arm in others], 'not clearly apart from')}, with "
        f"{number(float(mean[best]))} after {number(float(attack['updates'][best]))} updates."
    )


def differences_caption(table: pd.DataFrame, view: UnlearningView) -> str:
    """Which ways differ clearly from the yardstick in the attacker's eyes."""
    # Whoever lists those that differ reads all intervals at once.
    attack = together(table[table["panel"].str.startswith("Attack")])
    if attack.empty:
        return ""
    apart = [r.arm for r in attack.itertuples() if r.n > 1 and (r.low > 0 or r.high < 0)]
    # Names of arms have commas of their own.
    who = listed([f"“{arm}”" for arm in apart]) or "none"
    against = f"“{view.yardstick}”"
    return (
        f"For the attacker clearly different from {against}: {who}, of {len(attack)} compared, "
        f"all looked at together."
    )


def shard_rows(result: UnlearningResult, view: UnlearningView) -> pd.DataFrame:
    """Accuracy, and the work of forgetting one record, by number of shards and seed."""
    whole = by_panel(result.scores, {SHARD_PANELS[0]: "other"}, [ORIGINAL]).assign(shards=1)
    costs = result.costs[result.costs["requests"] == 1]
    rows = pd.concat(
        [
            whole,
            result.shards.assign(panel=SHARD_PANELS[0]),
            whole.assign(value=1.0, panel=SHARD_PANELS[1]),
            costs.assign(panel=SHARD_PANELS[1]),
        ]
    )
    return rows.astype({"shards": int, "value": float})


def shards_caption(table: pd.DataFrame, view: UnlearningView) -> str:
    """Accuracy and work at both ends."""
    if table["shards"].nunique() < 2:
        return ""
    means = table.set_index(["panel", "shards"])["mean"]
    most = int(table["shards"].max())
    right, taken = (
        [number(float(means[panel, n]), SHARE) for n in (1, most)] for panel in SHARD_PANELS
    )
    return (
        f"Undivided, {right[0]} of the other records are seen rightly; in {most} shards "
        f"{right[1]}. Forgetting one record then takes {taken[1]} of the work of training from "
        f"scratch."
    )


def work_rows(result: UnlearningResult, view: UnlearningView) -> pd.DataFrame:
    """Work by number of records forgotten at once and seed, one series per number of shards."""
    named = result.costs["shards"].astype(str) + " shards"
    return result.costs.assign(shards=named).astype({"value": float})


def work_caption(table: pd.DataFrame, view: UnlearningView) -> str:
    """What one request takes and what the most take, with the most shards."""
    if table.empty:
        return ""
    name = max(table["shards"], key=lambda shards: int(shards.split()[0]))
    mine = table[table["shards"] == name].sort_values("requests")
    one, many = mine.iloc[0], mine.iloc[-1]
    return (
        f"With {name}, forgetting {number(float(one['requests']))} record takes "
        f"{number(float(one['mean']), SHARE)} of the work of training from scratch, forgetting "
        f"{number(float(many['requests']))} at once {number(float(many['mean']), SHARE)}."
    )


FIGURES = (
    kinds.intervals(
        "forgotten",
        "Is it forgotten, and what did it cost?",
        forgotten,
        by=("panel", "arm", "updates"),
        y=ARM_ROWS,
        x=alt.X("mean:Q", title=None, scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(tickCount=5)),
        color=ARM_COLOR,
        level=0.5,
        extra=lambda table, view: within(table)[[*table.columns.drop("updates"), "updates"]],
        caption=forgotten_caption,
        step=34,
        live=True,
        panels=True,
        note="Attack: shadow networks tell the forgotten records from records never seen; the "
        "area under the curve, where 0.5 is guessing. Training from scratch shows what "
        "forgetting looks like. An area below 0.5 is a leak too: the record is known because "
        "the network does strangely badly on it. Bars: 95% intervals over the seeds.",
    ),
    kinds.intervals(
        "differences",
        "How far from the yardstick",
        lambda result, view: changes(result.scores, PANELS, ARMS, view.yardstick),
        by=("panel", "arm"),
        y=ARM_ROWS,
        x=alt.X("mean:Q", title="difference", axis=alt.Axis(tickCount=4)),
        color=ARM_COLOR,
        caption=differences_caption,
        step=34,
        panels=True,
        note="Seed by seed, with 95% intervals. Forgetting should leave no difference to the "
        "network trained from scratch without the records.",
    ),
    kinds.intervals(
        "shards",
        "What shards cost, and what they save",
        shard_rows,
        by=("panel", "shards"),
        y=alt.Y("shards:O", axis=alt.Axis(title="shards", ticks=False, domain=False)),
        x=alt.X(
            "mean:Q",
            title=None,
            scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(tickCount=5, format="%"),
        ),
        color=marks.one_color(),
        extra=lambda table, view: within(table),
        caption=shards_caption,
        zero=False,
        step=34,
        panels=True,
        note="One shard is the original network. Accuracy: before anything is forgotten. Work: "
        "examples seen until one random record is forgotten, as a share of training from "
        "scratch. Bars: 95% intervals over the seeds.",
    ),
    kinds.lines(
        "work_by_requests",
        "The work of forgetting many at once",
        work_rows,
        by=("shards", "requests"),
        x=alt.X(
            "requests:Q",
            title="records forgotten at once (log scale)",
            scale=alt.Scale(type="log", nice=False),
            axis=alt.Axis(values=[1, 2, 5, 10, 25, 50, 100], format="d"),
        ),
        y=alt.Y(
            "mean:Q",
            title="share of training from scratch",
            axis=alt.Axis(format="%"),
            scale=alt.Scale(domain=[0, 1]),
        ),
        color=marks.series_color("shards", list(SERIES), colors=SERIES),
        extra=lambda table, view: within(table),
        caption=work_caption,
        seeds=False,
        note="Computed from the shards and slices that random records were dealt to, not "
        "timed. Line: mean over the seeds; band: its 95% interval.",
    ),
)
