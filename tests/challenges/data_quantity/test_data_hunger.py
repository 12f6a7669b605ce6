"""Data hunger: who is compared with whom, counted by hand; scikit-learn; the lesson."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.challenges.data_quantity.data_hunger import EXPERIMENT
from core.challenges.data_quantity.data_hunger.config import (
    LEARNERS,
    NETWORK,
    PLAIN,
    ROTATED,
    SMOOTHED,
    TASKS,
    DataHungerConfig,
    DataHungerResult,
    DataHungerView,
)
from core.challenges.data_quantity.data_hunger.run import jobs, plan, version
from core.lab.run import complete
from core.models.classical import BOOSTING, FOREST, LOGISTIC
from tests import runs
from tests.runs import figure, first_now


def hand_made(seeds: int = 3) -> DataHungerResult:
    """The network has 0.6 with few examples and 0.8 with many; boosting a tenth more, less turned.

    Each seed has a hundredth more than the one before.
    """
    rows = []
    for seed in range(seeds):
        for learner in LEARNERS:
            more = 0.1 if learner == BOOSTING else 0.0
            rows.append((PLAIN, learner, 50, seed, 0.6 + more + seed / 100))
            for task in TASKS:
                lost = 0.2 if (task, learner) == (ROTATED, BOOSTING) else 0.0
                rows.append((task, learner, 800, seed, 0.8 + more - lost + seed / 100))
    columns = ["task", "learner", "size", "seed", "value"]
    return DataHungerResult(pd.DataFrame(rows, columns=columns), PLAIN, 800, 50)


def test_leads_and_changes_are_paired_by_seed():
    result = hand_made()
    assert result.lead(BOOSTING, PLAIN).values.tolist() == pytest.approx([0.1] * 3)
    assert result.change(BOOSTING, ROTATED).values.tolist() == pytest.approx([-0.2] * 3)
    assert result.change(NETWORK, ROTATED).values.tolist() == pytest.approx([0.0] * 3)


def test_the_finding_names_who_is_ahead_and_who_is_not_clearly_apart():
    told = EXPERIMENT.finding(hand_made())
    assert "ahead: gradient boosting" in told
    assert "not clearly apart: logistic regression, nearest neighbours and random forest" in told


def test_the_lead_of_the_network_is_against_the_learner_that_is_chosen():
    lead = figure(EXPERIMENT, "network_lead")
    table = lead.table(hand_made(), DataHungerView())
    assert table["mean"].tolist() == pytest.approx([-0.1, -0.1])
    told = lead.caption(table, DataHungerView())
    assert told.startswith("The network is behind gradient boosting at 50 and 800")


def test_changes_have_a_panel_for_each_version_but_the_first():
    table = figure(EXPERIMENT, "changes").table(hand_made(), DataHungerView())
    assert table["panel"].drop_duplicates().tolist() == ["Smoothed", "Noise columns", "Rotated"]
    turned = table[(table["task"] == ROTATED) & (table["learner"] == BOOSTING)]
    assert turned["mean"].tolist() == pytest.approx([-0.2])


def test_all_learners_get_the_same_examples_and_versions_the_same_rows():
    config = EXPERIMENT.smallest
    found = dict(plan(config, config.seeds))
    assert len(found) == config.repetitions * (len(config.tasks) + len(config.sizes) - 1)
    seed, most = config.first_seed, config.most
    small, large = found[PLAIN, config.sizes[0], seed], found[PLAIN, most, seed]
    np.testing.assert_array_equal(small.x_train, large.x_train[: config.sizes[0]])
    np.testing.assert_array_equal(large.x_train, found[SMOOTHED, most, seed].x_train)
    np.testing.assert_array_equal(large.y_train, found[ROTATED, most, seed].y_train)
    assert [place for place, _ in jobs(config, config.seeds)] == list(found)


def test_digits_have_no_smoothed_version():
    config = DataHungerConfig(dataset="digits", task="smoothed", largest=1600)
    assert SMOOTHED not in config.tasks
    assert config.shown == PLAIN
    assert config.most == 800
    assert version(config, ROTATED, 0).n_features == 64


@pytest.fixture(scope="module")
def smallest() -> DataHungerResult:
    return runs.smallest("data_quantity/data_hunger").result


@pytest.mark.trained
def test_the_numbers_are_scikit_learns_own(smallest):
    """Trained in one go, without pauses, each learner answers as in the run."""
    from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
    from sklearn.linear_model import LogisticRegression

    from core.lab.seeding import derived_seed
    from core.models.classical import LEARNING_RATE, TREES

    config = EXPERIMENT.smallest
    seed, data = config.first_seed, version(EXPERIMENT.smallest, PLAIN, config.first_seed)
    theirs = {
        LOGISTIC: LogisticRegression(max_iter=300),
        FOREST: RandomForestClassifier(TREES, random_state=derived_seed(seed, FOREST) % 2**32),
        BOOSTING: HistGradientBoostingClassifier(
            max_iter=TREES, learning_rate=LEARNING_RATE, min_samples_leaf=5,
            early_stopping=False,
            random_state=derived_seed(seed, BOOSTING) % 2**32,
        ),
    }  # fmt: skip
    for learner, model in theirs.items():
        model.fit(data.x_train, data.y_train)
        ours = smallest.accuracy(learner, PLAIN).values[0]
        assert ours == pytest.approx(model.score(data.x_validation, data.y_validation), abs=1e-9)


@pytest.mark.parametrize("block", first_now(300, 600, 900))
def test_the_lesson_holds_on_seeds_that_chose_nothing(block):
    config = EXPERIMENT.smallest.from_seed(block)
    result = complete(EXPERIMENT.run(config))
    said = {c.name: c.verdict(c.measure(result)) for c in EXPERIMENT.claims if c.applies(config)}
    assert "contradicted" not in said.values()
    assert said["trees_lead_on_tables"] == said["rotation_costs_trees"] == "shown"
