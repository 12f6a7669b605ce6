"""The matrix of remedies and measures, and one of its columns in full."""

from __future__ import annotations

import altair as alt
import pandas as pd

from core.challenges.strategies.trade_offs.config import (
    MEASURES,
    NOTHING,
    PLAIN,
    REMEDIES,
    TIMES,
    TradeOffsResult,
    TradeOffsView,
)
from core.charts import axes, marks, matrix
from core.charts.matrix import BETTER, UNCLEAR, WORSE
from core.lab.experiment import Figure
from core.lab.intervals import differences, summarise
from core.lab.wording import listed, number
from core.metrics.families import together
from core.metrics.verdicts import side

ARROWS = {1: "↑", -1: "↓"}
COSTS = tuple(name for name, one in MEASURES.items() if one.unit == TIMES)
EXACT = tuple(name for name, one in MEASURES.items() if one.exact)
TESTS = len(REMEDIES) * (len(MEASURES) - len(EXACT))
"""Cells that are measured: their intervals hold for all of them at once."""


def heading(measure: str) -> str:
    """Name of a column with the direction in which it gets better."""
    return f"{measure} {ARROWS[MEASURES[measure].better]}"


def effects(result: TradeOffsResult) -> pd.DataFrame:
    """Every remedy against the plain network, in every measure that there is so far.

    Returns:
        `remedy`, `measure`, `mean`, `low`, `high`, `n`, `verdict` and `plain` (what the plain
        network reaches); cells without a value are left out.
    """
    changes = differences(result.cells, "remedy", PLAIN, ["measure"])
    table = together(summarise(changes, ["remedy", "measure"]), TESTS)
    own = result.cells[result.cells["remedy"] == PLAIN].groupby("measure")["value"].mean()
    return table.assign(
        verdict=[
            _verdict(row.low, row.high, row.n, MEASURES[row.measure].better)
            for row in table.itertuples()
        ],
        plain=table["measure"].map(own),
    )  # fmt: skip


def _verdict(low: float, high: float, n: int, better: int) -> str:
    """Judge a change by its interval; one repetition is never enough."""
    if n < 2:
        return UNCLEAR
    words = (WORSE, UNCLEAR, BETTER)[::better]
    return side(low, high, *words)


def cells(result: TradeOffsResult, view: TradeOffsView) -> pd.DataFrame:
    """`effects` as a matrix: with `column` and `text`; a cell that is still to come is empty."""
    wanted = pd.MultiIndex.from_product(
        [list(REMEDIES), list(MEASURES)],
        names=["remedy", "measure"],
    )
    table = effects(result).set_index(["remedy", "measure"]).reindex(wanted).reset_index()
    table["n"] = table["n"].fillna(0).astype(int)
    table["verdict"] = table["verdict"].astype(object).where(table["n"] > 0, UNCLEAR)
    table["text"] = [_text(row.measure, row.mean, row.n) for row in table.itertuples()]
    table["column"] = table["measure"].map(heading)
    return table


def _text(measure: str, mean: float, n: int) -> str:
    """Whole points with their sign, or how many times as much; empty where nothing is known."""
    if not n:
        return ""
    if MEASURES[measure].unit == TIMES:
        return f"×{1 + mean:.2g}" if mean else "="
    whole = round(100 * mean)
    return f"{whole:+d}".replace("-", "−") if whole else "0"


def cells_caption(table: pd.DataFrame, view: TradeOffsView) -> str:
    """What the plain network reaches, and how many cells are which."""
    known = table[(table["n"] > 0) & ~table["measure"].isin(COSTS)]
    if known.empty:
        return ""
    plain = known.drop_duplicates("measure").set_index("measure")["plain"]
    told = [
        f"{name} {number(float(value), MEASURES[str(name)].unit)}" for name, value in plain.items()
    ]
    counted = table[table["n"] > 0]["verdict"].value_counts()
    better, worse = (counted.get(name, 0) for name in (BETTER, WORSE))
    return (
        f"The plain network, mean over the seeds: {listed(told)}. Of all cells, costs "
        f"included, {better} are {BETTER}, {worse} {WORSE}, and the others {UNCLEAR}."
    )


def summary(result: TradeOffsResult) -> str:
    """Sort the remedies by what they do to the measures that are no costs."""
    every = effects(result)
    table = every[~every["measure"].isin(COSTS)]
    by = {
        name: set(rows["verdict"]) - {UNCLEAR} for name, rows in table.groupby("remedy", sort=False)
    }
    kinds = {
        "better in some measures and clearly worse in none": {BETTER},
        "better in some and worse in others": {BETTER, WORSE},
        "only worse": {WORSE},
        "nothing clear": set(),
    }
    groups = {words: [n for n, v in by.items() if v == kind] for words, kind in kinds.items()}
    together_with = "" if result.partner == NOTHING else f" (each with {result.partner})"
    counted = every["verdict"].value_counts()
    told = "; ".join(f"{words}: {', '.join(names)}" for words, names in groups.items() if names)
    return (
        f"Against the plain network{together_with}, costs included, changes clearly for the "
        f"better: {counted.get(BETTER, 0)}; for the worse: {counted.get(WORSE, 0)}. Costs left "
        f"out, {told}."
    )


def column(result: TradeOffsResult, view: TradeOffsView) -> pd.DataFrame:
    """One measure of every remedy, in the order of the matrix."""
    table = effects(result)
    return table[table["measure"] == view.measure].reset_index(drop=True)


def seeds(result: TradeOffsResult, view: TradeOffsView) -> dict[str, pd.DataFrame]:
    """Each seed's own change, `mean` as in the table."""
    rows = differences(result.cells, "remedy", PLAIN, ["measure"])
    return {"seeds": rows[rows["measure"] == view.measure]}


def column_caption(table: pd.DataFrame, view: TradeOffsView) -> str:
    """Which remedies move the measure, and where the plain network stands."""
    if table.empty:
        return ""
    measure = MEASURES[view.measure]
    plain = number(float(table["plain"].iloc[0]), "" if measure.unit == TIMES else measure.unit)
    parts = [f"Plain: mean {plain} ({measure.words})."]
    same = (table["n"] > 1) & (table["low"] == 0) & (table["high"] == 0)
    told = table["verdict"].where(~same, "the same in every seed")
    for verdict in (BETTER, WORSE, UNCLEAR, "the same in every seed"):
        names = [str(name) for name in table[told == verdict]["remedy"]]
        if names:
            parts.append(f"{verdict.capitalize()}: {', '.join(names)}.")
    return " ".join(parts)


def column_dots(view: TradeOffsView) -> alt.LayerChart:
    """One dot with its interval per remedy, coloured by verdict; zero is the plain network."""
    unit = "%" if MEASURES[view.measure].unit == TIMES else "points"
    title = f"change in {view.measure} ({unit})"
    look = alt.Axis(labelExpr="datum.value ? format(100 * datum.value, '+.3~g') : '0'", tickCount=7)
    x = alt.X("mean:Q", title=title, axis=look)
    rows = axes.rows("remedy", list(REMEDIES), labelLimit=150)
    color = marks.series_color("verdict", list(matrix.COLORS), None, matrix.COLORS, 3)
    dots = marks.seed_dots(rows, x, alt.value(matrix.COLORS[UNCLEAR]), size=14, opacity=0.5)
    return alt.layer(marks.interval_bars(rows, x, color), dots).properties(height=alt.Step(26))


FIGURES: tuple[Figure[TradeOffsResult, TradeOffsView], ...] = (
    Figure(
        "matrix", "What every remedy does to everything", cells,
        lambda view: matrix.effects("column", "remedy"), cells_caption, live=True,
        note="Each row is the plain network with one remedy; each number the mean change over the "
        "seeds, in points, or how many times the cost. The arrow says which way is better. "
        "Coloured only where the interval leaves out zero, widened for all measured cells at once "
        "(Bonferroni). Gap and calibration compare labels as often wrong as those learned from. "
        "Groups: one picture in five, in training too, lies on its side. Stability: how alike the "
        "saliency maps of a picture and a noisy copy are. Latency is a time, the rest of the costs "
        "is counted.",
    ),
    Figure(
        "column", "One measure in full", column, column_dots, column_caption, seeds,
        note="Bars: the widened intervals of the matrix. Small points: the seeds.",
    ),
)  # fmt: skip
