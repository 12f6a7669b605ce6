"""A network that the visitor describes, and how it is trained."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

import pandas as pd

from core.lab.intervals import Estimate
from core.lab.recorder import columned
from core.lab.scores import PerSeed, per_seed
from core.lab.settings import Config, ladder
from core.models.memory_arithmetic import Plan, even_segments

INPUTS, CLASSES, PIECES = 64, 10, 4
"""Numbers of an example, classes, and parts of a batch whose gradients are added up."""
PLAIN, CHECKPOINTED = "all kept", "checkpointing"
ACCUMULATED, BOTH = "accumulation", "both"
ARMS = (PLAIN, CHECKPOINTED, ACCUMULATED, BOTH)
WEIGHTS, GRADIENTS, STATE, ACTIVATIONS = "weights", "gradients", "optimizer state", "activations"
PARTS = (WEIGHTS, GRADIENTS, STATE, ACTIVATIONS)
ITEMS = {"float32": 4, "bfloat16": 2}
KILO = 1000.0
DEVICES = {
    "microcontroller, 264 kB": 264e3,
    "small board, 8 GB": 8e9,
    "laptop, 16 GB": 16e9,
    "data-centre GPU, 80 GB": 80e9,
}
"""Memory in bytes; all of it, though an operating system takes its part."""


class MemoryConfig(Config):
    """The network and its training."""

    width: int = ladder(16, 32, 48, default=48, unit="units")
    """Units in each hidden layer."""
    depth: int = ladder(4, 8, 16, default=16, unit="layers")
    """Hidden layers, with ReLU."""
    batch: int = ladder(16, 64, 256, default=256, unit="examples")
    """Examples of one step of the optimizer."""
    optimizer: Literal["sgd", "momentum", "adam"] = "adam"
    """SGD keeps nothing from step to step, momentum one number for each weight, Adam two."""
    precision: Literal["float32", "bfloat16"] = "float32"
    """Of weights, gradients, optimizer state and activations: 4 or 2 bytes a number."""


@dataclass(frozen=True)
class MemoryResult:
    """What a step holds, and how long it takes.

    Attributes:
        sizes: `arm`, `part`, `seed`, `predicted`, `value`: bytes told by arithmetic, and counted.
        times: `arm`, `seed`, `value`: processor seconds of one step of the optimizer.
        gradients: `arm`, `seed`, `value`: distance from the gradients of `PLAIN`, over their norm.
        width: Of the hidden layers,
        depth: how many,
        batch: examples of a step,
        item: bytes of a number,
        optimizer: and its name.
    """

    sizes: pd.DataFrame = field(metadata=columned("arm", "part", "seed", "predicted", "value"))
    times: pd.DataFrame = field(metadata=columned("arm", "seed", "value"))
    gradients: pd.DataFrame = field(metadata=columned("arm", "seed", "value"))
    width: int
    depth: int
    batch: int
    item: int
    optimizer: str

    def held(self, part: str, arm: str = PLAIN, value: str = "value") -> PerSeed:
        """Kilobytes of one part."""
        return per_seed(self.sizes, "kB", value, arm=arm, part=part) / KILO

    def total(self, arm: str = PLAIN) -> PerSeed:
        """Kilobytes of all parts."""
        first, *others = (self.held(part, arm) for part in PARTS)
        return sum(others, first)

    def off(self, arm: str) -> PerSeed:
        """Bytes by which arithmetic is off, in all parts of an arm together."""
        first, *others = (
            abs(self.held(part, arm) - self.held(part, arm, "predicted")) for part in PARTS
        )
        return sum(others, first).map(lambda kilobytes: kilobytes * KILO, "bytes")

    def seconds(self, arm: str) -> PerSeed:
        """Time of one step."""
        return per_seed(self.times, "seconds", arm=arm)

    def slower(self, arm: str) -> Estimate:
        """How many times as long a step takes as where all is kept."""
        return self.seconds(arm).ratio_to(self.seconds(PLAIN))

    def plan(self, arm: str = PLAIN) -> Plan:
        """The network as the arithmetic takes it."""
        found = Plan(INPUTS, self.width, self.depth, CLASSES, self.batch, self.optimizer, self.item)
        return planned(found, arm)


def planned(plan: Plan, arm: str) -> Plan:
    """The same training in one arm: fewer examples at once, layers that are computed again."""
    batch = plan.batch // PIECES if arm in (ACCUMULATED, BOTH) else plan.batch
    segments = even_segments(plan.depth) if arm in (CHECKPOINTED, BOTH) else ()
    return replace(plan, batch=batch, segments=segments)


def plan_of(config: MemoryConfig) -> Plan:
    """The network of a config, as the arithmetic takes it."""
    return Plan(
        INPUTS, config.width, config.depth, CLASSES, config.batch, config.optimizer,
        ITEMS[config.precision],
    )  # fmt: skip
