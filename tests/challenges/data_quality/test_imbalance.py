"""A rare class: what is counted by hand, agreement with scikit-learn, and the lesson."""

from __future__ import annotations

import numpy as np
import pytest

from core.challenges.data_quality.imbalance import EXPERIMENT
from core.challenges.data_quality.imbalance.config import (
    ADJUSTED,
    CORRECTED,
    MOVED,
    OVER,
    PLAIN,
    RATIOS,
    SMALLER,
    UNDER,
    WEIGHTED,
    ImbalanceConfig,
    ImbalanceView,
)
from core.challenges.data_quality.imbalance.run import treated
from core.data.rare_class import held_back, make_rare
from core.lab.run import complete
from core.metrics.precision_recall import thresholded
from tests.runs import figure, first_now, smallest

SLUG = "data_quality/imbalance"


def test_measures_are_counted_by_hand():
    found = thresholded(np.array([2.0, -0.5]), np.array([-1.0, -2.0, -3.0, 1.0]), 1 / 10)
    assert found["common recall"] == 0.75 and found["rare recall"] == 0.5
    assert found["balanced accuracy"] == pytest.approx(0.625)
    # One in ten is rare: 0.1 of them at 0.5 and 0.9 at 0.75.
    assert found["accuracy"] == pytest.approx(0.725)


def test_balanced_accuracy_agrees_with_scikit_learn():
    from sklearn.metrics import balanced_accuracy_score

    rng = np.random.default_rng(0)
    common, rare = rng.normal(-1, 1, 90), rng.normal(0.5, 1, 70)
    y, said = np.repeat([0, 1], [90, 70]), np.concatenate([common, rare]) > 0
    found = thresholded(rare, common, 1 / 31)["balanced accuracy"]
    assert found == pytest.approx(balanced_accuracy_score(y, said))


def test_what_each_arm_is_trained_on():
    own, config = make_rare(500, 30, n_test=10, seed=0), ImbalanceConfig()
    counts = {
        arm: np.bincount(treated(own, arm, config, 0)[0].y_train).tolist()
        for arm in (PLAIN, OVER, UNDER, SMALLER, WEIGHTED)
    }
    assert counts == {
        PLAIN: [484, 16], OVER: [484, 484], UNDER: [16, 16], SMALLER: [363, 12],
        WEIGHTED: [484, 16],
    }  # fmt: skip
    weights = treated(own, WEIGHTED, config, 0)[1].class_weights
    # scikit-learn's "balanced": both classes weigh the same, an example 1 on average.
    assert weights == pytest.approx((500 / (2 * 484), 500 / (2 * 16)))
    offsets = treated(own, ADJUSTED, config, 0)[1].offsets
    assert np.exp(offsets).tolist() == pytest.approx([484 / 500, 16 / 500])


def test_a_threshold_is_chosen_on_examples_that_its_network_has_not_seen():
    own, config = make_rare(500, 100, n_test=10, seed=0), ImbalanceConfig()
    held = held_back(own.data.y_train, 0)
    assert set(own.data.y_train[held]) == {0, 1}
    seen = {tuple(row) for row in treated(own, SMALLER, config, 0)[0].x_train.tolist()}
    assert not seen & {tuple(row) for row in own.data.x_train[held].tolist()}


@pytest.mark.trained
def test_moving_the_outputs_leaves_the_order_as_it_is():
    result = smallest(SLUG).result
    for ratio in RATIOS:
        gain = result.gain(CORRECTED, "average precision", ratio)
        assert gain.values == pytest.approx(np.zeros(len(gain.values)))
    balanced = result.gain(CORRECTED, ratio=1)
    # Classes of equal size: there is nothing to correct.
    assert balanced.values == pytest.approx(np.zeros(len(balanced.values)))


@pytest.mark.trained
def test_live_scores_are_those_of_the_end():
    """What the engine counted on the way is what is counted from the outputs at the end."""
    ran = smallest(SLUG)
    last = ran.partials[-1].scores
    assert set(last["metric"]) >= {"accuracy", "rare recall"}
    assert {MOVED, CORRECTED} <= set(ran.result.scores["arm"])


@pytest.mark.trained
def test_the_caption_sorts_the_arms_by_verdict():
    result, view = smallest(SLUG).result, ImbalanceView()
    gains = figure(EXPERIMENT, "gains")
    table = gains.table(result, view)
    told = gains.caption(table, view)
    assert len(table) == 7
    assert all(arm in told for arm in table["arm"])


@pytest.mark.parametrize("block", first_now(500, 600, 700))
def test_the_lesson_holds_on_seeds_that_chose_nothing(block):
    config = ImbalanceConfig(first_seed=block, repetitions=5)
    result = complete(EXPERIMENT.run(config))
    verdicts = {c.name: c.verdict(c.measure(result)) for c in EXPERIMENT.claims}
    for name in ("the_rare_class_is_missed", "accuracy_hides_it", "logit_adjustment_helps",
                 "prior_correction_helps"):  # fmt: skip
        assert verdicts[name] == "shown"
