"""Simulations: of the loop at many loads, with the times it was clocked at; of an ideal server."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

from core.challenges.scalability.serving.config import (
    CHECKS,
    DISCIPLINES,
    DYNAMIC,
    FORMULA,
    FULL,
    HALF,
    IDEAL,
    LOADS,
    NEWEST,
    SIMULATED,
    SINGLE,
    STATISTICS,
    ServingConfig,
    ServingResult,
)
from core.lab.recorder import Recorder
from core.lab.run import Snapshot
from core.lab.seeding import numpy_generator
from core.metrics.queueing import Service, come, drawn, mean_wait, served

LEVELS = 32
"""Of the times that batches of one size took; a simulation draws one of them."""
SINGLES = [load for load in LOADS if load < 100]
Steps = Iterator[Snapshot[ServingResult]]
Record = Recorder[ServingResult]


def taken(discipline: str, most: int) -> dict[str, Any]:
    """How many the server takes together at most and at least, and from which end."""
    together = {SINGLE: (1, 1), NEWEST: (1, 1), DYNAMIC: (most, 1), FULL: (most, most)}
    largest, least = together[discipline]
    return {"most": largest, "least": least, "newest_first": discipline == NEWEST}


def arrivals(config: ServingConfig, seed: int, part: int = 0, n: int = 0) -> np.ndarray:
    """When requests arrive, at one per unit of time on average, `(n,)`."""
    rng = numpy_generator(seed, "arrivals", config.arrivals, part)
    return come(config.arrivals, n or config.requests, rng)


def service(config: ServingConfig, seed: int, times: np.ndarray, part: int = 0) -> Service:
    """Times of batches as they were clocked, one of the rows at random each time.

    Args:
        config: Names the batch sizes.
        seed: Of the draws.
        times: Seconds, `(rows, batches)`.
        part: Of the seed.
    """
    return drawn(times, config.batches, numpy_generator(seed, "rounds", part))


def levels(seconds: np.ndarray) -> np.ndarray:
    """What batches of one size took, from quick to slow, each level as likely, `(LEVELS,)`."""
    return np.quantile(seconds, (np.arange(LEVELS) + 0.5) / LEVELS)


def percentiles(latencies: np.ndarray) -> Iterator[tuple[str, float]]:
    """Each statistic by name."""
    found = np.percentile(latencies, list(STATISTICS.values()))
    yield from zip(STATISTICS, map(float, found), strict=True)


def of_the_loop(
    config: ServingConfig, seed: int, record: Record, times: np.ndarray, way: float
) -> Steps:
    """Let requests come at every load, for every discipline that keeps up with them.

    Args:
        config: Of the run.
        seed: Of arrivals and draws.
        record: Where latencies and waits go.
        times: Seconds of the loop's batches, `(rows, batches)`.
        way: Seconds that a request and its answer are on their way.
    """
    unit, single = arrivals(config, seed), float(times[:, 0].mean())
    for load, discipline in itertools.product(LOADS, DISCIPLINES):
        how = taken(discipline, config.most)
        rate = config.servers * load / 100 / single
        seconds = float(times[:, config.batches.index(how["most"])].mean())
        if rate * seconds / how["most"] >= config.servers:
            continue  # The queue would grow for ever.
        done = served(unit / rate, service(config, seed, times), servers=config.servers, **how)
        for name, value in percentiles(1000 * (done.latencies + way)):
            record.add("latency", load, discipline, name, seed, value)
        if discipline == SINGLE:
            record.add("waits", load, SIMULATED, seed, done.wait / single)
        yield record.snapshot("simulating the queue")
    if has_formula(config):
        yield from _checked(config, seed, record, times)


def has_formula(config: ServingConfig) -> bool:
    """Whether theory has the mean wait in closed form: one server, Poisson arrivals."""
    return config.arrivals == "poisson" and config.servers == 1


def _checked(config: ServingConfig, seed: int, record: Record, times: np.ndarray) -> Steps:
    """Hold simulated waits, with the loop's times, against the formula."""
    rate, found = HALF / 100 / float(times[:, 0].mean()), []
    for part in range(CHECKS):
        takes = service(config, seed, times, part)
        found.append(served(arrivals(config, seed, part) / rate, takes).wait)
        yield record.snapshot("checking the formula")
    record.add("checked", seed, float(np.mean(found)) / mean_wait(rate, times[:, 0]))


def of_the_ideal(config: ServingConfig, seed: int, record: Record) -> Steps:
    """Let requests come to servers that take one unit of time, several times over."""
    for load, newest in itertools.product(SINGLES, (False, True)):
        waits, found = [], []
        for part in range(CHECKS):
            done = served(
                100 * arrivals(config, seed, part) / load / config.servers, lambda batch: 1.0,
                newest_first=newest, servers=config.servers,
            )  # fmt: skip
            waits.append(done.wait)
            found.append(done.latencies)
            yield record.snapshot("simulating an ideal server")
        order = NEWEST if newest else SINGLE
        for name, value in percentiles(np.concatenate(found)):
            record.add("orders", load, order, name, seed, value)
        if not newest:
            record.add("waits", load, IDEAL, seed, float(np.mean(waits)))
            if has_formula(config):
                record.add("waits", load, FORMULA, seed, mean_wait(load / 100, np.ones(1)))
