"""Rankings of methods by several criteria: who is where, and whether the criteria agree."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from core.lab.intervals import summarise
from core.lab.scores import PerSeed
from core.metrics.attribution import rank_correlation

COLUMNS = ["method", "criterion", "place", "best", "worst", "mean", "low", "high", "n"]


def places(values: np.ndarray, *, low_is_good: bool) -> np.ndarray:
    """Place of each value in a ranking, 1 for the best; equal values share the better place.

    Args:
        values: `(n,)`.
        low_is_good: Whether the smallest is best.
    """
    worse = values if low_is_good else -values
    return 1 + (worse[None, :] < worse[:, None]).sum(1)


def standings(
    scores: pd.DataFrame, criteria: Sequence[str], low_is_good: Collection[str]
) -> pd.DataFrame:
    """Place of every method by every criterion, the method with the best mean place first.

    Args:
        scores: `seed`, `method`, `criterion`, `value`: one row a seed, method and criterion.
        criteria: In the order of the rows of a method; those without scores are left out.
        low_is_good: Criteria by which the smallest value is best.

    Returns:
        `method`, `criterion`, `place` of its mean (1 is best), `best` and `worst` of a seed,
        `mean`, `low`, `high`, `n`, `mean_place` over the criteria, and `among` how many it stands.
    """
    parts = [
        _standing(scores[scores["criterion"] == criterion], low_is_good=criterion in low_is_good)
        .assign(criterion=criterion)[COLUMNS]
        for criterion in criteria
        if criterion in set(scores["criterion"])
    ]  # fmt: skip
    table = pd.concat(parts or [pd.DataFrame(columns=COLUMNS)])
    mean = table.groupby("method")["place"].mean()
    table = table.assign(mean_place=table["method"].map(mean).astype(float))
    table["among"] = table.groupby("criterion")["method"].transform("size")
    return table.sort_values("mean_place", kind="stable", ignore_index=True)


def _standing(rows: pd.DataFrame, *, low_is_good: bool) -> pd.DataFrame:
    """Standing of the methods by one criterion; seeds that lack a method say nothing of places."""
    table = summarise(rows, ["method"])
    seeds = rows.pivot(index="seed", columns="method", values="value")[table["method"]].dropna()
    place = places(table["mean"].to_numpy(), low_is_good=low_is_good)
    each = [places(row, low_is_good=low_is_good) for row in seeds.to_numpy()] or [place]
    return table.assign(place=place, best=np.min(each, axis=0), worst=np.max(each, axis=0))


def agreement_of_criteria(
    scores: pd.DataFrame, criteria: Sequence[str], low_is_good: Collection[str]
) -> PerSeed:
    """How far criteria order methods alike: mean rank correlation over all pairs of them.

    Args:
        scores: As in `standings`, every method by every criterion.
        criteria: All that are compared.
        low_is_good: Criteria by which the smallest value is best.

    Returns:
        Numbers in [-1, 1]; 1 where all orders are the same.
    """
    found = {}
    for seed, own in scores.groupby("seed"):
        wide = own.pivot(index="criterion", columns="method", values="value").reindex(criteria)
        good = np.where(wide.index.isin(low_is_good), -1, 1)[:, None] * wide.to_numpy()
        first, second = np.tril_indices(len(good), -1)
        found[seed] = rank_correlation(good[first], good[second]).mean()
    return PerSeed.of(found, found.values())
