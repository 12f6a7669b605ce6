"""What the composition experiment can be set to, and what it measures."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from core.lab.intervals import SHARE, Estimate
from core.lab.recorder import table
from core.lab.scores import PerSeed, per_seed
from core.lab.settings import Config, View, ladder
from core.models.sum_plans import ADDED, DISTRIBUTIONS, MONOLITH, SHARED, SUMS

ARMS = (MONOLITH, SHARED, ADDED, DISTRIBUTIONS)
SEEN, UNSEEN = "pairs learned from", "pairs never seen"
ASKED = 16
"""New pairs of pictures by which each cell of the grid is tested, in each seed."""
GUESSING = 1 / SUMS
DIGIT_PAIRS = 100
"""Cells of the grid."""


class CompositionConfig(Config):
    """What is held out, and what is trained."""

    held_out: float = ladder(0.1, 0.3, 0.5, 0.7, default=0.3, label="Pairs held out", unit="share")
    """Share of the pairs of digits that never stand together in training, in either order. Every
    digit is seen in other pairs."""
    n_pairs: int = ladder(500, 1000, 2000, 5000, default=5000, label="Training pairs")
    """How many pairs of pictures each network learns from, made of 1,000 pictures of digits."""
    width: int = ladder(32, 64, 128, default=64, unit="units")
    """Units in each hidden layer."""
    steps: int = ladder(120, 300, 600, 1200, default=600, label="Training steps")
    """Updates of the weights, each on a batch of 64 pairs (Adam, learning rate 0.005)."""


class CompositionView(View):
    """How it is drawn."""

    unseen_only: bool = False
    """Draw, while it trains, the pairs never seen only."""


@dataclass(frozen=True, kw_only=True)
class CompositionResult:
    """What was measured.

    Attributes:
        curves: `arm`, `seed`, `step`, `pairs` (seen or unseen), `value`: accuracy on new
            pictures, the mean over the cells of the grid.
        cells: The first seed's newest grid: `arm`, `first`, `second`, `held_out`, `value`.
        digits: `seed`, `value`: share of new single pictures that the encoder of the added
            distributions takes for the right digit.
        unseen_cells: Of the grid of 100, in every seed.
    """

    curves: pd.DataFrame = table("arm", "seed", "step", "pairs", "value")
    cells: pd.DataFrame = table("arm", "first", "second", "held_out", "value")
    digits: pd.DataFrame = table("seed", "value")
    unseen_cells: int

    def at(self, arm: str, pairs: str = UNSEEN) -> PerSeed:
        """Accuracy of an arm at the end of its training."""
        last = self.curves["step"].max()
        return per_seed(self.curves, SHARE, arm=arm, pairs=pairs, step=last)

    def known(self, arm: str, pairs: str = UNSEEN) -> Estimate:
        """The same; its interval knows by how many pairs of pictures."""
        cells = self.unseen_cells if pairs == UNSEEN else DIGIT_PAIRS - self.unseen_cells
        return self.at(arm, pairs).of_cases(cells * ASKED)

    def named(self) -> PerSeed:
        """Share of single digits that the encoder of the added distributions names rightly."""
        return per_seed(self.digits, SHARE)
