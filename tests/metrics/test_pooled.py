"""Shares that all seeds agree on keep an interval."""

from __future__ import annotations

import numpy as np
import pytest

from core.lab.intervals import exact_interval
from core.lab.scores import PerSeed
from core.metrics.pooled import pooled


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_where_seeds_agree_it_is_the_exact_interval_of_all_trials(share: float) -> None:
    found = pooled(PerSeed.of(range(5), [share] * 5, "share"), 40)
    exact = exact_interval([share] * 200)
    assert (found.low, found.high) == pytest.approx((exact.low, exact.high))
    assert found.low < found.high and found.n == 5
    assert "200 pooled trials" in found.kind


def test_where_seeds_differ_more_than_trials_do_it_is_that_of_the_seeds() -> None:
    shares = PerSeed.of(range(5), [0.2, 0.8, 0.3, 0.9, 0.5], "share")
    found = pooled(shares, 400)
    assert (found.low, found.high) == (shares.estimate.low, shares.estimate.high)


def test_it_covers_a_share_near_its_end() -> None:
    """A t interval over five seeds of 15 trials misses 98% often: mostly it is the point 1."""
    rng = np.random.default_rng(0)
    drawn = rng.binomial(15, 0.98, (400, 5)) / 15
    seeds = [PerSeed.of(range(5), shares, "share") for shares in drawn]
    ours = [pooled(shares, 15) for shares in seeds]
    theirs = [shares.estimate for shares in seeds]
    covered = [np.mean([e.low <= 0.98 <= e.high for e in found]) for found in (ours, theirs)]
    assert covered[0] >= 0.95
    assert covered[1] < 0.9
