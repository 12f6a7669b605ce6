"""What the certified experiment can be set to, and what it measures."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from core.lab.intervals import SHARE, Estimate, pooled_interval
from core.lab.recorder import table
from core.lab.scores import PerSeed
from core.lab.settings import Config, View, ladder

SIGMAS = (0.12, 0.25, 0.5)
UNDEFENDED = 0.0
ATTACKED_RADII = (0.0, 0.25, 0.5, 0.75, 1.0)


class CertifiedConfig(Config):
    """How the votes are taken."""

    copies: int = ladder(100, 500, 1000, 2000, default=1000, label="Noisy copies")
    """How many noisy copies of an image are asked for its certificate. More of them allow a
    larger promise, since the share of votes is known better."""
    images: int = ladder(10, 20, 50, 100, default=50, label="Test images")
    """How many test images get a certificate, for each seed."""
    noisy_training: bool = True
    """Train each network on the noise that it will vote under. Without it the networks have never
    seen noise."""
    epochs: int = ladder(5, 10, 20, 40, default=10)
    """Passes over the training images."""
    n_train: int = ladder(200, 400, 800, 1200, default=1200, label="Training images")
    """How many images each network learns from."""


class CertifiedView(View):
    """How it is drawn."""

    sigma: float = ladder(*SIGMAS, default=0.25, label="Noise", unit="SD")
    """Standard deviation of the noise in the figure that sets promise and attack side by side."""


@dataclass(frozen=True)
class CertifiedResult:
    """What was measured.

    Attributes:
        certificates: `sigma`, `seed`, `image`, `right` (whether the vote is the true class) and
            `radius` (-1 where it abstains), in the Euclidean norm.
        attacked: `sigma` (0 for the network without a vote), `seed`, `image`, `radius`, `right`:
            whether the answer is true after an attack of that size.
    """

    certificates: pd.DataFrame = table("seed", "image", "sigma", "right", "radius")
    attacked: pd.DataFrame = table("seed", "image", "sigma", "right", "radius")

    def certified_accuracy(self, sigma: float, radius: float) -> PerSeed:
        """Share of images right and certified at least that far."""
        own = self.certificates[self.certificates.sigma == sigma]
        return _shares(own, own.right & (own.radius >= radius) & (own.radius >= 0))

    def remaining_accuracy(self, sigma: float, radius: float) -> PerSeed:
        """Share of images right after an attack of that length."""
        a = self.attacked
        own = a[(a.sigma == sigma) & (a.radius == radius)]
        return _shares(own, own.right)

    def broken(self) -> Estimate:
        """Share of certificates that an attack within their radius broke.

        A certificate is one image under one noise, tried at every length up to its radius. Those of
        all seeds are pooled: none of 600 broken is not a chance of zero.
        """
        names = ["sigma", "seed", "image"]
        given = self.certificates[self.certificates.right]
        tried = self.attacked[self.attacked.radius.isin(ATTACKED_RADII[1:])]
        both = given.merge(tried, on=names, suffixes=("", "_attack"))
        inside = both[both.radius >= both.radius_attack]
        failed = ~inside.groupby(names)["right_attack"].all()
        by_seed = failed.groupby("seed")
        return pooled_interval(by_seed.sum().tolist(), by_seed.size().tolist())


def _shares(rows: pd.DataFrame, held: pd.Series[bool]) -> PerSeed:
    found = held.groupby(rows.seed, sort=False).mean()
    return PerSeed.of(found.index, found, SHARE)
