"""Where a patient rule stops: by hand, and against a plain loop."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.metrics.stopping import restored_so_far, stopping_points


def one(loss: list[float], patience: int) -> tuple[int, int, bool]:
    stops = stopping_points(np.array(loss)[:, None], patience)
    return int(stops.restored[0]), int(stops.stopped[0]), bool(stops.triggered[0])


@pytest.mark.parametrize(
    ("loss", "patience", "restored", "stopped", "triggered"),
    [
        ([3, 2, 1, 2, 3], 2, 2, 4, True),
        ([3, 2, 1, 2, 3], 1, 2, 3, True),
        ([3, 2, 1, 2, 3], 3, 2, 4, False),
        ([3, 4, 1, 2, 0], 1, 0, 1, True),  # too impatient to see the 1
        ([3, 4, 1, 2, 0], 2, 4, 4, False),
        ([3, 3, 3], 2, 0, 2, True),  # no better is not better
        ([5], 1, 0, 0, False),
        ([3, np.nan, 1, np.nan, 2], 2, 2, 4, True),
    ],
)
def test_by_hand(
    loss: list[float], patience: int, restored: int, stopped: int, triggered: bool
) -> None:
    assert one(loss, patience) == (restored, stopped, triggered)


def by_loop(loss: list[int], patience: int) -> tuple[int, int, bool]:
    best, lowest = 0, loss[0]
    for epoch, value in enumerate(loss):
        if value < lowest:
            best, lowest = epoch, value
        if epoch - best == patience:
            return best, epoch, True
    return best, len(loss) - 1, False


@given(st.lists(st.integers(0, 9), min_size=1, max_size=30), st.integers(1, 12))
def test_agrees_with_a_loop_that_watches_as_it_goes(loss: list[int], patience: int) -> None:
    assert one([float(value) for value in loss], patience) == by_loop(loss, patience)


def test_columns_do_not_touch_each_other() -> None:
    loss = np.random.default_rng(0).random((40, 7))
    together = stopping_points(loss, 4)
    for column in range(7):
        alone = stopping_points(loss[:, [column]], 4)
        assert together.restored[column] == alone.restored[0]
        assert together.stopped[column] == alone.stopped[0]


@pytest.mark.parametrize(("n", "patience"), [(0, 1), (3, 0)])
def test_refuses_what_has_no_answer(n: int, patience: int) -> None:
    with pytest.raises(ValueError, match="early stopping needs"):
        stopping_points(np.zeros((n, 2)), patience)


def test_it_hands_over_the_best_until_patience_runs_out() -> None:
    losses = np.array([[3.0], [2.0], [1.0], [2.0], [3.0], [0.5]])
    assert restored_so_far(losses, patience=2)[:, 0].tolist() == [0, 1, 2, 2, 2, 2]
    assert restored_so_far(losses, patience=3)[:, 0].tolist() == [0, 1, 2, 2, 2, 5]


def test_what_it_hands_over_agrees_with_a_plain_loop() -> None:
    losses = np.random.default_rng(0).normal(size=(40, 200)).cumsum(axis=0)
    found = restored_so_far(losses, patience=4)
    for column in range(losses.shape[1]):
        best, stopped = 0, False
        for t in range(1, 40):
            if not stopped and losses[t, column] < losses[best, column]:
                best = t
            stopped = stopped or t - best >= 4
            assert found[t, column] == best


def test_other_curves_are_read_where_the_weights_are_restored() -> None:
    stops = stopping_points(np.array([[3.0, 1.0], [1.0, 2.0], [2.0, 3.0]]), 2)
    other = np.array([[10, 11], [20, 21], [30, 31]])
    assert stops.at_restored(other).tolist() == [20, 11]
