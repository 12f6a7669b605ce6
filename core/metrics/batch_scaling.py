"""Steps against batch size: learning rates chosen on other seeds than judged, and the law."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.metrics.power_law import fit_known_power

TUNED, LINEAR, KEPT = "tuned anew", "scaled with the batch", "kept"
RULES = (TUNED, LINEAR, KEPT)
"""For the learning rate: chosen for each batch size, in proportion to it, or the same for all."""


def crossed(steps: pd.DataFrame, rule: str, base: int) -> pd.DataFrame:
    """Steps with the rates that a rule picks, judged on seeds that did not choose them.

    Rates are chosen on every other seed and judged on the rest; then the halves change places.
    Chosen is the rate that takes most choosing seeds to the goal, among equals the one with the
    fewest steps.

    Args:
        steps: Index `batch`, `rate`; a column a seed; NaN where the goal was not reached.
        rule: Of `RULES`.
        base: Batch size whose rate the other two rules start from.

    Returns:
        `seed`, `batch`, `rate`, `value`. A rate that was not tried has no row, nor has a seed that
        it did not take there.
    """
    parts = []
    for start in (0, 1):
        own = list(steps.columns[start::2])
        for batch, rate in _picked(steps.drop(columns=own), rule, base):
            if (batch, rate) in steps.index:
                values = steps.loc[(batch, rate), own].to_numpy()
                parts.append(
                    pd.DataFrame({"seed": own, "batch": batch, "rate": rate, "value": values})
                )
    columns = ["seed", "batch", "rate", "value"]
    found = pd.concat(parts) if parts else pd.DataFrame(columns=columns)
    return found.dropna().sort_values(["batch", "seed"], ignore_index=True)


def _picked(steps: pd.DataFrame, rule: str, base: int) -> list[tuple[int, float]]:
    """Batch sizes with the rate that a rule picks for each, from the choosing seeds' steps."""
    table = pd.DataFrame({"lost": steps.isna().sum(axis=1), "mean": steps.mean(axis=1)}).dropna()
    best = table.sort_values(["lost", "mean"], kind="stable").groupby("batch").head(1)
    known = dict(best.index)
    if rule == TUNED:
        return sorted(known.items())
    if base not in known:
        return []
    batches = steps.index.unique("batch")
    return [(b, known[base] * (b / base if rule == LINEAR else 1.0)) for b in batches]


def own_best(steps: pd.DataFrame) -> pd.DataFrame:
    """The rate with the fewest steps of each seed itself: `seed`, `batch`, `value`.

    Args:
        steps: As in `crossed`.
    """
    rows = [
        (seed, batch, column.idxmin()[1])
        for seed in steps
        for batch, column in steps[seed].groupby("batch")
        if column.notna().any()
    ]
    found = pd.DataFrame(rows, columns=["seed", "batch", "value"])
    return found.sort_values(["batch", "seed"], ignore_index=True)


def laws(rows: pd.DataFrame) -> pd.DataFrame:
    """`least (1 + critical / batch)` fitted to each seed's steps (McCandlish et al. 2018).

    Args:
        rows: `seed`, `batch`, `value`.

    Returns:
        `seed`, `least` steps, `slope` (their product with `critical`), and the `critical` batch
        size, NaN where the fit leaves no least number of steps or no slope. Seeds with fewer than
        three batch sizes have no row.
    """
    found = []
    for seed, own in rows.groupby("seed"):
        if len(own) > 2:
            law = fit_known_power(own["batch"].to_numpy(), own["value"].to_numpy(), 1.0)
            size = law.scale / law.offset if law.offset > 0 and law.scale > 0 else np.nan
            found.append((seed, law.offset, law.scale, size))
    return pd.DataFrame(found, columns=["seed", "least", "slope", "critical"])
