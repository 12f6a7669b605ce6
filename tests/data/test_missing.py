"""Holes: as many as asked, where the mechanism says, and more of them at larger shares."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from core.data.embedded import load_cells
from core.data.missing import ALWAYS_THERE, Mechanism, holes


@pytest.mark.parametrize("mechanism", get_args(Mechanism))
def test_each_column_lacks_its_share_and_one_lacks_none(mechanism):
    data = load_cells(seed=0)
    few, many = (holes(data, mechanism, share, 0) for share in (0.2, 0.6))
    rates = many.train.mean(0)
    assert rates[ALWAYS_THERE] == 0 and not many.test[:, ALWAYS_THERE].any()
    assert np.delete(rates, ALWAYS_THERE) == pytest.approx(0.6, abs=0.003)
    assert (few.train <= many.train).all() and (few.test <= many.test).all()
    assert not holes(data, mechanism, 0.0, 0).train.any()


def test_what_decides_is_what_the_name_says():
    data = load_cells(seed=0)
    x, decides = data.x_train, data.x_train[:, ALWAYS_THERE]

    def difference(mechanism, values):
        missing = holes(data, mechanism, 0.4, 0).train[:, 0]
        return values[missing].mean() - values[~missing].mean()

    assert difference("not_at_random", x[:, 0]) > 1
    assert difference("at_random", decides) > 1
    assert abs(difference("completely_at_random", x[:, 0])) < 0.25
    assert abs(difference("completely_at_random", decides)) < 0.25
