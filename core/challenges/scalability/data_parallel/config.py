"""What the data-parallel experiment can be set to, and what it measures."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd

from core.lab.recorder import columned
from core.lab.scores import NotMeasuredError, PerSeed, per_seed
from core.lab.settings import Config, View, ladder
from core.metrics.parallel_scaling import Line, amdahl, fit_line, gustafson, ring

PAIR = 2
"""Processes of all that is compared across machines: every machine can run them."""
SAME, LARGER = "same batch", "larger batch"
ONE, TWO = "one process", "two processes"
SERIES = (ONE, TWO)
GRADIENT, WEIGHTS = "first gradient", "last weights"
MESSAGES = (4, 256, 4096, 65_536, 524_288, 4_194_304)
"""Bytes of an all-reduce that are timed alone."""
MEASURED, MODEL, AMDAHL, GUSTAFSON, PERFECT = (
    "measured", "model", "Amdahl's law", "Gustafson's law", "perfect",
)  # fmt: skip
LAWS = {SAME: AMDAHL, LARGER: GUSTAFSON}
MACHINES = tuple(2**k for k in range(11))
"""Processes for which the model is drawn."""
LEAST = 1e-7
"""Seconds where a clock shows no difference."""


class DataParallelConfig(Config):
    """The network and its batches."""

    width: int = ladder(64, 128, 256, 512, default=128, unit="units")
    """Units in each of the two hidden layers of the network, which reads 8x8 images of ten
    digits."""
    batch: int = ladder(32, 64, 128, 256, 512, default=64, label="Batch", unit="examples")
    """Examples of a step of one process. Several processes share as many out among themselves, or
    take as many each."""


class DataParallelView(View):
    """What the processes do with their number."""

    above = True
    scaling: Literal["strong", "weak"] = "strong"
    """Strong: the batch stays as it is and is shared out. Weak: every process takes a whole batch,
    so that the batch of a step grows with them."""

    @property
    def kind(self) -> str:
        """As the tables have it."""
        return SAME if self.scaling == "strong" else LARGER


@dataclass(frozen=True)
class DataParallelResult:
    """What was measured; times are seconds of wall time.

    Attributes:
        steps: `processes`, `scaling`, `seed`, `value`: a step of several processes.
        sums: the same columns: the all-reduce in it.
        alone: `batch`, `seed`, `value`: a step of one process.
        messages: `bytes`, `seed`, `value`: an all-reduce of all processes.
        course: `series`, `step`, `seed`, `value`: training loss of each step.
        apart: `what` (first gradient, last weights), `seed`, `value`: distance between what two
            processes have and what one has, over the size of the latter.
        answers: `series`, `seed`, `value`: share of new digits that the trained network gets right.
        shared: `seed`, `value`: bytes handed to the all-reduce of a step.
        worked: `seed`, `value`: share of the time of computing in which a processor did it.
        batch: Examples of a step of one process.
        processes: As many as there were at most.
        operations_aside: Floating-point operations of the other processes, by arithmetic.
    """

    steps: pd.DataFrame = field(metadata=columned("processes", "scaling", "seed", "value"))
    sums: pd.DataFrame = field(metadata=columned("processes", "scaling", "seed", "value"))
    alone: pd.DataFrame = field(metadata=columned("batch", "seed", "value"))
    messages: pd.DataFrame = field(metadata=columned("bytes", "seed", "value"))
    course: pd.DataFrame = field(metadata=columned("series", "step", "seed", "value"))
    apart: pd.DataFrame = field(metadata=columned("what", "seed", "value"))
    answers: pd.DataFrame = field(metadata=columned("series", "seed", "value"))
    shared: pd.DataFrame = field(metadata=columned("seed", "value"))
    worked: pd.DataFrame = field(metadata=columned("seed", "value"))
    batch: int
    processes: int
    operations_aside: float

    def faster(self, scaling: str, processes: int = PAIR) -> PerSeed:
        """How many times as fast a step is as one process takes for as many examples."""
        examples = self.batch * (1 if scaling == SAME else processes)
        one = per_seed(self.alone, batch=examples)
        return one / per_seed(self.steps, processes=processes, scaling=scaling)

    def waiting(self, scaling: str, processes: int = PAIR) -> PerSeed:
        """Share of a step in which a process sums and waits for the others."""
        sums, steps = (
            per_seed(table, processes=processes, scaling=scaling)
            for table in (self.sums, self.steps)
        )
        share = sums / steps
        return share.map(lambda v: np.clip(v, 0, 1), "share")

    def distance(self, what: str) -> PerSeed:
        """Of two processes from one."""
        return per_seed(self.apart, what=what)

    def right(self, series: str) -> PerSeed:
        """Accuracy on new digits."""
        return per_seed(self.answers, "share", series=series)

    def message(self, size: int) -> PerSeed:
        """Seconds of an all-reduce."""
        return per_seed(self.messages, bytes=size)

    def compute(self) -> dict[int, Line]:
        """Seconds of a step of one process by examples, fitted to each seed."""
        return _lines(self.alone, "batch")

    def network(self) -> dict[int, Line]:
        """Seconds of an all-reduce by bytes (alpha and one over beta), fitted to each seed."""
        return _lines(self.messages, "bytes")

    def serial(self) -> PerSeed:
        """Share of a step of one process that does not shrink with its examples."""
        lines = self.compute()
        if not lines:
            raise NotMeasuredError("no process was timed alone")
        shares = [one.fixed / float(one.at(self.batch)) for one in lines.values()]
        return PerSeed.of(lines, shares, "share")

    def law(self, scaling: str, processes: int = PAIR) -> PerSeed:
        """What a law without messages has for it, from the share that does not shrink."""
        law = amdahl if scaling == SAME else gustafson
        return self.serial().map(lambda shares: law(shares, float(processes)))

    def modelled(self, scaling: str, processes: int) -> PerSeed:
        """What the model has: computing as one process does, and messages around a ring."""
        compute, network = self.compute(), self.network()
        seeds = sorted(set(compute) & set(network))
        if not seeds or self.shared.empty:
            raise NotMeasuredError("no messages were timed")
        size = float(self.shared["value"].iloc[0])
        share, whole = (
            (self.batch / processes, self.batch)
            if scaling == SAME
            else (self.batch, self.batch * processes)
        )
        found = [
            float(compute[s].at(whole))
            / (float(compute[s].at(share)) + ring(network[s], self.processes, processes, size))
            for s in seeds
        ]
        return PerSeed.of(seeds, found)


def _lines(table: pd.DataFrame, column: str) -> dict[int, Line]:
    """A line for each seed that was timed at two sizes or more."""
    return {
        int(seed): fit_line(own[column].to_numpy(float), own["value"].to_numpy(float))
        for seed, own in table.groupby("seed")
        if own[column].nunique() > 1
    }
