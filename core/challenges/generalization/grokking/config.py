"""What the grokking experiment can be set to, and what it measures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.data.modular_tables import TableName
from core.lab.intervals import SHARE, Estimate, exact_interval
from core.lab.recorder import table
from core.lab.scores import PerSeed, per_seed
from core.lab.settings import Config, View, ladder

DECAY, NO_DECAY = "with weight decay", "without"
ARMS = (DECAY, NO_DECAY)
SHARES = (0.5, 0.6, 0.7, 0.8)
"""Shares of the table that are compared; the chosen one is trained with and without decay."""
LEARNED, UNDERSTOOD = 0.99, 0.95
"""Shares of the known and of the unknown cells from which on a network has learned the first by
heart, and has understood the second."""
EVERY = 5
"""Steps between two looks: moments are known to so many."""
MEASURES = ("known", "unknown", "concentration", "length")
"""Shares of known and unknown cells answered rightly, share of the power at each unit's strongest
frequency, length of all weights."""


class GrokkingConfig(Config):
    """What is learned, and how."""

    table: TableName = "addition"
    """Addition: each cell is a + b, and begins again at 0 after the last number, as hours do.
    Subtraction: a − b likewise. Random: cells drawn at random, so that there is nothing to
    understand."""
    modulus: int = ladder(17, 23, 31, default=31, unit="numbers")
    """How many numbers there are, a prime; the table has its square of cells."""
    share: float = ladder(0.4, *SHARES, default=0.5, label="Share of the table", unit="share")
    """How much of the table the networks learn from. They are asked about the rest as well."""
    weight_decay: float = ladder(0.1, 0.3, 1.0, 3.0, default=1.0)
    """Each step shrinks all weights by the learning rate (0.01) times this. A second network of
    the same initial weights learns without."""
    width: int = ladder(16, 32, 64, default=64, unit="units")
    """Hidden units of each network; each squares what it gets."""
    steps: int = ladder(250, 500, 1000, 1500, default=1000, label="Training steps")
    """Steps of training, each on all known cells at once. Long after all of these are right it
    goes on."""


class GrokkingView(View):
    """How it is drawn."""

    log_steps: bool = True
    """Draw steps on a logarithmic axis, where equal ratios look equal. Without it the first part,
    learning by heart, is hardly seen."""


@dataclass(frozen=True, kw_only=True)
class GrokkingResult:
    """What was measured.

    Attributes:
        curves: `arm`, `seed`, `step` and a column for each of `MEASURES`, at the chosen share.
        moments: One row a network: `arm`, `share`, `seed`, and the steps after which it had
            `learned` the known cells and `understood` the unknown ones; NaN where it had not
            by the end of its training.
        units: Power of the first seed's networks, each unit's strongest frequency as 1:
            `(arms, start or now, frequencies, units)` float16.
        share: Of the table, for the networks in `curves`.
        steps: Of their training.
        cells: Of the table.
    """

    curves: pd.DataFrame = table("arm", "seed", "step", *MEASURES)
    moments: pd.DataFrame = table("arm", "share", "seed", "learned", "understood")
    units: np.ndarray
    share: float
    steps: int
    cells: int

    def last(self, measure: str, arm: str = DECAY) -> PerSeed:
        """A measure at the end of the training."""
        unit = "" if measure == "length" else SHARE
        rows = self.curves[self.curves["step"] == self.curves["step"].max()]
        return per_seed(rows, unit, measure, arm=arm)

    def first(self, measure: str, arm: str = DECAY) -> PerSeed:
        """A measure before the training."""
        unit = "" if measure == "length" else SHARE
        return per_seed(self.curves, unit, measure, arm=arm, step=0)

    def right(self, arm: str = DECAY) -> Estimate:
        """Share of the unknown cells right at the end; its interval knows how many there are."""
        unknown = self.cells - round(self.share * self.cells)
        return self.last("unknown", arm).of_cases(unknown)

    def moment(self, name: str, arm: str = DECAY, share: float | None = None) -> PerSeed:
        """Steps until the cells were learned or understood; NaN where they never were."""
        where = self.share if share is None else share
        return per_seed(self.moments, "steps", name, arm=arm, share=where)

    def at_least(self, name: str, arm: str = DECAY, share: float | None = None) -> PerSeed:
        """As `moment`, where it never came the end of the training: the true number is larger."""
        found = self.moment(name, arm, share)
        return found.map(lambda steps: np.where(np.isnan(steps), self.steps, steps), "steps")

    def reached(self, name: str = "understood", arm: str = DECAY) -> Estimate:
        """Share of the networks that got there before the end of the training."""
        return exact_interval(~np.isnan(self.moment(name, arm).values))

    def delay(self, arm: str = DECAY) -> PerSeed:
        """Steps from learned to understood; too few where a network never understood."""
        return self.at_least("understood", arm) - self.at_least("learned", arm)
