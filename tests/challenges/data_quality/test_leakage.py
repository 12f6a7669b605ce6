"""Leakage: what is counted by hand, agreement with scikit-learn, and the lesson."""

from __future__ import annotations

import numpy as np
import pytest

from core.challenges.data_quality.leakage import EXPERIMENT
from core.challenges.data_quality.leakage.config import (
    AMOUNTS,
    CLEAN,
    DUPLICATES,
    FRESH,
    SELECTION,
    TARGET,
    TEST,
    LeakageConfig,
)
from core.challenges.data_quality.leakage.run import folds
from core.data.embedded import load_cells, load_mnist1d
from core.data.leaky import TESTED, contaminated, draw_noise, most_correlated, with_column
from core.lab.run import complete
from tests.runs import first_now, smallest

SLUG = "data_quality/leakage"


def test_copies_are_what_they_are_said_to_be():
    data = load_mnist1d(200, seed=0)
    x, y, copied = contaminated(data, 0.25, 0.0, 0)
    assert copied.sum() == TESTED // 4
    rows = {(*row, label) for row, label in zip(data.x_train.tolist(), data.y_train, strict=False)
            for row in [tuple(row)]}  # fmt: skip
    made = [(*row, label) for row, label in zip(x.tolist(), y, strict=True)]
    assert all(row in rows for row in (made[i] for i in np.flatnonzero(copied)))
    assert (x[~copied] == data.x_validation[:TESTED][~copied]).all()


def test_the_column_knows_the_outcome_as_well_as_its_noise_lets_it():
    cells = load_cells(seed=0)
    exact, blurred = (with_column(cells, spread, 0) for spread in (0.001, 2.0))
    assert exact.n_features == cells.n_features + 1
    assert ((exact.x_train[:, -1] > 0) == (cells.y_train == 1)).all()
    right = np.mean((blurred.x_train[:, -1] > 0) == (cells.y_train == 1))
    assert 0.5 < right < 0.7  # Half a step in noise of 2: 60% by the normal law.


def test_selection_takes_the_columns_that_numpy_correlates_most():
    noise = draw_noise(60, 50, 0)
    found = most_correlated(noise.x, noise.y, 5)
    correlations = [abs(np.corrcoef(column, noise.y)[0, 1]) for column in noise.x.T]
    assert set(found) == set(np.argsort(correlations)[-5:])


def test_selection_agrees_with_scikit_learns_f_test():
    from sklearn.feature_selection import SelectKBest, f_classif

    noise = draw_noise(60, 50, 1)
    theirs = SelectKBest(f_classif, k=5).fit(noise.x, noise.y).get_support()
    assert set(np.flatnonzero(theirs)) == set(most_correlated(noise.x, noise.y, 5))


def test_done_right_never_looks_at_what_it_tests():
    config = LeakageConfig(n_patients=50, selected=5)
    noise = draw_noise(50, 20, 0)
    own = [fold for fold in folds(config, noise, 0) if fold.way != FRESH and not fold.shuffled]
    assert len(own) == 10
    for way in (TEST, CLEAN):
        tested = np.concatenate([fold.y for fold in own if fold.way == way])
        assert sorted(tested) == sorted(noise.y)
        for fold in (fold for fold in own if fold.way == way):
            seen = {tuple(row) for row in fold.job.data.x_train.tolist()}
            assert not seen & {tuple(row) for row in fold.x.tolist()}


@pytest.mark.trained
def test_without_a_leak_nothing_is_too_high():
    result = smallest(SLUG).result
    table = result.too_high(TARGET, AMOUNTS[TARGET][0])
    assert table.values == pytest.approx(np.zeros(5))  # The same rows: nothing is taken away.
    gap = result.too_high(DUPLICATES, "0%").estimate
    assert abs(gap.mean) < 0.08  # Two halves of one test set, of 400 and 600.


@pytest.mark.trained
def test_while_networks_learn_copies_pull_the_test_score_up():
    """The live scores are the same tests as those at the end, with networks on their way."""
    started, ended = smallest(SLUG).partials[0], smallest(SLUG).result
    assert set(started.scores["leak"]) == {DUPLICATES}
    assert set(started.scores["score"]) == {TEST, FRESH}
    seeds = set(ended.scores["seed"])
    assert set(started.too_high(DUPLICATES).seeds) == seeds
    assert started.too_high(DUPLICATES).mean < ended.too_high(DUPLICATES).mean - 0.1
    cases = started.scores.groupby("score")["cases"].unique().map(list).to_dict()
    assert cases == {TEST: [TESTED], FRESH: [600]}


@pytest.mark.parametrize("block", first_now(500, 600, 700))
def test_the_lesson_holds_on_seeds_that_chose_nothing(block):
    result = complete(EXPERIMENT.run(LeakageConfig(first_seed=block, repetitions=5)))
    for leak in (DUPLICATES, TARGET, SELECTION):
        assert result.too_high(leak).estimate.low > 0
    assert abs(result.at(SELECTION, CLEAN).mean - 0.5) < 0.1
