"""Arms of a run in panels: one for each metric that a figure shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from core.lab.intervals import differences
from core.lab.scores import rows_where


def by_panel(scores: pd.DataFrame, panels: Mapping[str, str], arms: Iterable[str]) -> pd.DataFrame:
    """Pick the rows of some metrics, panel by panel and arm by arm.

    Args:
        scores: `arm`, `seed`, `metric`, `value`.
        panels: Heading of each panel -> its metric.
        arms: In their order.

    Returns:
        The rows of `scores`, and `panel`.
    """
    names = list(arms)
    return pd.concat(
        [
            rows_where(scores, {"metric": metric, "arm": arm}).assign(panel=panel)
            for panel, metric in panels.items()
            for arm in names
        ]
    )


def changes(
    scores: pd.DataFrame, panels: Mapping[str, str], arms: Iterable[str], baseline: str
) -> pd.DataFrame:
    """Subtract the baseline from each arm seed by seed, panel by panel.

    Args:
        scores: As in `by_panel`.
        panels: As there.
        arms: As there; the baseline may be among them.
        baseline: The arm that the others are held against; it is left out.

    Returns:
        As `by_panel`, `value` being the difference.
    """
    rows = by_panel(scores, panels, [baseline, *(arm for arm in arms if arm != baseline)])
    return differences(rows, "arm", baseline, keep=["panel"])
