"""What the random-labels experiment can be set to, and what it measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from core.engine.sweep import ScoreView
from core.lab.intervals import SHARE, Estimate
from core.lab.scores import PerSeed
from core.lab.settings import Config, ladder, repetitions

SHARES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
"""Shares of random labels, as on the horizontal axis of the paper's Figure 1b."""
PLAIN = "no regulariser"
FITS = ["arm", "share", "seed", "epochs", "fitted", "train", "validation"]
"""Columns of what is known of every network; see `RandomLabelsResult.fits`."""
CLASSES = 10
"""Of both data sets."""


class RandomLabelsConfig(Config):
    """What is trained."""

    repetitions: int = repetitions(default=10)

    dataset: Literal["digits", "mnist1d"] = "digits"
    """Digits: 8x8 images, ten classes. MNIST-1D: signals of 40 samples, ten classes, hard for
    this kind of network."""
    n_train: int = ladder(64, 128, 256, 512, default=128, label="Training examples")
    """How many examples each network learns from. More examples are more to learn by heart."""
    width: int = ladder(8, 16, 32, 64, 128, default=128, unit="units")
    """Units in each of the two hidden layers. A narrow network may not have the room."""
    epochs: int = ladder(25, 50, 100, 200, default=200, label="Longest training", unit="epochs")
    """Passes over the training examples after which a network is given up. Training ends
    earlier once all training labels are right."""
    weight_decay: float = ladder(0.01, 0.1, 0.3, 1.0, 3.0, default=0.1)
    """Strength of the weight decay that is tried: each step shrinks the weights by the learning
    rate (0.005) times this."""
    dropout: float = ladder(0.1, 0.2, 0.3, 0.5, default=0.2, unit="share")
    """Strength of the dropout that is tried: the share of hidden units silenced at random in
    each training step."""
    augmentation: bool = False
    """Also try augmentation, small random changes of every training batch: images moved by up to
    one pixel; signals rolled by up to two samples and scaled by up to 10%. Takes longer."""


class RandomLabelsView(ScoreView):
    """How it is drawn."""

    metric: Literal["accuracy", "loss"] = "accuracy"
    """Of the curves by epoch. Accuracy: share of examples classified as labelled. Loss: mean
    cross-entropy, which also punishes being confident and wrong."""
    log_epochs: bool = False
    """Draw epochs on a logarithmic axis, where equal ratios look equal."""
    regularisers: Literal["measured", "difference"] = "measured"
    """Measured: the accuracies as they are. Difference: what each regulariser changes, paired
    by seed, since all start from the same weights."""


@dataclass(frozen=True)
class RandomLabelsResult:
    """What was measured.

    Attributes:
        curves: True against random labels without a regulariser: `share` of random labels (0
            or 1), `seed`, `epoch`, and by then `train_accuracy`, `validation_accuracy` (in
            [0, 1]), `train_loss`, `validation_loss` (nats).
        fits: One row per network: `arm`, `share`, `seed`, `epochs` until all training labels
            were right (or the budget), `fitted` (whether they ever were), and `train` and
            `validation` accuracy at that moment.
        chance: Accuracy of guessing among the classes, all alike.
        budget: Epochs after which a network is given up.
        n_train: Training examples of each network.
    """

    curves: pd.DataFrame
    fits: pd.DataFrame
    chance: float
    budget: int
    n_train: int

    def networks(self, share: float, arm: str = PLAIN) -> pd.DataFrame:
        """The networks of one arm, at any strength, and one share of random labels, by seed."""
        kept = (self.fits["share"] == share) & self.fits["arm"].str.startswith(arm)
        return self.fits[kept].sort_values("seed")

    def at(self, share: float, column: str, arm: str = PLAIN) -> PerSeed:
        """What `column` of `fits` says of such networks: epochs, or an accuracy as a share.

        Raises:
            NotMeasuredError: If none were trained.
        """
        rows, unit = self.networks(share, arm), "epochs" if column == "epochs" else SHARE
        return PerSeed.of(rows["seed"], rows[column], unit)

    def learned(self, share: float, arm: str = PLAIN) -> Estimate:
        """Share of the training labels learned; raises as `at` does."""
        return self.at(share, "train", arm).of_cases(self.n_train)

    def slowdown(self, share: float = 1.0, against: float = 0.0) -> Estimate | None:
        """Epochs to fit at one share of random labels over those at another, paired by seed.

        Returns:
            The geometric mean of the seeds' ratios; None if a network was given up, since the
            ratio would then be too small.
        """
        if not all(self.networks(one)["fitted"].all() for one in (share, against)):
            return None
        return self.at(share, "epochs").ratio_to(self.at(against, "epochs"))
