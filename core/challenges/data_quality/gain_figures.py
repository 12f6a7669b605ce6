"""What each arm adds to a baseline: dots with verdicts that hold together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import altair as alt
import pandas as pd

from core.charts import axes, kinds, marks, theme
from core.charts.kinds import Encoding, Rows
from core.lab.experiment import Figure
from core.metrics.families import together
from core.metrics.verdicts import named_changes, side

BETTER, NEITHER, WORSE = "better", "no clear difference", "worse"
VERDICTS = {BETTER: theme.REMEDY, WORSE: theme.WARNING, NEITHER: theme.BASELINE}
NOTE = (
    "Difference on the same seed, from the same initial weights; right of zero is better. Bar: "
    "interval that allows for the number of arms (95% for all together, Bonferroni)."
)


def gains(
    name: str, title: str, rows: Rows, arms: Sequence[str], x: Encoding,
    told: Callable[[Any], str], note: str = "", **further: Any,
) -> Figure[Any, Any]:  # fmt: skip
    """One dot with its interval per arm, coloured by what the interval allows to be said.

    Args:
        name: As in `Figure`.
        title: As in `Figure`.
        rows: Result, view -> `arm`, `seed`, `value`: differences to the baseline, in shares.
        arms: In their order.
        x: Encoding of `mean`.
        told: View -> what is compared, as the caption begins.
        note: What is said beyond `NOTE`.
        **further: As in `Figure`.
    """

    def caption(table: pd.DataFrame, view: Any) -> str:
        parts = [_arms(table[table["verdict"] == word], word) for word in VERDICTS]
        return f"{told(view)}: {'; '.join(filter(None, parts))}." if len(table) else ""

    return kinds.intervals(
        name, title, rows, by=("arm",), y=axes.rows("arm", arms, labelLimit=160), x=x,
        color=marks.series_color("verdict", list(VERDICTS), colors=VERDICTS),
        caption=caption, extra=lambda table, view: judged(table), note=f"{NOTE} {note}".strip(),
        **further,
    )  # fmt: skip


def judged(table: pd.DataFrame) -> pd.DataFrame:
    """Widen the intervals until they hold together, and add the `verdict` of each."""
    found = together(table)
    words = [
        side(row.low, row.high, WORSE, NEITHER, BETTER) if row.n > 1 else NEITHER
        for row in found.itertuples()
    ]
    return found.assign(verdict=words)


def points(title: str) -> alt.X:
    """Gains in whole points along the bottom."""
    found: alt.X = axes.points(title, tickCount=6)
    return found


def _arms(rows: pd.DataFrame, word: str) -> str:
    return f"{word}: {named_changes(rows, 'arm')}" if len(rows) else ""
