"""A budget of operations: who is chosen by what, and what a choice may cost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.challenges.compute.budget import BudgetConfig, BudgetResult, BudgetView
from core.challenges.compute.budget.config import (
    ARMS,
    BUDGETS,
    END,
    OPERATIONS,
    SECONDS,
    SHORT,
    TIMED,
    TIMES,
    USUAL,
    YOURS,
    operations,
    parameters,
)
from core.lab.scores import NotMeasuredError
from tests.runs import and_shipped, figure, found, result_of, smallest

SLUG = "compute/budget"
COLUMNS = ["width", "depth", "examples", "arm", "seed", "step", "validation", "test"]


def of(*rows: tuple[object, ...]) -> BudgetResult:
    """A network of 24 units takes three times as long a step as one of 8, in each arm."""
    kinds = dict.fromkeys((width, depth, arm, seed) for width, depth, _, arm, seed, *_ in rows)
    times = [(*kind, 0.003 if kind[0] == 24 else 0.001) for kind in kinds]
    return BudgetResult(
        pd.DataFrame(rows, columns=COLUMNS), pd.DataFrame(times, columns=list(TIMED))
    )


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
    assert MADE.multiple("batch × 4").mean == pytest.approx(40 * STEP / usual), "its first look"
    assert np.isnan(MADE.multiple("learning rate / 3").values).all(), "never there"


def test_a_budget_in_seconds_buys_steps_at_the_time_that_one_took() -> None:
    assert MADE.test(0.02, SECONDS).mean == 0.4, "ten steps of the narrow one: 0.01 seconds"
    assert MADE.test(0.07, SECONDS).mean == 0.7
    with pytest.raises(NotMeasuredError):
        MADE.test(0.005, SECONDS)
    assert MADE.to_the_goal(END, SECONDS).mean == pytest.approx(0.09)
    assert MADE.multiple("batch × 4", SECONDS).mean == pytest.approx(10 / (10 + 0.14 / 0.3 * 10))
    untimed = replace(MADE, times=MADE.times.iloc[:0])
    assert untimed.test(1e9).mean == 0.7
    with pytest.raises(NotMeasuredError):
        untimed.spent(SECONDS)


def test_a_view_says_what_it_pays_in() -> None:
    assert (BudgetView(budget="1 billion").amount, BudgetView().paid_in) == (1e9, OPERATIONS)
    for budget, amount in (("0.03 seconds", 0.03), ("0.3 seconds", 0.3)):
        view = BudgetView(budget=budget)
        assert (view.amount, view.paid_in) == (amount, SECONDS)
        assert view.amount in TIMES


@pytest.mark.trained
def test_figures_are_drawn_in_seconds_too() -> None:
    view, result = BudgetView(budget="0.3 seconds", width=8), smallest(SLUG).result
    frontier = figure(found(SLUG), "frontier")
    table = frontier.table(result, view)
    assert set(table["spent"]) <= set(TIMES) and YOURS in set(table["series"])
    assert frontier.caption(table, view).startswith("With 0.3 seconds")
    bought = figure(found(SLUG), "bought")
    assert "seconds" in bought.caption(bought.table(result, view), view)
    ways = figure(found(SLUG), "ways").table(result, view)
    assert list(dict.fromkeys(ways["panel"])) == ["Operations", "Seconds"]


@pytest.mark.trained
def test_the_picture_in_seconds_begins_with_the_training() -> None:
    view = BudgetView(budget="0.3 seconds", width=8)
    drawn = [(p, figure(found(SLUG), "frontier").table(p, view)) for p in smallest(SLUG).partials]
    early, table = next(pair for pair in drawn if len(pair[1]))
    assert (table["n"] == 1).all(), "one seed is timed so far"
    assert early.curves["step"].max() < 100, "it still trains"


@pytest.mark.trained
def test_every_network_is_timed_once_for_each_seed() -> None:
    times = smallest(SLUG).result.times
    assert len(times) == 5 * (9 + len(ARMS) - 1)
    assert (times["value"] > 0).all() and not times.duplicated(list(TIMED[:-1])).any()


@pytest.mark.trained
def test_arms_of_a_seed_begin_alike_and_differ_in_what_they_say() -> None:
    result = smallest(SLUG).result
    starts = result.curves[(result.curves["step"] == 0) & (result.curves["width"] == 24)]
    own = starts[(starts["depth"] == 2) & (starts["examples"] == 4000)]
    assert (own.groupby("seed")["test"].nunique() == 1).all(), "before the first step"
    assert [arm for arm, how in ARMS.items() if how.precision == "bfloat16"] == [SHORT]
    short, usual = result.last(SHORT), result.last(USUAL)
    assert (short.values != usual.values).any(), "it was trained with fewer digits"


def test_what_a_network_costs() -> None:
    assert parameters(8, 1) == 41 * 8 + 9 * 10
    # Forward and weight gradients of both layers, errors of the upper one.
    assert operations(8, 1, 32) == 32 * 2 * (3 * (40 * 8 + 8 * 10) - 40 * 8)


@pytest.mark.trained
def test_a_network_that_cannot_begin_is_said_to() -> None:
    view = BudgetView(budget="10 million", width=64, depth=3)
    one = figure(found(SLUG), "frontier")
    table = one.table(smallest(SLUG).result, view)
    here = table[table["spent"] == 10_000_000]
    assert YOURS not in set(here["series"])
    assert "cannot even begin" in one.caption(table, view)


@pytest.mark.trained
def test_growth_is_the_exponent_over_the_budgets() -> None:
    result = smallest(SLUG).result
    spent = result.spent()
    assert set(spent["spent"]) == set(BUDGETS)
    assert (spent.groupby("seed")["spent"].count() == len(BUDGETS)).all()
    assert len(result.growth("parameters").seeds) == 5


@pytest.mark.parametrize("first_seed", and_shipped(700, 800, 900))
def test_larger_budgets_go_to_larger_networks_and_most_of_a_training_is_its_last_points(
    first_seed: int,
) -> None:
    result: BudgetResult = result_of(SLUG, BudgetConfig(first_seed=first_seed))
    assert result.growth("parameters").estimate.low > 0
    assert result.growth("seen").estimate.low > 0
    assert (result.test(BUDGETS[-1]) - result.test(BUDGETS[0])).estimate.low > 0.1
