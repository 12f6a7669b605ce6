"""What the experiment on features of a table can be set to, and what it measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from core.attributions.tables import CONTROL, METHODS
from core.data.known_importance import FEATURES, TRUTH, UNUSED
from core.lab.intervals import SHARE
from core.lab.recorder import table
from core.lab.scores import PerSeed, per_seed, rows_where
from core.lab.settings import Config, View, ladder
from core.metrics.attribution import rank_correlation

CORRELATIONS = (0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99)
MODELS = ("linear", "network", "cells")
"""Two models of the known table, and a network of the real one."""
KNOWN = MODELS[:2]
PERMUTATION, SHAPLEY, SAME_CLASS = "Permutation", "Shapley values", "Same class"
"""Measures that captum does not compute: shuffled columns, every subset, and the answer itself."""
STEERED_BY = "Integrated Gradients"
RANKED = (PERMUTATION, SHAPLEY, *METHODS, CONTROL)
COMPARED = (
    "Saliency", "Input x Gradient", STEERED_BY, "DeepLift", "Feature Ablation", SHAPLEY, CONTROL,
)  # fmt: skip
"""What is asked of networks that differ in the seed only."""
EXACT = (
    "Input x Gradient", STEERED_BY, "DeepLift", "Feature Ablation", "Shapley sampling",
    "KernelSHAP",
)  # fmt: skip
"""Methods that must explain a linear model exactly, whatever they draw."""


class FeaturesConfig(Config):
    """What is drawn, trained and explained."""

    correlation: float = ladder(*CORRELATIONS, default=0.9, label="Correlation of the copy")
    """How closely the column "copy of strong" follows "strong". The class is drawn without it."""
    noise: float = ladder(0.0, 0.25, 0.5, 1.0, 2.0, default=0.5, unit="SD")
    """Standard deviation of what is added to the true score before its sign becomes the class."""
    rows: int = ladder(100, 200, 500, 1000, 2000, default=500, label="Training rows")
    """How many rows of the known table the models learn from."""
    width: int = ladder(8, 16, 32, 64, 128, default=32, unit="units")
    """Units of the networks' hidden layer."""
    steps: int = ladder(100, 200, 400, 800, 1600, default=400, label="Training steps")
    """Steps of training, each with 32 rows."""
    explained: int = ladder(8, 16, 32, 64, default=16, label="Explained rows")
    """How many new rows every method explains."""


class FeaturesView(View):
    """How it is drawn."""

    log_axis: bool = False
    """Whether errors are spaced by their ratio, so that small ones can be told apart."""
    agreement: Literal["top", "ranks"] = "top"
    """Top: how often two models name the same most important column of a row. Ranks: how alike
    they order its columns."""


@dataclass(frozen=True)
class FeaturesResult:
    """What was measured.

    Attributes:
        errors: `seed`, `model`, `method`, `value`: distance from the exact explanations of the
            rows over their length, at least 0; of a network, from its Shapley values.
        importance: `seed`, `model`, `method`, `feature`, `value`: share of the importance of all
            columns; a little below 0 where shuffling a column helped.
        correlated: `seed`, `method`, `correlation`, `feature`, `value`: the same by correlation,
            of networks.
        agreement: `seed`, `model`, `measure` (`"top"` or `"ranks"`), `method`, `value`: mean over
            pairs of models that differ in the seed of training only.
        accuracy: `seed`, `model`, `value` in [0, 1] on rows never trained on.
    """

    errors: pd.DataFrame = table("seed", "model", "method", "value")
    importance: pd.DataFrame = table("seed", "model", "method", "feature", "value")
    correlated: pd.DataFrame = table("seed", "method", "correlation", "feature", "value")
    agreement: pd.DataFrame = table("seed", "model", "measure", "method", "value")
    accuracy: pd.DataFrame = table("seed", "model", "value")

    def error(self, model: str, method: str) -> PerSeed:
        """Relative error of one method on one model."""
        return per_seed(self.errors, model=model, method=method)

    def worst_of_the_exact(self) -> PerSeed:
        """Largest error of the exact methods on the linear model."""
        found = [self.error("linear", method) for method in EXACT]
        return PerSeed.of(found[0].seeds, np.max([one.values for one in found], axis=0))

    def share(self, model: str, method: str, feature: str) -> PerSeed:
        """Share of one column of one model by one method."""
        rows = rows_where(self.importance, {"model": model, "method": method})
        return per_seed(rows, SHARE, feature=feature)

    def rank(self, model: str, method: str) -> PerSeed:
        """Rank correlation with what the columns truly do."""
        shares = [self.share(model, method, feature) for feature in FEATURES]
        found = np.stack([share.values for share in shares], axis=1)
        ranks = rank_correlation(found, np.broadcast_to(TRUTH, found.shape))
        return PerSeed.of(shares[0].seeds, ranks)

    def share_of_the_copy(self, method: str, correlation: float) -> PerSeed:
        """Share of the column that is only correlated, at one correlation."""
        rows = rows_where(self.correlated, {"method": method, "correlation": correlation})
        return per_seed(rows, SHARE, feature=UNUSED)

    def agreed(self, model: str, method: str) -> PerSeed:
        """How often models that differ in the seed only name the same top column, or class."""
        return per_seed(self.agreement, SHARE, model=model, method=method, measure="top")
