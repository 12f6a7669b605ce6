"""What the remedies experiment can be set to, and what it measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from core.data.by_name import DatasetName
from core.data.held_out import NOISY
from core.engine.sweep import METRICS, SPLITS, UNITS, ScoreView
from core.lab.scores import PerSeed, per_seed
from core.lab.settings import Config, ladder, repetitions

BASELINE = "no remedy"
STOPPING = "early stopping"
SETS = (*SPLITS, NOISY)
"""Rows of a result's curves."""
LEVELS = ("weak", "medium", "strong")
"""Rungs of every remedy. The medium one is judged: the value that its paper recommends where
there is one (dropout 0.5, smoothing 0.1), else chosen once, on seeds 0 to 9 only."""


class RemediesConfig(Config):
    """What is trained."""

    repetitions: int = repetitions(default=10)

    dataset: DatasetName = "two_moons"
    """Two moons: points in the plane, two overlapping classes. Digits: 8x8 images, ten classes.
    MNIST-1D: signals of 40 samples, ten classes, hard for small networks."""
    n_train: int = ladder(50, 100, 200, 500, default=100, label="Training examples")
    """How many examples each network learns from; "more data" gets 2, 4 and 8 times as many."""
    label_noise: float = ladder(0.0, 0.1, 0.2, 0.3, default=0.2, label="Wrong labels", unit="share")
    """Share of the training labels replaced by a wrong one. Validation labels stay true; a copy of
    them is made wrong as often, for the generalization gap."""
    width: int = ladder(16, 32, 64, default=32, unit="units")
    """Units in each of the two hidden layers; "smaller" has a half, a quarter, an eighth."""
    steps: int = ladder(300, 600, 1200, default=600, label="Training steps")
    """Updates of the weights, each on a batch of 32 examples (Adam, learning rate 0.01)."""


class RemediesView(ScoreView):
    """How it is drawn."""

    strength: Literal["weak", "medium", "strong", "all"] = "medium"
    """Which strength of each remedy is compared. Medium was set in advance, the same for every
    data set; whoever picks the best of several after looking flatters the remedy."""
    remedy: Literal[
        "weight decay", "dropout", "augmentation", "label smoothing", "early stopping",
        "batch norm", "smaller network", "more data", "augmentation + decay", "four together",
    ] = "weight decay"  # fmt: skip
    """Whose strengths and training curve are drawn. "Four together" is augmentation, weight
    decay, dropout and label smoothing at once."""


@dataclass(frozen=True)
class RemediesResult:
    """What was measured.

    Attributes:
        arms: One row per arm and seed: `remedy`, `level` ("off", "weak", "medium", "strong"),
            `label`, `setting` (the strength in words), `seed`.
        curves: Scores over the training, `(3 splits, 2 metrics, n_evaluations, len(arms))`:
            training, validation, and its noisy copy; accuracy in [0, 1] and loss in nats. The
            validation examples are those that no remedy has seen.
        n_train: Training examples without a remedy.
        steps: Training step of each evaluation, `(n_evaluations,)`.
        finished: False while the training goes on.
    """

    arms: pd.DataFrame
    curves: np.ndarray
    steps: np.ndarray
    n_train: int
    finished: bool

    def scores(self, metric: str) -> pd.DataFrame:
        """What every arm and seed reached: the columns of `arms`, and those of `SETS`."""
        last = self.curves[:, METRICS.index(metric), -1]
        return self.arms.assign(**dict(zip(SETS, last, strict=True)))

    def final(
        self, remedy: str = BASELINE, level: str = "off", split: str = "validation",
        metric: str = "accuracy",
    ) -> PerSeed:  # fmt: skip
        """What one arm reached; raises `NotMeasuredError` where these settings have no such arm."""
        scores = self.scores(metric)
        return per_seed(scores, UNITS[metric], split, remedy=remedy, level=level)

    def gap(self) -> PerSeed:
        """Generalization gap without a remedy: training minus held-out accuracy, labels alike."""
        return self.final(split="train") - self.final(split=NOISY)

    def gain(self, remedy: str, level: str = "medium", metric: str = "accuracy") -> PerSeed:
        """Improvement on the validation examples over no remedy.

        Returns:
            Accuracy gained, or loss saved in nats; positive is better.

        Raises:
            NotMeasuredError: If these settings have no such arm.
        """
        change = self.final(remedy, level, metric=metric) - self.final(metric=metric)
        return -change if metric == "loss" else change
