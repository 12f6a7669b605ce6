"""A budget of operations: who is chosen by what, and what a choice may cost."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.challenges.compute.budget import BudgetConfig, BudgetResult, BudgetView
from core.challenges.compute.budget.config import (
    BUDGETS,
    END,
    USUAL,
    YOURS,
    operations,
    parameters,
)
from tests.runs import and_shipped, figure, found, result_of, smallest

SLUG = "compute/budget"
COLUMNS = ["width", "depth", "examples", "arm", "seed", "step", "validation", "test"]


def of(*rows: tuple[object, ...]) -> BudgetResult:
    return BudgetResult(pd.DataFrame(rows, columns=COLUMNS))


MADE = of(
    (8, 1, 250, USUAL, 0, 0, 0.9, 0.9),
    (8, 1, 250, USUAL, 0, 10, 0.5, 0.4),
    (24, 2, 4000, USUAL, 0, 10, 0.5, 0.3),
    (24, 2, 4000, USUAL, 0, 20, 0.8, 0.7),
    (24, 2, 4000, USUAL, 0, 30, 0.7, 0.6),
    (24, 2, 4000, "batch × 4", 0, 10, 0.7, 0.6),
    (24, 2, 4000, "batch × 4", 0, 20, 0.9, 0.6),
    (24, 2, 4000, "learning rate / 3", 0, 10, 0.1, 0.1),
)
STEP = operations(24, 2, 32)


def test_validation_chooses_among_what_is_paid_for_and_the_other_half_is_reported() -> None:
    assert MADE.test(15 * STEP).mean == 0.4, "of two equals the cheaper one; step 0 is no training"
    assert MADE.test(25 * STEP).mean == 0.7
    assert MADE.test(1e9).mean == 0.7, "a network may stop early"
    assert MADE.optimism(25 * STEP).mean == pytest.approx(0.1)
    assert MADE.lost(25 * STEP, width=8).mean == pytest.approx(0.3)


def test_operations_to_the_goal_by_hand() -> None:
    # The goal is 0.64; between 10 and 20 steps accuracy rises from 0.5 to 0.8.
    usual = (10 + 0.14 / 0.3 * 10) * STEP
    assert MADE.to_the_goal(USUAL).mean == pytest.approx(usual)
    assert MADE.to_the_goal(END).mean == 30 * STEP
    assert MADE.times("batch × 4").mean == pytest.approx(40 * STEP / usual), "its first look"
    assert np.isnan(MADE.times("learning rate / 3").values).all(), "never there"


def test_what_a_network_costs() -> None:
    assert parameters(8, 1) == 41 * 8 + 9 * 10
    # Forward and weight gradients of both layers, errors of the upper one.
    assert operations(8, 1, 32) == 32 * 2 * (3 * (40 * 8 + 8 * 10) - 40 * 8)


def test_a_network_that_cannot_begin_is_said_to() -> None:
    view = BudgetView(budget="10 million", width=64, depth=3)
    one = figure(found(SLUG), "frontier")
    table = one.table(smallest(SLUG).result, view)
    here = table[table["operations"] == 10_000_000]
    assert YOURS not in set(here["series"])
    assert "cannot even begin" in one.caption(table, view)


def test_growth_is_the_exponent_over_the_budgets() -> None:
    result = smallest(SLUG).result
    spent = result.spent()
    assert set(spent["operations"]) == set(BUDGETS)
    assert (spent.groupby("seed")["operations"].count() == len(BUDGETS)).all()
    assert len(result.growth("parameters").seeds) == 5


@pytest.mark.parametrize("first_seed", and_shipped(700, 800, 900))
def test_larger_budgets_go_to_larger_networks_and_most_of_a_training_is_its_last_points(
    first_seed: int,
) -> None:
    result: BudgetResult = result_of(SLUG, BudgetConfig(first_seed=first_seed))
    assert result.growth("parameters").estimate.low > 0
    assert result.growth("seen").estimate.low > 0
    assert (result.test(BUDGETS[-1]) - result.test(BUDGETS[0])).estimate.low > 0.1
