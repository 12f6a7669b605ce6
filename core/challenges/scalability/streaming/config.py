"""What the streaming experiment can be set to, and what it measures."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from core.lab.intervals import Estimate
from core.lab.recorder import columned
from core.lab.scores import PerSeed, per_seed
from core.lab.settings import Config, ladder

MEGA = 1e6
WHOLE, SHUFFLED, STREAMED = "in memory, file order", "in memory, shuffled", "streamed, file order"
PARTS = (256, 64, 16, 4)
"""A buffer holds one of so many parts of the rows."""
MIDDLE = 16
BUFFERS = {part: f"streamed, buffer 1/{part}" for part in PARTS}
ARMS = (STREAMED, *BUFFERS.values(), SHUFFLED, WHOLE)
SHOWN = (STREAMED, *BUFFERS.values(), SHUFFLED)
"""Arms whose answers are compared; those in the file's order are the same."""


class StreamingConfig(Config):
    """The file, and the memory that training may take."""

    rows: int = ladder(65_536, 131_072, 262_144, default=262_144, label="File", unit="rows")
    """Digits in the file, each an image of 8x8 pixels of one byte, made of one of 1,200 digits with
    noise."""
    memory: int = ladder(8, 12, 28, default=12, label="Memory", unit="MB")
    """What the process that trains may take beyond what it has before it opens the file."""
    layout: Literal["by_class", "mixed"] = "by_class"
    """By class: all zeros come first, then all ones, and so on, as in a file gathered class by
    class. Mixed: in no order."""
    form: Literal["parquet", "arrow"] = "parquet"
    """Of the file: Parquet keeps columns in encoded pages, Arrow as they lie in memory. Neither is
    compressed here."""


@dataclass(frozen=True)
class StreamingResult:
    """What was measured.

    Attributes:
        answers: `arm`, `seed`, `value`: share of new digits that the trained network gets right.
        speeds: `arm`, `seed`, `value`: rows a second, reading and training.
        grown: `arm`, `seed`, `value`: megabytes by which the process grew at most.
        apart: `seed`, `value`: bytes of the weights in which streaming differs from memory.
        fits: `seed`, `value`: 1 where the whole file could be put into memory under the limit.
        size: Megabytes of the file.
        memory: Of the limit.
        rows: In the file.
        limited: 1 where the system keeps the limit that a process sets itself.
        operations_aside: Floating-point operations of the other processes, by arithmetic.
    """

    answers: pd.DataFrame = field(metadata=columned("arm", "seed", "value"))
    speeds: pd.DataFrame = field(metadata=columned("arm", "seed", "value"))
    grown: pd.DataFrame = field(metadata=columned("arm", "seed", "value"))
    apart: pd.DataFrame = field(metadata=columned("seed", "value"))
    fits: pd.DataFrame = field(metadata=columned("seed", "value"))
    size: float
    memory: int
    rows: int
    limited: int
    operations_aside: float

    def right(self, arm: str) -> PerSeed:
        """Accuracy on new digits."""
        return per_seed(self.answers, "share", arm=arm)

    def lost(self, arm: str) -> PerSeed:
        """What an order costs against shuffling all rows."""
        return self.right(arm) - self.right(SHUFFLED)

    def speed(self, arm: str) -> PerSeed:
        """Rows a second."""
        return per_seed(self.speeds, arm=arm)

    def slower(self) -> Estimate:
        """How many times as fast streaming is as training in memory, in the same order."""
        return self.speed(STREAMED).ratio_to(self.speed(WHOLE))

    def memory_of(self, arm: str) -> PerSeed:
        """Megabytes by which the process grew."""
        return per_seed(self.grown, "MB", arm=arm)
