"""What the extrapolation experiment can be set to, and what it measures."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from core.data.far_places import DISTANCES
from core.data.laws import LawName
from core.lab.intervals import SHARE
from core.lab.recorder import table
from core.lab.scores import PerSeed, per_seed
from core.lab.settings import Config, View, ladder

RELU, TANH, PERIODIC = "ReLU", "tanh", "periodic units"
MORE, WIDER, LAW = "ten times the data", "twice the range", "the law fitted"
UNITS = {RELU: "relu", MORE: "relu", WIDER: "relu", TANH: "tanh", PERIODIC: "periodic"}
"""Of the arms that are networks."""
ARMS = (*UNITS, LAW)
EDGE, END = 1.0, 3.0
"""Distance from zero to which examples reach, and to which curves are asked."""
BINS = (0.0, EDGE, 1.5, 2.0, 2.5, END)
PLACES = tuple(f"{low:g} to {high:g}" for low, high in zip(BINS, BINS[1:], strict=False))
INSIDE, OUTSIDE = PLACES[0], PLACES[-1]
CLASSIFIERS = (RELU, TANH)


class ExtrapolationConfig(Config):
    """What the networks learn."""

    law: LawName = "sine"
    """Sine: a wave that repeats itself at every whole number. Quadratic: half the square. Line:
    the number itself. Examples lie between −1 and 1."""
    n_train: int = ladder(30, 100, 300, default=100, label="Training examples")
    """How many examples each network learns from, of the law and of two moons."""
    width: int = ladder(16, 32, 64, default=64, unit="units")
    """Units in each of the two hidden layers."""
    steps: int = ladder(500, 1000, 2000, default=1000, label="Training steps")
    """Updates of the weights on examples of the law, in batches of 64 (Adam)."""


class ExtrapolationView(View):
    """How it is drawn."""

    inside_only: bool = False
    """Draw the curves between −1 and 1 only, where the examples lie."""


@dataclass(frozen=True, kw_only=True)
class ExtrapolationResult:
    """What was measured.

    Attributes:
        curves: What the law says at `x`, and what the arm says, `value`.
        errors: Root mean square distance of the two by `place`, the distance from zero.
        far: Of the networks, R² of a line from edge to end, slope and bend a thousand edges out.
        confidence: Mean probability of the class that is named, by distance from two moons.
        examples: What the first seed's networks learn from.
    """

    curves: pd.DataFrame = table("arm", "seed", "x", "law", "value")
    errors: pd.DataFrame = table("arm", "seed", "place", "value")
    far: pd.DataFrame = table("arm", "seed", "measure", "value")
    confidence: pd.DataFrame = table("arm", "seed", "distance", "value")
    examples: pd.DataFrame = table("x", "y")

    def error(self, arm: str = RELU, place: str = OUTSIDE) -> PerSeed:
        """Distance of curve and law at a distance from zero."""
        return per_seed(self.errors, arm=arm, place=place)

    def beyond(self, measure: str, arm: str = RELU) -> PerSeed:
        """A measure of the curve outside; see `far`."""
        return per_seed(self.far, arm=arm, measure=measure)

    def sure(self, distance: int = DISTANCES[-1], arm: str = RELU) -> PerSeed:
        """Confidence at a distance from two moons."""
        return per_seed(self.confidence, SHARE, arm=arm, distance=distance)
