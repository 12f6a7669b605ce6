"""A trained network, and the forms that it is made smaller in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from core.lab.intervals import SHARE, Estimate
from core.lab.recorder import table
from core.lab.scores import PerSeed, per_seed
from core.lab.settings import Config, View, ladder, repetitions
from core.lab.timing import PROCESSOR

FULL = "full network"
BITS, WEIGHTS, UNITS, RANK = "fewer bits", "pruned weights", "pruned units", "low rank"
SMALL, TAUGHT = "small network", "distilled"
ARMS = (BITS, WEIGHTS, UNITS, RANK, SMALL, TAUGHT)
BUDGETS = (16, 8, 4, 2)
"""Bits of a weight whose network sets the size that the other forms must not exceed."""
MARGIN = 0.01
"""Changes of accuracy up to this, one point, count as none."""
ACCURACY, WORST = "accuracy", "worst class"
KERNELS = (
    "float32", "bfloat16", "int8", "static int8", "int8 weights", "int4 weights",
    "1 weight in 10", "low rank",
)  # fmt: skip
COMPUTED = KERNELS[1:6]
"""Forms in which whole networks answer, after training."""
BITS_OF = dict(zip(COMPUTED, (16, 8, 8, 8, 4), strict=True))
"""How many a weight takes in each of them."""
ANYWHERE = KERNELS[:2]
"""Those in which an accelerator answers too."""
WIDTHS, BATCHES = (64, 256, 1024), (1, 32)
"""Of the layers whose time is taken."""


class FittingConfig(Config):
    """What is trained, and what is left to mend it with."""

    repetitions: int = repetitions(default=10)

    dataset: Literal["digits", "mnist1d"] = "digits"
    """Digits: 8x8 images, 1,000 to learn from. MNIST-1D: signals of 40 samples with the shape of a
    digit, 4,000 to learn from."""
    width: int = ladder(32, 64, 128, default=64, unit="units")
    """Units in each of the two hidden layers of the full network."""
    images: int = ladder(50, 200, 1000, default=1000, label="Examples left")
    """How many of its training examples are still there when the network is made smaller: for
    mending, for distilling, and for the small network that learns from them alone."""
    steps: int = ladder(100, 300, default=300, label="Training steps")
    """Steps in which the full network, the small and the distilled one learn, each on a batch of 32
    (Adam, learning rate 0.01, falling to zero)."""
    repair: int = ladder(0, 100, 300, default=100, unit="steps", label="Mending")
    """Training steps after bits, weights, units or ranks are gone."""


class FittingView(View):
    """What is drawn."""

    metric: Literal["accuracy", "worst class"] = "accuracy"
    """Accuracy over all classes, or on the class on which a network is worst, whichever it is."""
    size: Literal["16 bits", "8 bits", "4 bits", "2 bits"] = "4 bits"
    """The size at which the forms are compared: that of the network with so many bits a weight."""

    @property
    def budget(self) -> int:
        """The size as a number of bits."""
        return int(self.size.split()[0])


@dataclass(frozen=True)
class FittingResult:
    """What every form takes and what it gets right.

    Attributes:
        scores: `arm`, `budget` (32: the full network), `seed`, `metric`, `value`: on new examples.
        sizes: `arm`, `budget`, `bytes`: of the file that each network was written to and read from.
        times: `kernel`, `width`, `batch`, `seed`, `value`: processor seconds of one dense layer.
        answers: `kernel`, `seed`, `metric`, `value`: of the full network in a form that a kernel
            computes: as in `scores`; and, for each of `BATCHES` as metric, processor seconds.
        paces: `arm`, `budget`, `seed`, `value`: processor seconds for one example, of each network
            of `scores` in float32, and of the full one in each form (an arm) of a kernel.
        beside: `unit`, `kernel`, `seed`, `metric`, `value`: the same on the processor and on an
            accelerator, with seconds for all new examples at once too. No row without one.
    """

    scores: pd.DataFrame = table("arm", "budget", "seed", "metric", "value")
    sizes: pd.DataFrame = table("arm", "budget", "bytes")
    times: pd.DataFrame = table("kernel", "width", "batch", "seed", "value")
    answers: pd.DataFrame = table("kernel", "seed", "metric", "value")
    paces: pd.DataFrame = table("arm", "budget", "seed", "value")
    beside: pd.DataFrame = table("unit", "kernel", "seed", "metric", "value")

    def score(self, arm: str, budget: int, metric: str = ACCURACY) -> PerSeed:
        """Share of new examples that one form gets right."""
        return per_seed(self.scores, SHARE, arm=arm, budget=budget, metric=metric)

    def change(self, arm: str, budget: int, metric: str = ACCURACY) -> PerSeed:
        """The same less that of the full network, in points."""
        return self.score(arm, budget, metric) - self.score(FULL, 32, metric)

    def size(self, arm: str, budget: int) -> int:
        """Bytes of the file of one form."""
        rows = self.sizes[(self.sizes["arm"] == arm) & (self.sizes["budget"] == budget)]
        return int(rows["bytes"].iloc[0])

    def times_smaller(self, budget: int) -> float:
        """How often the network in few bits fits into the full one."""
        return self.size(FULL, 32) / self.size(BITS, budget)

    def speed(self, kernel: str, width: int, batch: int) -> Estimate:
        """How many times as fast as float32 a layer is: above 1 it is faster.

        Raises:
            NotMeasuredError: If this processor has no such kernel.
        """
        plain, other = (
            per_seed(self.times, "seconds", kernel=name, width=width, batch=batch)
            for name in (KERNELS[0], kernel)
        )
        return plain.ratio_to(other)

    def computed(self, kernel: str, metric: str = ACCURACY) -> PerSeed:
        """What the full network gains in points when a kernel for few bits computes it.

        Raises:
            NotMeasuredError: If this processor has no such kernel.
        """
        few, full = (
            per_seed(self.answers, SHARE, kernel=name, metric=metric)
            for name in (kernel, KERNELS[0])
        )
        return few - full

    @property
    def accelerators(self) -> list[str]:
        """What answered beside the processor, by name."""
        return [unit for unit in self.beside["unit"].unique() if unit != PROCESSOR]

    def whole_speed(self, kernel: str, batch: int) -> Estimate:
        """How many times as fast the whole network answers so many examples as in float32."""
        plain, other = (
            per_seed(self.answers, "seconds", kernel=name, metric=str(batch))
            for name in (KERNELS[0], kernel)
        )
        return plain.ratio_to(other)
