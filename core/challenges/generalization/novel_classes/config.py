"""What the novel classes experiment can be set to, and what it measures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd

from core.data.novel_pictures import Novelty
from core.lab.intervals import SHARE
from core.lab.recorder import columned
from core.lab.scores import PerSeed, per_seed
from core.lab.settings import Config, View, ladder, repetitions
from core.metrics.novelty_scores import SOFTMAX

KNOWN, NEAR = "known digits", "unseen digits"
FAR: tuple[Novelty, ...] = ("shapes", "textures", "noise")
NOVEL = (NEAR, *FAR)
AREA, MISSED = "area", "missed"
MEASURES: Mapping[str, str] = {"AUROC": AREA, "missed at 95%": MISSED}
N_KNOWN, N_NOVEL = 300, 150
"""Test pictures of each seed: of known classes, and of each kind of novelty."""
MEMBERS = 5
ALARMS = np.linspace(0, 1, 41)
"""Shares of known pictures that are called novel, at which curves are drawn."""


class NovelClassesConfig(Config):
    """What the networks learn, and how they are asked."""

    repetitions: int = repetitions(default=10)

    left_out: int = ladder(1, 2, 3, default=2, label="Classes left out", unit="digits")
    """How many of the ten digits no network sees; which ones is drawn anew for each seed."""
    n_train: int = ladder(200, 400, 600, default=400, label="Training pictures")
    """How many pictures of the other digits each network learns from."""
    passes: int = ladder(10, 30, 60, default=30, label="Passes over the training pictures")
    """How often each picture is seen."""
    network: Literal["mlp", "cnn"] = "mlp"
    """MLP: two fully connected hidden layers. CNN: two convolutions."""
    neighbours: int = ladder(1, 5, 20, default=5, label="Which neighbour")
    """A picture is as strange as its distance to this neighbour among the training pictures."""


class NovelClassesView(View):
    """How it is drawn."""

    measure: Literal["AUROC", "missed at 95%"] = "AUROC"
    """AUROC: the chance that a novel picture has a stranger score than a known one; 50% is a
    coin toss. Missed at 95%: share of novel pictures that pass where 95% of the known ones do
    (FPR at 95% TPR); small is good."""
    far: Literal["shapes", "textures", "noise"] = "shapes"
    """Pictures that are no digits at all: drawn shapes, stripes and dots, or random pixels."""
    novelty: Literal["unseen digits", "shapes", "textures", "noise"] = "unseen digits"
    """Of which pictures the curves are drawn."""


@dataclass(frozen=True)
class NovelClassesResult:
    """What was measured.

    Attributes:
        scores: `seed`, `value`, `detector`, `novelty`, `measure` ("area" under the ROC curve, or
            "missed": share of novel pictures accepted where 95% of the known ones are), in [0, 1].
        sureness: `seed`, `value`, `pictures`: mean confidence of the first network.
        accuracy: `seed`, `value`: of the first network on known digits.
        curves: Share of novel pictures noticed at `ALARMS`, `(detectors, novelties, seeds, 41)`.
        usual: Scores of the first seed's known test pictures by every detector, in ascending order,
            `(detectors, 300)`; empty until the run is finished, and so are those that follow.
        weights: Layers of the first seed's networks, `(members, n)` float16, one after the other.
        sizes: Widths from input to output, `(layers + 1,)`.
        x: Its training pictures, `(n_train, 64)` in 16ths.
        y: Their labels, places in `classes`.
        classes: Digits that they know.
        neighbours: Which neighbour counts.
        pictures: One of each kind, `(5, 64)`: the first test picture of the first seed.
        answers: What its network reads, `(5,)`.
        sure: How surely, `(5,)`.
    """

    scores: pd.DataFrame = field(
        metadata=columned("seed", "value", "detector", "novelty", "measure")
    )
    sureness: pd.DataFrame = field(metadata=columned("seed", "value", "pictures"))
    accuracy: pd.DataFrame = field(metadata=columned("seed", "value"))
    curves: np.ndarray
    usual: np.ndarray
    weights: np.ndarray
    sizes: np.ndarray
    x: np.ndarray
    y: np.ndarray
    classes: np.ndarray
    neighbours: int
    pictures: np.ndarray
    answers: np.ndarray
    sure: np.ndarray

    def at(self, detector: str, novelty: str, measure: str = AREA) -> PerSeed:
        """How well a detector tells a kind of novel pictures from known digits."""
        return per_seed(
            self.scores, SHARE, detector=detector, novelty=novelty, measure=measure
        )  # fmt: skip

    def gain(self, detector: str, novelty: str, over: str = SOFTMAX) -> PerSeed:
        """How much larger its area is than another detector's."""
        return self.at(detector, novelty) - self.at(over, novelty)

    def far(self, detector: str) -> PerSeed:
        """Mean area over the kinds of far novelty."""
        first, *others = (self.at(detector, novelty) for novelty in FAR)
        for other in others:
            first = first + other
        return first * (1 / len(FAR))

    def confidence(self, pictures: str) -> PerSeed:
        """Mean confidence on a kind of pictures."""
        return per_seed(self.sureness, SHARE, pictures=pictures)
