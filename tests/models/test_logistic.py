"""Weighted logistic regression: against scikit-learn's, and where there is nothing to learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from core.models.logistic import chances, fit_logistic, outputs


def drawn(seed: int, n: int = 400) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 4)) * [1, 10, 0.1, 1]
    y = (x[:, 0] + 0.1 * x[:, 1] + rng.normal(size=n) > 0.5).astype(int)
    return x, y, rng.exponential(size=n)


@pytest.mark.parametrize("ridge", [0.1, 1.0, 30.0])
def test_it_is_scikit_learns(ridge):
    x, y, weights = drawn(0)
    theirs = LogisticRegression(C=1 / ridge, tol=1e-10, max_iter=2000).fit(x, y, weights)
    ours = fit_logistic(x, y, weights, ridge=ridge)
    np.testing.assert_allclose(ours[:-1], theirs.coef_[0], rtol=2e-4, atol=2e-4)
    assert ours[-1] == pytest.approx(theirs.intercept_[0], abs=2e-4)
    np.testing.assert_allclose(chances(outputs(x, ours)), theirs.predict_proba(x)[:, 1], atol=1e-4)


def test_where_it_starts_does_not_matter():
    x, y, weights = drawn(1)
    far = fit_logistic(x, y, weights, start=np.full(5, 3.0))
    np.testing.assert_allclose(far, fit_logistic(x, y, weights), atol=1e-5)


@pytest.mark.parametrize("label", [0, 1])
def test_with_one_label_it_always_says_it(label):
    x, _, weights = drawn(2)
    called = outputs(x, fit_logistic(x, np.full(len(x), label), weights)) > 0
    assert (called == label).all()


def test_separable_and_constant_columns_do_no_harm():
    x = np.column_stack([np.linspace(-1, 1, 50), np.zeros(50)])
    found = fit_logistic(x, (x[:, 0] > 0).astype(int))
    assert np.isfinite(found).all() and found[1] == pytest.approx(0)
    assert ((outputs(x, found) > 0) == (x[:, 0] > 0)).all()
