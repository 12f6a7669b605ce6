"""Towers of blocks that stand or fall, drawn so that a shortcut says the same or the opposite."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

FEWEST, MOST = 3, 5
"""Blocks in a tower."""
LIGHTEST, HEAVIEST = 0.5, 2.0
"""Weights are even between these two; every block is as wide as the others."""
OFFSET = 0.6
"""A block lies at most so far to the side of the one below, in block widths."""
Shortcut = Literal["lean", "height"]
LEANING, TALL = 0.5, 4
"""A tower leans whose highest block lies farther to the side of the lowest than this; a tower of so
many blocks is tall."""
DRAWN_AT_ONCE = 2_000


@dataclass(frozen=True)
class Towers:
    """Towers.

    Attributes:
        places: Where each block's middle is, in block widths to the right of the lowest one's,
            lowest first, `(n, 5)`; 0 where there is no block.
        weights: Of the blocks, `(n, 5)`; 0 where there is none.
        stands: What the law says, `(n,)` bool.
    """

    places: np.ndarray
    weights: np.ndarray
    stands: np.ndarray

    @property
    def blocks(self) -> np.ndarray:
        """How many each tower has, `(n,)`."""
        return np.asarray((self.weights > 0).sum(1))

    @property
    def features(self) -> np.ndarray:
        """What can be seen: places, weights, and whether there is a block, `(n, 15)` float32."""
        parts = [self.places, self.weights, self.weights > 0]
        return np.concatenate(parts, 1).astype(np.float32)

    def looks_sound(self, shortcut: Shortcut) -> np.ndarray:
        """What the shortcut says, `(n,)` bool: it stands if it does not lean, or is not tall."""
        if shortcut == "height":
            return self.blocks < TALL
        highest = self.places[np.arange(len(self.places)), self.blocks - 1]
        return np.asarray(np.abs(highest) <= LEANING)

    def rows(self, chosen: np.ndarray) -> Towers:
        """Some of them."""
        return Towers(self.places[chosen], self.weights[chosen], self.stands[chosen])


def overhangs(places: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """How far out the centre of mass of each upper part lies, on what carries it.

    The part above a block rests where the two blocks touch. It stays if its centre of mass lies
    over that stretch: at most half its width from its middle.

    Args:
        places: As in `Towers`,
        weights: likewise.

    Returns:
        `(n, 4)`: distance of the centre of mass of the part above each block from the middle of
        the stretch that carries it, over half its width: over 1 the part falls. 0 without a part.
    """
    above = weights[:, ::-1].cumsum(1)[:, ::-1][:, 1:]
    moment = (weights * places)[:, ::-1].cumsum(1)[:, ::-1][:, 1:]
    there = weights[:, 1:] > 0
    centre = np.divide(moment, above, out=np.zeros_like(moment), where=there)
    upper, lower = places[:, 1:], places[:, :-1]
    out = np.abs(centre - (upper + lower) / 2)
    return np.where(there, out / ((1 - np.abs(upper - lower)) / 2), 0.0)


def draw(n: int, shortcut: Shortcut, right: bool, rng: np.random.Generator) -> Towers:
    """Draw towers of which a shortcut says what the law says, or the opposite.

    Half of them stand, and half fall; among those, towers are as they come: three to five blocks,
    each anywhere on the one below.

    Args:
        n: How many.
        shortcut: Which one.
        right: Whether it is right.
        rng: Of this purpose.
    """
    wanted = {True: n // 2, False: n - n // 2}
    found: dict[bool, list[Towers]] = {True: [], False: []}
    while any(_count(found[stands]) < count for stands, count in wanted.items()):
        some = _any(DRAWN_AT_ONCE, rng)
        kept = (some.looks_sound(shortcut) == some.stands) == right
        for stands, parts in found.items():
            parts.append(some.rows(np.flatnonzero(kept & (some.stands == stands))))
    both = joined([joined(found[stands]).rows(np.arange(k)) for stands, k in wanted.items()])
    return both.rows(rng.permutation(n))


def joined(parts: Sequence[Towers]) -> Towers:
    """All towers of several sets, one set after the other."""
    return Towers(
        np.concatenate([part.places for part in parts]),
        np.concatenate([part.weights for part in parts]),
        np.concatenate([part.stands for part in parts]),
    )


def _any(n: int, rng: np.random.Generator) -> Towers:
    blocks = rng.integers(FEWEST, MOST + 1, n)
    there = np.arange(MOST) < blocks[:, None]
    offsets = rng.uniform(-OFFSET, OFFSET, (n, MOST))
    offsets[:, 0] = 0.0
    places = offsets.cumsum(1) * there
    weights = rng.uniform(LIGHTEST, HEAVIEST, (n, MOST)) * there
    stands = np.asarray((overhangs(places, weights) <= 1).all(1))
    return Towers(places, weights, stands)


def _count(parts: list[Towers]) -> int:
    return sum(len(part.stands) for part in parts)
