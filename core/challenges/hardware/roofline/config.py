"""Which layers are timed on this machine, and what its limits are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from core.lab.intervals import SHARE, Estimate
from core.lab.recorder import columned
from core.lab.scores import NotMeasuredError, PerSeed, one_a_seed, per_seed
from core.lab.settings import Config, View, ladder
from core.lab.timing import PROCESSOR
from core.models.layer_work import ITEMS, work

NUMBERS = tuple(ITEMS)
FLOAT, BRAIN, WHOLE = NUMBERS
KILOBYTES = (50, 200, 800, 3_000, 12_000, 48_000)
"""That three vectors take together: the last lie in main memory, the others in caches."""
GIGA = 1e9
BUSY = 0.9
"""Who gets less of a core than this while it is timed is told that the machine was busy."""


class RooflineConfig(Config):
    """What is timed."""

    width: int = ladder(128, 256, 512, default=512, unit="units")
    """Units in and out of the linear layer. The other layers grow with it: a GRU step of half as
    many units, a convolution with a sixteenth as many channels."""
    most: int = ladder(16, 64, 256, default=256, label="Largest batch", unit="examples")
    """Layers are timed at batches of 1, 4, 16 and so on, up to this one."""
    second_thread: bool = True
    """Also time the layers with two threads, in a process of its own."""


class RooflineView(View):
    """What is drawn."""

    above = True
    numbers: Literal["float32", "bfloat16", "int8"] = "float32"
    """Of 4, 2 or 1 bytes. A roof and its layers are drawn for one kind of number."""


@dataclass(frozen=True)
class RooflineResult:
    """Limits of the machine, and where layers lie below them.

    Attributes:
        peaks: `unit`, `numbers`, `seed`, `value`, `off`: operations a second of the fastest matrix
            product, and its largest error over its largest entry.
        moved: `unit`, `kilobytes`, `seed`, `value`: bytes a second of adding vectors of that size.
        rates: `unit`, `numbers`, `layer`, `batch`, `seed`, `value`: operations a second.
        gains: `layer`, `batch`, `seed`, `value`: how many times as fast two threads are.
        instructions: `name`, `numbers`, `there`: sets of instructions this architecture knows.
        width: Of the layers.
        share: Of a core that this run had while it was timed.
        alone: Why two threads were not timed, in a sentence; empty where they were.
    """

    peaks: pd.DataFrame = field(metadata=columned("unit", "numbers", "seed", "value", "off"))
    moved: pd.DataFrame = field(metadata=columned("unit", "kilobytes", "seed", "value"))
    rates: pd.DataFrame = field(
        metadata=columned("unit", "numbers", "layer", "batch", "seed", "value")
    )
    gains: pd.DataFrame = field(metadata=columned("layer", "batch", "seed", "value"))
    instructions: pd.DataFrame = field(metadata=columned("name", "numbers", "there"))
    width: int
    share: float
    alone: str

    def peak(self, numbers: str = FLOAT) -> PerSeed:
        """Billions of operations a second of a matrix product, on one thread."""
        found = one_a_seed(self.peaks, {"unit": PROCESSOR, "numbers": numbers})
        return found.map(lambda v: v / GIGA, "GFLOP/s")

    def memory(self) -> PerSeed:
        """Billions of bytes a second to and from main memory, on one thread."""
        found = one_a_seed(self.moved, {"unit": PROCESSOR, "kilobytes": KILOBYTES[-1]})
        return found.map(lambda v: v / GIGA, "GB/s")

    def ridge(self) -> PerSeed:
        """Operations a byte at which the roof bends: float32, main memory."""
        return per_seed_ratio(self.peak(), self.memory())

    def rate(self, layer: str, batch: int, numbers: str = FLOAT) -> PerSeed:
        """Billions of operations a second of a layer on the processor."""
        labels = {"unit": PROCESSOR, "numbers": numbers, "layer": layer, "batch": batch}
        found = one_a_seed(self.rates, labels)
        return found.map(lambda v: v / GIGA, "GFLOP/s")

    def of_peak(self, layer: str, batch: int) -> PerSeed:
        """The same in shares of the float32 peak."""
        return (self.rate(layer, batch) / self.peak()).map(lambda v: v, SHARE)

    def speed(self, numbers: str) -> Estimate:
        """How many times as fast a matrix product is as in float32.

        Raises:
            NotMeasuredError: If there is no kernel for it here.
        """
        return self.peak(numbers).ratio_to(self.peak())

    def native(self, numbers: str) -> bool | None:
        """Whether this processor has instructions for these numbers; None where that is unknown."""
        rows = self.instructions[self.instructions["numbers"] == numbers]
        return bool(rows["there"].any()) if len(rows) else None

    def sets(self) -> dict[str, str]:
        """For each kind of number the sets of instructions that are there, or that are lacking."""
        found = {}
        for kind, rows in self.instructions.groupby("numbers", sort=False):
            own = rows[rows["there"]]
            names = ", ".join((own if len(own) else rows)["name"])
            found[str(kind)] = names if len(own) else f"none of {names}"
        return found

    def gain(self, layer: str, batch: int = 1) -> PerSeed:
        """How many times as fast two threads are."""
        return per_seed(self.gains, layer=layer, batch=batch)

    @property
    def most(self) -> int:
        """Largest batch."""
        if self.rates.empty:
            raise NotMeasuredError("no layer was timed")
        return int(self.rates["batch"].max())


def per_seed_ratio(above: PerSeed, below: PerSeed) -> PerSeed:
    """The ratio of two numbers of different units, seed by seed."""
    return above.map(lambda v: v) / below.map(lambda v: v)


def intensity(layer: str, width: int, batch: int, numbers: str = FLOAT) -> float:
    """Operations of a layer for each byte that it has to move."""
    return work(layer, width, batch).intensity(ITEMS[numbers])
