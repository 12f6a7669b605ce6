"""Tables of modular arithmetic, and which of their cells are learned from."""

from __future__ import annotations

from typing import Literal

import numpy as np

from core.lab.seeding import numpy_generator

TableName = Literal["addition", "subtraction", "random"]


def modular_table(modulus: int, name: TableName, seed: int) -> np.ndarray:
    """The table: row a, column b, `(p, p)` int64 in `[0, p)`.

    Args:
        modulus: p.
        name: The arithmetic; a random table has none, and is another one for each seed.
        seed: Of the random table.
    """
    if name == "random":
        return numpy_generator(seed, "table", "random").integers(modulus, size=(modulus, modulus))
    a, b = np.indices((modulus, modulus))
    return (a + b if name == "addition" else a - b) % modulus


def known_cells(modulus: int, share: float, seed: int) -> np.ndarray:
    """The cells that are learned from, `(p, p)` bool; a smaller share is part of a larger one.

    Args:
        modulus: p.
        share: Of all cells, in [0, 1].
        seed: Of their choice.
    """
    cells = modulus**2
    order = numpy_generator(seed, "table", "known").permutation(cells)
    known = np.zeros(cells, dtype=bool)
    known[order[: round(share * cells)]] = True
    return known.reshape(modulus, modulus)
