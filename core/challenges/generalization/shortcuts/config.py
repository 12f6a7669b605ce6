"""What the shortcuts experiment can be set to, and what it measures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.lab.intervals import SHARE
from core.lab.recorder import table
from core.lab.scores import PerSeed, per_seed
from core.lab.settings import Config, View, ladder, repetitions

PLAIN, DECAY, RANDOM = "no remedy", "weight decay", "cue at random"
OFTEN, OFTEN_DECAY = "rare groups more often", "more often + decay"
EQUAL, ADDED, LAST = "equal groups", "balanced added", "last layer retrained"
NEVER = "never a cue"
ARMS = (PLAIN, DECAY, OFTEN, OFTEN_DECAY, EQUAL, LAST, ADDED, RANDOM, NEVER)
REMEDIES = ARMS[1:-1]
TESTS = ("right", "none", "wrong", "worst")
"""Test pictures with the cue of their class, without one, with that of the other class; and the
worst of the four groups of class and cue."""
RESERVE = 200
"""Further pictures, as many of each class with either cue, for two of the remedies."""
ALIGNMENTS = (0.5, 0.8, 0.9, 0.95, 0.98, 0.99)


class ShortcutsConfig(Config):
    """What is planted and trained."""

    repetitions: int = repetitions(default=10)

    alignment: float = ladder(*ALIGNMENTS, default=0.98, label="The cue is right", unit="share")
    """In how many of the training pictures the bright corner tells the class: at 0.5 it tells
    nothing, at 0.98 it is wrong in two of a hundred."""
    brightness: float = ladder(0.1, 0.25, 0.5, 1.0, default=1.0, label="Brightness of the cue")
    """How bright the pixel in the corner is; 1 is as bright as the strongest stroke."""
    n_train: int = ladder(250, 500, 1000, default=1000, label="Training pictures")
    """How many pictures each network learns from. The rarest group may hold few of them."""
    width: int = ladder(16, 32, 64, 128, default=64, unit="units")
    """Units in each of the two hidden layers."""
    steps: int = ladder(100, 300, 600, 1200, default=600, label="Training steps")
    """Updates of the weights, each on a batch of 32 pictures (Adam, learning rate 0.01)."""


class ShortcutsView(View):
    """How it is drawn."""

    all_tests: bool = True
    """Draw the accuracy with the right cue and without any beside that with the wrong one."""


@dataclass(frozen=True, kw_only=True)
class ShortcutsResult:
    """What was measured.

    Attributes:
        scores: `arm`, `alignment` of the training pictures, `seed`, `test` (of `TESTS`), `value`:
            accuracy in [0, 1].
        pictures: A test picture with the right cue, without, and with the wrong one,
            `(3, 8, 8)` uint8.
        alignment: Of the arms that have a remedy.
        rarest: Pictures in the smallest group of the first seed's training set.
    """

    scores: pd.DataFrame = table("arm", "alignment", "seed", "test", "value")
    pictures: np.ndarray
    alignment: float
    rarest: int

    def at(self, test: str, arm: str = PLAIN, alignment: float | None = None) -> PerSeed:
        """Accuracy of one arm on one kind of test pictures."""
        where = self.alignment if alignment is None else alignment
        return per_seed(self.scores, SHARE, arm=arm, alignment=where, test=test)

    def gain(self, arm: str, test: str = "worst", against: str = PLAIN) -> PerSeed:
        """What an arm adds to an accuracy, paired by seed."""
        return self.at(test, arm) - self.at(test, against)

    def usual(self, arm: str = PLAIN) -> PerSeed:
        """Accuracy on new pictures whose cue is right as often as in training."""
        right, wrong = self.at("right", arm), self.at("wrong", arm)
        return right * self.alignment + wrong * (1 - self.alignment)
