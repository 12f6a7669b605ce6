"""Curves of scores: scikit-learn's ROC, area and calibration; rates along the thresholds."""

from __future__ import annotations

import json

import numpy as np
import pytest
from sklearn.calibration import calibration_curve
from sklearn.metrics import roc_auc_score, roc_curve

from core.audit import curves
from core.audit.measures import Decisions, audit
from core.metrics import calibration, fairness, receiver


def scored(n: int = 600, ties: bool = False) -> Decisions:
    rng = np.random.default_rng(2)
    y = rng.integers(0, 2, n)
    score = np.clip(0.25 * y + 0.7 * rng.random(n), 0, 1)
    score = score.round(1) if ties else score
    groups = {"g": (rng.integers(0, 3, n), ["a", "b", "c"])}
    return Decisions(y, (score >= 0.5).astype(int), ("no", "yes"), groups, score)


@pytest.mark.parametrize("ties", [False, True])
def test_ranking_is_scikit_learns(ties):
    table = scored(ties=ties)
    value, low, high = receiver.area(table.y_true, table.y_score)
    assert value == pytest.approx(roc_auc_score(table.y_true, table.y_score))
    assert 0 < low < value < high < 1
    ours = receiver.roc(table.y_true, table.y_score)
    theirs = roc_curve(table.y_true, table.y_score, drop_intermediate=False)
    for part, expected in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(part, expected)


def test_a_perfect_ranking_of_few_rows_is_not_certain():
    y = np.array([0, 0, 0, 1, 1, 1])
    value, low, high = receiver.area(y, y + 0.5)
    assert (value, high) == (1, 1) and 0.3 < low < 0.8
    assert all(np.isnan(receiver.area(np.ones(4, int), np.arange(4.0))))


def test_the_interval_of_the_area_covers_it():
    rng, covered = np.random.default_rng(6), 0
    y = np.repeat([0, 1], [20, 12])
    from scipy.special import ndtr

    true = ndtr(1 / 2**0.5)
    for _ in range(600):
        _, low, high = receiver.area(y, rng.normal(size=32) + y)
        covered += low <= true <= high
    assert covered / 600 >= 0.925


def test_calibration_is_scikit_learns():
    table = scored()
    told = curves.by_group(table)["groups"][1]
    rows = table.groups["g"][0] == 1
    share, mean = calibration_curve(table.y_true[rows], table.y_score[rows], n_bins=10)
    np.testing.assert_allclose(told["calibration"]["value"], share)
    np.testing.assert_allclose(told["calibration"]["score"], mean)
    assert sum(told["calibration"]["n"]) == told["n"] == sum(told["histogram"]) == rows.sum()


def test_the_sweep_is_the_audit_at_each_threshold():
    table = scored(ties=True)
    found = curves.by_group(table)
    at = 4
    threshold = found["thresholds"][at]
    again = audit(Decisions(table.y_true, (table.y_score >= threshold).astype(int), table.classes,
                            table.groups))  # fmt: skip
    for told, row in zip(found["groups"], again["groups"], strict=True):
        for name, values in told["sweep"].items():
            assert values[at] == pytest.approx(row["metrics"][name]["value"])


def test_groups_without_a_class_have_no_curve_and_json_is_plain():
    table = scored(60)
    y_true = np.where(table.groups["g"][0] == 0, 0, table.y_true)
    found = curves.by_group(Decisions(y_true, table.y_pred, table.classes, table.groups,
                                      table.y_score))  # fmt: skip
    assert found["groups"][0]["auc"]["value"] is None
    json.dumps(found, allow_nan=False)


def test_only_the_largest_groups_are_told():
    rng = np.random.default_rng(3)
    n = 5000
    column = {"g": (rng.integers(0, 100, n), [str(i) for i in range(100)])}
    y = rng.integers(0, 2, n)
    found = curves.by_group(Decisions(y, y, ("0", "1"), column, rng.random(n)))
    assert len(found["groups"]) == curves.MOST_GROUPS


def test_calibrated_scores_stay_under_what_chance_does():
    rng = np.random.default_rng(7)
    over = 0
    for _ in range(300):
        score = rng.random(120)
        y = (rng.random(120) < score).astype(int)
        counted = fairness.calibration_counts(y, score, np.zeros(120, int), n_groups=1)
        error = fairness.expected_calibration_error(*counted)[0]
        over += error > calibration.by_chance(*counted)[0]
    assert 0.01 <= over / 300 <= 0.085
