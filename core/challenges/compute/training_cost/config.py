"""What the price of a training can be set to, and what it measures."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from core.lab.recorder import columned
from core.lab.scores import PerSeed, per_seed
from core.lab.settings import Config, View, ladder
from core.lab.timing import PROCESSOR
from core.models.signal_plans import NETWORKS

NAMES = dict(zip(NETWORKS, ("MLP", "CNN", "GRU", "transformer"), strict=True))
PHASES = ("forward", "backward", "optimizer")
COUNT, PILOT = "from operations", "from ten steps"
WAYS = (COUNT, PILOT)
PEAK, LOSS = "peak", "loss"
JOULES_PER_KWH = 3.6e6


class CostConfig(Config):
    """What is trained: four networks on signals of 40 samples."""

    width: int = ladder(16, 32, 64, 128, default=64, label="Width")
    """Hidden units of the MLP and the GRU, channels of the CNN, numbers of a token of the
    transformer."""
    batch: int = ladder(8, 32, 64, default=32, unit="signals", label="Batch size")
    """Signals in a step of training."""
    steps: int = ladder(10, 50, 100, default=50, label="Steps of training")
    """Updates of the weights that are timed, after ten that make the forecast."""


class CostView(View):
    """What the energy and the money assume."""

    watts_low: int = ladder(2, 5, 10, 20, default=5, unit="watts", label="Power, at least")
    """A core's share of the power of the machine at the socket, at the lower end. Nothing here
    measures it: it is an assumption."""
    watts_high: int = ladder(20, 40, 80, 150, default=40, unit="watts", label="Power, at most")
    """The same at the upper end: an old machine, cooling and losses included."""
    price: float = ladder(
        0.01, 0.02, 0.05, 0.1, 0.25, 1.0, default=0.05, label="Price of an hour", unit="per core"
    )
    """Of one core, in whatever currency; an assumption too."""
    trainings: int = ladder(1, 1000, 1_000_000, default=1_000_000, label="Trainings")
    """Energy and money are told for so many trainings like this one."""


@dataclass(frozen=True)
class CostResult:
    """What was forecast, counted and timed.

    Attributes:
        operations: `network`, `phase`, `value`: of one step, by formula.
        memory: `network`, `part`, `value`: bytes held at the end of a forward pass.
        times: `seed`, `network`, `phase`, `value`: processor seconds of all steps.
        forecasts: `seed`, `network`, `way` (of `WAYS`), `value`: seconds told before.
        beside: `unit`, `seed`, `network`, `what`, `value`: the same training on an accelerator:
            seconds of each phase, `PEAK` bytes of its own memory at most, and `LOSS` after it,
            which the processor has too. No row where there is no accelerator.
        steps: That were timed.
    """

    operations: pd.DataFrame = field(metadata=columned("network", "phase", "value"))
    memory: pd.DataFrame = field(metadata=columned("network", "part", "value"))
    times: pd.DataFrame = field(metadata=columned("seed", "network", "phase", "value"))
    forecasts: pd.DataFrame = field(metadata=columned("seed", "network", "way", "value"))
    beside: pd.DataFrame = field(metadata=columned("unit", "seed", "network", "what", "value"))
    steps: int

    def products(self, network: str) -> float:
        """Operations of the matrix products of one step."""
        rows = self.operations[self.operations["phase"] != "optimizer"]
        return float(rows.loc[rows["network"] == network, "value"].sum())

    def seconds(self, network: str) -> PerSeed:
        """Processor seconds of all steps."""
        rows = self.times[self.times["network"] == network].groupby("seed")["value"].sum()
        return PerSeed.of(rows.index, rows, "s")

    def per_operation(self, network: str) -> PerSeed:
        """Nanoseconds for an operation of a matrix product, with all that goes with it."""
        return self.seconds(network).map(
            lambda s: 1e9 * s / (self.steps * self.products(network)), "ns"
        )

    def forecast(self, network: str, way: str) -> PerSeed:
        """Seconds that were told before."""
        return per_seed(self.forecasts, "s", network=network, way=way)

    def off(self, network: str, way: str) -> PerSeed:
        """How many times as long as forecast it took."""
        return self.seconds(network) / self.forecast(network, way)

    @property
    def accelerators(self) -> list[str]:
        """What trained beside the processor, by name."""
        return [unit for unit in self.beside["unit"].unique() if unit != PROCESSOR]

    def losses_apart(self, unit: str) -> float:
        """Largest difference of the losses after a training there and on the processor, nats."""
        rows = self.beside[self.beside["what"] == LOSS]
        wide = rows.pivot_table(index=["seed", "network"], columns="unit", values="value")
        return float((wide[unit] - wide[PROCESSOR]).abs().max())

    def bytes(self, network: str) -> float:
        """Bytes that training holds at the end of a forward pass."""
        return float(self.memory.loc[self.memory["network"] == network, "value"].sum())
