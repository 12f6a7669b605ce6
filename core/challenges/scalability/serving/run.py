"""Time a network's answers here; then let requests queue for a server that takes those times."""

from __future__ import annotations

import itertools
from collections.abc import Generator, Iterator

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
    MEASURED,
    NEWEST,
    SINGLE,
    STATISTICS,
    ServingConfig,
    ServingResult,
)
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot
from core.lab.seeding import numpy_generator
from core.metrics.queueing import Served, Service, come, drawn, mean_wait, served

INPUTS, CLASSES = 64, 10
ROUNDS, WARM, CALLS = 15, 3, 3
"""In which each batch size is timed, as the fastest of a few calls; the first are not kept."""
SEED = 1000
"""Units of work of a seed, so that progress is told in parts of it."""
SECONDS_OF_A_REQUEST, SECONDS_OF_A_CALL, FLOPS_PER_SECOND = 2.5e-6, 40e-6, 3e10
SINGLES = [load for load in LOADS if load < 100]


def run(config: ServingConfig) -> Run[ServingResult]:
    """For each seed: time the network, then simulate every load and discipline."""
    record = Recorder(ServingResult, SEED * config.repetitions)
    yield record.snapshot("building the network", shown=False)
    from core.models.answering import timed

    for seed in config.seeds:
        found = []
        for seconds in timed(sizes(config), config.batches, seed, WARM + ROUNDS, CALLS):
            found.append(seconds)
            yield record.snapshot("timing the network", 0.1 * SEED, shown=False)
        times = np.reshape(found, (-1, len(config.batches)))[WARM:]
        for batch, mean in zip(config.batches, times.mean(0), strict=True):
            record.add("service", batch, seed, 1000 * float(mean))
        yield from _simulated(config, seed, record, times)
        record.did(SEED)
        yield record.snapshot(f"seed {seed}")
    return record.result()


def sizes(config: ServingConfig) -> tuple[int, ...]:
    """Layers of the network, from input to output."""
    return INPUTS, config.width, config.width, CLASSES


def _come(config: ServingConfig, seed: int, part: int = 0) -> np.ndarray:
    """When requests arrive, at one per unit of time on average, `(requests,)`."""
    rng = numpy_generator(seed, "arrivals", config.arrivals, part)
    return come(config.arrivals, config.requests, rng)


def _drawn(config: ServingConfig, seed: int, times: np.ndarray, part: int = 0) -> Service:
    """Service times as they were measured, a round at random each time."""
    return drawn(times, config.batches, numpy_generator(seed, "rounds", part))


def _simulated(
    config: ServingConfig, seed: int, record: Recorder[ServingResult], times: np.ndarray
) -> Iterator[Snapshot[ServingResult]]:
    """Let requests come at every load, for every discipline that keeps up with them."""
    unit, single = _come(config, seed), float(times[:, 0].mean())
    most, gap = config.most, 0.0
    together = {SINGLE: (1, 1), NEWEST: (1, 1), DYNAMIC: (most, 1), FULL: (most, most)}
    for load, discipline in itertools.product(LOADS, DISCIPLINES):
        largest, least = together[discipline]
        rate = config.servers * load / 100 / single
        seconds = float(times[:, config.batches.index(largest)].mean())
        if rate * seconds / largest >= config.servers:
            continue
        done = served(
            unit / rate, _drawn(config, seed, times), most=largest, least=least,
            newest_first=discipline == NEWEST, servers=config.servers,
        )  # fmt: skip
        gap = max(gap, abs(done.present / done.little - 1))
        record.extend("latency", _percentiles(load, discipline, seed, done, 1000))
        if discipline == SINGLE:
            record.add("waits", load, MEASURED, seed, done.wait / single)
        yield record.snapshot("simulating the queue", 0.5 * SEED)
    gap = yield from _ideal(config, seed, record, unit, gap)
    record.add("laws", seed, round(gap, 9))
    if has_formula(config):
        yield from _checked(config, seed, record, times)


def has_formula(config: ServingConfig) -> bool:
    """Whether theory has the mean wait in closed form: one server, Poisson arrivals."""
    return config.arrivals == "poisson" and config.servers == 1


def _ideal(
    config: ServingConfig, seed: int, record: Recorder[ServingResult], unit: np.ndarray, gap: float
) -> Generator[Snapshot[ServingResult], None, float]:
    """Let the same requests come to servers that take one unit of time; the largest gap so far."""
    for load, newest in itertools.product(SINGLES, (False, True)):
        done = served(
            100 * unit / load / config.servers, lambda batch: 1.0, newest_first=newest,
            servers=config.servers,
        )  # fmt: skip
        gap = max(gap, abs(done.present / done.little - 1))
        record.extend("orders", _percentiles(load, NEWEST if newest else SINGLE, seed, done))
        if not newest:
            record.add("waits", load, IDEAL, seed, done.wait)
            if has_formula(config):
                record.add("waits", load, FORMULA, seed, mean_wait(load / 100, np.ones(1)))
        yield record.snapshot("simulating an ideal server", 0.9 * SEED)
    return gap


def _checked(
    config: ServingConfig, seed: int, record: Recorder[ServingResult], times: np.ndarray
) -> Iterator[Snapshot[ServingResult]]:
    """Hold simulated waits, with measured times, against the formula."""
    rate, found = HALF / 100 / float(times[:, 0].mean()), []
    for part in range(CHECKS):
        service = _drawn(config, seed, times, part)
        found.append(served(_come(config, seed, part) / rate, service).wait)
        yield record.snapshot("checking the formula", 0.95 * SEED)
    record.add("checked", seed, float(np.mean(found)) / mean_wait(rate, times[:, 0]))


def _percentiles(
    load: int, discipline: str, seed: int, done: Served, scale: float = 1
) -> Iterator[tuple[int, str, str, int, float]]:
    found = scale * np.percentile(done.latencies, list(STATISTICS.values()))
    for name, value in zip(STATISTICS, found, strict=True):
        yield load, discipline, name, seed, float(value)


def cost(config: ServingConfig) -> Cost:
    """Expected cost: the network's answers, and the events of all simulations."""
    multiplied = sum(2.0 * a * b for a, b in itertools.pairwise(sizes(config)))
    rounds = config.repetitions * (WARM + ROUNDS) * CALLS
    flops = multiplied * rounds * sum(config.batches)
    calls = rounds * len(config.batches) * SECONDS_OF_A_CALL
    simulations = config.repetitions * (4 * len(SINGLES) + 2 * len(LOADS) + CHECKS)
    events = simulations * config.requests * SECONDS_OF_A_REQUEST
    return Cost(flops, flops / FLOPS_PER_SECOND + calls + events + 0.1)
