"""What the depth experiment can be set to, and what it measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from core.lab.recorder import table
from core.lab.scores import PerSeed, per_seed
from core.lab.settings import Config, ladder
from core.models.deep_plans import Plan

BASELINE = "sigmoid"
HE, NORM = "ReLU with He weights", "sigmoid with batch norm"
RESIDUAL = "sigmoid with residuals"
PLANS = {
    BASELINE: Plan(), HE: Plan("ReLU", he=True),
    NORM: Plan(batch_norm=True), RESIDUAL: Plan(residual=True),
}  # fmt: skip
REMEDIES = (HE, NORM, RESIDUAL)


class DepthConfig(Config):
    """What is trained."""

    deepest: int = ladder(12, 20, 40, default=20, unit="hidden layers")
    """Hidden layers of the deepest networks. Others have half of them, and two."""
    width: int = ladder(16, 32, default=32, unit="units")
    """Units in each hidden layer."""
    n_train: int = ladder(200, 600, 1200, default=600, label="Training examples")
    """How many images of digits each network learns from."""
    optimizer: Literal["momentum", "adam"] = "momentum"
    """Momentum: gradient descent with momentum 0.9. Adam divides each gradient by its usual size,
    so that small ones count as well, down to about 0.00000001."""
    learning_rate: float = ladder(0.001, 0.005, 0.02, 0.05, default=0.02)
    """Step size. Adam takes a smaller one than momentum: 0.001 is usual."""
    steps: int = ladder(50, 100, 200, 400, default=200, label="Training steps")
    """Updates of the weights, each on a batch of 32 examples."""

    @property
    def depths(self) -> tuple[int, ...]:
        """Hidden layers of the networks, ascending."""
        return 2, self.deepest // 2, self.deepest


@dataclass(frozen=True)
class DepthResult:
    """What was measured.

    Attributes:
        gradients: `arm`, `depth`, `layer` (1 is next to the pixels), `seed`, `value`: root mean
            square of the gradient of a hidden layer's weights before the first step, as its
            logarithm to base 10.
        scores: `arm`, `depth`, `seed`, `value`: share of held-out digits right after training.
        deepest: Hidden layers of the deepest networks.
    """

    gradients: pd.DataFrame = table("arm", "depth", "layer", "seed", "value")
    scores: pd.DataFrame = table("arm", "depth", "seed", "value")
    deepest: int = 0

    def lost(self, arm: str, depth: int) -> PerSeed:
        """Powers of ten by which the first layer's gradient exceeds the last one's."""
        first, last = (
            per_seed(self.gradients, "powers of ten", arm=arm, depth=depth, layer=layer)
            for layer in (1, depth)
        )
        return first - last

    def accuracy(self, arm: str, depth: int) -> PerSeed:
        """Share of held-out digits right."""
        return per_seed(self.scores, "share", arm=arm, depth=depth)

    def gain(self, arm: str, depth: int) -> PerSeed:
        """Accuracy that a change of the sigmoid network brings at one depth."""
        return self.accuracy(arm, depth) - self.accuracy(BASELINE, depth)

    def depths(self) -> list[int]:
        """Depths that gradients are known for."""
        return [int(depth) for depth in np.unique(self.gradients["depth"])]
