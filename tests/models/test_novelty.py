"""Strange inputs, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from core.models.novelty import USUAL, nearest_distance


def test_a_nearest_neighbour_by_hand() -> None:
    rows = np.array([[0.0], [1.0], [3.0]])
    usual = np.quantile([1.0, 1.0, 2.0], USUAL)
    assert nearest_distance(rows, np.array([[7.0]])) == pytest.approx(4 / usual)
    same = np.zeros((3, 1))
    assert nearest_distance(same, np.array([[0.0]])) == 0
    assert nearest_distance(same, np.array([[1.0]])) == 2
