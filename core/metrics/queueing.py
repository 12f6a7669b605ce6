"""Servers and their one queue, event by event; and what queueing theory says of them."""

from __future__ import annotations

import heapq
import itertools
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

Law = Literal["poisson", "regular", "bursts"]
Service = Callable[[int], float]
"""Requests in a batch -> seconds that the server takes for them."""
DRAWS = 4096
BURST = 8
"""Requests that come at once in a burst."""


def come(law: Law, n: int, rng: np.random.Generator) -> np.ndarray:
    """When requests arrive, at one per unit of time on average, ascending, `(n,)`.

    Args:
        law: Poisson: they know nothing of each other. Regular: equally far apart. Bursts: `BURST`
            at once, and bursts know nothing of each other.
        n: How many.
        rng: Draws the gaps.
    """
    if law == "regular":
        return np.arange(1, n + 1, dtype=float)
    if law == "bursts":
        return np.cumsum(rng.exponential(BURST, -(-n // BURST))).repeat(BURST)[:n]
    return np.cumsum(rng.exponential(size=n))


def drawn(times: np.ndarray, batches: Sequence[int], rng: np.random.Generator) -> Service:
    """Service times as they were measured: one of the rounds at random, each time anew.

    Between two sizes that were timed, a batch takes what lies on the line between them.

    Args:
        times: Measured, `(rounds, batches)`.
        batches: Sizes that were timed, ascending from 1.
        rng: Draws the rounds.
    """
    picks = itertools.cycle(rng.integers(0, len(times), DRAWS).tolist())
    every = np.arange(1, batches[-1] + 1)
    known = [np.interp(every, batches, row).tolist() for row in times]
    return lambda batch: float(known[next(picks)][batch - 1])


@dataclass(frozen=True)
class Served:
    """When requests came, were begun and left.

    Attributes:
        arrivals: Ascending, `(n,)`, at least 0.
        begun: When the server turned to each, `(n,)`.
        departures: When each was answered, `(n,)`.
    """

    arrivals: np.ndarray
    begun: np.ndarray
    departures: np.ndarray

    @property
    def latencies(self) -> np.ndarray:
        """From arrival to answer, `(n,)`."""
        return self.departures - self.arrivals

    @property
    def wait(self) -> float:
        """Mean time from arrival until the server turns to a request."""
        return float((self.begun - self.arrivals).mean())

    @property
    def present(self) -> float:
        """Mean number of requests in the system, over the time from 0 to the last answer.

        Counted event by event: up by one at each arrival, down by one at each answer.
        """
        times = np.concatenate([self.arrivals, self.departures])
        order = np.argsort(times, kind="stable")
        change = np.repeat([1, -1], len(self.arrivals))[order]
        span = np.diff(times[order])
        return float(np.cumsum(change)[:-1] @ span / self.departures.max())

    @property
    def little(self) -> float:
        """Rate of arrivals times mean time in the system: what Little (1961) says `present` is."""
        return float(len(self.arrivals) / self.departures.max() * self.latencies.mean())


def served(
    arrivals: np.ndarray,
    service: Service,
    *,
    most: int = 1,
    least: int = 1,
    newest_first: bool = False,
    servers: int = 1,
) -> Served:
    """Let servers work through the requests of one queue.

    Args:
        arrivals: Ascending, `(n,)`, at least 0.
        service: What a batch takes.
        most: Requests that are taken together at most.
        least: It waits for so many before it begins, while more are to come; at most `most`.
        newest_first: Whether the newest request is taken first; else the oldest.
        servers: That work side by side; whichever is free first goes on.

    Raises:
        ValueError: If `least` is beyond `most`.
    """
    if not 1 <= least <= most:
        raise ValueError("a server waits for at least one request and at most for a full batch")
    n, coming, free = len(arrivals), 0, [0.0] * servers
    times = arrivals.tolist()
    begun, left = np.empty(n), np.empty(n)
    waiting: deque[int] = deque()
    take = waiting.pop if newest_first else waiting.popleft
    while coming < n or waiting:
        now = free[0]
        while coming < n and times[coming] <= now:
            waiting.append(coming)
            coming += 1
        if len(waiting) < least and coming < n:
            heapq.heapreplace(free, max(now, times[coming]))  # It is idle until then.
            continue
        batch = [take() for _ in range(min(most, len(waiting)))]
        begun[batch] = now
        ends = now + service(len(batch))
        left[batch] = ends
        heapq.heapreplace(free, ends)
    return Served(np.asarray(arrivals, dtype=float), begun, left)


def mean_wait(rate: float, services: np.ndarray) -> float:
    """Mean wait in an M/G/1 queue (Pollaczek 1930, Khinchine 1932), before service begins.

    Args:
        rate: Of arrivals that know nothing of each other (Poisson), per unit of time.
        services: Equally likely service times, in that unit; one of them is M/D/1.

    Returns:
        In that unit; infinite where the server cannot keep up.
    """
    busy = rate * float(services.mean())
    if busy >= 1:
        return float("inf")
    return rate * float((services**2).mean()) / (2 * (1 - busy))
