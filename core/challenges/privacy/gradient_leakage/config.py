"""Whose gradient is attacked, and which images came back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd

from core.lab.intervals import SHARE, Estimate
from core.lab.recorder import columned
from core.lab.scores import PerSeed, per_seed
from core.lab.settings import Config, View, ladder

BATCHES = (1, 2, 4, 8, 16)
NOISES = (0.0, 0.01, 0.03, 0.1, 0.3, 1.0)
DIVIDE, MATCH = "dividing", "matching"
BATCH, NOISE = "batch size", "noise"
SAME = 0.005
"""Mean squared error below which an image counts as recovered; guessing the mean of all digits
has 0.073."""


class GradientLeakageConfig(Config):
    """Whose gradient is attacked."""

    batch_size: int = ladder(*BATCHES, default=4, unit="images")
    """How many images the gradient is averaged over: for the pictures, and while the noise
    varies."""
    noise: float = ladder(*NOISES, default=0.0, unit="of the gradient")
    """Random noise added to the gradient, as a share of its own root mean square: for the
    pictures, and while the batch size varies."""
    width: int = ladder(32, 64, 128, 256, default=128, unit="units")
    """Units in the hidden layer. Every unit's gradient is one more equation for the attacker."""


class GradientLeakageView(View):
    """How it is drawn."""

    metric: Literal["recovered", "error"] = "recovered"
    """Recovered: share of images found with a mean squared error below 0.005, which the eye takes
    for the same. Error: the mean squared error itself, pixels being in [0, 1]."""


@dataclass(frozen=True)
class GradientLeakageResult:
    """What was measured.

    Attributes:
        scores: `sweep` ("batch size" or "noise"), `size` (of either), `attack`, `seed`, `metric`
            ("recovered", a share, or "error", mean squared), `value`.
        pictures: The first seed's images: originals, divided, matched,
            `(3, batch_size, 8, 8)` uint8.
        errors: Mean squared error of the last two against the originals, `(2, batch_size)`.
    """

    scores: pd.DataFrame = field(
        metadata=columned("sweep", "size", "attack", "seed", "metric", "value")
    )
    pictures: np.ndarray
    errors: np.ndarray

    def recovered(self, attack: str, size: float, sweep: str = BATCH) -> PerSeed:
        """Share of the images that an attack recovers at one size of a sweep."""
        return per_seed(
            self.scores, SHARE, sweep=sweep, size=size, attack=attack, metric="recovered"
        )

    def recovered_of(self, attack: str, size: float, sweep: str = BATCH) -> Estimate:
        """The same with an interval that is open at 0 and 1."""
        batch = size if sweep == BATCH else self.pictures.shape[1]
        return self.recovered(attack, size, sweep).of_cases(int(batch))

    def error(self, attack: str, batch: int) -> PerSeed:
        """Mean squared error of the images at one size of the batch."""
        return per_seed(self.scores, sweep=BATCH, size=batch, attack=attack, metric="error")
