"""Time the network alone; then a real server and its clients; then simulate what they clocked."""

from __future__ import annotations

import itertools
import math
from collections.abc import Generator
from typing import Any

import numpy as np

from core.challenges.scalability.serving.config import (
    ALONE_TIMES,
    CHECKS,
    CLOCKED_LOADS,
    CLOSED,
    CLOSED_DISCIPLINES,
    COUNTS,
    DISCIPLINES,
    DYNAMIC,
    FULL,
    LARGEST,
    LOADS,
    LOOP_TIMES,
    NEWEST,
    OPEN,
    OVERTAKEN,
    RATE,
    REAL,
    SINGLE,
    ServingConfig,
    ServingResult,
)
from core.challenges.scalability.serving.simulated import (
    SINGLES,
    arrivals,
    levels,
    of_the_ideal,
    of_the_loop,
    percentiles,
    service,
    taken,
)
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot
from core.metrics.queueing import served
from core.models.serving.sessions import Discipline, Loop, Session

ROUNDS, WARM, CALLS = 15, 3, 3
"""In which each batch size is timed, as the fastest of a few calls; the first are not kept."""
INPUTS_ASKED = 64
"""Inputs of requests, which take turns."""
CLOSED_REQUESTS = 128
"""Of a session of a closed loop; and some for each client."""
WORKED_ON = 8
"""With so many clients, or more, the server always has something to do: what it takes for single
requests then says what it can."""
SKIPPED = 10
"""One in so many requests, the first ones, is in no latency: caches and queue fill up."""
START = 2.0
"""Seconds until both processes are there, beyond what is done meanwhile."""
SECONDS_OF_AN_EVENT, SECONDS_OF_A_CALL, FLOPS_PER_SECOND = 2.5e-6, 40e-6, 3e10
SECONDS_OF_A_SESSION, SECONDS_OF_AN_ANSWER, BYTES_PER_SECOND = 0.015, 1e-4, 1.2e10
Found = Recorder[ServingResult]
Steps = Generator[Snapshot[ServingResult], None, Any]


def run(config: ServingConfig) -> Run[ServingResult]:
    """Time and simulate while the processes start; then ask the real loop, seed by seed."""
    own, aside = operations(config)
    record: Found = Recorder(
        ServingResult, cost(config).seconds, asked=asked(config), operations_aside=aside
    )
    yield record.snapshot("starting a server and its clients", shown=False)
    with Loop(config.width) as loop:
        alone = {}
        for seed in config.seeds:
            alone[seed] = yield from _alone(config, seed, record)
        phase = "waiting for the server to listen"
        yield from record.relay(loop.opened(), phase, START, pauses=START / 0.02)
        for seed in config.seeds:
            yield from Measuring(config, seed, record, loop, *alone[seed]).all()
            yield record.snapshot(f"seed {seed}")
    return record.result()


def _alone(config: ServingConfig, seed: int, record: Found) -> Steps:
    """Time the network alone, and simulate the ideal server; returns times and true answers."""
    import torch

    from core.models.answering import answers, layers, sizes, timed
    from core.models.serving.clients import drawn

    found, own = [], layers(sizes(config.width), seed)
    for seconds in timed(sizes(config.width), config.batches, seed, WARM + ROUNDS, CALLS):
        found.append(seconds)
        yield record.snapshot("timing the network alone")
    times = np.reshape(found, (-1, len(config.batches)))[WARM:]
    for batch, mean in zip(config.batches, times.mean(0), strict=True):
        record.add("service", batch, seed, 1000 * float(mean))
    truth = answers(own, torch.from_numpy(drawn(seed, INPUTS_ASKED))).numpy()
    yield from of_the_ideal(config, seed, record)
    return times, truth


class Measuring:
    """All sessions of a seed: closed loops first, which say what the server can; then open ones."""

    def __init__(
        self, config: ServingConfig, seed: int, record: Found, loop: Loop, alone: np.ndarray,
        truth: np.ndarray,
    ) -> None:  # fmt: skip
        """Begin without a session."""
        self.config, self.seed, self.record, self.loop = config, seed, record, loop
        self._alone, self._truth = alone, truth
        self._met: list[tuple[str, Session]] = []
        self._seconds = {1: np.zeros(0)}
        self._way = 0.0

    def all(self) -> Steps:
        """Measure, and simulate what was measured."""
        for clients, discipline in itertools.product(self.config.clients, CLOSED_DISCIPLINES):
            yield from self._closed(clients, discipline)
        times = np.stack([levels(self._seconds[size]) for size in self.config.batches], 1)
        for load, discipline in opened():
            yield from self._open(load, discipline, times)
        self._kept()
        yield from of_the_loop(self.config, self.seed, self.record, times, self._way)

    def _session(self, loop: str, place: int, discipline: str, n: int, **ask: Any) -> Steps:
        """One session, noted for Little's law."""
        most = min(self.config.most, ask.get("clients", self.config.most))
        how = Discipline(**taken(discipline, most))
        work = self.loop.session(self.seed, self._truth, n, how, **ask)
        units = (self.record.total - START) / self.config.repetitions / sessions(self.config)
        phase = f"seed {self.seed}, {loop}: {discipline}"
        found: Session = yield from self.record.relay(work, phase, units)
        self._met.append((discipline, found))
        if math.isfinite(found.held):
            self.record.add("little", loop, place, discipline, self.seed, found.held, found.law)
        return found

    def _closed(self, clients: int, discipline: str) -> Steps:
        """Each client asks again at once."""
        n = length(clients, discipline)
        found = yield from self._session(CLOSED, clients, discipline, n, clients=clients)
        for name, value in percentiles(1000 * found.latencies[n // SKIPPED :]):
            self.record.add("closed", clients, discipline, name, self.seed, value)
        self.record.add("closed", clients, discipline, RATE, self.seed, found.pace)
        if discipline == FULL and clients > 1:
            self._seconds[clients] = found.seconds
        if discipline == SINGLE and clients >= WORKED_ON:
            self._seconds[1] = np.append(self._seconds[1], found.seconds)
        if discipline == SINGLE and clients == 1:
            self._way = max(0.0, float(np.median(found.latencies) - np.median(found.seconds)))

    def _open(self, load: int, discipline: str, times: np.ndarray) -> Steps:
        """Requests come as they come; then the same arrivals are simulated."""
        config, seed = self.config, self.seed
        come = arrivals(config, seed, load, config.real) * float(self._seconds[1].mean())
        found = yield from self._session(
            OPEN, load, discipline, config.real, times=100 / load * come
        )
        how, told = taken(discipline, config.most), {REAL: found.latencies}
        for name, given, way in (
            (LOOP_TIMES, times, self._way), (ALONE_TIMES, self._alone, 0.0),
        ):  # fmt: skip
            done = served(found.sent, service(config, seed, given, load), **how)
            told[name] = done.latencies + way
        for name, latencies in told.items():
            for statistic, value in percentiles(1000 * latencies[config.real // SKIPPED :]):
                self.record.add("opened", load, discipline, name, statistic, seed, value)
        if discipline == SINGLE:
            wait = float((found.begun - found.sent).mean() / times[:, 0].mean())
            self.record.add("waits", load, REAL, seed, wait)

    def _kept(self) -> None:
        """Note what holds whatever the clock says."""
        counts = {name: [one.counts[name] for _, one in self._met] for name in COUNTS}
        for name in COUNTS:
            self.record.add("kept", name, self.seed, sum(counts[name]) / asked(self.config))
        in_order = [one.counts[OVERTAKEN] for name, one in self._met if name != NEWEST]
        self.record.add("kept", OVERTAKEN, self.seed, float(sum(in_order)))
        largest = max(one.counts["largest"] for _, one in self._met)
        self.record.add("kept", LARGEST, self.seed, float(largest))
        worked, passed = (
            sum(one.counts[name] for _, one in self._met) for name in ("worked", "passed")
        )
        self.record.add("worked", self.seed, min(1.0, worked / passed))


# What it costs


def length(clients: int, discipline: str) -> int:
    """Requests of a closed loop: a multiple of the clients, more where they are answered fast."""
    return CLOSED_REQUESTS + clients * (8 if discipline == SINGLE else 32)


def opened() -> list[tuple[int, str]]:
    """Loads and disciplines of the open loops: beyond 100% only batches may keep up."""
    every = itertools.product(CLOCKED_LOADS, DISCIPLINES)
    return [(load, one) for load, one in every if load < 100 or one in (DYNAMIC, FULL)]


def sessions(config: ServingConfig) -> int:
    """Of a seed."""
    return len(CLOSED_DISCIPLINES) * len(config.clients) + len(opened())


def asked(config: ServingConfig) -> int:
    """Requests of all sessions of a seed."""
    closed = sum(length(k, one) for k in config.clients for one in CLOSED_DISCIPLINES)
    return closed + config.real * len(opened())


def operations(config: ServingConfig) -> tuple[float, float]:
    """Floating-point operations of this process, and of the server."""
    sizes = (64, config.width, config.width, 10)
    an_answer = config.repetitions * sum(2.0 * a * b for a, b in itertools.pairwise(sizes))
    timed = (WARM + ROUNDS) * CALLS * sum(config.batches) + INPUTS_ASKED
    return an_answer * timed, an_answer * asked(config)


def cost(config: ServingConfig) -> Cost:
    """Expected cost: the network's answers here and there, and the events of all simulations."""
    own, aside = operations(config)
    calls = (WARM + ROUNDS) * CALLS * len(config.batches) * SECONDS_OF_A_CALL
    simulations = CHECKS * (2 * len(SINGLES) + 1) + 3 * len(LOADS)
    events = simulations * config.requests * SECONDS_OF_AN_EVENT
    an_answer = SECONDS_OF_AN_ANSWER + 4 * config.width**2 / BYTES_PER_SECOND
    alone = float(sum(length(k, SINGLE) for k in config.clients))
    alone += sum(config.real * 100 / load for load, _ in opened())
    loop = alone * an_answer + sessions(config) * SECONDS_OF_A_SESSION
    each = calls + events + loop
    return Cost(own + aside, START + (own + aside) / FLOPS_PER_SECOND + config.repetitions * each)
