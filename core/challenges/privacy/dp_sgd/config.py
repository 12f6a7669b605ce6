"""How training is protected, and what that leaves to an attacker and costs in accuracy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from core.lab.intervals import SHARE
from core.lab.recorder import columned
from core.lab.scores import PerSeed, per_seed
from core.lab.settings import Config, View, ladder

NOTHING, CLIPPED = "none", "clip only"
EPSILONS: Mapping[str, float] = {
    NOTHING: 0.0, CLIPPED: 0.0, "ε = 32": 32.0, "ε = 8": 8.0, "ε = 2": 2.0, "ε = 0.5": 0.5,
}  # fmt: skip
"""Epsilon of each arm; 0 for those that promise nothing."""


class DpSgdConfig(Config):
    """What is trained, and how it is protected."""

    n_members: int = ladder(500, 1000, 2000, 4000, default=1000, label="Training records")
    """How many records each network learns from, on average: each by the toss of a coin. The more
    there are, the less the noise that hides one of them matters."""
    clip: float = ladder(0.1, 0.25, 0.5, 1.0, 2.0, default=1.0, label="Clipping norm")
    """Gradients of single records are shortened to this length. The noise is measured by it."""
    width: int = ladder(16, 32, 64, default=32, unit="units")
    """Units in the hidden layer. Every weight gets its own noise."""
    steps: int = ladder(50, 150, 300, default=150, label="Training steps")
    """Updates of the weights, each on about 100 records (momentum 0.9, learning rate 0.1)."""
    networks: int = ladder(8, 16, default=8, label="Networks")
    """Networks per seed and protection, each trained on its own random half of the records; the
    others serve the attacker as shadow networks."""


class DpSgdView(View):
    """How it is drawn."""

    measure: Literal["area", "caught at 1%"] = "area"
    """Area under the attack's ROC curve (0.5 is guessing), or the share of members caught when 1%
    of the others are falsely accused (1% is guessing)."""


@dataclass(frozen=True)
class DpSgdResult:
    """What was measured.

    Attributes:
        scores: `arm`, `seed`, `metric`, `value`: `auc`, `caught at 1%`, `accuracy in`,
            `accuracy out`, `worst class` (accuracy of the class that fares worst).
        promises: `arm`, `epsilon` (infinite without noise: -1), `noise_multiplier`, and the
            highest `auc` and `caught at 1%` that the promise allows any attack.
        budget: `arm`, `step`, `epsilon` spent by then.
        clip: The clipping norm.
    """

    scores: pd.DataFrame = field(metadata=columned("metric", "value", "arm", "seed"))
    promises: pd.DataFrame = field(
        metadata=columned("arm", "epsilon", "noise_multiplier", "auc", "caught at 1%")
    )
    budget: pd.DataFrame = field(metadata=columned("arm", "step", "epsilon"))
    clip: float

    def area(self, arm: str) -> PerSeed:
        """Area under the attack's ROC curve; 0.5 is guessing."""
        return per_seed(self.scores, arm=arm, metric="auc")

    def accuracy(self, arm: str) -> PerSeed:
        """Accuracy on records outside the training sets."""
        return per_seed(self.scores, SHARE, arm=arm, metric="accuracy out")

    def allowed(self, arm: str) -> float:
        """The largest area that an arm's promise allows any attack."""
        return float(self.promises.set_index("arm")["auc"][arm])
