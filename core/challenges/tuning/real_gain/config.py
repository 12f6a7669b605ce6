"""What the experiment on the winner's curse can be set to, and what it measures."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from core.data.by_name import DatasetName
from core.lab.intervals import POINTS
from core.lab.scores import PerSeed, one_a_seed
from core.lab.settings import Config, ladder, repetitions

SEEDS, CONFIGS = "other seeds", "other settings"
ARMS = (SEEDS, CONFIGS)
"""What the trials of an arm differ in."""
PICKED, SECOND, NESTED, FRESH = (
    "the examples that picked", "second validation set", "nested in folds", "fresh test examples",
)  # fmt: skip
MEASURES = (PICKED, SECOND, NESTED, FRESH)
"""Where the winner's advantage over an average trial is measured."""
FOLDS = 5
"""Parts of the validation examples: four pick, the fifth measures, in turn."""


class RealGainConfig(Config):
    """What is trained."""

    repetitions: int = repetitions(default=10)

    dataset: DatasetName = "digits"
    """Two moons: points in the plane, two overlapping classes. Digits: 8x8 images, ten classes.
    MNIST-1D: signals of 40 samples, ten classes, hard for small networks."""
    trials: int = ladder(4, 8, 16, 32, 64, default=32, label="Trials")
    """How many networks are tried in each arm, from which the best on the validation examples is
    kept."""
    n_validation: int = ladder(25, 50, 100, 200, default=50, label="Validation examples")
    """How many examples pick the winner. The second validation set is as large; the rest of the
    held-out examples are the fresh test."""
    n_train: int = ladder(50, 100, 200, 400, default=100, label="Training examples")
    """How many examples each network learns from; the same for all trials of a repetition."""
    spread: float = ladder(1.5, 3.0, 10.0, 30.0, default=10.0, unit="times", label="Search range")
    """How far the settings that are tried lie from the usual ones: learning rate and weight decay
    are drawn up to this many times smaller or larger."""
    steps: int = ladder(50, 100, 200, 400, default=100, label="Training steps")
    """Updates of the weights (Adam)."""

    @property
    def looks(self) -> tuple[int, ...]:
        """Numbers of trials after which the winner is looked at: 1, 2, 4 and so on."""
        return tuple(2**power for power in range(self.trials.bit_length()))


@dataclass(frozen=True)
class RealGainResult:
    """What was measured.

    Attributes:
        gains: `arm`, `trials`, `measure`, `seed`, `value`: accuracy of the winner of so many
            trials less that of an average trial, on the same examples; in [-1, 1].
        pool: The first seed's trials: `arm`, `trial`, `validation` and `test` accuracy.
        n_trials: Of each arm.
        n_validation: Examples that pick.
    """

    gains: pd.DataFrame
    pool: pd.DataFrame
    n_trials: int
    n_validation: int

    def gain(self, arm: str, measure: str, trials: int | None = None) -> PerSeed:
        """How far the winner is ahead of an average trial, by one measure."""
        wanted = {"arm": arm, "measure": measure, "trials": trials or self.n_trials}
        return one_a_seed(self.gains, wanted, POINTS)

    def flattery(self, arm: str, measure: str = PICKED, trials: int | None = None) -> PerSeed:
        """How much of this advantage is not there on fresh examples."""
        return self.gain(arm, measure, trials) - self.gain(arm, FRESH, trials)

    def lost(self, arm: str) -> PerSeed:
        """The advantage on fresh examples less half of that on the examples that picked."""
        return self.gain(arm, FRESH) - 0.5 * self.gain(arm, PICKED)
