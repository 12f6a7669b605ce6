"""What is to be forgotten, and how well and how cheaply it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from core.lab.intervals import SHARE
from core.lab.recorder import table
from core.lab.scores import PerSeed, per_seed, rows_where
from core.lab.settings import Config, View, ladder

SHARDS = (2, 5, 10)
ORIGINAL, RETRAINED, TUNED = "original", "from scratch", "fine-tuned"
ASCENDED, REPAIRED = "gradient ascent", "ascent + tuning"
SHARDED, RESHARDED = "SISA, before", "SISA, retrained"
ARMS = (ORIGINAL, RETRAINED, TUNED, ASCENDED, REPAIRED, SHARDED, RESHARDED)


class UnlearningConfig(Config):
    """What is learned, and what is to be forgotten."""

    n_forget: int = ladder(10, 25, 50, 100, default=50, label="Records to forget")
    """How many of each network's 500 training records are to be forgotten."""
    width: int = ladder(16, 32, 64, default=32, unit="units")
    """Units in the hidden layer."""
    steps: int = ladder(75, 150, 300, default=150, label="Training steps")
    """Updates of the original training, and of training again from scratch, each on about 100
    records."""
    tuning: int = ladder(10, 30, 60, 120, default=60, label="Fine-tuning steps")
    """Updates with which the network is trained on, without the records to forget."""
    ascent: int = ladder(5, 10, 20, 40, default=20, label="Ascent steps")
    """Updates that make the loss on the records to forget larger."""
    shards: int = ladder(*SHARDS, default=5)
    """Parts into which the records are dealt for SISA; each part has a network of its own. More
    parts make forgetting one record cheaper, and each network learns from fewer records."""


class UnlearningView(View):
    """How it is drawn."""

    against: Literal["original", "retrained"] = "retrained"
    """What the differences are taken to: the network before forgetting, or one trained from
    scratch without the records, which is what forgetting should look like."""

    @property
    def yardstick(self) -> str:
        """The arm that the others are compared with."""
        return ORIGINAL if self.against == "original" else RETRAINED


@dataclass(frozen=True)
class UnlearningResult:
    """What was measured.

    Attributes:
        scores: `arm`, `seed`, `metric`, `value`: `auc` of the attack on the forgotten records
            against records never seen, and accuracy on `forgotten`, `kept` and `other` records.
        steps: Updates each arm took to forget, `arm`, `value`; those of SISA are counted as
            updates on records of all shards.
        shards: `shards`, `seed`, `value`: accuracy on other records, before forgetting.
        costs: `shards`, `requests`, `seed`, `value`: the work that SISA takes to forget so many
            records at once, as a share of training from scratch.
    """

    scores: pd.DataFrame = table("metric", "value", "arm", "seed")
    steps: pd.DataFrame = table("arm", "value")
    shards: pd.DataFrame = table("shards", "seed", "value")
    costs: pd.DataFrame = table("shards", "requests", "seed", "value")

    def area(self, arm: str) -> PerSeed:
        """Area under the ROC curve of the attack on the forgotten records; 0.5 is guessing."""
        return per_seed(self.scores, arm=arm, metric="auc")

    def accuracy(self, arm: str) -> PerSeed:
        """Accuracy on records that no network was trained on."""
        return per_seed(self.scores, SHARE, arm=arm, metric="other")

    def accuracy_in(self, n_shards: int) -> PerSeed:
        """Accuracy on other records in so many shards, before forgetting."""
        return per_seed(self.shards, SHARE, shards=n_shards)

    def work(self, n_shards: int, requests: int) -> PerSeed:
        """Share of training from scratch that it takes to forget so many records at once."""
        return per_seed(self.costs, SHARE, shards=n_shards, requests=requests)

    @property
    def share_of_updates(self) -> float:
        """Work of training the shards again, as a share of training from scratch; 0 if not done."""
        taken, whole = (
            rows_where(self.steps, {"arm": arm})["value"].sum() for arm in (RESHARDED, RETRAINED)
        )
        return float(taken / whole)
