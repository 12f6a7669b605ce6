"""A visitor's own rules, typed into the learned tables of a run: what becomes of its chains.

Nothing is trained, and PyTorch is not needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from core.challenges.hybrid.kinship.config import ASKED, LENGTHS, NEEDING, KinshipResult
from core.data.kinship import (
    COUNT,
    NO_RULE,
    Chains,
    draw,
    draw_needing,
    rule_table,
    withheld_rules,
)
from core.lab.intervals import SHARE
from core.lab.scores import PerSeed
from core.lab.seeding import numpy_generator

Rules = Mapping[tuple[int, int], int]
"""What a pair of relations, first and second, is said to make; places in `RELATIONS`."""


@dataclass(frozen=True)
class Effect:
    """What rules that were typed in change about one kind of chain.

    Attributes:
        chains: What kind.
        before: Share answered rightly by the table as learned,
        after: and with the rules typed in.
    """

    chains: str
    before: PerSeed
    after: PerSeed


def effects(result: KinshipResult, rules: Rules) -> list[Effect]:
    """Ask the tables as they were learned, and with these rules, for the same chains.

    Args:
        result: A finished run.
        rules: That are typed in.

    Returns:
        First chains of three that need one of the rules, if the family has any; then chains of
        each length that need no withheld rule, as in the figure by length.
    """
    tables = result.tables
    seeds = tuple(int(seed) for seed in result.recovered["seed"])
    other = edited(tables, rules)
    kinds = {f"of {length} relations": _asked(seeds, result.withheld, length) for length in LENGTHS}
    needed = tuple(sorted(pair for pair in rules if rule_table()[pair] != NO_RULE))
    if needed:
        kinds = {f"of {NEEDING} that need one of these rules": _needing(seeds, needed), **kinds}
    return [
        Effect(name, _right(tables, seeds, chains), _right(other, seeds, chains))
        for name, chains in kinds.items()
    ]


def edited(tables: np.ndarray, rules: Rules) -> np.ndarray:
    """A copy of the tables with rules typed in: no doubt is left about them."""
    found = tables.copy()
    for pair, made in rules.items():
        found[(slice(None), *pair)] = np.eye(COUNT, dtype=tables.dtype)[made]
    return found


def answers(table: np.ndarray, relations: np.ndarray) -> np.ndarray:
    """What a table makes of chains, read from the left, `(n,)`.

    Args:
        table: Probabilities, `(9, 9, 9)`: first, second, result.
        relations: Chains, `(n, length)`.
    """
    state = np.eye(COUNT)[relations[:, 0]]
    for said in relations[:, 1:].T:
        state = np.einsum("ni,inj->nj", state, table[:, said])
    return np.asarray(state.argmax(1))


def _right(tables: np.ndarray, seeds: tuple[int, ...], chains: tuple[Chains, ...]) -> PerSeed:
    shares = [
        float((answers(table, own.relations) == own.answers).mean())
        for table, own in zip(tables, chains, strict=True)
    ]
    return PerSeed.of(seeds, shares, SHARE)


@lru_cache(maxsize=32)
def _asked(seeds: tuple[int, ...], withheld: int, length: int) -> tuple[Chains, ...]:
    """The chains that the run itself asked for."""
    return tuple(
        draw(ASKED, length, withheld_rules(withheld, seed),
             numpy_generator(seed, f"asked {length}"))
        for seed in seeds
    )  # fmt: skip


@lru_cache(maxsize=32)
def _needing(seeds: tuple[int, ...], pairs: tuple[tuple[int, int], ...]) -> tuple[Chains, ...]:
    needed = np.zeros((COUNT, COUNT), dtype=bool)
    for pair in pairs:
        needed[pair] = True
    return tuple(
        draw_needing(ASKED, NEEDING, needed, numpy_generator(seed, "needing own rules"))
        for seed in seeds
    )
