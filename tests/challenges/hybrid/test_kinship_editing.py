"""Rules that a visitor types in: the tables by hand, and the run's own numbers met again."""

from __future__ import annotations

import numpy as np
import pytest

from core.challenges.hybrid.kinship.config import LENGTHS, KinshipConfig
from core.challenges.hybrid.kinship.editing import answers, edited, effects
from core.data.kinship import COUNT, NO_RULE, RELATIONS, rule_table, withheld_rules
from core.models.chain_plans import RULES
from tests import runs

SLUG = "hybrid/kinship"


def family() -> np.ndarray:
    """The true table as probabilities; what has no rule is anything."""
    table = np.full((COUNT, COUNT, COUNT), 1 / COUNT, np.float32)
    for pair in np.argwhere(rule_table() != NO_RULE):
        table[tuple(pair)] = np.eye(COUNT)[rule_table()[tuple(pair)]]
    return table


def places(*names: str) -> tuple[int, ...]:
    return tuple(RELATIONS.index(name) for name in names)


def test_the_true_table_reads_a_chain_from_the_left():
    chain = np.array([places("parent", "sibling", "child", "parent")])
    assert answers(family(), chain).tolist() == [RELATIONS.index("uncle or aunt")]


def test_a_rule_typed_in_changes_its_pair_and_no_other():
    tables = np.stack([family(), family()])
    pair, made = places("parent", "child"), RELATIONS.index("cousin")
    found = edited(tables, {pair: made})
    assert found[0][pair].argmax() == made and found[0][pair].max() == 1
    rest = np.ones((COUNT, COUNT), dtype=bool)
    rest[pair] = False
    np.testing.assert_array_equal(found[:, rest], tables[:, rest])
    assert tables[0][pair].argmax() == RELATIONS.index("sibling"), "the learned ones stay"


def test_without_a_changed_rule_the_runs_own_numbers_come_again():
    result = runs.shipped(runs.found(SLUG)).result
    found = {one.chains: one for one in effects(result, {places("child", "spouse"): 0})}
    assert len(found) == len(LENGTHS)
    for length in LENGTHS:
        own = found[f"of {length} relations"].before
        assert own.values == pytest.approx(result.at(RULES, length).values, abs=0.011)


def test_withheld_rules_typed_in_truly_turn_their_chains_right():
    result = runs.shipped(runs.found(SLUG)).result
    config = KinshipConfig()
    away = withheld_rules(config.withheld, config.first_seed)
    pair = tuple(int(place) for place in np.argwhere(away)[0])
    first = effects(result, {pair: int(rule_table()[pair])})[0]
    assert "need one of these rules" in first.chains
    assert first.after.values[0] > first.before.values[0] + 0.3
    assert first.after.mean > 0.6


def test_a_wrong_rule_is_believed():
    result = runs.shipped(runs.found(SLUG)).result
    pair = places("parent", "child")
    truth = RELATIONS.index("sibling")
    right, wrong = (effects(result, {pair: made})[0].after for made in (truth, 0))
    assert wrong.mean < 0.2 < right.mean
