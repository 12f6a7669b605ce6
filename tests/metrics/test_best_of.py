"""Who wins among so many trials, against every way to draw them."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from core.metrics.best_of import winner_weights


def test_one_trial_is_an_average_one_and_all_trials_have_one_winner():
    scores = np.array([0.3, 0.9, 0.5])
    assert winner_weights(scores, 1) == pytest.approx(1 / 3)
    assert winner_weights(scores, 3).tolist() == [0, 1, 0]


def test_equal_scores_win_equally_often():
    assert winner_weights(np.array([0.9, 0.2, 0.9]), 3).tolist() == [0.5, 0, 0.5]
    assert winner_weights(np.zeros(4), 2) == pytest.approx(0.25)


@pytest.mark.parametrize("drawn", [1, 2, 4, 7])
def test_it_is_the_mean_over_all_draws(drawn):
    rng = np.random.default_rng(drawn)
    scores, elsewhere = rng.integers(0, 5, 7).astype(float), rng.normal(size=7)
    best, there = [], []
    for some in map(list, itertools.combinations(range(7), drawn)):
        top = scores[some] == scores[some].max()
        best.append(scores[some].max())
        there.append(elsewhere[some][top].mean())
    weights = winner_weights(scores, drawn)
    assert weights.sum() == pytest.approx(1)
    assert weights @ scores == pytest.approx(np.mean(best))
    assert weights @ elsewhere == pytest.approx(np.mean(there))


def test_more_trials_than_there_are_cannot_be_drawn():
    with pytest.raises(ValueError, match="4 of 3"):
        winner_weights(np.zeros(3), 4)


def test_what_can_be_drawn_again_wins_as_often_as_counting_all_draws_says():
    scores, others = np.array([3.0, 1.0, 2.0, 3.0]), np.array([0.1, 0.2, 0.3, 0.5])
    every = list(itertools.product(range(4), repeat=3))
    best = np.array([max(scores[list(draw)]) for draw in every])
    weights = winner_weights(scores, 3, again=True)
    assert weights.sum() == pytest.approx(1) and weights @ scores == pytest.approx(best.mean())
    assert weights[0] == weights[3] == pytest.approx((best == 3).mean() / 2)
    picked = np.mean([others[scores == one].mean() for one in best])
    assert weights @ others == pytest.approx(picked)
    assert winner_weights(scores, 40, again=True)[[0, 3]].sum() == pytest.approx(1)
    with pytest.raises(ValueError, match="cannot be drawn"):
        winner_weights(scores, 0, again=True)
