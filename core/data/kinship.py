"""Chains of family relations: "my parent's sibling's child" is my cousin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.lab.seeding import numpy_generator

RELATIONS = (
    "parent", "child", "sibling", "spouse", "grandparent", "grandchild", "uncle or aunt",
    "nephew or niece", "cousin",
)  # fmt: skip
COUNT = len(RELATIONS)
NO_RULE = -1
_RULES = {
    "parent": {"parent": "grandparent", "child": "sibling", "sibling": "uncle or aunt",
               "spouse": "parent", "nephew or niece": "cousin"},
    "child": {"child": "grandchild", "sibling": "child", "parent": "spouse",
              "cousin": "nephew or niece", "nephew or niece": "grandchild"},
    "sibling": {"parent": "parent", "sibling": "sibling", "child": "nephew or niece",
                "grandparent": "grandparent", "uncle or aunt": "uncle or aunt",
                "cousin": "cousin"},
    "spouse": {"child": "child", "grandchild": "grandchild"},
    "grandparent": {"spouse": "grandparent", "child": "uncle or aunt"},
    "grandchild": {"sibling": "grandchild", "parent": "child", "uncle or aunt": "child",
                   "cousin": "grandchild"},
    "uncle or aunt": {"child": "cousin", "spouse": "uncle or aunt", "sibling": "uncle or aunt",
                      "parent": "grandparent"},
    "nephew or niece": {"sibling": "nephew or niece", "parent": "sibling",
                        "grandparent": "parent"},
    "cousin": {"sibling": "cousin", "parent": "uncle or aunt"},
}  # fmt: skip
"""My a's b is my c. Everybody in a chain is somebody else: a parent's child is no other than a
sibling. Pairs with more than one answer are left out, and so are relations by marriage."""


@dataclass(frozen=True)
class Chains:
    """Chains of one length.

    Attributes:
        relations: In the order in which they are said, `(n, length)` int64, places in `RELATIONS`.
        answers: What the last person is to the first, `(n,)` int64.
    """

    relations: np.ndarray
    answers: np.ndarray


def rule_table() -> np.ndarray:
    """What each pair of relations makes, `(9, 9)` int64; `NO_RULE` where nothing is said."""
    table = np.full((COUNT, COUNT), NO_RULE)
    for first, made in _RULES.items():
        for second, third in made.items():
            at = RELATIONS.index(first), RELATIONS.index(second)
            table[at] = RELATIONS.index(third)
    return table


def withheld_rules(count: int, seed: int) -> np.ndarray:
    """Draw the rules that no training chain needs, `(9, 9)` bool.

    Args:
        count: How many; fewer are the beginning of more.
        seed: Of the run.
    """
    rules = np.argwhere(rule_table() != NO_RULE)
    chosen = numpy_generator(seed, "rules withheld").permutation(len(rules))[:count]
    found = np.zeros((COUNT, COUNT), dtype=bool)
    found[tuple(rules[chosen].T)] = True
    return found


def draw(n: int, length: int, withheld: np.ndarray, rng: np.random.Generator) -> Chains:
    """Draw chains that need no withheld rule, step by step, each step by chance.

    Args:
        n: How many.
        length: Relations in each, at least 1.
        withheld: Rules that are not used, `(9, 9)` bool.
        rng: Of this purpose.

    Raises:
        ValueError: If no chain is so long.
    """
    table = rule_table()
    allowed = (table != NO_RULE) & ~withheld
    goes_on = [np.ones(COUNT, dtype=bool)]
    for _ in range(length - 1):
        goes_on.append((allowed & goes_on[-1][table]).any(1))
    if not goes_on[-1].any():
        raise ValueError(f"no chain of {length} relations without the withheld rules")
    state = rng.choice(np.flatnonzero(goes_on[-1]), n)
    said = [state]
    for left in range(length - 2, -1, -1):
        chances = rng.random((n, COUNT))
        chances[~(allowed & goes_on[left][table])[state]] = -1
        said.append(chances.argmax(1))
        state = table[state, said[-1]]
    return Chains(np.stack(said, 1), state)


def draw_needing(n: int, length: int, withheld: np.ndarray, rng: np.random.Generator) -> Chains:
    """Draw chains that need at least one of the withheld rules; arguments as in `draw`."""
    relations, answers = np.zeros((0, length), np.int64), np.zeros(0, np.int64)
    while len(answers) < n:
        some = draw(4 * n, length, np.zeros_like(withheld), rng)
        needs = _needs(some.relations, withheld)
        relations = np.concatenate([relations, some.relations[needs]])
        answers = np.concatenate([answers, some.answers[needs]])
    return Chains(relations[:n], answers[:n])


def _needs(relations: np.ndarray, withheld: np.ndarray) -> np.ndarray:
    """Which chains use a withheld rule when they are read from the left, `(n,)` bool."""
    table, state = rule_table(), relations[:, 0]
    found = np.zeros(len(relations), dtype=bool)
    for said in relations[:, 1:].T:
        found |= withheld[state, said]
        state = table[state, said]
    return found
