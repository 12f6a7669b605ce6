"""Intervals that allow for a choice: how often they are wrong where there is nothing to find."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from core.lab.intervals import summarise
from core.lab.scores import PerSeed
from core.metrics.selection import picked, pooled_at_an_end, together

ARMS, SEEDS, DRAWS = 10, 10, 1000


def noise() -> np.ndarray:
    """Arms without any difference, `(DRAWS, ARMS, SEEDS)`."""
    return np.random.default_rng(1934).normal(size=(DRAWS, ARMS, SEEDS))


def test_the_best_of_arms_that_do_not_differ_is_seldom_called_better() -> None:
    plain = allowing = 0
    for scores in noise():
        best = scores[1:].mean(axis=1).argmax() + 1
        lead = PerSeed.of(range(SEEDS), scores[best] - scores[0])
        plain += lead.estimate.low > 0
        allowing += picked(lead, ARMS - 1).low > 0
    assert plain / DRAWS > 0.08, "nothing to allow for: no test"
    assert allowing / DRAWS <= 0.05


def test_intervals_that_hold_together_seldom_miss_any_of_them() -> None:
    def misses(found: pd.DataFrame) -> bool:
        return bool(((found["low"] > 0) | (found["high"] < 0)).any())

    alone = jointly = 0
    for scores in noise()[:200]:
        rows = [(arm, seed, scores[arm, seed]) for arm in range(ARMS) for seed in range(SEEDS)]
        table = pd.DataFrame(rows, columns=["arm", "seed", "value"])
        alone += misses(summarise(table, ["arm"]))
        jointly += misses(together(table, ["arm"]))
    assert alone / 200 > 0.3, "nothing to allow for: no test"
    assert jointly / 200 <= 0.08, "5%, and what 200 draws scatter"


def test_an_interval_for_one_of_five_is_at_99_percent() -> None:
    values = np.array([0.1, 0.4, 0.2, 0.5])
    found = picked(PerSeed.of(range(4), values, "points"), 5)
    ends = stats.t.interval(0.99, 3, values.mean(), stats.sem(values))
    assert (found.low, found.high) == pytest.approx(ends)
    assert "among 5 (Bonferroni)" in found.kind and found.unit == "points"
    table = pd.DataFrame({"arm": list("aaaabbbb"), "seed": [*range(4)] * 2,
                          "value": [*values, *values]})  # fmt: skip
    both = together(table, ["arm"]).iloc[0]
    ends = stats.t.interval(0.975, 3, values.mean(), stats.sem(values))
    assert (both["low"], both["high"]) == pytest.approx(ends)


@pytest.mark.parametrize("end", [0.0, 1.0])
def test_a_share_at_its_end_has_the_interval_of_all_its_cases(end: float) -> None:
    found = pooled_at_an_end(PerSeed.of(range(5), [end] * 5, "share"), 64)
    exact = stats.binomtest(int(320 * end), 320).proportion_ci(0.95, "exact")
    assert (found.low, found.high) == pytest.approx((exact.low, exact.high))
    assert found.mean == end and "over the cases of every seed" in found.kind


def test_a_share_that_varies_keeps_its_interval_over_seeds() -> None:
    shares = PerSeed.of(range(3), [1.0, 1.0, 0.9], "share")
    assert pooled_at_an_end(shares, 64) == shares.estimate
