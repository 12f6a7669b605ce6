"""What the shift experiment can be set to, and what it measures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd

from core.data.warps import AMOUNTS, SPELLED, Shift
from core.lab.intervals import SHARE
from core.lab.recorder import columned
from core.lab.scores import PerSeed, per_seed
from core.lab.settings import Config, View, ladder

BASELINE, SAME, OTHER = "no remedy", "augmentation", "other augmentation"
ENSEMBLE, SCALED, DATA, CNN = "ensemble", "temperature scaling", "more data", "CNN"
ARMS = (BASELINE, SAME, OTHER, ENSEMBLE, SCALED, DATA, CNN)
MEASURES: Mapping[str, str] = {
    "accuracy": "accuracy", "confidence": "mean confidence", "error": "calibration error",
}  # fmt: skip
LEVELS = tuple(range(7))
"""Severities: none, and the six rungs of `AMOUNTS`."""
STRONGEST = LEVELS[-1]
BINS = 10
N_TEST = 298
"""Test pictures of each seed; 299 others, unshifted, fit the temperature."""
MORE = 4
"""Times the training pictures that "more data" has."""
OTHERS: Mapping[Shift, Shift] = {
    "rotation": "noise", "translation": "noise", "scale": "noise", "noise": "rotation",
    "blur": "rotation", "contrast": "rotation", "missing patch": "rotation",
}  # fmt: skip
"""The kind of shift that "other augmentation" trains on."""
SAID: Mapping[Shift, str] = {
    "rotation": "turned by {}", "translation": "moved by {}", "scale": "made {}",
    "noise": "under noise of {}", "blur": "blurred with {}", "contrast": "with contrast {}",
    "missing patch": "with {} missing",
}  # fmt: skip


class ShiftConfig(Config):
    """How the test pictures are shifted, and what the networks learn from."""

    kind: Shift = "rotation"
    """How test pictures differ from training pictures: turned counterclockwise, moved in a
    direction drawn for each, shrunk, with noise on each pixel, blurred, paler, or with a square
    blacked out."""
    trained_to: int = ladder(1, 2, 3, 4, 5, 6, default=6, label="Augmentation reaches to severity")
    """Severity up to which training pictures are shifted, by random amounts, in the two arms with
    augmentation. 6 is the most severe that is tested."""
    n_train: int = ladder(100, 200, 300, default=300, label="Training pictures")
    """How many pictures each network learns from; "more data" has four times as many."""
    passes: int = ladder(10, 30, 60, default=30, label="Passes over the training pictures")
    """How often each picture is seen. All arms take the same number of steps; "more data" sees
    each of its pictures a quarter as often."""


class ShiftView(View):
    """How it is drawn."""

    arm: Literal[
        "no remedy", "augmentation", "other augmentation", "ensemble", "temperature scaling",
        "more data", "CNN",
    ] = "no remedy"  # fmt: skip
    """Whose accuracy and confidence are drawn. Augmentation: trained on pictures shifted in the
    same way, or in another. Ensemble: mean of five networks. Temperature scaling: one number,
    fitted on unshifted pictures, that makes the network less sure or surer. CNN: convolutions, of
    each of which only the strongest response counts, wherever it lies."""
    severity: int = ladder(1, 2, 3, 4, 5, 6, default=6)
    """At which severity remedies are compared and reliability is drawn."""
    measure: Literal["accuracy", "mean confidence", "calibration error"] = "accuracy"
    """What is drawn of all remedies at once."""
    digit: Literal["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"] = "2"
    """Which picture is shown: the first test picture of this digit, of the first seed."""

    @property
    def column(self) -> str:
        """The measure's name in the result."""
        return next(name for name, words in MEASURES.items() if words == self.measure)


@dataclass(frozen=True)
class ShiftResult:
    """What was measured.

    Attributes:
        scores: `seed`, `value`, `arm`, `measure` ("accuracy", "confidence", "error": expected
            calibration error over `BINS` bins), `level`; shares in [0, 1].
        bins: From `calibration.top_label_bins`, `(arms, levels, seeds, bins, 3)`; zeros for an arm
            that is not trained yet.
        temperatures: `seed`, `value`: what the logits are divided by.
        pictures: The first test picture of each digit at each severity, `(10, levels, 64)`.
        answers: What the first seed's arms make of them, `(arms, 10, levels)`; -1 where unknown.
        sure: How sure they are, same shape.
        kind: Of the shift.
    """

    scores: pd.DataFrame = field(metadata=columned("seed", "value", "arm", "measure", "level"))
    temperatures: pd.DataFrame = field(metadata=columned("seed", "value"))
    bins: np.ndarray
    pictures: np.ndarray
    answers: np.ndarray
    sure: np.ndarray
    kind: str

    def at(self, measure: str, level: int, arm: str = BASELINE) -> PerSeed:
        """One number a seed: a measure of an arm at a severity."""
        return per_seed(self.scores, SHARE, arm=arm, measure=measure, level=level)

    def gain(self, arm: str, measure: str = "accuracy", level: int = STRONGEST) -> PerSeed:
        """A measure of an arm minus that without a remedy."""
        return self.at(measure, level, arm) - self.at(measure, level)

    def overconfidence(self, level: int, arm: str = BASELINE) -> PerSeed:
        """Mean confidence minus accuracy."""
        return self.at("confidence", level, arm) - self.at("accuracy", level, arm)

    def severity(self, level: int) -> str:
        """A severity as an axis writes it."""
        return spelled(self.kind, level)


def spelled(kind: str, level: int) -> str:
    """A severity in the unit of its kind: `45°`; `none`."""
    for name, amounts in AMOUNTS.items():
        if name == kind and level:
            return SPELLED[name].format(amounts[level - 1])
    return "none"


def phrase(kind: str, level: int) -> str:
    """A severity in a sentence about pictures: `turned by 45°`; `unshifted`."""
    words = {str(name): text for name, text in SAID.items()}
    return words[kind].format(spelled(kind, level)) if level else "unshifted"
