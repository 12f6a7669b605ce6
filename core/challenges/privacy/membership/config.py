"""Whose training set is attacked, and what the attacks found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd

from core.lab.intervals import POINTS, SHARE
from core.lab.recorder import columned
from core.lab.scores import PerSeed, per_seed
from core.lab.settings import Config, View, ladder
from core.metrics.privacy_accounting import most_caught

BASELINE = "no remedy"
STOPPING = "early stopping"
MEMORISER, UNTRAINED = "random labels", "untrained"
PRIVATE, CLIPPED = "differential privacy", "clipping alone"
REMEDIES = ("more data", "weight decay", "dropout", STOPPING, PRIVATE, CLIPPED)
SHORTER = {"1/12 of the steps": 12, "1/4 of the steps": 4}
ARMS = (BASELINE, *REMEDIES, *SHORTER, MEMORISER, UNTRAINED)
LOSS, SHADOWS = "loss threshold", "shadow networks"


class MembershipConfig(Config):
    """What is trained and attacked."""

    n_members: int = ladder(125, 250, 500, 1000, default=500, label="Training records")
    """How many records each network learns from. As many others stay out; the attack must tell
    the two apart."""
    label_noise: float = ladder(0.0, 0.1, 0.2, default=0.1, label="Wrong labels", unit="share")
    """Chance that a record's label is wrong, in and out of the training set alike. A wrong label
    can only be learned by heart."""
    width: int = ladder(16, 32, 64, 128, default=64, unit="units")
    """Units in the hidden layer. More units can remember more."""
    steps: int = ladder(75, 150, 300, 600, default=300, label="Training steps")
    """Updates of the weights, each on a batch of 50 records (Adam, learning rate 0.01)."""
    networks: int = ladder(8, 16, 32, default=16, label="Networks")
    """Networks per seed, each trained on its own random half of the records. Each is attacked
    once, and the others serve the attacker as shadow networks."""
    epsilon: float = ladder(0.5, 1.0, 2.0, 4.0, 8.0, default=2.0, label="ε of private training")
    """What differential privacy promises with δ = 0.00001: the smaller ε, the less anybody can
    learn about one record, and the more noise training has to bear."""


class MembershipView(View):
    """How it is drawn."""

    arm: Literal[
        "no remedy", "more data", "weight decay", "dropout", "early stopping",
        "differential privacy", "clipping alone",
        "1/12 of the steps", "1/4 of the steps", "random labels", "untrained",
    ] = "no remedy"  # fmt: skip
    """Whose attack is drawn. The last two are controls: networks that can only memorise, which an
    attack must catch, and networks before training, which it must not."""
    attack: Literal["shadow networks", "loss threshold"] = "shadow networks"
    """Loss threshold: call a record a member if the network's loss on it is low. Shadow networks:
    compare the network with others that did, and did not, train on that very record (LiRA)."""


@dataclass(frozen=True)
class MembershipResult:
    """What was measured.

    Attributes:
        scores: `arm`, `seed`, `metric`, `value`: shares in [0, 1]. Accuracy on records in and out
            of the training set, wrong labels among both alike, their difference `gap`, and for
            each attack the area under its ROC curve and the share of members caught at 1% and
            0.1% false alarms.
        curves: `arm`, `attack`, `seed`, `fpr`, `tpr`: the ROC curves at fixed false-positive rates.
        epsilon: What private training promises,
        delta: and the chance with which the promise may fail.
        finished: False while the training goes on.
    """

    scores: pd.DataFrame = field(metadata=columned("metric", "value", "arm", "seed"))
    curves: pd.DataFrame = field(metadata=columned("attack", "fpr", "tpr", "arm", "seed"))
    epsilon: float
    delta: float
    finished: bool

    def gap(self, arm: str) -> PerSeed:
        """Generalization gap of an arm: accuracy on training records minus that on others."""
        return per_seed(self.scores, POINTS, arm=arm, metric="gap")

    def accuracy(self, arm: str) -> PerSeed:
        """Accuracy of an arm on records outside its training sets."""
        return per_seed(self.scores, SHARE, arm=arm, metric="accuracy out")

    def area(self, arm: str, attack: str = SHADOWS) -> PerSeed:
        """Area under an attack's ROC curve; 0.5 is guessing."""
        return per_seed(self.scores, arm=arm, metric=f"auc, {attack}")

    def caught(self, arm: str, attack: str = SHADOWS, at: str = "1%") -> PerSeed:
        """Share of members caught at 1% or 0.1% false alarms."""
        return per_seed(self.scores, SHARE, arm=arm, metric=f"tpr at {at}, {attack}")

    def beyond_the_proof(self, arm: str) -> PerSeed:
        """Members that the better attack catches at 1% beyond what the proof allows, in points."""
        best = better(self.caught(arm, LOSS), self.caught(arm))
        return best.map(lambda caught: caught - self.proof_allows, POINTS)

    @property
    def proof_allows(self) -> float:
        """Largest share of members that any attack on private training can catch at 1%."""
        return float(most_caught(np.array([0.01]), self.epsilon, self.delta)[0])


def better(one: PerSeed, other: PerSeed) -> PerSeed:
    """What the better of two attacks reaches, seed by seed."""
    return one.map(lambda values: np.maximum(values, other.values), one.unit)
