"""The perceptron: updates counted by hand, the theorem's bound, scikit-learn's weights."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import Perceptron

from core.data.parted import make_parted
from core.lab.run import complete
from core.models.perceptron import learn, novikoff_bound


class InOrder:
    """Stands for a generator that never changes the order."""

    def permutation(self, n):
        return np.arange(n)


def test_updates_on_two_cases_are_those_counted_by_hand():
    # Zero answers neither: (1, 0) is added, which answers (0, 1) with zero: (0, -1) is added.
    x, y = np.eye(2), np.array([1.0, -1.0])
    found = complete(learn(x, y, InOrder(), 10))
    assert found.weights.tolist() == [1.0, -1.0]
    assert found.updates == 2 and found.converged


def test_what_no_plane_parts_never_converges():
    x = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1.0]])
    found = complete(learn(x, np.array([-1.0, 1, 1, -1]), np.random.default_rng(0), 50))
    assert not found.converged and found.updates >= 50


@pytest.mark.parametrize("seed", range(5))
def test_same_weights_as_scikit_learn(seed):
    """Its rule has a step of one and no threshold; a case at zero is wrong there too."""
    x, y, _ = make_parted(30, 4, 0.2, seed=seed)
    theirs = Perceptron(fit_intercept=False, shuffle=False, tol=None, max_iter=200)
    ours = complete(learn(x, y, InOrder(), 200))
    assert ours.converged
    assert ours.weights == pytest.approx(theirs.fit(x, y).coef_[0])


def test_bound_is_the_square_of_length_over_margin():
    x = np.array([[3.0, 0.5], [-1.0, 2.0]])
    # Against the first axis: margins 3 and 1, squared lengths 9.25 and 5.
    assert novikoff_bound(x, np.array([1.0, -1.0]), np.array([2.0, 0.0])) == pytest.approx(9.25)
    with pytest.raises(ValueError, match="does not part"):
        novikoff_bound(x, np.array([1.0, 1.0]), np.array([1.0, 0.0]))


@pytest.mark.parametrize("n_features", [2, 10, 50])
def test_parted_cases_have_the_margin_that_was_asked_for(n_features):
    x, y, upright = make_parted(40, n_features, 0.1, seed=3)
    away = y * (x @ upright)
    assert away.min() == pytest.approx(0.1)
    assert np.linalg.norm(x, axis=1) == pytest.approx(1.0)
    assert np.linalg.norm(upright) == pytest.approx(1.0)
    assert set(y) == {-1.0, 1.0}
