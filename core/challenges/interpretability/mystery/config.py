"""What the mystery experiment can be set to, and what it measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from core.lab.intervals import SHARE
from core.lab.recorder import table
from core.lab.scores import PerSeed, per_seed
from core.lab.settings import Config, View, ladder, repetitions

PLANTED_ARMS = ("bright", "everywhere")
"""Networks with a mark: of what kind it is."""
HONEST_ARM = "honest"
ARMS = (*PLANTED_ARMS, HONEST_ARM)


class MysteryConfig(Config):
    """What is planted, and how much may be asked."""

    repetitions: int = repetitions(default=10)
    strength: float = ladder(0.4, 0.6, 0.8, 1.0, default=1.0, label="Strength of the marks")
    """How bright all marks are. The bright ones are white at 1; those that are everywhere have
    three tenths of it."""
    share: float = ladder(
        0.5, 0.7, 0.8, 0.9, 1.0, default=0.9, label="Marked pictures", unit="share"
    )
    """Share of one shape's training pictures that carry the planted mark. No other shape ever
    carries it."""
    stray: float = ladder(0.0, 0.05, 0.1, 0.2, default=0.1, label="Stray marks", unit="share")
    """Share of all training pictures that carry each of the other marks, whatever their shape.
    With none, a network may shy at any mark, because it never saw one."""
    budget: int = ladder(2, 4, 6, 8, 12, 16, default=16, unit="probes")
    """How often each detective may ask. A probe is one change made to five pictures, or a map of
    each of five."""
    maps_by: Literal["DeepLift", "Input x Gradient", "Saliency", "Guided Backprop", "Grad-CAM"] = (
        "DeepLift"
    )
    """How the maps are made that one of the detectives looks at."""
    n_train: int = ladder(300, 600, 900, 1200, default=600, label="Training pictures")
    """How many pictures each network learns from, a fifth of them of each shape."""


class MysteryView(View):
    """How it is drawn."""

    shape_too: bool = True
    """Whether a detective must name the shape as well as the mark to be right."""


@dataclass(frozen=True, kw_only=True)
class MysteryResult:
    """What was measured.

    Attributes:
        answers: `seed`, `arm`, `detective` (the search strategy), `probes`; `mark` and `shape`
            that were named, -1 for "nothing planted"; `right` and `right_mark` (the shape
            aside), 0 or 1.
        planted: `seed`, `arm`, `mark`, `shape`: the truth, -1 in the honest arm.
        tests: `seed`, `arm`, `test`, `value`: share right in [0, 1]. Tests are `"found"`: held-out
            pictures with marks as in training; `"without"`: pictures of the marked shape without
            marks; `"without_<arm>"`: the same pictures, asked of the honest network.
        suspects: One picture without a mark, then with each, `(1 + marks, side, side)` uint8.
    """

    answers: pd.DataFrame = table(
        "seed", "arm", "detective", "probes", "mark", "shape", "right", "right_mark"
    )
    planted: pd.DataFrame = table("seed", "arm", "mark", "shape")
    tests: pd.DataFrame = table("seed", "arm", "test", "value")
    suspects: np.ndarray

    def named_rightly(self, arm: str, strategy: str) -> PerSeed:
        """Whether a strategy was right with all its probes, 0 or 1."""
        last = self.answers[self.answers["probes"] == self.answers["probes"].max()]
        return per_seed(last, value="right", arm=arm, detective=strategy)

    def accuracy(self, arm: str, test: str) -> PerSeed:
        """Share right in one test."""
        return per_seed(self.tests, SHARE, arm=arm, test=test)

    def accuracy_gap(self, arm: str) -> PerSeed:
        """Accuracy with marks as in training, less that of the honest network."""
        return self.accuracy(arm, "found") - self.accuracy(HONEST_ARM, "found")

    def mean_gap(self) -> PerSeed:
        """The same, mean of both networks with a mark."""
        first, second = map(self.accuracy_gap, PLANTED_ARMS)
        return (first + second) / 2
