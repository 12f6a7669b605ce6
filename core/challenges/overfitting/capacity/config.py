"""What the capacity experiment can be set to, and what it measures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.data.by_name import DatasetName
from core.engine.sweep import SweepResult
from core.lab.scores import PerSeed
from core.lab.settings import Config, ladder, repetitions

WIDTHS = (1, 2, 3, 4, 6, 8, 16, 32, 64, 128)
DEPTHS = (1, 2, 3, 4, 6)
MIDDLE = 8
"""The width that the claims hold against the narrowest and the widest, fixed in advance."""
GRID = 64
"""Points on a side of the map of a model's decisions."""


class CapacityConfig(Config):
    """What is trained."""

    repetitions: int = repetitions(default=10)

    dataset: DatasetName = "two_moons"
    """Two moons: points in the plane, two overlapping classes. Digits: 8x8 images, ten classes.
    MNIST-1D: signals of 40 samples, ten classes, hard for small networks."""
    n_train: int = ladder(25, 50, 100, 200, 400, 800, default=100, label="Training examples")
    """How many examples each network learns from. Fewer are easier to memorise."""
    label_noise: float = ladder(
        0.0, 0.05, 0.1, 0.2, 0.3, 0.4, default=0.2, label="Wrong labels", unit="share"
    )
    """Share of the training labels replaced by a wrong one. Validation labels stay true; a copy of
    them is made wrong as often, for the generalization gap."""
    depth: int = ladder(1, 2, 3, 4, default=2, unit="hidden layers")
    """Hidden layers of the networks whose width is varied."""
    width: int = ladder(2, 4, 8, 16, 32, 64, default=16, unit="units")
    """Units in each hidden layer of the networks whose depth is varied."""
    steps: int = ladder(150, 300, 600, 1200, 2400, default=600, label="Training steps")
    """Updates of the weights, each on a batch of 32 examples (Adam, learning rate 0.01)."""


@dataclass(frozen=True)
class CapacityResult(SweepResult):
    """What was measured.

    Attributes:
        scores: `sweep` ("width" or "depth"), `size`, `seed`, `split` ("train", "validation",
            and, where labels are wrong, "noisy", see `noisy_copy`), `metric`, `value` (accuracy
            in [0, 1], loss in nats), at the end of training.
        regions: Probability of class 1 on a grid over the plane, `(3, GRID, GRID)`, first row
            at the top; empty unless the data are in the plane.
        points: The first seed's training points: `x1`, `x2`, `label`, `flipped`.
        panels: The three models drawn: `panel`, `size`, `train` and `validation` accuracy, and
            the `mean` validation accuracy over the seeds.
        extent: `x1` and `x2` ranges of the grid, `(4,)`.
    """

    regions: np.ndarray
    points: pd.DataFrame
    panels: pd.DataFrame
    extent: np.ndarray

    def accuracy(self, width: int, split: str = "validation") -> PerSeed:
        """Accuracy of the networks of one width."""
        return self.at(split, sweep="width", size=width)

    def gap_at(self, width: int) -> PerSeed:
        """Generalization gap of one width, see `SweepResult.gap`."""
        return self.gap(sweep="width", size=width)
