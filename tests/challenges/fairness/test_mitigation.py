"""Remedies: each does what its paper says on cases worked by hand; the lesson."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.challenges.fairness.mitigation import EXPERIMENT
from core.challenges.fairness.mitigation.config import (
    ADVERSARY,
    BASELINE,
    BIASED,
    BIASED_ODDS,
    MOVED,
    ODDS,
    OPPORTUNITY,
    PENALTY,
    RANDOMIZED,
    REAL,
    REDUCTION,
    SELECTION,
    STRENGTHS,
    MitigationConfig,
    MitigationView,
)
from core.challenges.fairness.mitigation.run import after
from core.data.applicants import World, make_applicants
from core.models.group_thresholds import equal_rate_thresholds
from tests.challenges.fairness.blocks import drawn, judged
from tests.runs import figure, result_of


@pytest.mark.parametrize("remedy", MOVED)
def test_thresholds_move_as_far_as_the_strength_says(remedy):
    people = make_applicants(World(label_bias=0.4, proxy=1.5), 500, 0)
    trained, found = people.data.x_train[:, 0], people.data.x_validation[:, 0]
    counted = people.data.y_train == 1 if remedy == OPPORTUNITY else np.ones(500, dtype=bool)
    goal = equal_rate_thresholds(trained, counted, people.train_group)
    half, full = (after(remedy, part, people, trained, found, False) for part in (0.5, 1.0))
    np.testing.assert_array_equal(half, found > 0.5 * goal[people.group])
    np.testing.assert_array_equal(full, found > goal[people.group])
    assert not np.array_equal(half, full)


def test_changes_are_paired_and_read_in_the_right_direction():
    rows = []
    for remedy, strength, right, gap in (
        (BASELINE, 0.0, 0.80, -0.3), (PENALTY, STRENGTHS[PENALTY][-1], 0.78, 0.1),
        (ADVERSARY, STRENGTHS[ADVERSARY][-1], 0.85, -0.4),
        (REDUCTION, 0.0, 0.90, -0.2), (REDUCTION, STRENGTHS[REDUCTION][-1], 0.80, 0.0),
    ):  # fmt: skip
        for seed in range(3):
            for metric, value in (("accuracy", right), ("selection_rate", gap)):
                rows.append((remedy, strength, seed, "true", metric, value + 0.01 * seed))
    columns = ["remedy", "strength", "seed", "labels", "metric", "value"]
    result = EXPERIMENT.result(pd.DataFrame(rows, columns=columns), "demographic parity")
    table = figure(EXPERIMENT, "before_and_after").table(result, MitigationView())
    table = table.set_index(["panel", "remedy"])
    assert table.loc[("Accuracy", PENALTY), "verdict"] == "worse"
    assert table.loc[("Accuracy", PENALTY), "mean"] == pytest.approx(-0.02)
    assert table.loc[("Size of the gap", PENALTY), "verdict"] == "better"
    assert table.loc[("Size of the gap", ADVERSARY), "verdict"] == "worse"
    # A reduction is held against its own logistic regression.
    assert table.loc[("Accuracy", REDUCTION), "mean"] == pytest.approx(-0.10)


SLUG = "fairness/mitigation"


def test_the_lesson_holds_on_its_seeds():
    assert set(judged(SLUG).values()) == {"shown"}


@pytest.mark.parametrize(
    "world",
    [
        pytest.param(BIASED, marks=pytest.mark.lesson),
        pytest.param(REAL, marks=pytest.mark.lesson),
        pytest.param(ODDS, marks=pytest.mark.slow),
        pytest.param(BIASED_ODDS, marks=pytest.mark.slow),
    ],
)
def test_the_lesson_holds(world):
    verdicts = judged(SLUG, **world)
    assert verdicts
    assert set(verdicts.values()) == {"shown"}, verdicts


@pytest.mark.slow
@pytest.mark.parametrize("world", [BIASED, REAL, ODDS, BIASED_ODDS])
def test_nothing_is_contradicted_on_seeds_drawn_now(world):
    block, verdicts = drawn(SLUG, **world)
    assert not {"contradicted", "missing"} & set(verdicts.values()), (block, verdicts)


@pytest.mark.lesson
def test_without_label_bias_fairness_does_not_pay():
    config = MitigationConfig(**REAL)
    found = EXPERIMENT.metrics(result_of(SLUG, config))
    assert found["accuracy_gained_by_the_penalty"].high < 0
    assert found["accuracy_gained_by_the_reduction"].high < 0
    assert found["accuracy_gained_by_lots"].high < 0
    assert {SELECTION, RANDOMIZED} <= set(STRENGTHS)
