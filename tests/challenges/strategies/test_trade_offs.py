"""The trade-off matrix: its arms, its cells by hand, and the lesson on fresh seeds."""

from __future__ import annotations

import importlib
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.challenges.strategies.trade_offs.config import (
    BEHIND,
    LEVELS,
    MEASURES,
    PLAIN,
    REMEDIES,
    Recipe,
    TradeOffsConfig,
    TradeOffsResult,
    TradeOffsView,
)
from core.challenges.strategies.trade_offs.figures import cells, effects, summary
from core.charts.matrix import BETTER, UNCLEAR, WORSE
from tests.runs import SLUGS, found, result_of, smallest

SLUG = "strategies/trade_offs"
run = importlib.import_module("core.challenges.strategies.trade_offs.run")


def test_recipes_combine_two_remedies_and_leave_plain_alone() -> None:
    alone = run.recipes(TradeOffsConfig())
    both = run.recipes(TradeOffsConfig(partner="weight decay", strength="strong"))
    assert list(alone) == [PLAIN, *REMEDIES]
    assert alone[PLAIN] == both[PLAIN] == Recipe()
    assert alone["pruning"] == Recipe(pruned=0.5)
    assert both["pruning"] == Recipe(pruned=0.75, decay=5.0)
    assert both["weight decay"] == Recipe(decay=5.0)
    for name, levels in REMEDIES.items():
        assert len(levels) == len(LEVELS)
        assert len({Recipe(**level) for level in levels}) == 3, name


def test_networks_that_differ_only_afterwards_are_trained_once() -> None:
    config = TradeOffsConfig(repetitions=5)
    first, second = (run.networks(config, (0,), part) for part in (False, True))
    assert len(set(first)) == len(first) == 11
    assert [recipe.temperature for _, _, recipe in second] == [2.0]
    assert sum(recipe == Recipe() for _, _, recipe in first) == 3
    grouped = [seed for seeds in run.groups(config) for seed in seeds]
    assert grouped == list(config.seeds)
    wide = TradeOffsConfig(partner="ensemble", strength="strong")
    assert all(len(seeds) == 1 for seeds in run.groups(wide))


def result(values: dict[str, list[float]], measure: str = "leak") -> TradeOffsResult:
    rows = [
        (remedy, measure, seed, value)
        for remedy, own in values.items()
        for seed, value in enumerate(own)
    ]
    table = pd.DataFrame(rows, columns=["remedy", "measure", "seed", "value"])
    return TradeOffsResult(table, "nothing", True)


def test_a_cell_is_better_worse_or_unclear_by_its_widened_interval() -> None:
    rng = np.random.default_rng(0)
    plain = 0.7 + 0.05 * rng.normal(size=10)
    found = result({
        PLAIN: list(plain),
        "dropout": list(plain - 0.1 + 0.001 * rng.normal(size=10)),
        "pruning": list(plain + 0.1 + 0.001 * rng.normal(size=10)),
        "ensemble": list(plain + 0.004 + 0.005 * rng.normal(size=10)),
    })  # fmt: skip
    table = effects(found).set_index("remedy")
    assert table["verdict"].to_dict() == {"dropout": BETTER, "pruning": WORSE, "ensemble": UNCLEAR}
    narrow = found.change("ensemble", "leak").estimate
    assert narrow.low > 0, "alone it would count: only the widening makes it unclear"
    np.testing.assert_allclose(table["plain"], plain.mean())
    matrix = cells(found, TradeOffsView())
    assert len(matrix) == len(REMEDIES) * len(MEASURES)
    known = matrix[matrix["n"] > 0].set_index("remedy")
    assert (known.loc["dropout", "text"], known.loc["pruning", "text"]) == ("−10", "+10")
    assert (matrix[matrix["n"] == 0]["text"] == "").all()
    said = summary(found)
    assert "better in some measures and clearly worse in none: dropout;" in said
    assert "only worse: pruning;" in said
    assert "nothing clear: ensemble." in said


def test_costs_are_counted() -> None:
    cells_of = smallest(SLUG).result.cells
    table = cells_of.pivot_table(index="remedy", columns="measure", values="value")
    assert (table.loc[PLAIN, ["training", "answering", "size"]] == 1).all()
    assert tuple(table.loc["ensemble", ["training", "answering", "size"]]) == (3, 3, 3)
    assert table.loc["adversarial training", "training"] == pytest.approx(5 / 3)
    assert table.loc["distillation", "training"] == 4
    assert table.loc["low precision", "size"] == 4 / 32
    assert table.loc["pruning", "answering"] == pytest.approx(0.5, abs=1e-3)
    assert table.loc["pruning", "size"] == pytest.approx(0.5 + 1 / 32, abs=1e-3)
    assert table.loc["early stopping", "training"] <= 1
    assert len(cells_of) == 5 * (1 + len(REMEDIES)) * len(MEASURES)


def test_live_rows_come_before_the_measures() -> None:
    first = smallest(SLUG).partials[1]
    assert not first.finished
    assert set(first.cells["measure"]) == {"accuracy", "worst digit"}


def test_every_remedy_names_an_experiment_of_the_lab() -> None:
    assert set(BEHIND) == set(REMEDIES)
    assert set(BEHIND.values()) <= set(SLUGS)


@pytest.mark.parametrize("first_seed", [0, pytest.param(5000, marks=pytest.mark.slow)])
def test_remedies_trade_one_measure_for_another(first_seed: int) -> None:
    one = found(SLUG)
    outcome = result_of(SLUG, one.config().from_seed(first_seed))
    table = effects(outcome).set_index(["remedy", "measure"])["verdict"]
    assert table["adversarial training", "attacked"] == BETTER
    assert table["augmentation", "shifted"] == BETTER
    assert table["weight decay", "gap"] == BETTER
    assert table["weight decay", "leak"] == BETTER
    assert table["private gradients", "worst digit"] == WORSE
    assert table["more data", "accuracy"] == BETTER
    assert replace(outcome, partner="dropout").partner in summary(
        replace(outcome, partner="dropout")
    )
