from __future__ import annotations

import pandas as pd

from core.metrics.placing import first, last


def arms(*rows: tuple[str, float, float, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["arm", "mean", "low", "high"])


def test_who_is_clearly_ahead_is_told_bare() -> None:
    table = arms(("A", 0.2, 0.1, 0.3), ("B", 0.8, 0.7, 0.9), ("C", 0.5, 0.4, 0.6))
    best, worst = first(table, "arm", "share"), last(table, "arm", "share")
    assert (best.name, best.told, best.hedge) == ("B", "80.0%", "")
    assert (worst.name, worst.told) == ("A", "20.0%")
    assert best.row["high"] == 0.9


def test_a_rank_is_taken_back_where_intervals_meet() -> None:
    table = arms(("A", 0.2, 0.1, 0.5), ("B", 0.8, 0.7, 0.9), ("C", 0.75, 0.4, 0.8))
    assert first(table, "arm", "share").told == "80.0%, not clearly ahead of C"
    assert last(table, "arm", "share").told == "20.0%, not clearly behind C"
    assert first(table, "arm", "share", "on average, like").hedge == ", on average, like C"
