"""Stacks of networks that are trained and asked as one, and what that costs; without torch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from core.lab.intervals import POINTS
from core.lab.run import Cost
from core.lab.wording import listed, number

FLOPS: Mapping[str, float] = {"mlp": 34_048.0, "cnn": 100_864.0, "pooled_cnn": 295_552.0}
"""Operations for the logits of one picture: `DigitNets.flops`, which needs torch."""
BATCH = 32
"""Of `core.models.digit_training`."""
STRANGER = 10_000
"""Added to a seed for each further member of an ensemble: other first weights, another order."""
SECONDS_PER_FLOP = 1 / 2.5e10
SECONDS_PER_STEP = 1.5e-3


@dataclass(frozen=True)
class Stack:
    """Networks of one architecture that are trained side by side.

    Attributes:
        network: A name in `FLOPS`.
        count: How many networks.
        n_train: Pictures of one pass.
        passes: Over them.
    """

    network: str
    count: int
    n_train: int
    passes: int

    @property
    def steps(self) -> int:
        """Of training: whole batches."""
        return self.passes * (self.n_train // BATCH)

    @property
    def pauses(self) -> int:
        """How often the training pauses: twice a step, and once a network and pass."""
        return 2 * self.steps + self.passes * self.count

    @property
    def flops(self) -> float:
        """Operations of training: forward, and backward counted as two."""
        return 3 * self.asking(self.steps * BATCH)

    def asking(self, pictures: float) -> float:
        """Operations of asking every network about so many pictures."""
        return FLOPS[self.network] * self.count * pictures

    def cost(self, pictures: float, at_once: int = 1000) -> Cost:
        """Training, and asking about so many pictures, with so many networks at once."""
        flops = self.flops + self.asking(pictures)
        waiting = self.steps * -(-self.count // at_once) * SECONDS_PER_STEP
        return Cost(flops, flops * SECONDS_PER_FLOP + waiting)


def member_seeds(seeds: Iterable[int], member: int) -> list[int]:
    """Seeds of one member of each ensemble; the first, 0, has the run's own."""
    return [seed + member * STRANGER for seed in seeds]


def changes_told(rows: pd.DataFrame, column: str) -> str:
    """Arms with what they change, `augmentation (+45.2 points)`; "none" without any."""
    pairs = zip(rows[column], rows["mean"], strict=True)
    return listed([f"{arm} ({number(float(mean), POINTS)})" for arm, mean in pairs]) or "none"


def capital(words: str) -> str:
    """The same words at the beginning of a sentence."""
    return words[:1].upper() + words[1:]


def all_of(seeds: Sequence[int], members: int) -> list[int]:
    """Seeds of all members: the first of each ensemble, then the second, and so on."""
    return [seed for member in range(members) for seed in member_seeds(seeds, member)]
