"""Scores of novelty: hand-countable cases, and agreement with scikit-learn and SciPy."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats
from scipy.spatial import distance
from sklearn.covariance import EmpiricalCovariance
from sklearn.metrics import roc_auc_score, roc_curve
from sklearn.neighbors import NearestNeighbors

from core.metrics import novelty_scores as scores
from core.metrics import receiver

RNG = np.random.default_rng(3)
KNOWN, LABELS = RNG.normal(size=(200, 6)), RNG.integers(0, 4, 200)
OWN = RNG.normal(0.5, 2, size=(30, 6))


def test_probabilities_that_say_nothing_are_the_strangest():
    p = np.array([[1.0, 0, 0, 0], [0.25, 0.25, 0.25, 0.25]])
    assert scores.one_minus_confidence(p).tolist() == [0, 0.75]
    assert scores.entropy(p) == pytest.approx([0, np.log(4)])
    assert scores.entropy(p) == pytest.approx(scipy.stats.entropy(p, axis=-1))


def test_energy_is_minus_the_log_of_the_sum():
    assert scores.energy(np.log([[1.0, 2, 3]])) == pytest.approx([-np.log(6)])


def test_members_disagree_only_where_each_is_sure_of_something_else():
    agree = np.array([[[0.5, 0.5]], [[0.5, 0.5]]])
    apart = np.array([[[1.0, 0.0]], [[0.0, 1.0]]])
    assert scores.disagreement(agree) == pytest.approx([0])
    assert scores.disagreement(apart) == pytest.approx([np.log(2)])


def test_mahalanobis_is_scipys_and_its_precision_scikit_learns():
    precision = scores.shared_precision(KNOWN, LABELS)
    means = scores.class_means(KNOWN, LABELS)
    theirs = EmpiricalCovariance(assume_centered=True).fit(KNOWN - means[LABELS])
    assert np.allclose(precision, theirs.precision_)
    by_hand = [min(distance.mahalanobis(x, m, precision) ** 2 for m in means) for x in OWN]
    assert np.allclose(scores.mahalanobis(KNOWN, LABELS, OWN), by_hand)


def test_features_that_never_vary_do_not_decide():
    dead = np.concatenate([KNOWN, 1e-9 * RNG.normal(size=(200, 1))], 1)
    own = np.concatenate([OWN, np.ones((30, 1))], 1)
    assert np.allclose(
        scores.mahalanobis(dead, LABELS, own),
        scores.mahalanobis(KNOWN, LABELS, OWN),
    )


@pytest.mark.parametrize("k", [1, 5])
def test_neighbours_are_scikit_learns(k):
    far, _ = NearestNeighbors(n_neighbors=k).fit(KNOWN).kneighbors(OWN)
    assert np.allclose(scores.nearest(KNOWN, OWN, k), far[:, -1])
    assert np.allclose(np.linalg.norm(scores.of_length_one(OWN), axis=1), 1)
    assert scores.of_length_one(np.zeros((1, 3))).tolist() == [[0, 0, 0]]


def test_missed_is_counted_by_hand_and_is_scikit_learns_rate():
    known, novel = np.arange(1.0, 21), np.array([0.5, 19, 19.5, 25])
    assert scores.missed_at(known, novel) == 0.5, "19 of 20 known are at or below 19"
    assert scores.missed_at(known, novel, 1.0) == 0.75
    known, novel = RNG.normal(size=400), RNG.normal(1, 1, 300)
    # For scikit-learn the known ones are positive, and their score is the negative one.
    y = np.repeat([1, 0], [400, 300])
    fpr, tpr, _ = roc_curve(y, -np.concatenate([known, novel]), drop_intermediate=False)
    assert scores.missed_at(known, novel) == pytest.approx(fpr[np.flatnonzero(tpr >= 0.95)[0]])


def test_the_area_is_scikit_learns_ties_included():
    drawn = RNG.integers(0, 9, 200)
    y = RNG.integers(0, 2, 200)
    fpr, tpr, _ = receiver.roc(y, drawn)
    assert receiver.under(fpr, tpr) == pytest.approx(roc_auc_score(y, drawn))
