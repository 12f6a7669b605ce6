"""Shares over seeds that stay open at their ends: between seeds and within them."""

from __future__ import annotations

from dataclasses import replace

from scipy.special import betaincinv

from core.lab.intervals import Estimate
from core.lab.scores import PerSeed


def pooled(shares: PerSeed, trials: int) -> Estimate:
    """Mean share with the wider of two intervals: over the seeds, and over their pooled trials.

    Where all seeds agree, the t interval over seeds is a point, though each seed counted only so
    many trials; Clopper and Pearson's (1934) for all of them together stays open. Where seeds
    differ by more than trials explain, the t interval is the wider one.

    Args:
        shares: One share a seed, in [0, 1].
        trials: How many trials, about, stand behind each, at least 1.

    Returns:
        In [0, 1]; `n` counts the seeds.
    """
    found = shares.estimate
    n = trials * found.n
    k = min(max(found.mean, 0.0), 1.0) * n
    low = float(betaincinv(k, n - k + 1, 0.025)) if k > 0 else 0.0
    high = float(betaincinv(k + 1, n - k, 0.975)) if k < n else 1.0
    kind = f"95%, the wider of t over seeds and exact over {n:,} pooled trials"
    low, high = max(0.0, min(low, found.low)), min(1.0, max(high, found.high))
    return replace(found, low=low, high=high, kind=kind)
