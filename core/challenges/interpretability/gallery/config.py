"""What the saliency gallery can be set to, and what it measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from core.attributions import CONTROLS, METHODS
from core.challenges.interpretability.settings import PicturesConfig
from core.lab.intervals import SHARE
from core.lab.recorder import table
from core.lab.scores import PerSeed, per_seed
from core.lab.settings import View, ladder

ALL = METHODS + CONTROLS
PICTURES = 6
EXPLAINED = ("predicted", "runner_up", "true")
"""Columns of the cases: the classes whose maps of the first network are kept."""


class GalleryConfig(PicturesConfig):
    """What is trained and explained."""

    epochs: int = ladder(0, 1, 3, 6, 12, default=6)
    """Passes over the training pictures; 0 leaves the network as it was drawn."""


class GalleryView(View):
    """Which decision is shown."""

    above = True
    picture: int = ladder(*range(1, PICTURES + 1), default=1)
    """Which of the pictures; those that the network gets wrong come first."""
    explained: Literal["predicted", "runner-up", "true_class"] = "predicted"
    """The class whose score is explained: the network's answer, its second choice, or the truth."""


@dataclass(frozen=True, kw_only=True)
class GalleryResult:
    """What was measured.

    Attributes:
        images: The pictures explained, `(PICTURES, h, w)` uint8; empty until there are any.
        masks: The pixels of their objects, `(PICTURES, h, w)` bool.
        maps: The first network's maps, `(explained, methods, PICTURES, h, w)` float16, each
            divided by its largest absolute value.
        finished: How many of the methods are there, in the order of `ALL`. While the first
            network learns it is 1: one of each class is explained by Saliency.
        cases: One row a picture: `true`, `predicted`, `runner_up` (labels), `probability` of
            the predicted class.
        dataset: Name of the data, for the names of the classes.
        agreement: `seed`, `method`, `other`, `value`: rank correlation of the sizes of two
            methods' maps of one picture's true class, mean over the pictures.
        stability: `seed`, `method`, `value`: rank correlation between the maps of this seed's
            network and another's, mean over the other networks and the pictures.
        accuracy: `seed`, `value` in [0, 1]: of each network on its own validation pictures.
        weights: All parameters of the first network, one after the other, float32.
        held: Its validation pictures, `(n, h, w)` uint8; empty until it is trained.
        held_cases: One row each of `held`: `true` and `predicted` (labels).
        first_seed: Seed of the first network.
    """

    images: np.ndarray
    masks: np.ndarray
    maps: np.ndarray
    finished: int
    cases: pd.DataFrame = table("true", "predicted", "runner_up", "probability")
    dataset: str
    agreement: pd.DataFrame = table("seed", "method", "other", "value")
    stability: pd.DataFrame = table("seed", "method", "value")
    accuracy: pd.DataFrame = table("seed", "value")
    weights: np.ndarray
    held: np.ndarray
    held_cases: pd.DataFrame = table("true", "predicted")
    first_seed: int

    @property
    def right(self) -> PerSeed:
        """Accuracy of each network on its own validation pictures."""
        return per_seed(self.accuracy, SHARE)

    def correlation(self, method: str, other: str) -> PerSeed:
        """Agreement of two methods: mean rank correlation of their maps."""
        return per_seed(self.agreement, method=method, other=other)

    @property
    def mean_correlation(self) -> PerSeed:
        """Agreement over all pairs of methods, controls left out."""
        rows = self.agreement
        rows = rows[rows["method"].isin(METHODS) & rows["other"].isin(METHODS)]
        means = rows.groupby("seed")["value"].mean()
        return PerSeed.of(means.index, means)
