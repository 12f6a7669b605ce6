"""Random features and their least squares against closed forms and other libraries."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from core.lab.seeding import numpy_generator
from core.models.random_features import (
    GAMMA,
    SCORES,
    RandomFeatures,
    nested,
    ridge_flops,
    ridge_scores,
    ridge_solutions,
    scaled,
)

RNG = numpy_generator(0, "test of random features")
INPUTS = RNG.random((40, 6))
TARGETS = RNG.normal(size=(40, 3))


def test_two_features_by_hand() -> None:
    """Each diagonal entry s turns the target y into y * s / (s**2 + ridge)."""
    features, targets = np.diag([1.0, 2.0]), np.array([[3.0], [8.0]])
    found = ridge_solutions(features, targets, [0.0, 1.0])
    assert found[0].ravel() == pytest.approx([3.0, 4.0])
    assert found[1].ravel() == pytest.approx([1.5, 3.2])


@pytest.mark.parametrize("width", [10, 38, 40, 42, 200])
def test_without_ridge_it_is_the_shortest_least_squares_solution(width: int) -> None:
    features = scaled(RandomFeatures(6, width, 0)(INPUTS), width)
    ours = ridge_solutions(features, TARGETS, [0.0])[0]
    theirs = np.linalg.lstsq(features, TARGETS, rcond=None)[0]
    assert features @ ours == pytest.approx(features @ theirs, abs=1e-4)
    assert np.linalg.norm(ours) == pytest.approx(np.linalg.norm(theirs), rel=1e-3)


@pytest.mark.parametrize("width", [10, 40, 200])
def test_with_ridge_it_is_scikit_learns(width: int) -> None:
    features, ridges = scaled(RandomFeatures(6, width, 0)(INPUTS), width), [0.01, 1.0]
    found = ridge_solutions(features, TARGETS, ridges)
    for ours, ridge in zip(found, ridges, strict=True):
        theirs = Ridge(alpha=ridge, fit_intercept=False, solver="svd").fit(features, TARGETS)
        assert ours == pytest.approx(theirs.coef_.T, abs=1e-8)


def test_features_that_depend_on_each_other_share_the_weight() -> None:
    features = np.repeat(INPUTS[:, :1], 4, axis=1)
    found = ridge_solutions(features, TARGETS, [0.0])[0]
    assert found == pytest.approx(np.linalg.pinv(features) @ TARGETS)
    assert np.ptp(found, axis=0) == pytest.approx(np.zeros(3), abs=1e-12)


def test_a_wide_model_begins_with_the_narrow_one_and_may_be_computed_in_parts() -> None:
    wide, narrow = RandomFeatures(6, 50, 3), RandomFeatures(6, 20, 3)
    assert wide(INPUTS)[:, :20] == pytest.approx(narrow(INPUTS), abs=1e-12)
    parts = np.hstack([wide(INPUTS, 0, 20), wide(INPUTS, 20)])
    assert parts == pytest.approx(wide(INPUTS), abs=1e-12)
    assert not np.allclose(wide(INPUTS), RandomFeatures(6, 50, 4)(INPUTS))


def test_inner_products_approach_the_gaussian_kernel() -> None:
    width = 40_000
    features = scaled(RandomFeatures(6, width, 0)(INPUTS), width)
    distances = ((INPUTS[:, None] - INPUTS[None]) ** 2).sum(axis=-1)
    assert features @ features.T == pytest.approx(np.exp(-GAMMA * distances), abs=0.03)


def test_nested_features_are_those_of_each_width() -> None:
    layer = RandomFeatures(6, 50, 3)
    for width, found in zip((5, 20, 50), nested(layer, INPUTS, (5, 20, 50)), strict=True):
        assert found == pytest.approx(layer(INPUTS, stop=width), abs=1e-12)


def test_scores_by_hand() -> None:
    """Three examples with a feature each: without ridge the fit is exact, and errs on the new."""
    features, labels = np.eye(3), np.array([0, 1, 1])
    new, new_labels = np.array([[1.0, 0, 0], [0, 0, 1.0]]), np.array([0, 0])
    found = ridge_scores(features, labels, new, new_labels, 2, [0.0, 1.0 / 3])
    # Targets are half a step above or below zero; the ridge halves every weight.
    assert found[0] == pytest.approx([0, 0, 0.5, 1.0, np.sqrt(6) / 2])
    assert found[1] == pytest.approx([0, 0.125, 0.5, 0.625, np.sqrt(6) / 4])
    assert len(SCORES) == found.shape[1]


def test_operations_by_hand() -> None:
    # Gram matrix 2 * 3 * 2 * 2, eigenvectors 9 * 8, outputs 2 * 5 * 7 * 2 * (6 + 4).
    assert ridge_flops(n=3, width=2, n_new=4, n_classes=5, n_ridges=7) == 24 + 72 + 1400
