"""Nets of all-or-none units that nobody trains (McCulloch & Pitts 1943): wired for a function."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Unit:
    """A unit that fires if enough of its exciting inputs do and none of its inhibiting ones.

    Attributes:
        exciting: Places of the inputs that count towards its threshold.
        inhibiting: Places of those that silence it, each by itself.
        threshold: How many exciting inputs it takes; at 0 it fires unless it is silenced.
    """

    exciting: tuple[int, ...]
    inhibiting: tuple[int, ...]
    threshold: int

    def fires(self, inputs: np.ndarray) -> np.ndarray:
        """Whether it fires, `(n,)` bool, on inputs `(n, d)` bool."""
        enough = inputs[:, list(self.exciting)].sum(1) >= self.threshold
        silenced = inputs[:, list(self.inhibiting)].any(1)
        found: np.ndarray = enough & ~silenced
        return found


@dataclass(frozen=True)
class ThresholdNet:
    """Units side by side that see the bits, and one that sees them.

    Attributes:
        hidden: Each fires on one setting of the bits alone.
        answer: Fires if any of them does.
    """

    hidden: tuple[Unit, ...]
    answer: Unit

    def fires(self, bits: np.ndarray) -> np.ndarray:
        """The net's answers, `(n,)` bool, to settings of the bits `(n, d)` of 0 and 1."""
        seen = np.asarray(bits, dtype=bool)
        told = [unit.fires(seen) for unit in self.hidden]
        return self.answer.fires(np.stack(told, 1) if told else np.zeros((len(seen), 0), bool))


def wired(values: Sequence[float]) -> ThresholdNet:
    """Wire a net for a Boolean function: a unit for each setting where it is true.

    Args:
        values: The function at every setting of its bits, in the order of counting: `(2**d,)`.
    """
    settings = itertools.product((0, 1), repeat=int(np.log2(len(values))))
    hidden = []
    for setting, value in zip(settings, values, strict=True):
        on, off = (tuple(i for i, bit in enumerate(setting) if bit == own) for own in (1, 0))
        if value:
            hidden.append(Unit(on, off, len(on)))
    return ThresholdNet(tuple(hidden), Unit(tuple(range(len(hidden))), (), 1))
