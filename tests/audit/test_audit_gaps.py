"""Gaps of an audit: what is not defined says why, and a spread is not stretched."""

from __future__ import annotations

import numpy as np
import pytest

from core.audit.measures import Decisions, audit
from core.metrics import fairness, resampling


def table(n: int, n_groups: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """True classes, decisions and groups; groups differ in base rate and in errors."""
    rng = np.random.default_rng(seed)
    groups = rng.integers(0, n_groups, n)
    y_true = (rng.random(n) < 0.3 + 0.4 * groups / n_groups).astype(int)
    wrong = rng.random(n) < 0.1 + 0.2 * groups / n_groups
    return y_true, np.where(wrong, 1 - y_true, y_true), groups


def decisions(y_true, y_pred, groups, names=("no", "yes"), **more) -> Decisions:
    n_groups = int(groups.max()) + 1
    column = {"group": (groups, [str(g) for g in range(n_groups)])}
    return Decisions(y_true, y_pred, names, column, **more)


def test_a_gap_over_a_rate_that_a_group_lacks_is_not_defined():
    y_true, y_pred, groups = table(300, 3, 1)
    y_true = np.where(groups == 2, 0, y_true)
    found = audit(decisions(y_true, y_pred, groups))["differences"]
    gap = found["equal_opportunity_difference"]
    numbers = ("value", "spread_low", "spread_high", "p_value", "chance", "noise")
    assert all(gap[name] is None for name in numbers)
    assert gap["reason"] == (
        "The true positive rate does not exist in group group=2 (no positives)."
    )
    others = groups < 2
    two = audit(decisions(y_true[others], y_pred[others], groups[others]))["differences"]
    assert gap["where_defined"]["value"] == two["equal_opportunity_difference"]["value"]
    assert two["equal_opportunity_difference"]["reason"] is None
    assert found["false_positive_rate_difference"]["value"] is not None


def test_a_gap_that_only_one_group_has_is_no_gap_of_0():
    y_true, y_pred = np.array([0, 1] * 20 + [0] * 20), np.array([0, 1, 1, 1] * 10 + [0, 1] * 10)
    found = audit(decisions(y_true, y_pred, np.repeat([0, 1], [40, 20])))
    for name in ("equal_opportunity", "equalized_odds", "false_negative_rate"):
        gap = found["differences"][f"{name}_difference"]
        assert gap["value"] is None and gap["noise"] is None and gap["where_defined"] is None
        assert "does not exist in group group=1 (no positives)" in gap["reason"]


def test_a_ratio_of_zeros_is_not_defined_and_says_why():
    y = np.array([0, 1] * 30)
    found = audit(decisions(y, y, np.repeat([0, 1], 30)))["ratios"]["equalized_odds_ratio"]
    assert found["value"] is None
    assert found["reason"] == "The false positive rate is 0 in every group, which leaves no ratio."


def test_the_spread_is_not_stretched_to_hold_the_gap():
    rng, beyond = np.random.default_rng(14), 0
    for _ in range(10):
        y_true, y_pred = rng.integers(0, 2, 500), rng.integers(0, 2, 500)
        found = audit(decisions(y_true, y_pred, np.arange(500) % 10))["differences"]
        gap = found["demographic_parity_difference"]
        drawn = resampling.read_off(
            fairness.confusion_counts(y_true, y_pred, np.arange(500) % 10),
            lambda part: fairness.gaps(fairness.rates(part))["demographic_parity"],
            1000, np.random.default_rng(15),
        )  # fmt: skip
        low, high = resampling.percentiles(drawn)
        assert gap["spread_low"] == pytest.approx(low, abs=0.03)
        assert gap["spread_high"] == pytest.approx(high, abs=0.03)
        beyond += gap["spread_low"] > gap["value"]
        assert "low" not in gap and "high" not in gap
    assert beyond > 0


def test_accuracy_of_many_classes_is_shuffled_once():
    rng = np.random.default_rng(16)
    y_true, y_pred = rng.integers(0, 6, 1200), rng.integers(0, 6, 1200)
    groups = np.arange(1200) % 3
    gap = audit(decisions(y_true, y_pred, groups, "abcdef"))["differences"]["accuracy_difference"]
    right = np.stack([np.bincount(groups, y_true == y_pred), np.bincount(groups)]).astype(int)
    by_chance = resampling.without_groups((right[0], right[1]), 4000, rng)
    wide = float(np.quantile(fairness.difference(by_chance), 0.95))
    assert gap["chance"] == pytest.approx(wide, rel=0.1)
