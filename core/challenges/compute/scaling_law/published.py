"""Sizes and operations of known language models, as published, beside what is measured here."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from core.challenges.compute.scaling_law.config import ScalingResult, ScalingView
from core.charts import marks, theme
from core.lab.intervals import summarise_ratios
from core.lab.wording import number

MODELS = (
    ("GPT-3", 175e9, 300e9, "Brown et al. 2020"),
    ("Gopher", 280e9, 300e9, "Rae et al. 2021"),
    ("MT-NLG", 530e9, 270e9, "Smith et al. 2022"),
    ("Chinchilla", 70e9, 1.4e12, "Hoffmann et al. 2022"),
    ("PaLM", 540e9, 780e9, "Chowdhery et al. 2022"),
    ("LLaMA", 65e9, 1.4e12, "Touvron et al. 2023"),
)
"""Parameters, and tokens that were trained on; operations are six times their product."""
PETAFLOP_DAY = 8.64e19
HERE, KNOWN = "measured here: best size", "published: models"
KAPLAN, HOFFMANN = "published: Kaplan 2020", "published: Hoffmann 2022"
SERIES = {
    HERE: theme.TRAIN, KNOWN: theme.WARNING, KAPLAN: theme.BASELINE, HOFFMANN: theme.REMEDY,
}  # fmt: skip
RANGE = (1e18, 1e25)
COLUMNS = ["series", "name", "operations", "mean", "low", "high", "n"]


def optimal(series: str, operations: float) -> float:
    """Parameters that a published law gives to a number of operations."""
    if series == KAPLAN:
        return 1.3e9 * float(operations / PETAFLOP_DAY) ** 0.73
    return 70e9 * float(operations / (6 * 70e9 * 1.4e12)) ** 0.5


def sizes(result: ScalingResult, view: ScalingView) -> pd.DataFrame:
    """Best sizes by budget as measured, models as published, and the laws of two papers."""
    best = summarise_ratios(result.best_sizes(), ["operations"], 1.0)
    rows: list[tuple[object, ...]] = [
        (HERE, "this run", row.operations, row.mean, row.low, row.high, row.n)
        for row in best.itertuples()
    ]
    rows += [(KNOWN, f"{m}, {source}", 6 * n * d, n, n, n, 1) for m, n, d, source in MODELS]
    for series in (KAPLAN, HOFFMANN):
        for operations in np.geomspace(*RANGE, 8):
            value = optimal(series, operations)
            rows.append((series, series, operations, value, value, value, 1))
    return pd.DataFrame(rows, columns=COLUMNS).astype({"operations": float})


def sizes_caption(table: pd.DataFrame, view: ScalingView) -> str:
    """How far published models lie beyond what is measured here."""
    here, known = (table[table["series"] == name] for name in (HERE, KNOWN))
    if here.empty or known.empty:
        return ""
    return (
        f"Measured here: up to {number(float(here['operations'].max()))} operations. Published, "
        f"not measured here: {float(known['operations'].min()):.3g} to "
        f"{float(known['operations'].max()):.3g} operations."
    )


def sizes_chart(view: ScalingView) -> alt.LayerChart:
    """Parameters against operations, both in decades."""
    x = alt.X("operations:Q", title="operations of the training (log scale)",
              scale=alt.Scale(type="log", nice=False, padding=12),
              axis=alt.Axis(format="~e", tickCount=5))  # fmt: skip
    y = alt.Y("mean:Q", title="parameters (log scale)", scale=alt.Scale(type="log"),
              axis=alt.Axis(format="~e", tickCount=5))  # fmt: skip
    color = marks.series_color("series", list(SERIES), colors=SERIES, columns=2)
    tooltip = [
        alt.Tooltip("name:N"), alt.Tooltip("operations:Q", format=".3~g"),
        *marks.told(".3~g", "parameters"),
    ]  # fmt: skip
    base = alt.Chart(marks.TABLE).encode(x=x, y=y, color=color)
    laws = base.transform_filter(f"indexof({[KAPLAN, HOFFMANN]!r}, datum.series) >= 0")
    dots = base.transform_filter(f"indexof({[HERE, KNOWN]!r}, datum.series) >= 0")
    return alt.layer(
        laws.mark_line(strokeDash=[5, 4], strokeWidth=2),
        dots.mark_point(filled=True, size=60, opacity=1).encode(tooltip=tooltip),
    ).properties(height=theme.FIGURE_HEIGHT)
