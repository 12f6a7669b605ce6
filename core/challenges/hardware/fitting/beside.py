"""The figure of an accelerator beside the processor, where there is one."""

from __future__ import annotations

import altair as alt
import pandas as pd

from core.challenges.hardware.fitting.config import ACCURACY, ANYWHERE, FittingResult, FittingView
from core.challenges.hardware.fitting.planes import KILO, PANELS
from core.charts import kinds, units
from core.lab.intervals import SHARE, summarise_ratios
from core.lab.scores import rows_where
from core.lab.wording import how_many, listed, number


def beside(result: FittingResult, view: FittingView) -> pd.DataFrame:
    """Milliseconds of an answer here and on an accelerator, by examples at once; or no row."""
    keys = ["unit", "kernel"]
    rows = result.beside[~result.beside["metric"].isin(PANELS)]
    table = summarise_ratios(rows.assign(value=KILO * rows["value"]), [*keys, "metric"], 1e-6)
    counts = table["metric"].astype(int)
    right = rows_where(result.beside, {"metric": ACCURACY}).groupby(keys)["value"].mean()
    found = table.assign(
        row=table["kernel"], examples_a_second=KILO * counts / table["mean"],
        accuracy=[right.get(key) for key in table[keys].itertuples(index=False, name=None)],
    )  # fmt: skip
    titles = {name: f"{how_many(int(name), 'example')} at once" for name in table["metric"]}
    return kinds.in_panels(found.drop(columns="kernel"), "metric", titles)


def right_told(table: pd.DataFrame) -> str:
    """How many new examples each unit gets right, in each form."""
    rows = table.drop_duplicates(["unit", "row"])
    told = [f"{r.row} on {r.unit} {number(float(r.accuracy), SHARE)}" for r in rows.itertuples()]
    return f"Right: {listed(told)}."


FIGURE = units.side_by_side(
    "beside", "The whole network on an accelerator", beside, ANYWHERE,
    [alt.Tooltip("examples_a_second:Q", format=",.0f", title="examples a second"),
     alt.Tooltip("accuracy:Q", format=".1%", title="right")],
    after=right_told,
    note="From the main memory and back to it: inputs are sent, answers fetched. The processor: "
    "seconds of one core; an accelerator: those that pass. Geometric means.",
)  # fmt: skip
