"""What the experiment on wrong labels can be set to, and what it measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from core.data.mislabelling import Kind
from core.lab.intervals import SHARE, Estimate, of_cases
from core.lab.recorder import table
from core.lab.scores import NotMeasuredError, PerSeed, per_seed, rows_where
from core.lab.settings import Config, View, ladder, repetitions
from core.metrics.learning_curves import equal_examples

RATES = (0.0, 0.1, 0.2, 0.3, 0.4)
"""Shares of wrong labels, all of which are tried in each run."""
SIZES = (1 / 16, 1 / 8, 1 / 4, 1 / 2, 1.0)
"""Of the learning curve on true labels, as shares of the training examples."""
KEEP, PRUNE, RELABEL, ROBUST = "keep all", "drop suspects", "relabel suspects", "robust loss"
ARMS = (KEEP, PRUNE, RELABEL, ROBUST)
PANELS = ("Found: wrong label", "False alarm: true label", "Missed: wrong label")
SHOWN = 8
"""Images in each panel, at most."""
USUAL = 0.2
"""The share of wrong labels at which claims and headline numbers are read, fixed in advance."""


class LabelNoiseConfig(Config):
    """What is trained."""

    repetitions: int = repetitions(default=10)

    kind: Kind = "uniform"
    """Which labels are wrong. Uniform: any image, any other digit. Pair: a 0 is called 1, a 1 is
    called 2, and so on. Some classes: five of the ten digits, any other digit. Hard examples:
    images that lie nearest to another digit, whose name they get."""
    n_train: int = ladder(200, 400, 800, 1200, default=400, label="Training examples")
    """How many images each network learns from."""
    width: int = ladder(16, 32, 64, 128, default=64, unit="units")
    """Units in the network's one hidden layer."""
    steps: int = ladder(150, 300, 600, default=300, label="Training steps")
    """Updates of the weights, each on a batch of 32 examples (Adam, learning rate 0.01)."""
    detector: Literal["logistic_regression", "network"] = "logistic_regression"
    """Whose probabilities cleanlab is given: each image is judged by a model that was trained on
    the other four fifths of the images, wrong labels included."""


class LabelNoiseView(View):
    """How it is drawn."""

    rate: float = ladder(
        *RATES[1:], default=USUAL, label="Share of wrong labels shown", unit="share"
    )
    """At which share of wrong labels the arms are compared and the suspects are shown."""


@dataclass(frozen=True)
class LabelNoiseResult:
    """What was measured; accuracies are on images with true labels.

    Attributes:
        images: `(n, 8, 8)` uint8.
        n_train: Training examples.
        scores: `arm`, `rate`, `seed`, `value`: accuracy in [0, 1].
        curve: `size`, `seed`, `value`: accuracy from so many examples with true labels.
        detection: `rate`, `seed`, `metric` ("precision", "recall", "auc", "suspects"), `value` in
            [0, 1], of so many `cases` (0 for the area); NaN where there is nothing to count.
            "suspects" is their share of all examples.
        shown: Images of the first seed: `rate`, `panel`, `place` among the images, `given` label,
            `true` label, `suggested` by the detector.
    """

    images: np.ndarray
    n_train: int
    scores: pd.DataFrame = table("arm", "rate", "seed", "value")
    curve: pd.DataFrame = table("size", "seed", "value")
    detection: pd.DataFrame = table("rate", "seed", "metric", "value", "cases")
    shown: pd.DataFrame = table("rate", "panel", "place", "given", "true", "suggested")

    def accuracy(self, arm: str = KEEP, rate: float = USUAL) -> PerSeed:
        """Accuracy of one arm at one share of wrong labels."""
        return per_seed(self.scores, SHARE, arm=arm, rate=rate)

    def gain(self, arm: str, rate: float = USUAL) -> PerSeed:
        """Accuracy gained by an arm over keeping all labels as they are."""
        return self.accuracy(arm, rate) - self.accuracy(KEEP, rate)

    def found(self, metric: str, rate: float = USUAL) -> PerSeed:
        """Precision, recall, area under the ROC curve or share of the suspects."""
        return per_seed(self.detection, SHARE, metric=metric, rate=rate)

    def share(self, metric: str, rate: float = USUAL) -> Estimate:
        """As `found`, with an interval that stays open where all seeds agree."""
        rows = rows_where(self.detection, {"metric": metric, "rate": rate})
        counted = rows[rows["cases"] > 0]
        found = self.found(metric, rate).defined
        return of_cases(found, int(counted["cases"].sum())) if len(counted) and found.n else found

    def worth(self, rate: float = USUAL) -> PerSeed:
        """With how many true labels a network does as well as with all, of which some are wrong.

        Raises:
            NotMeasuredError: If the learning curve is not there yet, or in some seed the network
                does worse than with the fewest examples tried: then there is no such number.
        """
        scores = self.accuracy(KEEP, rate)
        curves = {int(seed): rows.sort_values("size") for seed, rows in self.curve.groupby("seed")}
        if not set(scores.seeds) <= set(curves):
            raise NotMeasuredError("the learning curve is not measured yet")
        found = [
            equal_examples(curves[seed]["size"].to_numpy(), curves[seed]["value"].to_numpy(), value)
            for seed, value in zip(scores.seeds, scores.values, strict=True)
        ]
        if np.isnan(found).any():
            raise NotMeasuredError(f"worse than {self.n_train * SIZES[0]:g} true labels")
        return PerSeed.of(scores.seeds, found, "examples")

    def price(self, rate: float = USUAL) -> PerSeed:
        """How many examples one per cent of wrong labels costs; raises as `worth` does."""
        return (self.worth(rate) - self.n_train) * (-0.01 / rate)
