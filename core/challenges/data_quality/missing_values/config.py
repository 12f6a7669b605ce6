"""What the experiment on missing and wrong values can be set to, and what it measures."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from core.data.missing import Mechanism
from core.data.unit_errors import AS_THEY_STAND
from core.lab.intervals import SHARE, Estimate, pooled_interval
from core.lab.recorder import table
from core.lab.scores import NotMeasuredError, PerSeed, per_seed, rows_where
from core.lab.settings import Config, View, ladder, repetitions
from core.models.imputing import FILLERS, MEAN

COLUMNS = ("radius", "texture", "smoothness", "symmetry", "fractal dimension")
"""Of the table: the radius, and columns that tell little about it."""
SHARES = (0.0, 0.2, 0.6)
"""Of the values of each column that are missing, all of which are tried in each run."""
FEW, USUAL = SHARES[1:]
"""At the usual share claims and headline numbers are read, fixed in advance, unless a source speaks
of fewer missing values."""
WRONG_ROWS = (0.0, 0.01, 0.05, 0.2)
"""Of the rows in which the radius has the wrong unit."""
USUAL_ROWS = 0.05
"""Likewise."""
TREES = "boosted trees, no filling"
ARMS = (*FILLERS, TREES)


class MissingValuesConfig(Config):
    """Which values are missing or wrong, and what is trained."""

    repetitions: int = repetitions(default=10)

    mechanism: Mechanism = "not_at_random"
    """Completely at random: a coin decides. At random: one column, which is always there, decides
    about the others. Not at random: the larger a value, the more likely it is to be missing."""
    factor: float = ladder(2.2, 10.0, 1000.0, default=1000.0, label="Factor of the wrong unit")
    """By what the radius is multiplied where it has the wrong unit. 1000: grams for kilograms. 10:
    millimetres for centimetres. 2.2: pounds for kilograms."""
    width: int = ladder(8, 16, 32, default=16, unit="units")
    """Units in the network's one hidden layer."""
    steps: int = ladder(100, 200, 400, default=200, label="Training steps")
    """Updates of the weights, each on a batch of 32 examples (Adam, learning rate 0.01)."""


class MissingValuesView(View):
    """How it is drawn."""

    share: float = ladder(
        *SHARES[1:], default=USUAL, label="Share of missing values shown", unit="share"
    )
    """At which share of missing values the arms are compared."""


@dataclass(frozen=True)
class MissingValuesResult:
    """What was measured on new rows, whose values are missing or wrong by the same law.

    Attributes:
        scores: `arm`, `share`, `seed`, `value`: accuracy in [0, 1].
        errors: `arm`, `share`, `seed`, `value`: root mean squared error of the filled values, in
            standard deviations of their column.
        units: `way` to treat wrong units, `rows`: the share of them that is wrong, `seed`,
            `value`: accuracy in [0, 1].
        noticed: `rows` as above, `seed`, `wrong`: whether the values have the wrong unit,
            `alarms`: how many of them were taken to, of so many `cases`.
    """

    scores: pd.DataFrame = table("arm", "share", "seed", "value")
    errors: pd.DataFrame = table("arm", "share", "seed", "value")
    units: pd.DataFrame = table("way", "rows", "seed", "value")
    noticed: pd.DataFrame = table("rows", "seed", "wrong", "alarms", "cases")

    def accuracy(self, arm: str = MEAN, share: float = USUAL) -> PerSeed:
        """Accuracy of one arm where so many values are missing."""
        return per_seed(self.scores, SHARE, arm=arm, share=share)

    def gain(self, arm: str, share: float = USUAL) -> PerSeed:
        """Accuracy gained over filling in the mean."""
        return self.accuracy(arm, share) - self.accuracy(MEAN, share)

    def error(self, arm: str, share: float = USUAL) -> PerSeed:
        """How far filled values are from the true ones."""
        return per_seed(self.errors, "standard deviations", arm=arm, share=share)

    def with_units(self, way: str = AS_THEY_STAND, rows: float = USUAL_ROWS) -> PerSeed:
        """Accuracy where the radius has the wrong unit in so many rows."""
        return per_seed(self.units, SHARE, way=way, rows=rows)

    def unit_gain(self, way: str) -> PerSeed:
        """Accuracy gained over leaving the wrong units as they stand."""
        return self.with_units(way) - self.with_units()

    def cost_of_units(self) -> PerSeed:
        """Accuracy with wrong units as they stand, less that without one."""
        return self.with_units() - self.with_units(rows=WRONG_ROWS[0])

    def alarms(self, rows: float = USUAL_ROWS, *, wrong: bool = True) -> Estimate:
        """Share of the values with the wrong unit, or with the right one, that are noticed.

        Raises:
            NotMeasuredError: If there is no such value.
        """
        own = rows_where(self.noticed, {"rows": rows, "wrong": wrong})
        if own.empty:
            raise NotMeasuredError(f"no such value where {rows:.0%} of the rows are wrong")
        return pooled_interval(own["alarms"].tolist(), own["cases"].tolist())
