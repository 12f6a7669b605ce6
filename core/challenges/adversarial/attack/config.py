"""What the attack experiment can be set to, and what it measures."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np
import pandas as pd

from core.lab.intervals import SHARE
from core.lab.recorder import columned
from core.lab.scores import PerSeed, per_seed
from core.lab.settings import Config, View, ladder

AttackName = Literal["noise", "FGSM", "PGD", "PGD_L2", "DeepFool", "CW"]
ATTACKS: tuple[AttackName, ...] = get_args(AttackName)
LABELS: dict[str, str] = {
    "noise": "random noise", "FGSM": "FGSM", "PGD": "PGD", "PGD_L2": "PGD (L2)",
    "DeepFool": "DeepFool (L2)", "CW": "Carlini-Wagner (L2)",
}  # fmt: skip
WITHOUT_SIZE = ("DeepFool", "CW")
"""Attacks that look for the shortest change, of whatever size."""
EPSILONS = (0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3)
EPSILON = 0.1
"""Size of the change that the claims are about, fixed in advance."""


class AttackConfig(Config):
    """Which network is attacked, and how hard."""

    network: Literal["CNN", "MLP"] = "CNN"
    """CNN: two convolutions and a linear layer. MLP: two fully connected hidden layers."""
    training: Literal["standard", "adversarial"] = "standard"
    """Standard: on clean images. Adversarial: on images attacked anew at every step (PGD,
    changes of up to 0.2 per pixel)."""
    n_train: int = ladder(200, 400, 800, 1200, default=1200, label="Training images")
    """How many images each network learns from."""
    epochs: int = ladder(5, 10, 20, 40, default=10)
    """Passes over the training images."""
    steps: int = ladder(5, 10, 20, 40, default=20, label="Steps of PGD")
    """Gradients that the PGD attacks compute. More steps find more of what is there to find."""


class AttackView(View):
    """Which attack is drawn, on which image."""

    above = True
    attack: AttackName = "PGD"
    """Noise: every pixel up or down at random. FGSM: one step along the gradient. PGD: many small
    steps. PGD L2: PGD that may change a few pixels a lot. DeepFool and CW (Carlini & Wagner) look
    for the shortest change that fools, by straight boundaries and by descent."""
    epsilon: float = ladder(
        *EPSILONS[1:], default=0.1, label="Size of the change", unit="per pixel"
    )
    """Largest change of a pixel, black being 0 and white 1. For the L2 attacks it is the root mean
    square over all pixels: as long a change, spread as the attack likes."""
    digit: int = ladder(*range(10), default=3)
    """Which image is attacked: for each digit the first test image that the network gets right."""


@dataclass(frozen=True)
class AttackResult:
    """What was measured.

    Attributes:
        scores: `attack`, `epsilon`, `seed`, `value`: share of test images classified correctly.
        distances: `attack`, `seed`, `value`, `shorter`: median length, per pixel, of the shortest
            change that fools; share of images for which it is shorter than that of the attack
            before (FGSM, DeepFool, CW).
        clean: One image per digit, `(10, 64)` float16 in [0, 1]; of the first seed.
        attacked: `(attacks, epsilons, 10, 64)` float16; equal to `clean` until attacked.
        before: Class probabilities of the clean images, `(10, 10)` float16.
        after: Of the attacked ones, `(attacks, epsilons, 10, 10)` float16.
    """

    scores: pd.DataFrame = field(metadata=columned("seed", "value", "attack", "epsilon"))
    distances: pd.DataFrame = field(metadata=columned("attack", "seed", "value", "shorter"))
    clean: np.ndarray
    attacked: np.ndarray
    before: np.ndarray
    after: np.ndarray

    def accuracy(self, attack: AttackName, epsilon: float = EPSILON) -> PerSeed:
        """Accuracy under an attack of one size."""
        return per_seed(self.scores, SHARE, attack=attack, epsilon=epsilon)

    def clean_accuracy(self) -> PerSeed:
        """Accuracy on the images as they are: all attacks of size zero are alike."""
        return self.accuracy("noise", 0.0)

    def shorter(self, attack: AttackName) -> PerSeed:
        """Share of images that an attack fools with a shorter change than the one before it."""
        return per_seed(self.distances, SHARE, "shorter", attack=attack)
