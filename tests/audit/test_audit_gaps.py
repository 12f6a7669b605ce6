"""Gaps of an audit: what is not defined says why, chance is judged among all, groups have names."""

from __future__ import annotations

import numpy as np
import pytest

from core.audit.measures import Decisions, audit


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
    numbers = ("value", "low", "high", "p_value", "p_adjusted", "noise", "lowest", "highest")
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


def from_counts(*cells: tuple[int, int, int, int]) -> Decisions:
    """True negatives, false positives, false negatives and true positives of every group."""
    parts = [
        np.repeat([[0, 0, g], [0, 1, g], [1, 0, g], [1, 1, g]], row, axis=0)
        for g, row in enumerate(cells)
    ]
    rows = np.concatenate(parts)
    return decisions(rows[:, 0], rows[:, 1], rows[:, 2])


def test_five_of_five_against_none_of_five_is_open_to_one_side():
    gap = audit(from_counts((5, 0, 0, 5), (5, 0, 5, 0)))["differences"]
    found = gap["equal_opportunity_difference"]
    assert found["value"] == 1
    assert [round(found[end], 2) for end in ("low", "high")] == [0.39, 1.0]


def test_three_against_three_that_agree_are_not_certain():
    gap = audit(from_counts((3, 0, 0, 3), (3, 0, 0, 3)))["differences"]
    found = gap["equal_opportunity_difference"]
    assert (found["value"], found["low"]) == (0, 0) and found["high"] > 0.5
    assert found["noise"] is True


def test_a_gap_names_who_is_at_its_ends():
    found = audit(from_counts((50, 50, 10, 40), (50, 50, 25, 25), (50, 50, 40, 10)))
    gap = found["differences"]["equal_opportunity_difference"]
    assert (gap["lowest"], gap["highest"]) == ({"group": "2"}, {"group": "0"})
    assert gap["low"] < 0.6 < gap["high"] and not gap["noise"]
    assert gap["value"] == pytest.approx(0.6)
    worst = found["findings"][0]
    assert worst["rate"] == "true_positive_rate" and worst["group"] in (
        {"group": "2"},
        {"group": "0"},
    )
    assert worst["others"] == pytest.approx(65 / 100 if worst["group"] == {"group": "2"} else 0.35)


def test_a_large_gap_is_found_beside_a_tiny_group():
    """Two of three rows say nothing, and must not hide what two thousand say."""
    large = audit(from_counts((300, 200, 100, 400), (400, 100, 200, 300), (1, 1, 0, 1)))
    gap = large["differences"]["false_positive_rate_difference"]
    assert gap["value"] == pytest.approx(0.3) and not gap["noise"] and gap["low"] > 0.1


def test_what_is_found_among_many_tests_is_found_in_few():
    one = from_counts((60, 40, 50, 50), (75, 25, 50, 50))
    alone = audit(one)["differences"]["false_positive_rate_difference"]
    assert alone["p_value"] <= 0.05 < alone["p_adjusted"] and alone["noise"]


def test_the_accuracy_of_many_classes_is_tested_once():
    rng = np.random.default_rng(16)
    table_ = decisions(
        rng.integers(0, 6, 1200), rng.integers(0, 6, 1200), np.arange(1200) % 3, "abcdef"
    )
    # Four rates of six classes and accuracy, in three groups.
    assert audit(table_)["tests"] == (4 * 6 + 1) * 3
