"""What the evaluation of attribution methods can be set to, and what it measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import pandas as pd

from core.attributions import CONTROLS
from core.attributions import METHODS as REAL
from core.lab.intervals import SHARE
from core.lab.recorder import table
from core.lab.scores import PerSeed, per_seed
from core.lab.settings import Config, View, ladder
from core.metrics import rankings

METHODS = REAL + CONTROLS
BRIGHTNESS = "Brightness"
SLOW = ("Shapley sampling", "KernelSHAP", "LIME")
Criterion = Literal[
    "grid", "deletion", "insertion", "infidelity", "completeness", "sensitivity", "stability",
    "overlap", "pointing",
]  # fmt: skip
CRITERIA: tuple[str, ...] = get_args(Criterion)
"""The tests, in the order in which they are shown."""
LOW_IS_GOOD = ("deletion", "infidelity", "completeness", "sensitivity")
ENDLESS = ("completeness", "sensitivity", "stability")
"""Tests whose scores are no shares: two have no upper end, one may be negative."""
SHARES = (0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1.0)
"""Shares of the pixels removed or shown."""
FEW = 3
"""Pictures explained again, with noise and with other networks: the costly tests."""
STEPS = (2, 4, 8, 16, 32)
"""Of Integrated Gradients."""
NETWORK, LINEAR = "trained network", "linear model"


class TrialConfig(Config):
    """What is trained and explained."""

    pictures: int = ladder(4, 8, 16, 32, default=8)
    """New pictures explained with each network; half as many grids of four."""
    methods: Literal["quick", "all"] = "quick"
    """Quick leaves out the three that ask the network most often: Shapley sampling, KernelSHAP
    and LIME."""
    n_train: int = ladder(250, 500, 1000, 1500, 3000, default=1500, label="Training pictures")
    """How many pictures each network learns from."""
    clutter: int = ladder(0, 4, 8, 16, 32, default=8, unit="strokes")
    """Short strokes in each picture that mean nothing."""
    epochs: int = ladder(0, 1, 3, 6, 12, default=6)
    """Passes over the training pictures; 0 puts the maps of an untrained network on trial."""

    @property
    def evaluated(self) -> tuple[str, ...]:
        """The methods whose maps are made, controls last."""
        return tuple(m for m in METHODS if self.methods == "all" or m not in SLOW)


class TrialView(View):
    """Which test ranks the methods."""

    above = True
    criterion: Criterion = "grid"
    """Grid: four pictures in one, share of the positive map on the one of the class. Deletion:
    what is left of the answer as marked pixels go (low is good). Insertion: what comes of it as
    they alone are shown. Infidelity: does the map foresee what covering a square costs (low is
    good). Completeness: does the map add up to what the score gained (low is good). Sensitivity:
    change of the map under small noise (low is good). Stability: same map from another network.
    Overlap: with the object. Pointing: is the top pixel on the object."""


@dataclass(frozen=True)
class TrialResult:
    """What was measured.

    Attributes:
        scores: `seed`, `method`, `criterion`, `value`, mean over the pictures: in [0, 1], but
            `"sensitivity"` and `"completeness"` at least 0 without end, `"stability"` in [-1, 1].
        curves: `seed`, `method`, `curve` (`"deletion"` or `"insertion"`), `share` of the pixels,
            `value`: probability of the class, mean over the pictures.
        steps: `seed`, `model`, `steps`, `value`: completeness error of Integrated Gradients on
            the trained network and on a linear model.
        accuracy: `seed`, `value` in [0, 1].
    """

    scores: pd.DataFrame = table("seed", "method", "criterion", "value")
    curves: pd.DataFrame = table("seed", "method", "curve", "share", "value")
    steps: pd.DataFrame = table("seed", "model", "steps", "value")
    accuracy: pd.DataFrame = table("seed", "value")

    def score(self, method: str, criterion: str) -> PerSeed:
        """One method's score by one criterion."""
        unit = "" if criterion in ENDLESS else SHARE
        return per_seed(self.scores, unit, method=method, criterion=criterion)

    def agreement_of_tests(self) -> PerSeed:
        """Mean rank correlation of two tests' orders of the methods, controls left out."""
        rows = self.scores[~self.scores["method"].isin(CONTROLS)]
        return rankings.agreement_of_criteria(rows, CRITERIA, LOW_IS_GOOD)

    def standings(self) -> pd.DataFrame:
        """Place of every method by every test, see `rankings.standings`."""
        return rankings.standings(self.scores, CRITERIA, LOW_IS_GOOD)
