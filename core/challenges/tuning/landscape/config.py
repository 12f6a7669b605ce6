"""What the landscape can be set to, and what it measures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from core.engine.sweep import SweepResult
from core.lab.intervals import SHARE
from core.lab.scores import PerSeed
from core.lab.settings import Config, ladder, repetitions
from core.metrics.variance_shares import two_way

RATES = tuple(float(f"{10 ** (power / 4):.3g}") for power in range(-12, 3))
"""Learning rates of the sweep: four to a factor of ten, from 0.001 to 3.16."""
SETTINGS: Mapping[str, tuple[float, ...]] = {
    "momentum": (0.0, 0.5, 0.8, 0.9, 0.95, 0.99),
    "weight_decay": (0.0, 0.01, 0.03, 0.1, 0.3, 1.0),
    "width": (1, 2, 4, 8, 16, 64),
    "batch_size": (4, 8, 16, 32, 64, 128),
}
"""The other knob's settings."""
USUAL: Mapping[str, float] = {"momentum": 0.9, "weight_decay": 0.0, "width": 16, "batch_size": 32}
"""Of the knobs that are not varied."""
PICK, TEST = "pick", "validation"
"""Halves of the held-out examples: one picks a setting, the other says what it is worth."""


class LandscapeConfig(Config):
    """What is trained."""

    repetitions: int = repetitions(default=10)

    other_knob: Literal["momentum", "weight_decay", "width", "batch_size"] = "momentum"
    """The knob that is varied beside the learning rate. Momentum keeps a share of the last step;
    weight decay shrinks the weights at each step; width is the number of hidden units; the batch
    is what one step looks at."""
    dataset: Literal["digits", "mnist1d"] = "digits"
    """Digits: 8x8 images, ten classes. MNIST-1D: signals of 40 samples, ten classes, harder."""
    n_train: int = ladder(100, 200, 400, 800, default=400, label="Training examples")
    """How many examples each network learns from."""
    steps: int = ladder(50, 100, 200, 400, 800, default=200, label="Training steps")
    """Updates of the weights (stochastic gradient descent). All networks get equally many."""


@dataclass(frozen=True)
class LandscapeResult(SweepResult):
    """What was measured.

    Attributes:
        scores: `rate`, `setting` (of the other knob), `seed`, `split` ("train", `PICK`, `TEST`),
            `metric`, `value` (accuracy in [0, 1], loss in nats, NaN where it overflowed).
        range_test: `seed`, `rate`, `value`: training loss while the learning rate grows.
        other: The knob that was varied beside the learning rate.
    """

    range_test: pd.DataFrame
    other: str

    @property
    def settings(self) -> tuple[float, ...]:
        """Of the other knob, ascending."""
        return SETTINGS[self.other]

    @property
    def usual(self) -> float:
        """The other knob's usual setting."""
        return USUAL[self.other]

    def named(self, setting: float) -> str:
        """Spell the other knob with its setting: `momentum 0.9`."""
        return f"{words_of(self.other)} {setting:g}"

    def grid(self, split: str = TEST) -> tuple[tuple[int, ...], np.ndarray]:
        """Seeds, and accuracies `(seeds, rates, settings)`."""
        rows = self.scores[(self.scores["split"] == split) & (self.scores["metric"] == "accuracy")]
        wide = rows.pivot(index="seed", columns=["rate", "setting"], values="value")
        wide = wide[[(rate, setting) for rate in RATES for setting in self.settings]]
        seeds = tuple(int(seed) for seed in wide.index)
        return seeds, wide.to_numpy().reshape(len(seeds), len(RATES), len(self.settings))

    def accuracy(self, rate: float, setting: float, split: str = TEST) -> PerSeed:
        """Accuracy of the networks of one cell, on the half that picked nothing."""
        return self.at(split, rate=rate, setting=setting)

    def picked(self) -> tuple[float, float]:
        """Rate and setting with the highest mean accuracy on the half that picks."""
        mean = self.grid(PICK)[1].mean(0)
        rate, setting = np.unravel_index(int(mean.argmax()), mean.shape)
        return RATES[rate], self.settings[setting]

    def picked_rate(self, setting: float) -> float:
        """The same among the rates at one setting."""
        mean = self.grid(PICK)[1].mean(0)
        return RATES[int(mean[:, self.settings.index(setting)].argmax())]

    def carried(self) -> PerSeed:
        """Change of accuracy: the rate picked at the first setting, kept at the last one."""
        first, last = self.settings[0], self.settings[-1]
        rate = self.picked_rate(first)
        return self.accuracy(rate, last) - self.accuracy(rate, first)

    def shares(self) -> dict[str, PerSeed]:
        """Of the variance over all settings: the rate's, the other knob's, that of both."""
        seeds, grid = self.grid()
        names = ("learning rate", words_of(self.other), "both together")
        return {
            name: PerSeed.of(seeds, values, SHARE)
            for name, values in zip(names, two_way(grid), strict=True)
        }

    def collapsed(self) -> np.ndarray:
        """Which networks broke down, `(seeds, rates, settings)` bool.

        They get fewer than half as many training examples right as with some smaller rate.
        """
        right = self.grid("train")[1]
        return np.asarray(2 * right < np.maximum.accumulate(right, axis=1))

    def edge(self, setting: float) -> PerSeed:
        """The largest rate of the sweep before the first that breaks a network down."""
        broken = self.collapsed()[:, :, self.settings.index(setting)]
        first = np.where(broken.any(1), broken.argmax(1), len(RATES))
        return PerSeed.of(self.grid()[0], np.array(RATES)[np.maximum(first - 1, 0)])

    def lowest(self) -> PerSeed:
        """Rate at which the loss of the range test is lowest."""
        rows = self.range_test.dropna().sort_values("value").drop_duplicates("seed")
        return PerSeed.of(rows["seed"], rows["rate"])


def words_of(other: str) -> str:
    """Spell the other knob."""
    return other.replace("_", " ")
