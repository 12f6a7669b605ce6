"""What the memory experiment can be set to, and what it measures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.lab.recorder import table
from core.lab.scores import PerSeed, per_seed, rows_where
from core.lab.settings import Config, ladder, repetitions

SOLVED = 0.95
"""Share of symbols named rightly from which on a network counts as one that remembers."""
MARGIN = 0.03
"""Differences up to three points count as none: about the sampling error of `TEST` symbols."""
TEST = 400
"""New sequences that each network is asked about."""


class MemoryConfig(Config):
    """What is trained."""

    repetitions: int = repetitions(default=10)
    longest: int = ladder(8, 20, 40, 80, default=40, label="Longest delay", unit="steps")
    """Steps between the symbol and the question, at most. Other networks are asked after half and
    a quarter of them."""
    noise: float = ladder(0.0, 0.2, 0.5, 1.0, default=0.2, unit="SD")
    """Standard deviation of the random numbers that are read after the symbol, which is 1 or -1."""
    steps: int = ladder(25, 50, 100, 200, default=200, label="Training steps")
    """Updates of the weights, each on 16 new sequences."""
    learning_rate: float = ladder(0.001, 0.003, 0.01, 0.03, default=0.01)
    """Step size of Adam, the same for all networks."""

    @property
    def delays(self) -> tuple[int, ...]:
        """Steps between symbol and question, ascending."""
        return self.longest // 4, self.longest // 2, self.longest


@dataclass(frozen=True)
class MemoryResult:
    """What was measured.

    Attributes:
        gradients: `arm`, `delay`, `back` (steps before the question), `seed`, `value`: root mean
            square of the loss's gradient by what is read then, before the first update, as its
            logarithm to base 10.
        scores: `arm`, `delay`, `seed`, `value`: share of new symbols named rightly after training.
        longest: The longest delay.
    """

    gradients: pd.DataFrame = table("arm", "delay", "back", "seed", "value")
    scores: pd.DataFrame = table("arm", "delay", "seed", "value")
    longest: int = 0

    def accuracy(self, arm: str, delay: int) -> PerSeed:
        """Share of symbols named rightly."""
        return per_seed(self.scores, "share", arm=arm, delay=delay)

    def gain(self, arm: str, baseline: str, delay: int) -> PerSeed:
        """How many more symbols one kind of units names rightly than another."""
        return self.accuracy(arm, delay) - self.accuracy(baseline, delay)

    def lost(self, arm: str, delay: int) -> PerSeed:
        """Powers of ten by which the symbol's gradient exceeds that of what is read last."""
        first, last = (
            per_seed(self.gradients, "powers of ten", arm=arm, delay=delay, back=back)
            for back in (delay, 0)
        )
        return first - last

    def lost_by_step(self) -> pd.DataFrame:
        """Gradients at the longest delay, less that of what is read last: `arm`, `back`, ..."""
        rows = rows_where(self.gradients, {"delay": self.longest}).drop(columns="delay")
        last = rows[rows["back"] == 0].set_index(["arm", "seed"])["value"]
        own = last.reindex(pd.MultiIndex.from_frame(rows[["arm", "seed"]])).to_numpy(dtype=float)
        return rows.assign(value=rows["value"].to_numpy(dtype=float) - own)

    def solved(self) -> pd.DataFrame:
        """Whether each network remembers, 1 or 0: `arm`, `delay`, `seed`, `value`."""
        right = self.scores["value"].to_numpy(dtype=float)
        return self.scores.assign(value=np.where(right >= SOLVED, 1.0, 0.0))
