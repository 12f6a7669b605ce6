"""The figures of the XOR experiment."""

from __future__ import annotations

import altair as alt
import pandas as pd

from core.challenges.history.xor.config import (
    ACTIVATIONS,
    BOUND,
    FUNCTIONS,
    UPDATES,
    WAYS,
    WIDTHS,
    XorResult,
)
from core.charts import axes, kinds, marks, theme
from core.charts.summaries import within
from core.lab.experiment import Figure
from core.lab.intervals import SHARE, summarise_ratios
from core.lab.settings import View
from core.lab.wording import listed, number

LEARNED, SOMETIMES, NEVER = "learned", "sometimes learned", "never learned"
KINDS = {LEARNED: theme.REMEDY, SOMETIMES: theme.BASELINE, NEVER: theme.WARNING}


def shares(result: XorResult, view: View) -> pd.DataFrame:
    """Share of the starts that solve the task; open at 0 and 1, where all of them agree."""
    rows = []
    for activation, width in result.solved[["activation", "width"]].drop_duplicates().to_numpy():
        found = result.share(activation, width).of_cases(result.starts)
        rows.append((activation, width, found.mean, found.low, found.high, found.n))
    return pd.DataFrame(rows, columns=["activation", "width", "mean", "low", "high", "n"])


def shares_chart(view: View) -> alt.LayerChart:
    """One line for each activation."""
    x = axes.sizes("width", "hidden units (log scale)", WIDTHS, log=True)
    y = axes.share("starts that solve it", domain=[0, 1])
    return marks.interval_lines(x, y, marks.series_color("activation", ACTIVATIONS))


def shares_caption(table: pd.DataFrame, view: View) -> str:
    """The fewest units that can do it, and the most that were tried."""
    told = []
    for width in (2, WIDTHS[-1]):
        rows = table[table["width"] == width].to_dict("records")
        parts = [f"{number(row['mean'], SHARE)} with {row['activation']}" for row in rows]
        if parts:
            told.append(f"with {width} hidden units {listed(parts)}")
    return f"Starts that end in a solution: {'; '.join(told)}." if told else ""


def gates(result: XorResult, view: View) -> pd.DataFrame:
    """Updates of the perceptron on each function, and whether it was learned, one row a seed."""
    mean = result.gates.groupby("function")["learned"].mean()
    kind = {f: LEARNED if m == 1 else NEVER if m == 0 else SOMETIMES for f, m in mean.items()}
    named = result.gates.assign(outcome=result.gates["function"].map(kind))
    return named.rename(columns={"updates": "value"}).drop(columns="learned")


def gates_caption(table: pd.DataFrame, view: View) -> str:
    """How many are learned, and which are not."""
    if table.empty:
        return ""
    learned, not_all = (table[(table["outcome"] == LEARNED) == so] for so in (True, False))
    rest = listed([f"{row['function']} ({row['outcome']})" for row in not_all.to_dict("records")])
    end = f"; not {rest}" if rest else ""
    return (
        f"The perceptron learns {len(learned)} of {len(table)} functions of two bits in every "
        f"repetition{end}."
    )


def parted(result: XorResult, view: View) -> pd.DataFrame:
    """Updates made and allowed; means and intervals of their logarithms."""
    return summarise_ratios(result.parted, ["margin", "measure"], least=1.0)


def parted_chart(view: View) -> alt.LayerChart:
    """Both against the margin, decades apart."""
    scale = alt.Scale(type="log", padding=12)
    x = alt.X("margin:Q", title="margin (cases of length 1; log scale)", scale=scale)
    y = axes.measure("updates (log scale)", type="log")
    colors = {BOUND: theme.BASELINE, UPDATES: theme.ACCENT}
    color = marks.series_color("measure", (UPDATES, BOUND), colors=colors)
    return marks.interval_lines(x, y, color)


def parted_caption(table: pd.DataFrame, view: View) -> str:
    """Both at either end."""
    if table["margin"].nunique() < 2:
        return ""
    wide = table.pivot(index="margin", columns="measure", values="mean")
    ends = [
        f"at a margin of {number(float(margin))} the perceptron makes "
        f"{number(float(row[UPDATES]))} updates (geometric mean), the bound allows "
        f"{number(float(row[BOUND]))}"
        for margin, row in wide.iloc[[0, -1]].iterrows()
    ]
    return f"{'; '.join(ends)}.".replace("at", "At", 1)


FIGURES = (
    Figure(
        "solved", "How many starts solve it", shares, shares_chart, shares_caption, live=True,
        note="Each start has weights of its own. A network solves the task when all its answers "
        "are on the right side in the end. Bands: 95% intervals, of all starts pooled where that "
        "is wider.",
    ),
    kinds.intervals(
        "ways", "The same task, wired and learned", lambda result, view: result.right,
        by=("way",),
        y=axes.rows("way", WAYS, labelLimit=200),
        x=alt.X("mean:Q", title="cases answered rightly", axis=alt.Axis(format=".0%"),
                scale=alt.Scale(domain=[0, 1])),
        color=marks.one_color(theme.ACCENT), zero=False, seeds=True, step=34,
        extra=lambda table, view: within(table),
        note="Wired by hand: units with thresholds as McCulloch and Pitts drew them in 1943, one "
        "for each case that is true, and one that fires if any of them does; nothing in it "
        "varies, so its interval has no width. Perceptron: one unit with weights learned by its "
        "rule. Learned: the mean over all starts of networks with two hidden sigmoid units after "
        "backpropagation.",
    ),
    kinds.intervals(
        "functions", "What a single perceptron can learn", gates, by=("function", "outcome"),
        y=axes.rows("function", list(FUNCTIONS)),
        x=alt.X("mean:Q", title="updates until nothing is wrong (log scale)",
                scale=alt.Scale(type="log")),
        color=marks.series_color("outcome", list(KINDS), colors=KINDS), caption=gates_caption,
        zero=False, step=22,
        note="All sixteen functions of two bits a and b. What is never learned is stopped after "
        "100 passes over the four cases.",
    ),
    Figure(
        "bound", "Updates made, and the most that a theorem allows", parted, parted_chart,
        parted_caption,
        note="The closer the nearest case lies to the plane that parts them, the more updates the "
        "theorem allows. It holds for any number of cases and inputs.",
    ),
)  # fmt: skip
