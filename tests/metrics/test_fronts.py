"""Pareto fronts: by hand where nothing varies, and with intervals where it does."""

from __future__ import annotations

import numpy as np
import pytest

from core.metrics.fronts import AHEAD, BEHIND, NEAR, on_front, places


def test_a_front_by_hand():
    wrong, size = np.array([1.0, 2.0, 3.0, 2.5, 1.0]), np.array([9.0, 4.0, 1.0, 5.0, 9.0])
    assert on_front(wrong, size).tolist() == [True, True, True, False, True], "equals stay"
    assert on_front(wrong[:1], size[:1]).tolist() == [True]


def exact(*values: float) -> np.ndarray:
    return np.tile(values, (5, 1))


def test_what_is_exact_is_clearly_behind_or_on_the_front():
    found = places(exact(1.0, 2.0, 2.5), exact(9.0, 4.0, 5.0), (0.0, 0.0))
    assert found == (AHEAD, AHEAD, BEHIND)


def test_a_form_that_scatters_more_than_it_lies_behind_is_not_clearly_so():
    noise = np.array([-2.0, 1.0, 0.0, 2.0, -1.0])
    wrong = np.stack([np.full(5, 10.0), 10.5 + noise], 1)
    assert places(wrong, exact(1.0, 2.0), (0.0, 0.0)) == (AHEAD, NEAR)
    clearly = np.stack([np.full(5, 10.0), 30.0 + noise], 1)
    assert places(clearly, exact(1.0, 2.0), (0.0, 0.0)) == (AHEAD, BEHIND)


def test_what_is_common_to_a_seed_is_taken_away():
    hard = np.array([0.0, 50.0, 10.0, 90.0, 30.0])[:, None]
    assert places(hard + exact(1.0, 2.0), exact(1.0, 2.0), (0.0, 0.0)) == (AHEAD, BEHIND)


def test_who_is_better_by_less_than_the_margin_and_clearly_dearer_is_behind_only_off_the_front():
    wrong, size = exact(1.0, 1.005, 1.02), exact(9.0, 1.0, 9.5)
    assert places(wrong, size, (0.01, 0.0)) == (AHEAD, AHEAD, BEHIND)
    slower = exact(9.0, 1.0, 8.9)
    assert places(wrong, slower, (0.0, 0.0))[2] == BEHIND, "the second is better in both"
    assert places(exact(1.0, 1.005, 1.002), slower, (0.01, 0.0))[2] == AHEAD


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_forms_that_are_alike_are_seldom_called_behind(seed):
    """Twelve forms of one kind: in 40 runs at most two name any as clearly behind."""
    rng, named = np.random.default_rng(seed), 0
    for _ in range(40):
        first, second = rng.normal(size=(2, 8, 12))
        named += BEHIND in places(first, second, (0.0, 0.0))
    assert named <= 2
