"""What the robust accuracy experiment can be set to, and what it measures."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from core.attacks.budget import STRONGEST, WEAK
from core.lab.intervals import SHARE
from core.lab.recorder import columned
from core.lab.scores import PerSeed, per_seed
from core.lab.settings import Config, View, ladder

NAMES: dict[str, str] = {
    "standard": "standard training", "noise": "noise added", "fgsm": "FGSM training",
    "pgd": "PGD training", "trades": "TRADES",
}  # fmt: skip
EPSILONS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3)
NOISE = "noise"
"""What the test images go through besides PGD and the strongest attack."""


class RobustAccuracyConfig(Config):
    """How the networks are hardened, and how hard they are tested."""

    epsilon: float = ladder(
        0.05, 0.1, 0.15, 0.2, 0.3, default=0.2, label="Trained against", unit="per pixel"
    )
    """Largest change of a pixel, of 1, in the noise or the attacks that the networks train on."""
    epochs: int = ladder(5, 10, 20, 40, default=10)
    """Passes over the training images."""
    inner_steps: int = ladder(2, 4, 7, 10, default=4, label="Steps of attacks in training")
    """Gradients that PGD training and TRADES compute to find each batch's attacked images."""
    beta: float = ladder(1.0, 3.0, 6.0, 10.0, default=6.0, label="Weight in TRADES")
    """How much TRADES minds that an attack can move the prediction, against being right."""
    n_train: int = ladder(200, 400, 800, 1200, default=1200, label="Training images")
    """How many images each network learns from."""
    test_steps: int = ladder(5, 10, 20, 40, default=20, label="Steps of the test attack")
    """Gradients of PGD; half as many in each of the strongest attack's ascents. More of them change
    little: what PGD misses, other losses find."""


class RobustAccuracyView(View):
    """How it is drawn."""

    attack: Literal["strongest", "PGD", "noise"] = "strongest"
    """What the test images go through. Strongest: the worst of many attacks, for each image. PGD:
    one of them, from one start. Noise: every pixel moved up or down at random by as much."""


@dataclass(frozen=True)
class RobustAccuracyResult:
    """What was measured.

    Attributes:
        scores: `arm`, `attack` ("strongest", "PGD" or "noise"), `epsilon`, `seed`, `value`: share
            of test images classified correctly.
        costs: `arm`, `passes`: forward passes per training image and epoch, a backward pass
            counted as two.
        epsilon: What the networks trained against.
    """

    scores: pd.DataFrame = field(metadata=columned("seed", "value", "arm", "attack", "epsilon"))
    costs: pd.DataFrame = field(metadata=columned("arm", "passes"))
    epsilon: float

    def clean_accuracy(self, arm: str) -> PerSeed:
        """Accuracy of an arm on the images as they are."""
        return per_seed(self.scores, SHARE, arm=arm, attack=NOISE, epsilon=0.0)

    def robust_accuracy(self, arm: str, attack: str = STRONGEST) -> PerSeed:
        """Accuracy of an arm under an attack of the size trained against."""
        return per_seed(self.scores, SHARE, arm=arm, attack=attack, epsilon=self.epsilon)

    def overstated(self, arm: str) -> PerSeed:
        """How much more PGD alone leaves than the strongest attack."""
        return self.robust_accuracy(arm, WEAK) - self.robust_accuracy(arm)
