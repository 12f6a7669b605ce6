"""Doing with less: labels counted by hand, who knows which label, the lesson."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.challenges.data_quantity.doing_with_less import EXPERIMENT
from core.challenges.data_quantity.doing_with_less.config import (
    ARMS,
    BUDGETS,
    ENTROPY,
    FINE_TUNED,
    MARGIN,
    PLAIN,
    PROBE,
    PSEUDO,
    DoingWithLessConfig,
    DoingWithLessResult,
    DoingWithLessView,
    equal_labels,
)
from core.challenges.data_quantity.doing_with_less.run import (
    learners,
    plain,
    planned,
    self_labelled,
)
from core.data.parts import of_classes
from core.lab.run import complete
from core.lab.scores import NotMeasuredError
from core.models.prototypes import accuracy_of_prototypes
from tests import runs
from tests.runs import figure, first_now

DIGITS = BUDGETS["digits"]


def hand_made(labels: int = 40, seeds: int = 3) -> DoingWithLessResult:
    """Without a remedy each doubling of the labels adds a tenth; margin is a doubling ahead."""
    rows = []
    for seed in range(seeds):
        for place, n in enumerate(DIGITS):
            rows.append((PLAIN, n, seed, 0.3 + 0.1 * place + seed / 1000))
            for arm in ARMS:
                more = {MARGIN: 0.1, FINE_TUNED: -0.05}.get(arm, 0.0)
                rows.append((arm, n, seed, 0.3 + 0.1 * place + more + seed / 1000))
    scores = pd.DataFrame(rows, columns=["arm", "labels", "seed", "value"])
    asked = pd.DataFrame(columns=["arm", "place", "label"])
    return DoingWithLessResult(scores, asked, np.zeros((0, 8, 8)), np.array(DIGITS), labels)


def test_a_doubling_ahead_is_worth_twice_the_labels_and_half_a_step_behind_costs_the_root():
    result = hand_made()
    assert result.worth(MARGIN).values.tolist() == pytest.approx([2.0] * 3)
    assert result.worth(FINE_TUNED).values.tolist() == pytest.approx([0.5**0.5] * 3)
    assert result.worth(ENTROPY).values.tolist() == pytest.approx([1.0] * 3)
    assert result.gain(MARGIN).values.tolist() == pytest.approx([0.1] * 3)


@pytest.mark.parametrize(("accuracy", "labels"), [(0.3, 10), (0.65, 20), (0.75, 40), (0.99, 80)])
def test_labels_are_read_off_the_curve_and_end_with_it(accuracy, labels):
    budgets, rising = np.array([10, 20, 40, 80]), np.array([0.5, 0.65, 0.75, 0.8])
    assert equal_labels(budgets, rising, accuracy) == pytest.approx(labels)


def test_nothing_is_worth_anything_before_the_curve_is_known():
    whole = hand_made()
    part = whole.scores[whole.scores["labels"] < 320]
    early = DoingWithLessResult(part, whole.asked, whole.pictures, whole.budgets, 40)
    with pytest.raises(NotMeasuredError):
        early.worth(MARGIN)
    worth = figure(EXPERIMENT, "worth")
    assert worth.table(early, DoingWithLessView()).empty


def test_the_caption_names_what_helps_and_what_hurts():
    worth, view = figure(EXPERIMENT, "worth"), DoingWithLessView()
    table = worth.table(hand_made(), view)
    assert table["arm"].iloc[0] == MARGIN
    told = worth.caption(table, view)
    assert "Worth more than their labels: active: margin (2 times)" in told
    assert "Worth less: fine-tuning (0.707 times)" in told


def test_passive_arms_share_labels_and_first_weights_and_only_the_beginning_is_transferred():
    config = EXPERIMENT.smallest
    known, _ = learners(config)
    for learner in known:
        learner.weights = [
            np.full(size, 0.01, np.float32) for size in ((65, 32), (33, 16), (17, 5))
        ]
        learner.answers = {DIGITS[0]: np.full((len(learner.order), 5), 0.2)}
    arms = {(arm, place): job for arm, place, job in planned(config, known, DIGITS[0])}
    begun = {(labels, place): job for labels, place, job in plain(config, known)}[DIGITS[0], 0]
    asked, tuned = arms[MARGIN, 0], arms[FINE_TUNED, 0]
    np.testing.assert_array_equal(begun.data.x_train, asked.data.x_train)
    assert begun.seed == asked.seed == tuned.seed
    assert len(tuned.initial) == 2
    assert arms[PROBE, 0].sizes == (16, 5)
    assert len(begun.data.y_train) == len(arms[PSEUDO, 0].data.y_train) == DIGITS[0]


def test_pseudo_labels_are_the_networks_own_answers_where_it_is_sure():
    learner = learners(EXPERIMENT.smallest)[0][0]
    n = len(learner.order)
    learner.answers = {10: np.full((n, 5), 0.2), 20: np.tile([0.9, 0.1, 0, 0, 0], (n, 1))}
    assert len(self_labelled(learner, 10, 0.8).y_train) == 10
    every = self_labelled(learner, 20, 0.8).y_train
    assert len(every) == n
    np.testing.assert_array_equal(every[:20], learner.new.y_train[learner.order[:20]])
    assert (every[20:] == 0).all()


# A pixel that is always paper does not vary.
@pytest.mark.filterwarnings("ignore:self.within_class_std_dev_")
def test_prototypes_are_scikit_learns_nearest_centroid():
    from sklearn.neighbors import NearestCentroid

    known, _ = learners(EXPERIMENT.smallest)
    few = known[0].labelled(40)
    theirs = NearestCentroid().fit(few.x_train, few.y_train)
    assert accuracy_of_prototypes(few) == pytest.approx(
        theirs.score(few.x_validation, few.y_validation)
    )


def test_classes_are_numbered_anew():
    known, related = learners(EXPERIMENT.smallest)
    assert set(known[0].new.y_train) == set(known[0].new.y_validation) == set(range(5))
    assert len(related[0].y_train) == EXPERIMENT.smallest.related == 100
    again = of_classes(known[0].new, (4, 2))
    assert again.n_classes == 2
    assert len(again.y_train) == np.isin(known[0].new.y_train, (4, 2)).sum()


@pytest.fixture(scope="module")
def smallest() -> DoingWithLessResult:
    return runs.smallest("data_quantity/doing_with_less").result


@pytest.mark.trained
def test_with_the_first_labels_asking_is_the_same_as_chance(smallest):
    for arm in (MARGIN, ENTROPY):
        assert smallest.gain(arm, DIGITS[0]).values.tolist() == [0.0] * 5
    assert set(smallest.scores["arm"]) == {PLAIN, *ARMS}
    assert PSEUDO in set(smallest.scores["arm"])
    assert len(smallest.asked) == len(smallest.pictures) == 30


@pytest.mark.parametrize("block", first_now(300, 600, 900))
def test_the_lesson_holds_on_seeds_that_chose_nothing(block):
    config = DoingWithLessConfig(first_seed=block, repetitions=5)
    result = complete(EXPERIMENT.run(config))
    said = {c.name: c.verdict(c.measure(result)) for c in EXPERIMENT.claims if c.applies(config)}
    for name in ("margin_saves_labels", "entropy_saves_labels", "pseudo_labels_help"):
        assert said[name] != "contradicted"
    assert said["fine_tuning_helps_digits"] != "shown"
    assert result.gain(PROBE).estimate.high < -0.1
