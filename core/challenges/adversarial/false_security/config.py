"""What the false security experiment can be set to, and what it measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from core.lab.intervals import SHARE
from core.lab.recorder import table
from core.lab.scores import PerSeed, per_seed
from core.lab.settings import Config, View, ladder

NAMES = {
    "none": "no defence", "scaled": "logits scaled", "quantised": "pixels rounded",
    "pgd": "PGD training",
}  # fmt: skip
MASKS = {"scaled": "Scaling the logits", "quantised": "Rounding the pixels"}
"""Defences that hide the gradient, as a sentence begins."""
GRADIENTS, EVERYTHING = "gradients", "everything"
"""Images that survive FGSM and PGD, and those that survive the strongest attack, which is all."""


class FalseSecurityConfig(Config):
    """The defences and the attacks on them."""

    epsilon: float = ladder(
        0.05, 0.1, 0.15, 0.2, 0.3, default=0.2, label="Size of the change", unit="per pixel"
    )
    """Largest change of a pixel that the attacks may make, black being 0 and white 1."""
    scale: int = ladder(1, 10, 100, 1000, 10000, default=1000, label="Logits multiplied by")
    """The first defence multiplies the network's outputs by this. The answer stays the same, but
    the loss becomes flat: its gradient is rounded to zero."""
    levels: int = ladder(2, 3, 5, 9, 17, default=5, label="Grey levels")
    """The second defence rounds every pixel to this many levels of grey before the network sees
    it. Rounding has no slope, so no gradient comes through."""
    steps: int = ladder(5, 10, 20, 40, default=20, label="Steps of PGD")
    """Gradients that PGD computes; half as many in each ascent of the strongest attack."""
    tries: int = ladder(50, 100, 200, 400, default=100, label="Tries of the random search")
    """How often the random search may ask the network; it uses no gradient at all."""
    epochs: int = ladder(5, 10, 20, 40, default=10)
    """Passes over the training images."""
    n_train: int = ladder(200, 400, 800, 1200, default=1200, label="Training images")
    """How many images each network learns from."""


class FalseSecurityView(View):
    """How it is drawn."""

    show: Literal["every_attack", "together"] = "every_attack"
    """Every attack: one column each. Together: images that survive all attacks that follow the
    gradient, and those that survive all attacks there are."""


@dataclass(frozen=True)
class FalseSecurityResult:
    """What was measured.

    Attributes:
        scores: `defence`, `attack`, `seed`, `value`: share of test images classified correctly
            after the attack; `"gradients"` and `"everything"` are images that survive several.
        flat: `defence`, `seed`, `value`: share of images where the gradient is exactly zero.
    """

    scores: pd.DataFrame = table("seed", "value", "defence", "attack")
    flat: pd.DataFrame = table("seed", "value", "defence")

    def robust_accuracy(self, defence: str, attack: str) -> PerSeed:
        """Accuracy of a defence under an attack."""
        return per_seed(self.scores, SHARE, defence=defence, attack=attack)

    def difference(self, defence: str, attack: str = EVERYTHING) -> PerSeed:
        """What an attack leaves, against what FGSM and PGD leave."""
        return self.robust_accuracy(defence, attack) - self.robust_accuracy(defence, GRADIENTS)
