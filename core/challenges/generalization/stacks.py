"""Stacks of networks that are trained and asked as one, and what that costs; without torch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.lab.run import Cost
from core.models.digit_flops import FLOPS

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


def all_of(seeds: Sequence[int], members: int) -> list[int]:
    """Seeds of all members: the first of each ensemble, then the second, and so on."""
    return [seed for member in range(members) for seed in member_seeds(seeds, member)]
