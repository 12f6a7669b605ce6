"""What pictures made to order can be set to, and what is measured of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from core.data.picture_sets import ImagesName
from core.lab.intervals import SHARE, Estimate
from core.lab.recorder import table
from core.lab.scores import PerSeed, per_seed
from core.lab.settings import Config, View, ladder, repetitions

Hardening = Literal["adversarial", "noise"]
Distance = Literal["L2", "L1"]
SHOWN, ROWS = 12, 4
"""Pictures of the first seed that can be looked at, and how many at a time."""
PICTURES = {"digits": 40, "shapes": 12}
"""Pictures that each network is asked to change; the first ones are shown."""
NETWORKS = ("standard", "hardened")
ARMS = (*NETWORKS, "random", "real")
"""Pictures made for both kinds of networks, random changes, and real pictures of the class."""
REGULARISERS = ("none", "L2", "smooth")
KINDS = (*(f"{net}_{way}" for net in NETWORKS for way in REGULARISERS), "start", "average", "real")
"""Favourites of a class, and what they are compared with."""
SIZES = ("length", "pixels", "to_real")
"""Measures of changes that are no shares."""


class MadeToOrderConfig(Config):
    """What is trained, and what is asked for."""

    repetitions: int = repetitions(default=10)
    dataset: ImagesName = "digits"
    """Digits: 8x8 pictures of handwritten digits, ten classes. Shapes: 28x28 pictures of one shape
    among a little clutter, five classes; slower."""
    hardening: Hardening = "adversarial"
    """What the hardened networks learn from. Adversarial: pictures attacked anew at each step.
    Noise: pictures with noise on every pixel."""
    n_train: int = ladder(200, 400, 800, 1200, default=800, label="Training pictures")
    """How many pictures each network learns from, always in as many steps."""
    sure: float = ladder(
        0.5, 0.7, 0.9, 0.99, default=0.7, label="How sure it must be", unit="share"
    )
    """Probability that the network must give the new class before a change counts."""
    distance: Distance = "L2"
    """How a change is measured when the smallest is searched. L2: its length, which spreads it
    over many pixels. L1: the sum of its sizes, which leaves most pixels as they are."""
    strength: float = ladder(0.003, 0.01, 0.03, 0.1, default=0.03, label="Regularisation")
    """How much the regularisers count when a picture is made that a class scores highest."""


class MadeToOrderView(View):
    """Which pictures are shown."""

    above = True
    page: int = ladder(*range(1, SHOWN // ROWS + 1), default=1, label="Which four")
    """Which four of the pictures are shown."""


@dataclass(frozen=True, kw_only=True)
class MadeToOrderResult:
    """What was made and measured.

    Attributes:
        dataset: Which pictures.
        measures: `seed`, `arm` (see `ARMS`), `measure`, `value`: means over the pictures; shares
            in [0, 1], lengths and distances in L2 with pixels in [0, 1].
        lengths: `seed`, `arm`, `length`, `measure`, `value`: shares at changes of equal length.
        favourites: `seed`, `kind` (see `KINDS`), `measure`, `value`: means over the classes.
        cases: One row a shown picture: `label` and `target` in words, and for each arm
            `says_<arm>`: the share of all networks of other seeds that say the target.
        pictures: `(1 + arms, SHOWN, side, side)` uint8: the originals, then those of each arm.
        made: `(kinds, classes, side, side)` uint8: what the first seed's networks like best.
    """

    dataset: str
    measures: pd.DataFrame = table("seed", "arm", "measure", "value")
    lengths: pd.DataFrame = table("seed", "arm", "length", "measure", "value")
    favourites: pd.DataFrame = table("seed", "kind", "measure", "value")
    cases: pd.DataFrame
    pictures: np.ndarray
    made: np.ndarray

    def change(self, arm: str, measure: str) -> PerSeed:
        """One measure of one arm's counterfactuals."""
        unit = "" if measure in SIZES else SHARE
        return per_seed(self.measures, unit, arm=arm, measure=measure)

    def judged(self, arm: str, judge: str) -> Estimate:
        """Share that a judge accepts; its interval knows how many pictures each network changed."""
        return self.change(arm, judge).of_cases(PICTURES[self.dataset])

    def favourite(self, kind: str, measure: str) -> PerSeed:
        """One measure of one kind of favourite; distances in those of real pictures."""
        unit = "" if measure == "distance" else SHARE
        return per_seed(self.favourites, unit, kind=kind, measure=measure)

    def gain(self) -> PerSeed:
        """By hardening: how much more often the nearest real picture is of the new class."""
        return self.change("hardened", "nearest") - self.change("standard", "nearest")

    def gain_at_equal_length(self) -> PerSeed:
        """The same between changes of the third of the lengths, for both kinds of network."""
        rows = self.lengths[self.lengths["measure"] == "nearest"]
        rows = rows[rows["length"] == sorted(rows["length"].unique())[2]]
        return per_seed(rows, SHARE, arm="hardened") - per_seed(rows, SHARE, arm="standard")
