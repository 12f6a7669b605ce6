"""What the serving experiment can be set to, and what it measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from core.lab.intervals import Estimate
from core.lab.recorder import table
from core.lab.scores import NotMeasuredError, PerSeed, per_seed
from core.lab.settings import Config, View, ladder, repetitions

LOADS = (30, 50, 70, 90, 150, 300)
"""Requests that come, in percent of what the servers answer one at a time."""
HALF, BUSY = 50, 90
CHECKS = 4
"""Simulations of a seed that are held together against the formula, on a half busy server."""
NOTHING = 1e-9
"""Service times: who waits less does not wait."""
SINGLE, NEWEST, DYNAMIC, FULL = "one at a time", "newest first", "dynamic batches", "full batches"
DISCIPLINES = (SINGLE, NEWEST, DYNAMIC, FULL)
STATISTICS = {"p50": 50, "p95": 95, "p99": 99}
MEASURED, IDEAL, FORMULA = "measured times", "ideal server", "formula of the ideal server"


class ServingConfig(Config):
    """What is served, and who comes."""

    repetitions: int = repetitions(default=10)

    width: int = ladder(128, 256, 512, 1024, default=512, unit="units")
    """Units in each of the two hidden layers of the network that answers."""
    most: int = ladder(4, 8, 16, 32, 64, default=32, label="Largest batch", unit="requests")
    """How many requests the server takes together at most."""
    arrivals: Literal["poisson", "regular", "bursts"] = "poisson"
    """Poisson: requests know nothing of each other. Regular: one after the other, equally far
    apart. Bursts: eight at once, and bursts know nothing of each other."""
    servers: int = ladder(1, 2, 4, 8, default=1, before=1)
    """How many servers answer side by side, all from one queue. Load is in percent of what all of
    them answer together."""
    requests: int = ladder(500, 1000, 2000, 4000, default=2000, label="Requests simulated")
    """How many come in each simulation."""

    @property
    def batches(self) -> tuple[int, ...]:
        """Batch sizes whose times are measured."""
        return tuple(2**k for k in range(self.most.bit_length()))


class ServingView(View):
    """Which latency is drawn."""

    above = True
    statistic: Literal["p50", "p95", "p99"] = "p99"
    """P50: half of the requests are answered within this time. P95, p99: all but 5, or 1, in a
    hundred."""


@dataclass(frozen=True)
class ServingResult:
    """What was measured and simulated.

    Attributes:
        service: `batch`, `seed`, `value`: mean milliseconds of a batch, measured.
        latency: `load` (percent), `discipline`, `statistic`, `seed`, `value`: milliseconds.
        waits: `load`, `server`, `seed`, `value`: mean wait before service, in mean service times;
            of the server that serves one at a time, oldest first.
        orders: `load`, `discipline` (one at a time, newest first), `statistic`, `seed`, `value`:
            latencies of the ideal server, which takes one unit of time for each request.
        laws: `seed`, `value`: the largest relative difference between the mean number of requests
            in the system and Little's law, over all simulations.
        checked: `seed`, `value`: simulated over calculated mean wait of a half busy server, with
            measured times.
    """

    service: pd.DataFrame = table("batch", "seed", "value")
    latency: pd.DataFrame = table("load", "discipline", "statistic", "seed", "value")
    waits: pd.DataFrame = table("load", "server", "seed", "value")
    orders: pd.DataFrame = table("load", "discipline", "statistic", "seed", "value")
    laws: pd.DataFrame = table("seed", "value")
    checked: pd.DataFrame = table("seed", "value")

    def at(self, load: int, discipline: str, statistic: str = "p99") -> PerSeed:
        """A latency in milliseconds."""
        return per_seed(self.latency, "ms", load=load, discipline=discipline, statistic=statistic)

    def order(self, discipline: str, statistic: str, load: int = BUSY) -> PerSeed:
        """A latency of the ideal server, in service times."""
        return per_seed(self.orders, load=load, discipline=discipline, statistic=statistic)

    def wait(self, load: int, server: str = IDEAL) -> PerSeed:
        """Mean wait in service times."""
        return per_seed(self.waits, load=load, server=server)

    def per_second(self, batch: int) -> PerSeed:
        """Requests answered in a second by a server that always has so many waiting."""
        return per_seed(self.service, batch=batch).map(lambda ms: 1000 * batch / ms, "requests/s")

    @property
    def largest(self) -> int:
        """Largest batch that was measured."""
        return int(self.service["batch"].max())

    def longer(self) -> Estimate:
        """How many times as long the wait is on a busy server as on a half busy one.

        Raises:
            NotMeasuredError: If nobody waits.
        """
        half, busy = self.wait(HALF), self.wait(BUSY)
        if min(half.values.min(), busy.values.min()) < NOTHING:
            raise NotMeasuredError("nobody waits")
        return busy.ratio_to(half)
