"""What the experiment on shifted digits can be set to, and what it measures."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from core.lab.intervals import differences
from core.lab.recorder import table
from core.lab.scores import PerSeed, per_seed, rows_where
from core.lab.settings import Config, ladder

MLP, SVM, CNN = "MLP", "SVM", "CNN"
MODELS = (MLP, SVM, CNN)
CENTRED, MOVED, SHUFFLED = "centred digits", "digits anywhere", "anywhere, pixels shuffled"
TRAINED = (CENTRED, MOVED, SHUFFLED)
SHIFTS = (0, 1, 2, 3, 4)
FARTHEST = SHIFTS[-1]
TEST = 597
MARGIN, WIDE_MARGIN = 0.02, 0.04
"""Differences up to two points count as none on digits in the middle, up to four on digits
anywhere: twice the sampling error of so many digits, nearly all or about half of them right."""


class ShiftedConfig(Config):
    """What is trained."""

    n_train: int = ladder(100, 300, 600, default=600, label="Training examples")
    """How many images of digits everything learns from."""
    passes: int = ladder(2, 4, 8, 16, default=8, label="Passes")
    """How often the CNN sees each of its training examples; the MLP, whose passes are cheaper, sees
    them twice as often."""
    penalty: float = ladder(0.1, 1.0, 10.0, 100.0, default=10.0, label="SVM's C")
    """What the SVM pays for an example on the wrong side: the larger, the closer it fits."""


@dataclass(frozen=True)
class ShiftedResult:
    """What was measured.

    Attributes:
        scores: `model`, `trained` (one of `TRAINED`), `shift` (pixels that the test digits are off
            the middle before all pixels change places), `seed`, `value`: share right.
    """

    scores: pd.DataFrame = table("model", "trained", "shift", "seed", "value")

    def accuracy(self, model: str, shift: int = 0, trained: str = CENTRED) -> PerSeed:
        """Share of test digits right."""
        return per_seed(self.scores, "share", model=model, trained=trained, shift=shift)

    def anywhere(self, model: str, trained: str = MOVED) -> PerSeed:
        """Share of test digits right, the mean over all shifts."""
        rows = rows_where(self.scores, {"model": model, "trained": trained})
        found = rows.groupby("seed")["value"].mean()
        return PerSeed.of(found.index, found, "share")

    def shuffling(self, model: str) -> PerSeed:
        """What shuffling the pixels of all digits changes, in training and test."""
        return self.anywhere(model, SHUFFLED) - self.anywhere(model)

    def changes(self, before: str, after: str) -> pd.DataFrame:
        """What another training changes in the mean over all shifts: `model`, `seed`, `value`."""
        rows = self.scores[self.scores["trained"].isin([before, after])]
        mean = rows.groupby(["model", "trained", "seed"], sort=False)["value"].mean().reset_index()
        return differences(mean, "trained", before, ["model"]).drop(columns="trained")
