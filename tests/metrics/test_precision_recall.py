"""Precision and recall held against hand counts and scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest

from core.metrics.precision_recall import (
    at_recalls,
    average_precision,
    best_threshold,
    precision_recall,
)


def test_counted_by_hand():
    rare, common = np.array([3.0, 1.0]), np.array([2.0, 0.0])
    precision, recall = precision_recall(rare, common, 0.5)
    assert recall.tolist() == [0.5, 0.5, 1.0, 1.0]
    assert precision == pytest.approx([1, 1 / 2, 2 / 3, 1 / 2])
    assert average_precision(precision, recall) == pytest.approx(0.5 * 1 + 0.5 * 2 / 3)
    wanted = at_recalls(precision, recall, np.array([0.3, 0.5, 0.7, 1.0]))
    assert wanted == pytest.approx([1, 1, 2 / 3, 2 / 3])


def test_rarer_means_less_precise_at_the_same_recall():
    rare, common = np.array([3.0, 1.0]), np.array([2.0, 0.0])
    precision, recall = precision_recall(rare, common, 0.1)
    assert recall[-1] == pytest.approx(1)
    # Both rare ones against one of two common ones: 0.1 against 0.45.
    assert precision[2] == pytest.approx(0.1 / 0.55)
    assert precision[-1] == pytest.approx(0.1)


@pytest.mark.parametrize("share", [0.5, 1 / 31])
def test_it_agrees_with_scikit_learn(share):
    from sklearn.metrics import average_precision_score, precision_recall_curve

    rng = np.random.default_rng(1)
    rare, common = rng.normal(1, 1, 80).round(1), rng.normal(0, 1, 120).round(1)
    y = np.repeat([1, 0], [80, 120])
    weight = np.repeat([share / 80, (1 - share) / 120], [80, 120])
    scores = np.concatenate([rare, common])
    theirs = precision_recall_curve(y, scores, sample_weight=weight)
    mine = precision_recall(rare, common, share)
    # Theirs goes from the lowest threshold to a point without any alarm.
    assert mine[0] == pytest.approx(theirs[0][:-1][::-1])
    assert mine[1] == pytest.approx(theirs[1][:-1][::-1])
    expected = average_precision_score(y, scores, sample_weight=weight)
    assert average_precision(*mine) == pytest.approx(expected)


def test_the_best_threshold_parts_what_can_be_parted():
    assert best_threshold(np.array([2.0, 3.0]), np.array([0.0, 1.0])) == 1.5
    assert best_threshold(np.array([0.0, 3.0]), np.array([1.0, 1.0, 1.0])) == 2.0
    # Everything is rare: nothing is gained by refusing any.
    assert best_threshold(np.array([1.0]), np.array([1.0])) < 1
