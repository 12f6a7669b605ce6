"""Chains of relations: rules that hold in a family, and what chains need."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from core.data.kinship import (
    COUNT,
    NO_RULE,
    RELATIONS,
    draw,
    draw_needing,
    rule_table,
    withheld_rules,
)
from core.lab.seeding import numpy_generator

NONE = np.zeros((COUNT, COUNT), dtype=bool)
GENERATIONS = {
    "parent": 1, "child": -1, "sibling": 0, "spouse": 0, "grandparent": 2, "grandchild": -2,
    "uncle or aunt": 1, "nephew or niece": -1, "cousin": 0,
}  # fmt: skip


def folded(relations: np.ndarray) -> list[int]:
    """Apply the rules one by one."""
    table, found = rule_table(), []
    for chain in relations.tolist():
        state = chain[0]
        for said in chain[1:]:
            state = int(table[state, said])
            assert state != NO_RULE
        found.append(state)
    return found


def test_every_rule_adds_generations_up():
    for first, second in itertools.product(range(COUNT), repeat=2):
        made = rule_table()[first, second]
        if made != NO_RULE:
            steps = [GENERATIONS[RELATIONS[place]] for place in (first, second, made)]
            assert steps[0] + steps[1] == steps[2], (RELATIONS[first], RELATIONS[second])


def test_there_are_33_rules_and_all_relations_come_of_one():
    table = rule_table()
    assert (table != NO_RULE).sum() == 33
    assert set(table[table != NO_RULE]) == set(range(COUNT))


@pytest.mark.parametrize("length", [1, 2, 3, 10])
def test_answers_are_what_the_rules_come_to(length):
    chains = draw(300, length, NONE, numpy_generator(0, "test"))
    assert chains.relations.shape == (300, length)
    assert folded(chains.relations) == chains.answers.tolist()


def test_withheld_rules_are_not_needed_or_just_those():
    away = withheld_rules(5, seed=3)
    assert away.sum() == 5 and (withheld_rules(2, seed=3) <= away).all()
    pairs = draw(2000, 2, away, numpy_generator(1, "test")).relations
    assert not away[tuple(pairs.T)].any()
    kept = draw(2000, 10, away, numpy_generator(1, "test"))
    assert folded(kept.relations) == kept.answers.tolist()
    needing = draw_needing(500, 2, away, numpy_generator(2, "test"))
    assert away[tuple(needing.relations.T)].all()
    assert folded(needing.relations) == needing.answers.tolist()


def test_where_no_chain_is_so_long_it_says_so():
    with pytest.raises(ValueError, match="no chain of 3"):
        draw(5, 3, ~NONE, numpy_generator(0, "test"))
