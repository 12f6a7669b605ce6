"""What the serving experiment can be set to, and what it measures."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from core.lab.intervals import Estimate
from core.lab.recorder import columned
from core.lab.scores import NotMeasuredError, PerSeed, one_a_seed, per_seed
from core.lab.settings import Config, View, ladder

LOADS = (30, 50, 70, 90, 150, 300)
"""Requests that come, in percent of what the server answers one at a time."""
CLOCKED_LOADS = (50, 70, 90, 150)
"""Those that are sent to the real server."""
HALF, BUSY = 50, 90
CLIENTS = (1, 2, 4, 8, 16, 32)
MANY = CLIENTS[-1]
CHECKS = 4
"""Simulations of a seed that are held together."""
NOTHING = 1e-9
"""Service times: who waits less does not wait."""
SINGLE, NEWEST, DYNAMIC, FULL = "one at a time", "newest first", "dynamic batches", "full batches"
DISCIPLINES = (SINGLE, NEWEST, DYNAMIC, FULL)
CLOSED_DISCIPLINES = (SINGLE, DYNAMIC, FULL)
STATISTICS = {"p50": 50, "p95": 95, "p99": 99}
RATE = "per second"
REAL, SIMULATED, IDEAL, FORMULA = (
    "real loop", "simulated", "ideal server", "formula of the ideal server",
)  # fmt: skip
LOOP_TIMES, ALONE_TIMES = "the loop's times", "the network's times alone"
CLOSED, OPEN = "closed loop", "open loop"
ONCE, RIGHT, OVERTAKEN, LARGEST = "once", "right", "overtaken", "largest batch"
COUNTS = (ONCE, RIGHT)
"""Shares of all requests."""


class ServingConfig(Config):
    """What is served, and who comes."""

    width: int = ladder(128, 256, 512, 1024, default=512, unit="units")
    """Units in each of the two hidden layers of the network that answers."""
    most: int = ladder(4, 8, 16, 32, 64, default=32, label="Largest batch", unit="requests")
    """How many requests the server takes together at most."""
    arrivals: Literal["poisson", "regular", "bursts"] = "poisson"
    """Where requests come whatever has been answered (open loop). Poisson: they know nothing of
    each other. Regular: one after the other, equally far apart. Bursts: eight at once, and bursts
    know nothing of each other."""
    servers: int = ladder(1, 2, 4, 8, default=1, before=1)
    """How many servers answer side by side in the simulations, all from one queue. Load is in
    percent of what all of them answer together. The real loop has one."""
    requests: int = ladder(500, 1000, 2000, 4000, default=2000, label="Requests simulated")
    """How many come in each simulation. In a session of the real loop with given arrivals come 15
    for each hundred of them."""

    @property
    def real(self) -> int:
        """Requests that come to the real loop, in a session where it is given when."""
        return self.requests * 3 // 20

    @property
    def batches(self) -> tuple[int, ...]:
        """Batch sizes whose times are measured."""
        return tuple(2**k for k in range(self.most.bit_length()))

    @property
    def clients(self) -> tuple[int, ...]:
        """Clients of the closed loops: enough to fill the largest batch."""
        return CLIENTS if self.most <= MANY else (*CLIENTS, self.most)


class ServingView(View):
    """Which latency is drawn."""

    above = True
    statistic: Literal["p50", "p95", "p99"] = "p99"
    """P50: half of the requests are answered within this time. P95, p99: all but 5, or 1, in a
    hundred."""


@dataclass(frozen=True)
class ServingResult:
    """What was measured on the real loop, and simulated.

    Attributes:
        service: `batch`, `seed`, `value`: milliseconds of processor time that the network alone
            takes for a batch.
        closed: `clients`, `discipline`, `measure` (p50, p95, p99: milliseconds; per second),
            `seed`, `value`: of the real loop, where each client asks again at once.
        opened: `load` (percent), `discipline`, `times`, `measure` (p50, p95, p99), `seed`,
            `value`: milliseconds of the real loop, and of simulations that are given its very
            arrivals.
        little: `loop`, `place` (clients or load), `discipline`, `seed`, `held`, `law`: requests
            under way as a thread counted them that knows no times, and rate times mean latency.
        kept: `measure`, `seed`, `value`: requests of the real loop that were answered once, and
            as the network does (shares), oldest first in another order, and the largest batch.
        latency: `load`, `discipline`, `statistic`, `seed`, `value`: milliseconds, simulated.
        waits: `load`, `server`, `seed`, `value`: mean wait before service, in mean service times;
            of the server that serves one at a time, oldest first.
        orders: `load`, `discipline` (one at a time, newest first), `statistic`, `seed`, `value`:
            latencies of the ideal server, which takes one unit of time for each request.
        checked: `seed`, `value`: simulated over calculated mean wait of a half busy server.
        worked: `seed`, `value`: share of the time in which the real server's network answered and
            a processor worked for it.
        asked: Requests that the real loop was sent for each seed.
        operations_aside: Floating-point operations of the real server, by arithmetic.
    """

    service: pd.DataFrame = field(metadata=columned("batch", "seed", "value"))
    closed: pd.DataFrame = field(
        metadata=columned("clients", "discipline", "measure", "seed", "value")
    )
    opened: pd.DataFrame = field(
        metadata=columned("load", "discipline", "times", "measure", "seed", "value")
    )
    little: pd.DataFrame = field(
        metadata=columned("loop", "place", "discipline", "seed", "held", "law")
    )
    kept: pd.DataFrame = field(metadata=columned("measure", "seed", "value"))
    latency: pd.DataFrame = field(
        metadata=columned("load", "discipline", "statistic", "seed", "value")
    )
    waits: pd.DataFrame = field(metadata=columned("load", "server", "seed", "value"))
    orders: pd.DataFrame = field(
        metadata=columned("load", "discipline", "statistic", "seed", "value")
    )
    checked: pd.DataFrame = field(metadata=columned("seed", "value"))
    worked: pd.DataFrame = field(metadata=columned("seed", "value"))
    asked: int
    operations_aside: float

    def at(self, load: int, discipline: str, measure: str = "p99", times: str = REAL) -> PerSeed:
        """A latency of an open loop in milliseconds, measured, or simulated with such times."""
        labels = {"load": load, "discipline": discipline, "measure": measure, "times": times}
        return one_a_seed(self.opened, labels, "ms")

    def off(self, load: int, times: str, measure: str = "p50") -> PerSeed:
        """Logarithm of simulated over measured latency, one at a time, with the same arrivals."""
        return self.at(load, SINGLE, measure, times).log_ratio_to(self.at(load, SINGLE, measure))

    def per_second(self, clients: int, discipline: str) -> PerSeed:
        """Requests that the real loop answers in a second."""
        labels = {"clients": clients, "discipline": discipline, "measure": RATE}
        return one_a_seed(self.closed, labels, "requests/s")

    def bought(self) -> PerSeed:
        """Logarithm of how many times as many requests dynamic batches answer as single ones."""
        return self.per_second(MANY, DYNAMIC).log_ratio_to(self.per_second(MANY, SINGLE))

    def counted(self, loop: str) -> PerSeed:
        """Counted requests over rate times latency, each summed over all sessions of a seed.

        Raises:
            NotMeasuredError: If there were none.
        """
        rows = self.little[self.little["loop"] == loop]
        if rows.empty:
            raise NotMeasuredError(f"nothing was counted in a {loop}")
        sums = rows.groupby("seed")[["held", "law"]].sum()
        return PerSeed.of(sums.index, sums["held"] / sums["law"], "times")

    def of(self, measure: str, unit: str = "") -> PerSeed:
        """What was kept to in the real loop."""
        return per_seed(self.kept, unit, measure=measure)

    def order(self, discipline: str, statistic: str, load: int = BUSY) -> PerSeed:
        """A latency of the ideal server, in service times."""
        return per_seed(self.orders, load=load, discipline=discipline, statistic=statistic)

    def wait(self, load: int, server: str = IDEAL) -> PerSeed:
        """Mean wait in service times."""
        return per_seed(self.waits, load=load, server=server)

    def longer(self) -> Estimate:
        """How many times as long the ideal wait is on a busy server as on a half busy one.

        Raises:
            NotMeasuredError: If nobody waits.
        """
        half, busy = self.wait(HALF), self.wait(BUSY)
        if min(half.values.min(), busy.values.min()) < NOTHING:
            raise NotMeasuredError("nobody waits")
        return busy.ratio_to(half)
