"""What the transfer experiment can be set to, and what it measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from core.attacks.budget import STRONGEST
from core.lab.intervals import SHARE
from core.lab.recorder import table
from core.lab.scores import PerSeed, per_seed
from core.lab.settings import Config, View, ladder

NETWORKS = ("cnn", "other_cnn", "mlp", "linear")
NEIGHBOUR, NOISE, WHITE_BOX = "nearest_neighbour", "noise", "white_box"
NAMES = {
    NOISE: "random noise", "cnn": "CNN", "other_cnn": "other CNN", "mlp": "MLP",
    "linear": "linear", NEIGHBOUR: "nearest neighbour", WHITE_BOX: "itself",
}  # fmt: skip
SOURCES = (NOISE, "linear", "mlp", "other_cnn", "cnn", WHITE_BOX)
EPSILONS = (0.05, 0.1, 0.2, 0.3)
EPSILON = 0.2
"""Size of the change that the claims are about, fixed in advance."""


class TransferConfig(Config):
    """What the attacker and the victims learn from."""

    attacker_data: Literal["same", "disjoint"] = "disjoint"
    """Same: the attacker trains on the victims' own training images. Disjoint: on as many others,
    so that victim and attacker share nothing but the task."""
    n_train: int = ladder(200, 400, 600, default=600, label="Training images")
    """How many images each network learns from."""
    epochs: int = ladder(5, 10, 20, 40, default=10)
    """Passes over the training images."""
    steps: int = ladder(5, 10, 20, 40, default=10, label="Steps of PGD")
    """Gradients that each attack computes."""


class TransferView(View):
    """Which victim, and how large the changes."""

    epsilon: float = ladder(*EPSILONS, default=0.2, label="Size of the change", unit="per pixel")
    """Largest change of a pixel, black being 0 and white 1."""
    attack: Literal["strongest", "PGD"] = "strongest"
    """How the images were made. Strongest: by several attacks, and for each image and victim the
    worst of them counts. PGD: by one of them, from one start."""
    victim: Literal["CNN", "Other_CNN", "MLP", "Linear", "Nearest_neighbour"] = "CNN"
    """Whose accuracy the curves show. Nearest neighbour: the class of the most similar training
    image; it has no gradient that an attacker could follow."""


@dataclass(frozen=True)
class TransferResult:
    """What was measured.

    Attributes:
        scores: `source`, `victim`, `epsilon`, `attack` ("strongest" or "PGD"; "noise" where
            there is none), `seed`, `value`: the victim's accuracy on test images changed to fool
            the source.
    """

    scores: pd.DataFrame = table("seed", "value", "source", "victim", "epsilon", "attack")

    def remaining(self, source: str, victim: str = "cnn", attack: str = STRONGEST) -> PerSeed:
        """Accuracy of a victim on images made to fool the source."""
        how = NOISE if source == NOISE else attack
        return per_seed(
            self.scores, SHARE, source=source, victim=victim, epsilon=EPSILON, attack=how
        )
