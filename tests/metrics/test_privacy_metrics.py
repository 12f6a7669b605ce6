"""ROC curves and attacks, by hand and against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special, stats
from sklearn import metrics as reference

from core.lab.scores import PerSeed
from core.metrics.privacy import (
    NEAR,
    confidence,
    likelihood_ratios,
    off_guessing,
    roc,
    roc_at,
    roc_auc,
    tpr_at_fpr,
)


def test_a_roc_curve_by_hand():
    fpr, tpr = roc(np.array([1, 0, 1, 0]), np.array([4.0, 3.0, 2.0, 1.0]))
    np.testing.assert_allclose(fpr, [0, 0, 0.5, 0.5, 1])
    np.testing.assert_allclose(tpr, [0, 0.5, 0.5, 1, 1])


def test_ties_are_one_step():
    fpr, tpr = roc(np.array([1, 0, 1]), np.zeros(3))
    np.testing.assert_allclose((fpr, tpr), [[0, 1], [0, 1]])
    assert roc_auc(np.array([1, 0, 1]), np.zeros(3)) == 0.5


@pytest.mark.parametrize("rounded", [None, 1])
def test_it_is_scikit_learns(rounded):
    rng = np.random.default_rng(5)
    truth = rng.random(500) < 0.3
    score = rng.normal(size=500) + truth
    score = score if rounded is None else score.round(rounded)
    assert roc_auc(truth, score) == pytest.approx(reference.roc_auc_score(truth, score), abs=1e-12)
    fpr, tpr, _ = reference.roc_curve(truth, score, drop_intermediate=False)
    np.testing.assert_allclose(roc(truth, score), (fpr, tpr), atol=1e-12)


def test_the_rate_at_a_false_alarm_rate_never_accuses_more():
    truth = np.array([1, 1, 0, 1, 0, 0, 0, 0])
    score = np.arange(8, 0, -1).astype(float)
    assert tpr_at_fpr(truth, score, 0.0) == pytest.approx(2 / 3)
    assert tpr_at_fpr(truth, score, 0.19) == pytest.approx(2 / 3)
    assert tpr_at_fpr(truth, score, 0.2) == 1.0
    np.testing.assert_allclose(roc_at(truth, score, np.array([0.0, 0.2])), [2 / 3, 1.0])


@pytest.mark.parametrize("bad", [np.zeros(3), np.ones(3)])
def test_one_kind_of_people_has_no_curve(bad):
    with pytest.raises(ValueError, match="members"):
        roc(bad, np.arange(3.0))


def test_confidence_is_the_log_odds_of_the_label():
    logits = np.random.default_rng(0).normal(size=(2, 5, 4)) * 3
    y = np.array([0, 3, 1, 2, 2])
    p = special.softmax(logits, axis=-1)[:, np.arange(5), y]
    np.testing.assert_allclose(confidence(logits, y), np.log(p / (1 - p)))


def test_confidence_survives_certainty():
    assert confidence(np.array([[500.0, -500.0]]), np.array([0])) == pytest.approx(1000.0)


def by_hand(scores, inside, target):
    """Naive LiRA, one example after the other."""
    rest = [k for k in range(len(scores)) if k != target]
    out = np.zeros(scores.shape[1])
    for chosen, sign in ((inside, 1), (~inside, -1)):
        groups = [[scores[k, i] for k in rest if chosen[k, i]] for i in range(scores.shape[1])]
        spread = sum(np.sum((np.array(g) - np.mean(g)) ** 2) for g in groups if g)
        variance = spread / sum(max(len(g) - 1, 0) for g in groups)
        for i, group in enumerate(groups):
            scale = np.sqrt(variance * (1 + 1 / len(group)))
            out[i] += sign * stats.norm.logpdf(scores[target, i], np.mean(group), scale)
    return out


def test_likelihood_ratios_against_a_naive_version():
    rng = np.random.default_rng(1)
    inside = np.array([rng.permutation(40) < 20 for _ in range(12)])
    scores = rng.normal(size=inside.shape) + inside
    found = likelihood_ratios(scores, inside)
    np.testing.assert_allclose(found[3], by_hand(scores, inside, 3), atol=1e-9)


def test_shadows_find_what_hides_behind_the_difficulty_of_examples():
    rng = np.random.default_rng(2)
    inside = np.array([rng.permutation(400) < 200 for _ in range(16)])
    scores = 5 * rng.normal(size=400) + rng.normal(size=inside.shape) + 2 * inside
    assert roc_auc(inside, scores) < 0.7
    assert roc_auc(inside, likelihood_ratios(scores, inside)) > 0.88


def test_shadows_find_nothing_where_there_is_nothing():
    rng = np.random.default_rng(3)
    inside = np.array([rng.permutation(1000) < 500 for _ in range(16)])
    scores = rng.normal(size=inside.shape)
    assert roc_auc(inside, likelihood_ratios(scores, inside)) == pytest.approx(0.5, abs=0.01)


def test_the_attacked_need_not_be_the_shadows():
    rng = np.random.default_rng(1)
    inside = np.array([rng.permutation(40) < 20 for _ in range(6)])
    scores = rng.normal(size=inside.shape)
    np.testing.assert_array_equal(
        likelihood_ratios(scores, inside, scores), likelihood_ratios(scores, inside)
    )
    other = scores.copy()
    other[2] += 1
    changed = likelihood_ratios(scores, inside, other) != likelihood_ratios(scores, inside)
    assert changed[2].all() and not changed[[0, 1, 3, 4, 5]].any()


def test_an_attack_that_is_always_wrong_is_as_far_from_guessing():
    told, wrong = (PerSeed.of((1, 2, 3), areas) for areas in ((0.6, 0.62, 0.64), (0.4, 0.38, 0.36)))
    assert off_guessing(told).mean == pytest.approx(0.12)
    assert off_guessing(wrong) == off_guessing(told)
    assert off_guessing(wrong).low > NEAR


def test_an_interval_across_guessing_reaches_as_far_as_its_further_end():
    found = off_guessing(PerSeed.of((1, 2), (0.45, 0.53)))
    assert found.low == 0
    assert found.high > NEAR
