"""What the MNIST-1D table can be set to, and what it measures."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from core.lab.recorder import table
from core.lab.scores import PerSeed, per_seed
from core.lab.settings import Config, ladder

KINDS = {"logistic": "logistic", "mlp": "MLP", "cnn": "CNN", "gru": "GRU"}
"""Kinds of networks, and what they are called."""
AS_IS, SHUFFLED = "in order", "shuffled"
ORDERS = (AS_IS, SHUFFLED)
PUBLISHED = {
    ("logistic", AS_IS): 0.32, ("MLP", AS_IS): 0.68, ("CNN", AS_IS): 0.94, ("GRU", AS_IS): 0.91,
    ("logistic", SHUFFLED): 0.32, ("MLP", SHUFFLED): 0.68, ("CNN", SHUFFLED): 0.56,
    ("GRU", SHUFFLED): 0.57,
}  # fmt: skip
"""The authors' table: README of github.com/greydanus/mnist1d, "Comparing MNIST and MNIST-1D"."""
MARGIN = 0.03
"""Differences up to three points count as none: twice the sampling error of 1000 test signals."""
TEST = 1000


class Mnist1dConfig(Config):
    """What is trained."""

    n_train: int = ladder(500, 1000, 2000, 4000, default=4000, label="Training signals")
    """How many of the authors' 4,000 training signals each network learns from."""
    steps: int = ladder(25, 100, 250, 800, default=800, label="Training steps")
    """Updates of the weights, each on a batch of 100 signals. The authors take 8,000."""
    rate: float = ladder(0.25, 0.5, 1.0, 2.0, default=1.0, label="Learning rate", unit="times")
    """Every network's largest learning rate as a multiple of its own usual one."""


@dataclass(frozen=True)
class Mnist1dResult:
    """What was measured.

    Attributes:
        curves: `kind` (a value of `KINDS`), `order` (one of `ORDERS`), `step`, `seed`, `value`:
            share of the authors' test signals right after so many steps.
    """

    curves: pd.DataFrame = table("kind", "order", "step", "seed", "value")

    def last(self) -> pd.DataFrame:
        """The newest scores of every network: `kind`, `order`, `seed`, `value`."""
        newest = self.curves.groupby(["kind", "order"])["step"].transform("max")
        return self.curves[self.curves["step"] == newest].drop(columns="step")

    def accuracy(self, kind: str, order: str = AS_IS) -> PerSeed:
        """Share of test signals right at the end."""
        return per_seed(self.last(), "share", kind=KINDS[kind], order=order)

    def shuffling(self, kind: str) -> PerSeed:
        """What shuffling the samples of the signals changes in accuracy."""
        return self.accuracy(kind, SHUFFLED) - self.accuracy(kind)

    def from_published(self, kind: str, order: str = AS_IS) -> PerSeed:
        """Accuracy less the published one, in points."""
        own = self.accuracy(kind, order)
        known = PerSeed(own.seeds, own.values * 0 + PUBLISHED[KINDS[kind], order], own.unit)
        return own - known
