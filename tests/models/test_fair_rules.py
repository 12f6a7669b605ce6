"""Reductions and randomized thresholds: by hand, and against fairlearn on the same applicants."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from fairlearn.postprocessing import ThresholdOptimizer
from fairlearn.reductions import DemographicParity, EqualizedOdds, ExponentiatedGradient
from sklearn.linear_model import LogisticRegression

from core.data.applicants import World, make_applicants
from core.lab.run import complete
from core.metrics import fairness
from core.models.group_thresholds import (
    RandomizedThresholds,
    equal_rate_thresholds,
    randomized_thresholds,
)
from core.models.reductions import RandomizedClassifier, Reduction, exponentiated_gradient
from core.models.reweighing import reweighed

BIASED = World(label_bias=0.4, proxy=1.5)
REAL = World(base_rate_gap=0.8, proxy=1.5)
# What fairlearn does to a series is going to change in pandas 4.
FAIRLEARNS = pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")
Sample = tuple[np.ndarray, np.ndarray, np.ndarray]


def sample(world: World, seed: int, n: int = 1000) -> Sample:
    people = make_applicants(world, n, seed)
    return people.data.x_train.astype(float), people.data.y_train, people.train_group


def worth(chance: np.ndarray, y: np.ndarray, group: np.ndarray, by_label: bool) -> list[float]:
    """Accuracy and violation of a rule that draws lots, on average."""
    found = fairness.rates(fairness.expected_counts(y, chance, group, n_groups=2))
    names = ("true_positive_rate", "false_positive_rate") if by_label else ("selection_rate",)
    gaps = [abs(float(fairness.signed_gap(found[name]))) for name in names]
    return [float(np.where(y == 1, chance, 1 - chance).mean()), max(gaps)]


def reduced(
    x: np.ndarray, y: np.ndarray, group: np.ndarray, by_label: bool, price: float
) -> RandomizedClassifier:
    problem = Reduction(x, y, group, by_label=by_label, price=price)
    return complete(exponentiated_gradient(problem))


@FAIRLEARNS
@pytest.mark.parametrize(
    ("world", "by_label", "allowed"),
    [(BIASED, False, 0.01), (REAL, False, 0.1), (REAL, True, 0.01), (BIASED, True, 0.1)],
)
def test_a_reduction_is_fairlearns(world, by_label, allowed):
    x, y, group = sample(world, 0)
    kind = EqualizedOdds if by_label else DemographicParity
    theirs = ExponentiatedGradient(
        LogisticRegression(), kind(difference_bound=allowed), eps=allowed
    ).fit(x, y, sensitive_features=group)
    ours = worth(reduced(x, y, group, by_label, 1 / allowed).chance(x), y, group, by_label)
    reference = worth(theirs._pmf_predict(x)[:, 1], y, group, by_label)
    assert ours[1] == pytest.approx(reference[1], abs=0.002)
    assert ours[0] == pytest.approx(reference[0], abs=0.005)


@FAIRLEARNS
def test_on_a_biased_record_a_reduction_is_no_worse_than_fairlearns():
    # Fairlearn stops as soon as its fits find nothing better, which here is early.
    x, y, group = sample(BIASED, 1)
    theirs = ExponentiatedGradient(
        LogisticRegression(), EqualizedOdds(difference_bound=0.01), eps=0.01
    ).fit(x, y, sensitive_features=group)
    ours = worth(reduced(x, y, group, True, 100.0).chance(x), y, group, True)
    reference = worth(theirs._pmf_predict(x)[:, 1], y, group, True)
    assert ours[1] == pytest.approx(reference[1], abs=0.002)
    assert ours[0] > reference[0] - 0.005


def test_without_a_price_a_reduction_is_a_plain_fit():
    x, y, group = sample(REAL, 2)
    chance = reduced(x, y, group, False, 0.0).chance(x)
    assert set(np.unique(chance)) <= {0.0, 1.0}
    plain = LogisticRegression().fit(x, y).predict(x)
    assert (chance == plain).mean() > 0.998


def test_the_randomized_classifier_keeps_what_was_allowed():
    x, y, group = sample(REAL, 3)
    for by_label in (False, True):
        mixed = reduced(x, y, group, by_label, 20.0)
        assert mixed.weights.sum() == pytest.approx(1)
        # Of either group from everybody at most 0.05, so of the groups from each other 0.1.
        assert worth(mixed.chance(x), y, group, by_label)[1] <= 0.1 + 1e-6


def test_reweighing_makes_label_and_group_independent():
    y = np.array([1, 1, 1, 0, 1, 0, 0, 0])
    group = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    weights = reweighed(y, group)
    # P(A) P(1) / P(A, 1) = 0.5 * 0.5 / (3/8)
    assert weights[0] == pytest.approx(2 / 3)
    assert weights[4] == pytest.approx(2)
    assert weights.mean() == pytest.approx(1)
    shares = [np.average(y[group == g], weights=weights[group == g]) for g in (0, 1)]
    assert shares == pytest.approx([0.5, 0.5])


@pytest.mark.parametrize("of_positives", [False, True])
def test_thresholds_equalise_the_rate_they_are_for(of_positives):
    rng = np.random.default_rng(0)
    group, y = rng.integers(0, 2, 8000), rng.integers(0, 2, 8000)
    logit = rng.normal(size=8000) + y - 1.5 * group
    judged = y == 1 if of_positives else np.ones(8000, dtype=bool)
    called = logit > equal_rate_thresholds(logit, judged, group)[group]
    shares = [called[judged & (group == g)].mean() for g in (0, 1)]
    assert shares[0] == pytest.approx(shares[1], abs=0.005)
    nobody = np.zeros(8000, dtype=bool)
    assert equal_rate_thresholds(logit, nobody, group).tolist() == [0, 0]


@pytest.mark.parametrize("by_label", [False, True])
@pytest.mark.parametrize("world", [BIASED, REAL])
def test_randomized_thresholds_are_fairlearns(world, by_label):
    x, y, group = sample(world, 4)
    model = LogisticRegression().fit(x, y)
    score = model.predict_proba(x)[:, 1]
    theirs = ThresholdOptimizer(
        estimator=model, prefit=True, predict_method="predict_proba",
        constraints="equalized_odds" if by_label else "demographic_parity",
    ).fit(pd.DataFrame(x), pd.Series(y), sensitive_features=pd.Series(group))  # fmt: skip
    reference = theirs._pmf_predict(pd.DataFrame(x), sensitive_features=pd.Series(group))[:, 1]
    ours = randomized_thresholds(score, y, group, by_label=by_label).chance(score, group)
    np.testing.assert_allclose(ours, reference, atol=1e-9)
    assert worth(ours, y, group, by_label)[1] < 1e-9


def test_randomized_thresholds_by_hand():
    rule = RandomizedThresholds(
        np.array([[0.5, 0.2], [0.9, -np.inf]]), np.array([[0.75, 0.25], [0.4, 0.6]]),
        np.array([0.0, 0.5]), 0.1,
    )  # fmt: skip
    chance = rule.chance(np.array([0.6, 0.3, 0.1, 0.95, 0.0]), np.array([0, 0, 0, 1, 1]))
    assert chance == pytest.approx([1, 0.25, 0, 0.05 + 0.5, 0.05 + 0.5 * 0.6])


def test_equalized_odds_come_down_to_the_worse_group():
    # Group 0 is sorted perfectly, group 1 not at all: what both can have is pure chance.
    y = np.tile([0, 1], 100)
    group = np.repeat([0, 1], 100)
    score = np.where(group == 0, y, 0.5).astype(float)
    chance = randomized_thresholds(score, y, group, by_label=True).chance(score, group)
    right, apart = worth(chance, y, group, True)
    assert apart < 1e-9
    assert right == pytest.approx(0.5)


def test_expected_counts_of_sure_decisions_are_counts():
    rng = np.random.default_rng(0)
    y, called, group = rng.integers(0, 2, (3, 200))
    np.testing.assert_array_equal(
        fairness.expected_counts(y, called.astype(float), group, n_groups=2),
        fairness.confusion_counts(y, called, group, n_groups=2),
    )
