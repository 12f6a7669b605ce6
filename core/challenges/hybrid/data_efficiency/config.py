"""What learning from few labels can be set to, and what it measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from core.data.few_shot import ASKED
from core.lab.intervals import SHARE, Estimate
from core.lab.recorder import table
from core.lab.scores import NotMeasuredError, PerSeed, per_seed
from core.lab.settings import Config, View, ladder, repetitions
from core.metrics.learning_curves import equal_examples

NEAREST, LOGISTIC = "nearest class mean", "logistic regression"
PLAIN, CONSTRAINED = "plain network", "network and constraint"
SELF, PROTOTYPES = "self-supervision", "prototypical network"
TRAINED = (LOGISTIC, PLAIN, CONSTRAINED, SELF)
"""Arms with weights that learn the few labels."""
ARMS = (NEAREST, *TRAINED, PROTOTYPES)
SHOTS = (1, 2, 5, 10, 20)
"""Labelled pictures of each of the five new classes."""
SHOWN = 5
"""Of the first seed's labelled pictures of each class, so many are kept."""


class DataEfficiencyConfig(Config):
    """What there is beside the few labels."""

    repetitions: int = repetitions(default=10)

    pictures: Literal["digits", "letters"] = "digits"
    """Digits: five of the ten are new in each seed, the other five are the other classes. Letters:
    invented ones, of a few strokes, moved about; as many other letters as the next knob says."""
    others: int = ladder(5, 20, 100, default=100, label="Other letters")
    """Letters that the prototypical network may practise on, with 20 labelled pictures of each.
    Of the digits there are five, with 80 of each, whatever is set here."""
    pool: int = ladder(50, 200, 500, default=500, label="Pictures without labels")
    """Pictures of the new classes that nobody labelled: for self-supervision and constraint."""
    pretext: Literal["contrastive", "denoising", "rotation"] = "contrastive"
    """What self-supervision asks of them. Contrastive: which picture is another copy, moved and
    noisy, of the same one. Denoising: the picture when half of its pixels are black. Rotation:
    which quarter turn it was given."""
    constraint: float = ladder(0.05, 0.2, 1.0, default=0.2, label="Weight of the constraint")
    """Weight of the semantic loss, which asks that exactly one class is said of each picture."""
    steps: int = ladder(50, 100, 200, 400, default=200, label="Training steps")
    """Updates of the weights on labelled pictures, 25 at a time (Adam, learning rate 0.01).
    Encoders get twice as many before (learning rate 0.003)."""


class DataEfficiencyView(View):
    """How it is drawn."""

    labels: int = ladder(*SHOTS, default=1, label="Labels per class compared")
    """At how many labels per class the methods are compared below the curves."""


@dataclass(frozen=True, kw_only=True)
class DataEfficiencyResult:
    """What was measured.

    Attributes:
        scores: `arm`, `labels` (per class), `seed`, `value`: accuracy on new pictures of the new
            classes.
        names: The first seed's new digits, or the places of its letters, `(5,)`.
        faces: Its first labelled pictures of each, `(5, 5, 64)` in [0, 1].
        pictures: What was drawn, as in the config.
    """

    scores: pd.DataFrame = table("arm", "labels", "seed", "value")
    names: np.ndarray
    faces: np.ndarray
    pictures: str

    def at(self, arm: str, labels: int = 1) -> PerSeed:
        """Accuracy of one arm with so many labels per class."""
        return per_seed(self.scores, SHARE, arm=arm, labels=labels)

    def known(self, arm: str, labels: int = 1) -> Estimate:
        """The same; its interval knows of how many pictures."""
        return self.at(arm, labels).of_cases(ASKED)

    def gain(self, arm: str, labels: int = 1, over: str = NEAREST) -> PerSeed:
        """Points of accuracy above another arm."""
        return self.at(arm, labels) - self.at(over, labels)

    def worth(self, arm: str, labels: int = 1) -> PerSeed:
        """Labels per class with which the plain network is as accurate as an arm with `labels`.

        Read off each seed's own learning curve of the plain network, within its ends: 1 and 20.

        Raises:
            NotMeasuredError: Before the whole curve is known.
        """
        reached = self.at(arm, labels)
        curves = [self.at(PLAIN, n) for n in SHOTS]
        if {curve.seeds for curve in curves} != {reached.seeds}:
            raise NotMeasuredError("the plain network's curve is not complete")
        table = np.array([curve.values for curve in curves]).T
        needed = [
            equal_examples(np.array(SHOTS), own, float(value))
            for own, value in zip(table, reached.values, strict=True)
        ]
        return PerSeed.of(reached.seeds, np.nan_to_num(needed, nan=SHOTS[0]), "labels per class")
