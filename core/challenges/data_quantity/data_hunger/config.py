"""What the comparison of learners can be set to, and what it measures."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from core.lab.intervals import SHARE
from core.lab.recorder import columned
from core.lab.scores import PerSeed, per_seed
from core.lab.settings import Config, View, ladder
from core.models.classical import LEARNERS as OTHERS

NETWORK = "network"
LEARNERS = (NETWORK, *OTHERS)
PLAIN, SMOOTHED, NOISE, ROTATED = "as it is", "smoothed", "noise columns", "rotated"
TASKS = (PLAIN, SMOOTHED, NOISE, ROTATED)
MOST_DIGITS = 800
PARTS = (16, 4, 2)
"""The largest training size over each is a smaller one."""


class DataHungerConfig(Config):
    """What is learned."""

    dataset: Literal["table", "digits"] = "table"
    """Table: four columns, and a class that jumps along each of them. Digits: 8x8 images, ten
    classes; their target cannot be smoothed."""
    task: Literal["as it is", "smoothed", "noise columns", "rotated"] = "as it is"
    """Which version of the data the learning curve is drawn for. At the largest size all of them
    are compared."""
    largest: int = ladder(400, 800, 1600, default=800, label="Largest training size")
    """Training examples at the right end of the learning curve; 800 at most of the digits."""
    pieces: int = ladder(2, 4, 8, 16, default=8, unit="steps", label="Steps in each column")
    """How often the score behind the table's class jumps along each column. The more, the less
    regular is the target."""
    smoothing: float = ladder(0.05, 0.15, 0.3, default=0.15, label="Smoothing", unit="SD")
    """How wide the jumps are smeared in the smoothed version: standard deviation of a Gaussian
    kernel, where a column reaches from -1 to 1."""
    noise_columns: int = ladder(5, 20, 60, default=20, label="Noise columns")
    """How many columns that say nothing are appended in the version with noise columns."""
    width: int = ladder(32, 64, 128, default=64, unit="units")
    """Units in each of the network's two hidden layers."""

    @property
    def most(self) -> int:
        """Largest training size, as far as the data set reaches."""
        return min(self.largest, MOST_DIGITS) if self.dataset == "digits" else self.largest

    @property
    def sizes(self) -> tuple[int, ...]:
        """Training sizes of the learning curve."""
        return (*(self.most // part for part in PARTS), self.most)

    @property
    def tasks(self) -> tuple[str, ...]:
        """Versions of the data that there are."""
        return TASKS if self.dataset == "table" else tuple(t for t in TASKS if t != SMOOTHED)

    @property
    def shown(self) -> str:
        """Version that the learning curve is drawn for."""
        return self.task if self.task in self.tasks else PLAIN


class DataHungerView(View):
    """How it is drawn."""

    against: Literal[
        "logistic regression", "nearest neighbours", "random forest", "gradient boosting"
    ] = "gradient boosting"  # fmt: skip
    """Which learner the network is held against, seed by seed."""


@dataclass(frozen=True)
class DataHungerResult:
    """What every learner reached.

    Attributes:
        scores: `task` (of `TASKS`), `learner` (of `LEARNERS`), `size`, `seed`, `value`: accuracy
            on validation examples. The learning curve's task at all sizes, the others at the
            largest.
        shown: The learning curve's task.
        largest: Largest training size,
        smallest: and the smallest.
    """

    scores: pd.DataFrame = field(metadata=columned("task", "learner", "size", "seed", "value"))
    shown: str
    largest: int
    smallest: int

    def accuracy(self, learner: str, task: str, size: int | None = None) -> PerSeed:
        """Accuracy of one learner on one version; at the largest size by default."""
        n = self.largest if size is None else size
        return per_seed(self.scores, SHARE, learner=learner, task=task, size=n)

    def lead(self, learner: str, task: str, size: int | None = None) -> PerSeed:
        """Accuracy of one learner less that of the network, in points."""
        return self.accuracy(learner, task, size) - self.accuracy(NETWORK, task, size)

    def change(self, learner: str, task: str) -> PerSeed:
        """What a version changes in a learner's accuracy, against the data as they are."""
        return self.accuracy(learner, task) - self.accuracy(learner, PLAIN)
