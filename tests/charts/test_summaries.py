"""Summaries: intervals end where shares end, panels come together, missing means are told."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.charts import summaries

TABLE = pd.DataFrame({
    "panel": ["left", "left", "right"], "arm": ["a", "b", "a"],
    "mean": [0.1, 0.9, 0.5], "low": [-0.2, 0.7, 0.4], "high": [0.4, 1.2, 0.6],
})  # fmt: skip


def test_intervals_of_shares_end_at_nothing_and_at_all() -> None:
    kept = summaries.within(TABLE)
    assert kept["low"].tolist() == [0.0, 0.7, 0.4] and kept["high"].tolist() == [0.4, 1.0, 0.6]
    assert summaries.within(TABLE, high=2.0)["high"].tolist() == [0.4, 1.2, 0.6]
    ends = np.array([1.0, np.inf, 0.5])
    assert summaries.within(TABLE, high=ends)["high"].tolist() == [0.4, 1.2, 0.5]
    assert TABLE["low"].min() == -0.2


def test_panels_are_drawn_together_or_not_at_all() -> None:
    assert len(summaries.with_all_panels(TABLE, 2)) == 3
    early = summaries.with_all_panels(TABLE[:2], 2)
    assert early.empty and list(early) == list(TABLE)


def test_means_come_in_the_order_asked_or_not_at_all() -> None:
    by = ("panel", "arm")
    assert summaries.means_at(TABLE, by, [("right", "a"), ("left", "b")]) == [0.5, 0.9]
    assert summaries.means_at(TABLE, by, [("right", "a"), ("right", "b")]) == []
    assert summaries.means_at(TABLE[:0], by, [("right", "a")]) == []
    one = TABLE.drop_duplicates(by[0])
    assert summaries.means_at(one, by[:1], [(one[by[0]].iloc[0],)]) == [one["mean"].iloc[0]]
