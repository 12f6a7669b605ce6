"""Sentences that were false at some settings, each at such a setting."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.challenges.privacy.dp_sgd.config import CLIPPED
from tests.runs import figure, found


def caption(slug: str, name: str, table: pd.DataFrame, **view: Any) -> str:
    """What a figure says of a table."""
    one = found(slug)
    return figure(one, name).caption(table, one.view(**view))


def test_methods_that_tie_at_every_test_share_the_best_mean() -> None:
    cells = [(method, test, 1, 1.0) for method in ("A", "B") for test in ("one", "two")]
    table = pd.DataFrame(cells, columns=["method", "criterion", "place", "mean_place"])
    told = caption("interpretability/trial", "ranks", table)
    assert told == "A and B have, as equals, the best mean by all 2 tests here."


def test_attacks_that_leave_as_much_are_not_set_against_each_other() -> None:
    table = pd.DataFrame({"attack": ["noise", "PGD"], "mean": [0.5, 0.5], "epsilon": 0.1})
    told = caption("adversarial/attack", "accuracy_by_size", table, epsilon=0.1)
    assert told == "At a size of 0.1, each leaves 50.0% of the images classified correctly."


def test_clipping_may_do_more_than_clipping_with_noise() -> None:
    table = pd.DataFrame(
        {"panel": "Attack: area", "arm": [CLIPPED, "ε = 8"], "mean": [-0.3, -0.2], "high": -0.1}
    )
    assert "gives 150.0% of that protection" in caption("privacy/dp_sgd", "changes", table)


@pytest.mark.parametrize(("learned", "told"), [(1.0, "All labels"), (0.9997, "not quite all of")])
def test_what_rounds_to_all_labels_is_not_all(learned: float, told: str) -> None:
    table = pd.DataFrame(
        {"split": ["train", "validation"], "share": 1.0, "mean": [learned, 0.1], "chance": 0.1}
    )
    assert told in caption("overfitting/random_labels", "score_by_share", table)


def test_no_moral_where_the_smallest_gap_validates_as_well() -> None:
    arms = ["no remedy", "more data", "dropout"]
    table = pd.DataFrame({"label": arms, "train": 0.9, "validation": 0.8, "mean": [0.2, 0.1, 0.0]})
    assert "not the goal" not in caption("overfitting/remedies", "gaps", table)
    table.loc[2, "validation"] = 0.7
    told = caption("overfitting/remedies", "gaps", table)
    assert "dropout has the lowest mean gap, +0.0 points. It validates at 70.0%" in told


@pytest.mark.parametrize(("metric", "told"), [
    ("accuracy", "1 of these 3 is clearly better, dropout (+10.0 points). No clear difference"),
    ("loss", "1 of these 3 is clearly better, dropout (0.1 nats saved). No clear difference"),
])  # fmt: skip
def test_no_remedy_gives_most_where_an_unclear_one_gives_more(metric: str, told: str) -> None:
    table = pd.DataFrame({
        "label": ["dropout", "more data", "noise"], "mean": [0.1, 0.3, 0.0],
        "low": [0.05, -0.1, -0.2], "high": [0.15, 0.7, 0.2], "baseline": 0.6,
        "verdict": ["helps", "no clear difference", "no clear difference"],
    })  # fmt: skip
    assert told in caption("overfitting/remedies", "effects", table, metric=metric)
    table.loc[1, "mean"] = 0.08
    assert "; on average the most comes from dropout" in caption(
        "overfitting/remedies", "effects", table, metric=metric
    )


def test_scores_that_are_all_alike_have_no_rank_correlation() -> None:
    table = pd.DataFrame(
        {"arm": np.repeat(["bound", "everywhere"], 3), "mean": [1, 1, 1, 0.2, 0.3, 0.4],
         "effect": [0.1, 0.2, 0.3] * 2}
    )  # fmt: skip
    told = caption("interpretability/concepts", "effects", table)
    assert "stripes on discs only not defined; stripes on every shape 1." in told


def test_titles_and_notes_say_nothing_that_a_setting_can_make_false() -> None:
    assert figure(found("overfitting/double_descent"), "error_by_width").title.endswith("?")
    assert "may change" in figure(found("interpretability/trial"), "leaderboard").note
