"""What the digit sums can be set to, and what they measure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from core.lab.intervals import SHARE, Estimate
from core.lab.recorder import table
from core.lab.scores import PerSeed, per_seed
from core.lab.settings import Config, View, ladder
from core.models.sum_plans import DISTRIBUTIONS, MONOLITH, SHARED, SUMS

ONE, TWO = "one network", "shared encoder"
HYBRID, LABELLED = "network and arithmetic", "told every digit"
PLAN_OF = {ONE: MONOLITH, TWO: SHARED, HYBRID: DISTRIBUTIONS, LABELLED: DISTRIBUTIONS}
ARMS = tuple(PLAN_OF)
SIZES = (100, 200, 500, 2000)
FEW = 500
"""The size that finding and claims speak about."""
ANSWERS, NAMES = "answers", "names"
LENGTHS = (1, 2, 3)
ASKED = 8
"""New pairs of pictures of each two digits, in each seed,"""
PAIRS = 100 * ASKED
"""and in all."""
NUMBERS = 150
"""Sums of longer numbers, in each seed."""
MODULI = {"sum": SUMS, "last_digit": 10, "even_or_odd": 2}
TOLD = {
    "sum": "the sum", "last_digit": "the last digit of the sum",
    "even_or_odd": "whether the sum is even",
}  # fmt: skip


class DigitSumsConfig(Config):
    """What the networks are told."""

    told: Literal["sum", "last_digit", "even_or_odd"] = "sum"
    """What is told of each pair of pictures: the whole sum, its last digit, or only whether it is
    even. Nothing is said of the single digits."""
    labelled: int = ladder(0, 10, 50, default=0, label="Labelled digits")
    """Single pictures whose digit is told to the network with arithmetic, the same number of each
    digit."""
    steps: int = ladder(60, 250, 500, 1000, default=500, label="Training steps")
    """Updates of the weights, each on a batch of 32 pairs (Adam, learning rate 0.005)."""


class DigitSumsView(View):
    """Which networks the figures below the first one show."""

    pairs: int = ladder(*SIZES, default=FEW, label="Training pairs shown")
    """How many pairs the networks learned from whose digits and longer sums are drawn."""


@dataclass(frozen=True, kw_only=True)
class DigitSumsResult:
    """What was measured.

    Attributes:
        scores: `arm`, `pairs` (how many it learned from), `seed`, `what` (answers of the kind
            that was told, or names of single digits), `value`: share right of new pictures.
        sums: `arm`, `pairs`, `seed`, `digits` (of both numbers), `value`: share of whole sums
            right.
        called: `pairs`, `name`, `pictures` (that the first seed's network with arithmetic calls
            so), `right` (share of them, NaN without any).
        faces: Their mean, `(sizes, 10, 64)` in [0, 1].
        told: Of each pair, as in the config,
        labelled: and how many digits.
    """

    scores: pd.DataFrame = table("arm", "pairs", "seed", "what", "value")
    sums: pd.DataFrame = table("arm", "pairs", "seed", "digits", "value")
    called: pd.DataFrame = table("pairs", "name", "pictures", "right")
    faces: np.ndarray
    told: str
    labelled: int

    def answers(self, arm: str, pairs: int = FEW) -> PerSeed:
        """Share of new pairs for which it says rightly what was told of others."""
        return per_seed(self.scores, SHARE, arm=arm, pairs=pairs, what=ANSWERS)

    def known(self, arm: str, pairs: int = FEW) -> Estimate:
        """The same; its interval knows of how many pairs."""
        return self.answers(arm, pairs).of_cases(PAIRS)

    def names(self, arm: str = HYBRID, pairs: int = FEW) -> PerSeed:
        """Share of new single pictures that an encoder names rightly."""
        return per_seed(self.scores, SHARE, arm=arm, pairs=pairs, what=NAMES)

    def longer(self, arm: str, digits: int = 2, pairs: int = FEW) -> PerSeed:
        """Share of sums of two numbers of so many digits."""
        return per_seed(self.sums, SHARE, arm=arm, pairs=pairs, digits=digits)
