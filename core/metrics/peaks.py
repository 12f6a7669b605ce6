"""Double descent of a curve: whether it falls, clearly rises, and falls again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Peak:
    """Where a curve falls, clearly rises and falls again.

    Attributes:
        valley: Size at which it is lowest before the peak.
        top: At which it is highest in between.
        end: At which it is lowest after the peak.
        side: How the intervals of both valleys lie: the second "below" the first, "above" it, or
            "not clearly different from" it.
    """

    valley: int
    top: int
    end: int
    side: str


def find_peak(curve: pd.DataFrame) -> Peak | None:
    """Find the largest rise that is followed by a fall.

    Args:
        curve: `size` ascending, `mean`, `low`, `high`.

    Returns:
        None if the mean never rises and then falls, or not clearly: if the interval at the top
        does not lie above those of both valleys.
    """
    mean, size, low, high = (curve[name].to_numpy() for name in ("mean", "size", "low", "high"))
    if len(mean) < 3:
        return None
    before = np.minimum.accumulate(mean)[:-2]
    after = np.minimum.accumulate(mean[::-1])[::-1][2:]
    height = mean[1:-1] - np.maximum(before, after)
    top = int(height.argmax()) + 1
    valley, end = int(mean[:top].argmin()), top + 1 + int(mean[top + 1 :].argmin())
    if height.max() <= 0 or low[top] <= max(high[valley], high[end]):
        return None
    below, above = high[end] < low[valley], low[end] > high[valley]
    side = "below" if below else "above" if above else "not clearly different from"
    return Peak(int(size[valley]), int(size[top]), int(size[end]), side)
