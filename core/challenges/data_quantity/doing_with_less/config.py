"""What may be done with few labels, and what it is worth in labels."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd

from core.lab.intervals import SHARE
from core.lab.recorder import columned
from core.lab.scores import NotMeasuredError, PerSeed, per_seed
from core.lab.settings import Config, View, ladder, repetitions

BUDGETS = {"digits": (10, 20, 40, 80, 160, 320), "mnist1d": (20, 40, 80, 160, 320, 640)}
"""Numbers of labels of the five new classes, by data set."""
PLAIN, AUGMENTED = "random labels, nothing else", "augmentation"
FINE_TUNED, PROBE = "fine-tuning", "linear probe"
PROTOTYPES, OF_FEATURES = "prototypes", "prototypes of features"
PSEUDO = "pseudo-labels"
MARGIN, ENTROPY = "active: margin", "active: entropy"
ARMS = (AUGMENTED, FINE_TUNED, PROBE, OF_FEATURES, PROTOTYPES, PSEUDO, MARGIN, ENTROPY)
ASKED, SHOWN = {MARGIN: "margin", ENTROPY: "entropy"}, 10
"""Ways to ask for labels, and how many of the pictures asked for are kept."""


class DoingWithLessConfig(Config):
    """What is trained."""

    repetitions: int = repetitions(default=10)

    dataset: Literal["digits", "mnist1d"] = "digits"
    """Digits: 8x8 images. MNIST-1D: signals of 40 samples with the shape of a digit, each rolled,
    scaled and noisy. The new classes are the digits 5 to 9, the related ones 0 to 4."""
    related: int = ladder(100, 400, 1600, default=1600, label="Related labels")
    """Labelled examples of the related classes, which transfer starts from; of the images there are
    about 600."""
    labels: int = ladder(40, 80, 160, default=80, label="Labels of the new classes")
    """How many labels of the new classes there are where the remedies are compared."""
    width: int = ladder(32, 64, 128, default=64, unit="units")
    """Units in the first hidden layer of every network; the second has half as many."""
    steps: int = ladder(150, 300, 600, default=300, label="Training steps")
    """Updates of the weights, each on a batch of at most 32 (Adam, learning rate 0.01)."""
    confidence: float = ladder(
        0.5, 0.8, 0.95, default=0.95, label="Confidence of pseudo-labels", unit="share"
    )
    """An example without a label gets the network's own answer as its label where the network is
    at least so sure of it."""

    @property
    def budgets(self) -> tuple[int, ...]:
        """Numbers of labels that are tried."""
        return BUDGETS[self.dataset]


class DoingWithLessView(View):
    """How it is drawn."""

    remedy: Literal[
        "augmentation", "fine-tuning", "linear probe", "prototypes of features", "prototypes",
        "pseudo-labels", "active: margin", "active: entropy",
    ] = "active: margin"  # fmt: skip
    """Which remedy's learning curve is drawn beside the one without."""


@dataclass(frozen=True)
class DoingWithLessResult:
    """What every arm reached with every number of labels.

    Attributes:
        scores: `arm`, `labels`, `seed`, `value`: accuracy on validation examples of the new
            classes.
        asked: `arm`, `place`, `label`: the first seed's images that each way of asking wanted
            first, in order; none of signals.
        pictures: Those images, `(len(asked), 8, 8)` in [0, 1].
        budgets: Numbers of labels that are tried, `(6,)`.
        labels: At which the remedies are compared.
    """

    scores: pd.DataFrame = field(metadata=columned("arm", "labels", "seed", "value"))
    asked: pd.DataFrame = field(metadata=columned("arm", "place", "label"))
    pictures: np.ndarray
    budgets: np.ndarray
    labels: int

    def accuracy(self, arm: str, labels: int | None = None) -> PerSeed:
        """Accuracy of one arm, at the number of labels that is compared by default."""
        n = self.labels if labels is None else labels
        return per_seed(self.scores, SHARE, arm=arm, labels=n)

    def gain(self, arm: str, labels: int | None = None) -> PerSeed:
        """Accuracy gained over random labels and nothing else, in points."""
        return self.accuracy(arm, labels) - self.accuracy(PLAIN, labels)

    @property
    def compared(self) -> int:
        """Labels at which the remedies are compared; while the run goes on, those it has got to.

        Raises:
            NotMeasuredError: Before all remedies were tried with some number of labels.
        """
        tried = self.scores[self.scores["labels"] <= self.labels].groupby("labels")["arm"].nunique()
        whole = tried[tried == 1 + len(ARMS)]
        if whole.empty:
            raise NotMeasuredError("not all remedies were tried yet")
        return int(whole.index.max())

    def worth(self, arm: str) -> PerSeed:
        """How many times as many random labels reach the arm's accuracy without it, by seed.

        Read off each seed's own learning curve without a remedy (its running maximum, between two
        budgets along the logarithm of the labels); where the curve never gets there, or begins
        above, the end of the curve stands for it.

        Raises:
            NotMeasuredError: Before the whole curve is known.
        """
        curves = [self.accuracy(PLAIN, int(n)) for n in self.budgets]
        compared = self.compared
        reached = self.accuracy(arm, compared)
        if {curve.seeds for curve in curves} != {reached.seeds}:
            raise NotMeasuredError("the curve without a remedy is not complete")
        rising = np.maximum.accumulate([curve.values for curve in curves])
        needed = [
            equal_labels(self.budgets, rising[:, place], float(value))
            for place, value in enumerate(reached.values)
        ]
        return PerSeed.of(reached.seeds, np.array(needed) / compared, "times")


def equal_labels(budgets: np.ndarray, rising: np.ndarray, accuracy: float) -> float:
    """Labels at which a learning curve reaches an accuracy, within the curve.

    Args:
        budgets: Numbers of labels, ascending, `(k,)`.
        rising: Accuracy at each budget, never falling, `(k,)`.
        accuracy: To be reached.
    """
    logs = np.log2(budgets)
    above = np.flatnonzero(rising >= accuracy)
    if not len(above):
        return float(budgets[-1])
    place = int(above[0])
    if place == 0:
        return float(budgets[0])
    low, high = rising[place - 1], rising[place]
    share = (accuracy - low) / (high - low)
    return float(2 ** (logs[place - 1] + share * (logs[place] - logs[place - 1])))
