"""Learners of scikit-learn in steps: the same as at once, and pausing on the way."""

from __future__ import annotations

import numpy as np
import pytest

from core.data.step_targets import make_steps
from core.lab.run import complete
from core.models.classical import (
    BOOSTING,
    FOREST,
    LEARNERS,
    TREES,
    fitted,
    importing,
    pauses,
    seconds,
)


@pytest.mark.parametrize("name", LEARNERS)
def test_the_same_seed_gives_the_same_learner_and_pauses_are_counted(name):
    data = make_steps(120, pieces=4, seed=0)
    first = complete(fitted(name, data.x_train, data.y_train, 5))
    work = fitted(name, data.x_train, data.y_train, 5)
    count = 0
    while True:
        try:
            next(work)
            count += 1
        except StopIteration as stop:
            second = stop.value
            break
    assert count == (pauses(name, 2) if pauses(name, 2) > 1 else 0)
    assert pauses(name, 10) >= pauses(name, 2)
    answers = [model.predict_proba(data.x_validation) for model in (first, second)]
    np.testing.assert_array_equal(*answers)
    assert first.score(data.x_validation, data.y_validation) > 0.55


def test_trees_are_as_many_as_said():
    data = make_steps(60, pieces=4, seed=0)
    assert len(complete(fitted(FOREST, data.x_train, data.y_train, 0)).estimators_) == TREES
    assert complete(fitted(BOOSTING, data.x_train, data.y_train, 0)).n_iter_ == TREES


def test_importing_ends_and_more_examples_take_longer():
    for _ in importing():
        pass
    assert all(seconds(name, 800, 4, 2) > seconds(name, 50, 4, 2) > 0 for name in LEARNERS)
