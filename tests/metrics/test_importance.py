"""Importance and Shapley values against answers that can be counted, and against scikit-learn."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from core.lab.run import complete
from core.metrics.importance import (
    log_loss,
    permutation_importance,
    relative_error,
    shapley_by_parts,
    shapley_values,
    shares,
)


def test_shapley_values_by_hand() -> None:
    """A product is shared equally; a sum gives each its own; an unused column gets nothing."""
    x = np.array([[2.0, 3.0, 5.0, 7.0], [1.0, -1.0, 4.0, 0.0]])
    found = shapley_values(lambda t: t[:, 0] * t[:, 1] + 10 * t[:, 2], x, np.zeros(4))
    np.testing.assert_allclose(found, [[3, 3, 50, 0], [-0.5, -0.5, 40, 0]])
    # From another baseline: 2 * 3 - 1 * 1 = 5; of it 1/2 (2 - 1) (1 + 3) = 2 is the first's.
    found = shapley_values(lambda t: t[:, 0] * t[:, 1], np.array([[2.0, 3.0]]), np.ones(2))
    np.testing.assert_allclose(found, [[2, 3]])


def by_orders(predict, x: np.ndarray, baseline: np.ndarray) -> np.ndarray:
    """The definition by orders of arrival: what a feature adds when it comes, averaged."""
    d, found = x.shape[1], np.zeros(x.shape)
    orders = list(permutations(range(d)))
    for order in orders:
        table = np.tile(baseline, (len(x), 1))
        before = predict(table)
        for feature in order:
            table[:, feature] = x[:, feature]
            after = predict(table)
            found[:, feature] += (after - before) / len(orders)
            before = after
    return found


def test_shapley_values_are_the_mean_over_orders_and_add_up() -> None:
    rng = np.random.default_rng(0)
    first, second = rng.normal(size=(5, 7)), rng.normal(size=7)
    x, baseline = rng.normal(size=(3, 5)), rng.normal(size=5)

    def predict(table: np.ndarray) -> np.ndarray:
        return np.maximum(table @ first, 0) @ second

    found = shapley_values(predict, x, baseline)
    np.testing.assert_allclose(found, by_orders(predict, x, baseline), atol=1e-10)
    np.testing.assert_allclose(found.sum(1), predict(x) - predict(baseline[None]), atol=1e-10)


def test_too_many_features_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 12"):
        shapley_values(lambda t: t[:, 0], np.zeros((1, 13)), np.zeros(13))


def test_permutation_importance_by_hand() -> None:
    """Three rows: every order of the used column, counted; the other column changes nothing."""
    x, y = np.array([[1.0, 5.0], [2.0, 6.0], [4.0, 9.0]]), np.array([1.0, 2.0, 4.0])
    orders = np.array(list(permutations(range(3))))
    found = permutation_importance(lambda t: float(np.square(t[:, 0] - y).mean()), x, orders)
    # Squared differences 1, 9, 4; each pair of rows is met twice a side in 6 orders of 3 rows.
    assert found == pytest.approx([2 * 2 * (1 + 9 + 4) / 18, 0])


@pytest.mark.filterwarnings("ignore")
def test_permutation_importance_is_scikit_learns() -> None:
    """The same orders, the same loss: the same numbers."""
    from sklearn.inspection import permutation_importance as theirs
    from sklearn.linear_model import LogisticRegression

    rng = np.random.default_rng(1)
    x = rng.normal(size=(200, 4))
    y = (x @ [2, -1, 0, 0.5] + rng.normal(size=200) > 0).astype(int)
    model = LogisticRegression().fit(x, y)
    found = theirs(model, x, y, scoring="neg_log_loss", n_repeats=6, random_state=3)
    # Its shuffles go on from one another, and start anew for each column from one drawn seed.
    drawn = np.random.RandomState(3).randint(np.iinfo(np.int32).max + 1)
    state, shuffle, rows, orders = np.random.RandomState(drawn), np.arange(200), np.arange(200), []
    for _ in range(6):
        state.shuffle(shuffle)
        rows = rows[shuffle]
        orders.append(rows)
    ours = permutation_importance(
        lambda table: log_loss(model.decision_function(table), y), x, np.array(orders)
    )
    np.testing.assert_allclose(ours, found.importances_mean, atol=1e-9)


def test_relative_error() -> None:
    exact = np.array([[3.0, 0.0], [0.0, 4.0]])
    assert relative_error(exact, exact) == 0
    assert relative_error(np.zeros((2, 2)), exact) == pytest.approx(1)
    assert relative_error(exact + [[0, 5], [0, 0]], exact) == pytest.approx(1)
    assert relative_error(np.zeros((2, 2)), np.zeros((2, 2))) == 0


def test_shares() -> None:
    assert shares(np.array([3.0, -1.0])) == pytest.approx([0.75, -0.25])
    assert shares(np.zeros(2)) == pytest.approx([0, 0])


def test_shapley_values_come_part_by_part() -> None:
    rows = np.random.default_rng(0).normal(size=(20, 3))

    def product(table: np.ndarray) -> np.ndarray:
        return table.prod(1)

    work = shapley_by_parts(product, rows, np.ones(3))
    assert [next(work), next(work)] == [16, 20]
    found = complete(shapley_by_parts(product, rows, np.ones(3)))
    np.testing.assert_array_equal(found, shapley_values(product, rows, np.ones(3)))
