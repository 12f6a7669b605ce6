"""Shifted digits: hand-made scores, what the run shares between models, its lesson."""

from __future__ import annotations

import itertools

import pandas as pd
import pytest
from sklearn.svm import SVC

from core.challenges.history import shifted
from core.challenges.history.shifted import EXPERIMENT
from core.challenges.history.shifted.config import (
    CENTRED,
    CNN,
    MLP,
    MODELS,
    MOVED,
    SHIFTS,
    SHUFFLED,
    SVM,
    TRAINED,
    ShiftedConfig,
    ShiftedResult,
)
from core.challenges.history.shifted.run import drawn
from core.lab.settings import View
from tests import runs
from tests.runs import and_shipped, figure, result_of

SLUG = "history/shifted"


def hand_made() -> ShiftedResult:
    """Five points less for every pixel where only the middle was seen; CNNs lose ten shuffled."""
    rows = [
        (model, trained, shift, seed, 0.9 - 0.05 * shift * (trained == CENTRED)
         - 0.1 * (trained == SHUFFLED and model == CNN) + seed / 1000)
        for model, trained, shift, seed in itertools.product(MODELS, TRAINED, SHIFTS, range(5))
    ]  # fmt: skip
    return ShiftedResult(pd.DataFrame(rows, columns=["model", "trained", "shift", "seed", "value"]))


def test_changes_are_paired_by_seed():
    result = hand_made()
    assert result.anywhere(MLP, CENTRED).values.tolist() == pytest.approx(
        [0.8 + seed / 1000 for seed in range(5)]
    )
    assert result.shuffling(CNN).values.tolist() == pytest.approx([-0.1] * 5)
    moved = result.changes(CENTRED, MOVED)
    assert moved["value"].tolist() == pytest.approx([0.1] * 15)
    assert set(moved["model"]) == set(MODELS)
    mixed = result.changes(MOVED, SHUFFLED).groupby("model")["value"].mean()
    assert mixed.to_dict() == pytest.approx({CNN: -0.1, MLP: 0, SVM: 0}, abs=1e-9)


def test_captions_and_the_finding_say_who_changes_and_who_does_not():
    result, view = hand_made(), View()
    shuffling = figure(EXPERIMENT, "shuffling")
    caption = shuffling.caption(shuffling.table(result, view), view)
    assert caption.startswith(
        "Clearly different: CNN (−10.0 points). About equal (to four points):"
    )
    assert "MLP (+0.0 points) and SVM (+0.0 points)" in caption
    assert "MLP and SVM are about equal, +0.0 points" in shifted.finding(result)
    accuracy = figure(EXPERIMENT, "accuracy")
    told = accuracy.caption(accuracy.table(result, view), view)
    assert "MLP, centred digits: 90.2% in the middle, 70.2% at 4 pixels." in told


def test_a_training_changes_where_digits_are_and_nothing_else():
    config = ShiftedConfig(n_train=100)
    still, moved, mixed = (drawn(config, 3, way) for way in (CENTRED, MOVED, SHUFFLED))
    assert (still.data.y_train == moved.data.y_train).all()
    assert (still.moved(2) == moved.moved(2)).all()
    assert (mixed.data.x_train == moved.data.x_train[:, mixed.order]).all()
    assert not (mixed.data.x_train == moved.data.x_train).all()


@pytest.mark.trained
def test_everything_is_asked_at_every_shift_and_the_svm_minds_no_order():
    result, config = runs.smallest(SLUG).result, EXPERIMENT.smallest
    counts = result.scores.groupby(["model", "trained", "shift"]).size()
    assert len(counts) == len(MODELS) * len(TRAINED) * len(SHIFTS)
    assert set(counts) == {config.repetitions}
    assert result.shuffling(SVM).values == pytest.approx([0.0] * 5, abs=0.004)


@pytest.mark.trained
def test_the_svm_of_the_run_is_scikit_learns():
    one = drawn(EXPERIMENT.smallest, 0, MOVED)
    svc = SVC(C=10.0)
    svc.fit(one.data.x_train, one.data.y_train)
    wanted = [svc.score(one.moved(shift), one.data.y_validation) for shift in SHIFTS]
    smallest = runs.smallest(SLUG).result
    own = [smallest.accuracy(SVM, shift, MOVED).values[0] for shift in SHIFTS]
    assert own == pytest.approx(wanted, abs=1e-9)


@pytest.mark.parametrize("block", and_shipped(300, 600))
def test_the_lesson_holds_on_seeds_that_chose_nothing(block):
    result = result_of(SLUG, ShiftedConfig(first_seed=block))
    for model in (MLP, SVM):
        assert (result.accuracy(model, 4) - result.accuracy(model)).estimate.high < -0.5
        assert (result.accuracy(CNN, 4) - result.accuracy(model, 4)).estimate.low > 0.3
        assert (result.anywhere(model) - result.anywhere(model, CENTRED)).estimate.low > 0
        assert (result.anywhere(CNN) - result.anywhere(model)).estimate.low > 0.1
        assert (result.anywhere(CNN, SHUFFLED) - result.anywhere(model, SHUFFLED)).estimate.high < 0
    assert (result.accuracy(SVM) - result.accuracy(MLP)).estimate.low > -0.02
    assert abs(result.shuffling(SVM).mean) < 0.004
