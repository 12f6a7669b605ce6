"""The figures of data hunger: learning curves, versions of the data, and paired differences."""

from __future__ import annotations

import altair as alt
import pandas as pd

from core.challenges.data_quantity.data_hunger.config import (
    LEARNERS,
    NETWORK,
    PLAIN,
    TASKS,
    DataHungerResult,
    DataHungerView,
)
from core.charts import axes, kinds, marks, theme
from core.lab.experiment import Figure
from core.lab.intervals import POINTS, SHARE, differences
from core.lab.wording import capital, listed, number
from core.metrics.families import together
from core.metrics.placing import first
from core.metrics.verdicts import side

COLORS = dict(
    zip(
        LEARNERS,
        (theme.VALIDATION, theme.BASELINE, theme.TRAIN, theme.REMEDY, theme.ACCENT),
        strict=True,
    )
)
COLOR = marks.series_color("learner", LEARNERS, colors=COLORS)
TITLES = {task: capital(task) for task in TASKS}


def by_size(result: DataHungerResult, view: DataHungerView) -> pd.DataFrame:
    """Accuracy of every learner on the learning curve's version of the data."""
    scores = result.scores
    rows = scores[scores["task"] == result.shown].assign(learner=lambda t: _ordered(t["learner"]))
    return rows.sort_values(["learner", "size", "seed"]).astype({"learner": object})


def _ordered(learners: pd.Series[str]) -> pd.Series[str]:
    return learners.astype(pd.CategoricalDtype(list(LEARNERS), ordered=True))


def by_size_caption(table: pd.DataFrame, view: DataHungerView) -> str:
    """Who is ahead at both ends, as far as the intervals tell."""
    told = []
    for size in sorted(set(table["size"]))[:: max(1, table["size"].nunique() - 1)]:
        rows = table[table["size"] == size].reset_index(drop=True)
        if len(rows) > 1:
            ahead = first(rows, "learner", SHARE)
            told.append(
                f"With {number(size)} examples the highest mean is that of {ahead.name}: "
                f"{ahead.told}."
            )
    return " ".join(told)


def by_task(result: DataHungerResult, view: DataHungerView) -> pd.DataFrame:
    """Accuracy of every learner on every version of the data at the largest size."""
    rows = result.scores[result.scores["size"] == result.largest]
    order = rows.assign(
        task=rows["task"].astype(pd.CategoricalDtype(list(TASKS), ordered=True)),
        learner=_ordered(rows["learner"]),
    ).sort_values(["task", "learner", "seed"])  # fmt: skip
    return order.astype({"task": object, "learner": object})


def by_task_caption(table: pd.DataFrame, view: DataHungerView) -> str:
    """Who is ahead on each version."""
    told = []
    for task, rows in table.groupby("task", sort=False):
        if len(rows) > 1:
            ahead = first(rows.reset_index(drop=True), "learner", SHARE)
            told.append(f"{task}: {ahead.name} {ahead.told}")
    return f"Highest mean accuracy, {'; '.join(told)}." if told else ""


def changes(result: DataHungerResult, view: DataHungerView) -> pd.DataFrame:
    """What each version changes, learner by learner and seed by seed."""
    rows = by_task(result, view)
    found = differences(rows, "task", PLAIN, keep=["learner"])
    titles = {task: title for task, title in TITLES.items() if task in set(rows["task"])}
    titles.pop(PLAIN, None)
    return kinds.in_panels(found, "task", titles)


def changes_caption(table: pd.DataFrame, view: DataHungerView) -> str:
    """Who loses and who gains in each version, by intervals that hold together."""
    told = []
    for panel, rows in together(table).groupby("panel", sort=False):
        named: dict[str, list[str]] = {"lower": [], "higher": [], "no clear change": []}
        for row in rows.itertuples():
            word = side(row.low, row.high, "lower", "no clear change", "higher")
            named[word if row.n > 1 else "no clear change"].append(
                f"{row.learner} ({number(row.mean, POINTS)})"
            )
        parts = [f"{word}: {listed(names)}" for word, names in named.items() if names]
        told.append(f"{panel}: {'; '.join(parts)}.")
    return " ".join(told)


def leads(result: DataHungerResult, view: DataHungerView) -> pd.DataFrame:
    """Network minus the chosen learner, by training size and seed."""
    rows = by_size(result, view)
    both = rows[rows["learner"].isin((NETWORK, view.against))]
    return differences(both, "learner", view.against, keep=["size"])


def leads_caption(table: pd.DataFrame, view: DataHungerView) -> str:
    """On which side the network is, at every size."""
    if table.empty:
        return ""
    found = together(table)
    told: dict[str, list[str]] = {"ahead of": [], "behind": [], "not clearly apart from": []}
    for row in found.itertuples():
        word = side(row.low, row.high, "behind", "not clearly apart from", "ahead of")
        told[word if row.n > 1 else "not clearly apart from"].append(f"{row.size:,}")
    parts = [f"{word} {view.against} at {listed(sizes)}" for word, sizes in told.items() if sizes]
    return f"The network is {'; '.join(parts)} examples (intervals that hold together)."


FIGURES: tuple[Figure[DataHungerResult, DataHungerView], ...] = (
    kinds.lines(
        "accuracy_by_size", "Accuracy against training examples", by_size, by=("size", "learner"),
        x=axes.sizes("size", "training examples (log scale)", log=True),
        y=axes.share("accuracy on new examples"), color=COLOR, caption=by_size_caption, live=True,
        note="Line: mean over the seeds; band: its 95% interval; faint dots: single seeds. All "
        "learners get the same examples. Settings are fixed, none was tuned to the data.",
    ),
    kinds.intervals(
        "accuracy_by_task", "Four versions of the same data", by_task, by=("task", "learner"),
        y=axes.rows("task", TASKS), offset=alt.YOffset("learner:N", sort=list(LEARNERS)),
        x=alt.X("mean:Q", title="accuracy on new examples", scale=alt.Scale(zero=False),
                axis=alt.Axis(format=".0%")),
        color=COLOR, zero=False, caption=by_task_caption, height=400, live=True,
        note="At the largest training size. Smoothed: the jumps of the target are smeared. Noise "
        "columns: columns that say nothing are added. Rotated: every column becomes a mixture of "
        "all, distances stay.",
    ),
    kinds.intervals(
        "changes", "What each version changes", changes, by=("panel", "task", "learner"),
        y=axes.rows("learner", LEARNERS, labelLimit=120),
        x=axes.points("change (points)", tickMinStep=0.01),
        color=marks.row_color("learner", COLORS), caption=changes_caption, panels=True,
        note="Against the data as they are, seed by seed, with 95% intervals; the caption's "
        "intervals are wider and hold together.",
    ),
    kinds.lines(
        "network_lead", "The network against one other", leads, by=("size",),
        x=axes.sizes("size", "training examples (log scale)", log=True),
        y=lambda view: axes.points(f"network − {view.against} (points)", up=True),
        color=marks.one_color(theme.VALIDATION), beneath=marks.dashed(y=alt.YDatum(0)),
        caption=leads_caption,
        note="Paired differences over the seeds; above zero the network is more accurate.",
    ),
)  # fmt: skip
