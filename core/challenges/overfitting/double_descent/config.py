"""What the double-descent experiment can be set to, and what it measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from core.lab.intervals import SHARE
from core.lab.scores import PerSeed, per_seed
from core.lab.settings import Config, View, ladder

RIDGES = (0.0, 0.0001, 0.001, 0.01, 0.03, 0.1)
WIDTH_SHARES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.55, 0.7, 0.85, 0.95, 1, 1.05, 1.2, 1.5, 2, 3, 4, 6)
"""Random features, as shares of the training examples."""
EXAMPLE_SHARES = (0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 0.95, 1, 1.05, 1.25, 1.6, 2, 3, 4)
"""Training examples, as shares of the random features."""
NARROW = 0.4
"""A width in the first valley, and the examples that it is compared with, as such a share."""
MOST_FEATURES, MOST_EXAMPLES = 2400, 1200
"""The largest sizes tried; there are no more digits to learn from."""
NETWORK_WIDTHS = (4, 6, 8, 12, 16, 24, 32, 64, 128)
NETWORK_EXAMPLES = (100, 200, 300, 400, 600, 800, 1200)
NETWORK_UNITS = 16
"""Hidden units of the networks that are trained on more and more examples."""
NETWORK_LANDMARKS = (8, 24, 128)
"""Widths in the first valley, at the peak and beyond, fixed on the default seeds."""


class DoubleDescentConfig(Config):
    """What is fitted."""

    model: Literal["random_features", "network"] = "random_features"
    """Both have one hidden layer and learn handwritten digits. Random features: the hidden layer
    stays as drawn, the output layer is fitted exactly by least squares. Network: both layers are
    trained step by step (SGD with momentum)."""
    n_train: int = ladder(100, 200, 300, 400, 600, 800, default=300, label="Training examples")
    """Examples behind the curve over the width. With random features it is also the width at
    which the number of examples is varied."""
    label_noise: float = ladder(
        0.0, 0.05, 0.1, 0.2, 0.3, 0.4, default=0.0, label="Wrong labels", unit="share"
    )
    """Share of the training labels replaced by a wrong one. Validation labels stay true."""
    ridge: float = ladder(*RIDGES, default=0.001, label="Ridge")
    """Penalty on the squares of the weights, added to the mean training loss, for the green line;
    the others have none. For networks it is weight decay. 0 leaves the green line out."""
    steps: int = ladder(500, 1000, 2000, 4000, 8000, default=8000, label="Training steps")
    """Updates of the network's weights, each on a batch of 32 examples. Few steps stop it before
    it fits the wrong labels. Random features need none."""

    @property
    def sizes(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Widths, and numbers of training examples, that are tried for every seed."""
        if self.model == "network":
            return NETWORK_WIDTHS, NETWORK_EXAMPLES
        widths = (round(share * self.n_train) for share in WIDTH_SHARES)
        examples = (round(share * self.n_train) for share in EXAMPLE_SHARES)
        return (
            tuple(width for width in widths if width <= MOST_FEATURES),
            tuple(n for n in examples if n <= MOST_EXAMPLES),
        )

    @property
    def fixed_width(self) -> int:
        """Width of the models that are trained on more and more examples."""
        return NETWORK_UNITS if self.model == "network" else self.n_train


class DoubleDescentView(View):
    """How it is drawn."""

    metric: Literal["error", "loss"] = "error"
    """Error: share of examples classified wrongly. Loss: what the fit minimises, on a log scale:
    squared error for random features, cross-entropy for networks."""


@dataclass(frozen=True)
class DoubleDescentResult:
    """What was measured.

    Attributes:
        scores: `sweep` ("width" or "examples"), `size`, `ridge`, `seed`, `split` ("train",
            "validation", or "weights"), `metric` ("error" in [0, 1], "loss", or "norm" of the
            output weights, random features only), `value`.
        model: "random_features" or "network".
        n_train: Training examples of the sweep over widths.
        fixed_width: Width of the sweep over training examples.
        ridge: Of the second arm; 0 if there is none.
    """

    scores: pd.DataFrame
    model: str
    n_train: int
    fixed_width: int
    ridge: float

    def at(
        self, size: int, *, sweep: str = "width", ridge: float = 0.0, split: str = "validation",
        metric: str = "error",
    ) -> PerSeed:  # fmt: skip
        """One number a seed of the models of one size; by default their validation error.

        Raises:
            NotMeasuredError: If the result holds no such models.
        """
        return per_seed(
            self.scores, SHARE if metric == "error" else "", sweep=sweep, size=size, ridge=ridge,
            split=split, metric=metric,
        )  # fmt: skip

    @property
    def landmarks(self) -> tuple[int, int, int]:
        """Widths where the curve should be low, at its peak, and low again.

        Random features: 0.4 n, n and the widest, with n training examples.
        """
        if self.model == "network":
            return NETWORK_LANDMARKS
        widest = self.scores["size"][self.scores.sweep == "width"].max()
        return round(NARROW * self.n_train), self.n_train, int(widest)
