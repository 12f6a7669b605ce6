"""What the experiment on a rare class can be set to, and what it measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from core.lab.intervals import SHARE
from core.lab.recorder import table
from core.lab.scores import PerSeed, per_seed
from core.lab.settings import Config, View, ladder, repetitions

RATIOS = (1, 3, 10, 30, 100)
"""Common examples for each rare one, all of which are tried in each run."""
USUAL = 30
"""At which claims and headline numbers are read, fixed in advance."""
PLAIN, WEIGHTED, OVER, UNDER = "plain", "class weights", "oversampling", "undersampling"
ADJUSTED, CORRECTED, MOVED = "logit adjustment", "prior correction", "threshold moved"
FOCAL, SMALLER = "focal loss", "plain, three quarters"
ARMS = (PLAIN, WEIGHTED, OVER, UNDER, ADJUSTED, CORRECTED, MOVED, FOCAL)
TRAINED = (PLAIN, WEIGHTED, OVER, UNDER, ADJUSTED, FOCAL, SMALLER)
"""What has networks of its own: the others decide by the outputs of `PLAIN` and `SMALLER`."""
CURVES = (PLAIN, OVER, UNDER, ADJUSTED)
METRICS = ("accuracy", "common recall", "rare recall", "balanced accuracy", "average precision")
RECALLS = np.linspace(0.05, 1, 20)
"""At which precision is kept."""
TESTED = 1000
"""Test examples of each class."""
GRID = 56
"""Points on a side of the map of a network's decisions."""
DRAWN = (PLAIN, UNDER, ADJUSTED)


class ImbalanceConfig(Config):
    """What is trained."""

    repetitions: int = repetitions(default=10)

    n_train: int = ladder(500, 1000, 2000, 4000, default=1000, label="Training examples")
    """How many examples each network learns from, of both classes together."""
    width: int = ladder(8, 16, 32, 64, default=32, unit="units")
    """Units in each of the two hidden layers."""
    steps: int = ladder(150, 300, 600, default=600, label="Training steps")
    """Updates of the weights, each on a batch of 32 examples (Adam, learning rate 0.01)."""
    focus: float = ladder(0.5, 1.0, 2.0, 5.0, default=2.0, label="Focus of the focal loss")
    """Gamma of the focal loss: the larger, the less an example counts that is answered well. Its
    paper found 2 to work best."""


class ImbalanceView(View):
    """How it is drawn."""

    ratio: int = ladder(*RATIOS[1:], default=USUAL, label="Common examples for each rare one")
    """At which ratio the arms are compared."""
    measure: Literal["balanced_accuracy", "rare_recall", "accuracy", "average_precision"] = (
        "balanced_accuracy"
    )
    """Balanced accuracy: mean of the share found of each class. Rare recall: share of the rare
    class that is found. Accuracy: share of right answers where one class is as rare as in
    training. Average precision: area under the curve of precision against recall."""

    @property
    def metric(self) -> str:
        """Name of the measure in a result."""
        return self.measure.replace("_", " ")


@dataclass(frozen=True)
class ImbalanceResult:
    """What was measured on new examples.

    Attributes:
        regions: Probability of the rare class on a grid over the plane, first row at the top:
            for each ratio but 1, the networks of `DRAWN` of the first seed;
            `(ratios * 3, GRID, GRID)`, empty before the end.
        extent: Ranges of the grid, `(4,)`.
        points: The first seed's training examples: `ratio`, `x1`, `x2`, `label`.
        scores: `arm`, `ratio`, `metric` of `METRICS`, `seed`, `value` in [0, 1].
        curves: `arm`, `ratio`, `recall`, `seed`, `value`: precision where the class is as rare as
            in training.
    """

    regions: np.ndarray
    extent: np.ndarray
    points: pd.DataFrame
    scores: pd.DataFrame = table("arm", "ratio", "metric", "seed", "value")
    curves: pd.DataFrame = table("arm", "ratio", "recall", "seed", "value")

    def at(self, metric: str, arm: str = PLAIN, ratio: int = USUAL) -> PerSeed:
        """One measure of one arm at one ratio."""
        return per_seed(self.scores, SHARE, arm=arm, ratio=ratio, metric=metric)

    def gain(self, arm: str, metric: str = "balanced accuracy", ratio: int = USUAL) -> PerSeed:
        """What an arm adds to the plain network."""
        return self.at(metric, arm, ratio) - self.at(metric, PLAIN, ratio)
