"""Published counts: tables that can be rebuilt row by row without the persons behind them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np

COMPAS: Mapping[str, tuple[int, int, int, int]] = {
    "African-American": (990, 805, 532, 1369),
    "Caucasian": (1139, 349, 461, 505),
}
"""ProPublica 2016, "How We Analyzed the COMPAS Recidivism Algorithm": defendants by race, two
years, decile score 5 and above called high: true negatives, false positives, false negatives,
true positives."""


def compas_counts() -> np.ndarray:
    """COMPAS as `(groups, true, called)` counts; groups in the order of `COMPAS`."""
    return np.array([[[tn, fp], [fn, tp]] for tn, fp, fn, tp in COMPAS.values()])


@cache
def compas_csv() -> bytes:
    """The same as a table of one row per defendant: `race`, `two_year_recid`, `high_score`."""
    lines = ["race,two_year_recid,high_score"]
    for race, cells in COMPAS.items():
        for place, n in enumerate(cells):
            lines += [f"{race},{place // 2},{place % 2}"] * n
    return ("\n".join(lines) + "\n").encode()
