"""Double descent of a curve: by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.metrics.peaks import Peak, find_peak


def curve(*means: float, half: float = 0.01) -> pd.DataFrame:
    mean = np.array(means)
    size = np.arange(1, len(mean) + 1)
    return pd.DataFrame({"size": size, "mean": mean, "low": mean - half, "high": mean + half})


def test_the_largest_rise_that_falls_again_is_found() -> None:
    found = find_peak(curve(0.5, 0.2, 0.3, 0.25, 0.9, 0.4, 0.1))
    assert found == Peak(2, 5, 7, "below")
    assert find_peak(curve(0.5, 0.1, 0.9, 0.4)) == Peak(2, 3, 4, "above")
    assert find_peak(curve(0.5, 0.2, 0.9, 0.2)) == Peak(2, 3, 4, "not clearly different from")


def test_a_rise_within_the_intervals_is_no_peak() -> None:
    rise = 0.5, 0.2, 0.23, 0.2
    assert find_peak(curve(*rise)) == Peak(2, 3, 4, "not clearly different from")
    assert find_peak(curve(*rise, half=0.05)) is None


@pytest.mark.parametrize("means", [(0.5, 0.4, 0.3), (0.1, 0.2, 0.3), (0.3, 0.3, 0.3), (0.1, 0.9)])
def test_a_curve_that_only_falls_or_only_rises_has_no_peak(means: tuple[float, ...]) -> None:
    assert find_peak(curve(*means)) is None
