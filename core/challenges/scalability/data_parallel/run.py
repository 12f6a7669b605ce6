"""Train alone in this process; then let processes of their own share the same training out."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from core.challenges.scalability.data_parallel.config import (
    GRADIENT,
    LARGER,
    LEAST,
    MESSAGES,
    ONE,
    PAIR,
    SAME,
    TWO,
    WEIGHTS,
    DataParallelConfig,
    DataParallelResult,
)
from core.lab.beside import Company, Order, cores, unpacked
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot

PROGRAM = "core.models.data_parallel"
MOST_PROCESSES = 8
REPEATS = 23
"""Times that each message is sent."""
START, A_SEED = 3.0, 0.25
"""Seconds until processes are there, and of a seed's messages and waits."""
SECONDS_OF_A_STEP, FLOPS_PER_SECOND = 4e-4, 2.5e10
SECONDS_OF_A_TRAINING, FEWEST, MOST = 0.06, 24, 80
"""How long one is, about, in seconds and in steps."""
LAYERS = ((64, 0), (0, 0), (0, 10))
"""Inputs and outputs of each layer; 0 is the width."""
Found = Recorder[DataParallelResult]
Steps = Generator[Snapshot[DataParallelResult], None, Any]


def counts() -> list[int]:
    """Numbers of processes that share work out: powers of two up to the cores, 2 in any case."""
    most = max(PAIR, min(MOST_PROCESSES, cores()))
    return [2**k for k in range(1, most.bit_length())]


def run(config: DataParallelConfig) -> Run[DataParallelResult]:
    """Start the processes, train alone meanwhile, then time and compare seed by seed."""
    own, aside = operations(config)
    record: Found = Recorder(
        DataParallelResult, cost(config).seconds, batch=config.batch, processes=counts()[-1],
        operations_aside=aside,
    )  # fmt: skip
    yield record.snapshot("starting processes", shown=False)
    from core.models import data_parallel

    folder = Path(tempfile.mkdtemp(prefix="lab-data-parallel-"))
    size = counts()[-1]
    own_words = [[str(rank), str(size), str(folder)] for rank in range(size)]
    try:
        with Company(PROGRAM, own_words, data_parallel.ENVIRONMENT) as company:
            alone = {}
            for seed in config.seeds:
                alone[seed] = yield from _alone(config, seed, record)
            meet = company.asked([{"do": "meet"}] * size)
            yield from record.relay(meet, "starting processes", START, pauses=START / 0.02)
            for seed in config.seeds:
                yield from _together(config, seed, record, company, alone[seed])
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return record.result()


def _alone(config: DataParallelConfig, seed: int, record: Found) -> Steps:
    """Train in this process; returns first gradient and last weights."""
    from core.models.data_parallel import alone, right

    first, net = None, None
    for step, net in enumerate(alone(config.width, config.batch, steps(config), seed)):
        first = net.gradient[:-1].numpy().copy() if first is None else first
        record.add("course", ONE, step + 1, seed, float(net.gradient[-1]))
        yield record.snapshot("training in one process")
    assert net is not None
    last = net.weights.numpy().copy()
    record.add("answers", ONE, seed, right(last, config.width, seed))
    return first, last


def _together(
    config: DataParallelConfig, seed: int, record: Found, company: Company, alone: tuple[Any, Any]
) -> Iterator[Snapshot[DataParallelResult]]:
    """Time one process alone, then several, then their messages; compare two with one."""
    plan = {"width": config.width, "steps": steps(config), "seed": seed}
    phase = f"training in several processes, seed {seed}"
    several = [config.batch // 4, config.batch, *(config.batch * n for n in counts())]
    order: Order = {"do": "alone", "several": several, **plan}
    (told,) = yield from record.relay(company.asked([order]), phase)
    for batch, seconds in zip(several, told["steps"], strict=True):
        record.add("alone", batch, seed, max(seconds, LEAST))
    for n in counts():
        for scaling, batch in ((SAME, config.batch), (LARGER, n * config.batch)):
            whole = n == PAIR and scaling == SAME
            order = {"do": "train", "processes": n, "batch": batch, "whole": whole, **plan}
            told = yield from record.relay(company.asked([order] * n), phase)
            step, summing = (max(LEAST, max(one[name] for one in told)) for name in
                             ("step", "summing"))  # fmt: skip
            record.add("steps", n, scaling, seed, step)
            record.add("sums", n, scaling, seed, min(step, summing))
            if whole:
                _compare(config, seed, record, told, alone)
    order = {"do": "sums", "processes": counts()[-1], "sizes": MESSAGES, "repeats": REPEATS}
    told = yield from record.relay(company.asked([order] * counts()[-1]), phase)
    for bytes_, seconds in zip(MESSAGES, told[0]["seconds"], strict=True):
        record.add("messages", bytes_, seed, max(seconds, LEAST))
    record.did((cost(config).seconds - START) / config.repetitions)
    yield record.snapshot(phase)


def _compare(
    config: DataParallelConfig, seed: int, record: Found, told: list[Any], alone: tuple[Any, Any]
) -> None:
    """Note how far two processes are from one: gradient, weights, losses, answers."""
    from core.models.data_parallel import right

    found = unpacked(told[0]["gradient"]), unpacked(told[0]["weights"])
    for what, ours, theirs in zip((GRADIENT, WEIGHTS), alone, found, strict=True):
        record.add("apart", what, seed, float(np.linalg.norm(theirs - ours) / np.linalg.norm(ours)))
    for step, loss in enumerate(told[0]["losses"]):
        record.add("course", TWO, step + 1, seed, loss)
    record.add("answers", TWO, seed, right(found[1], config.width, seed))
    record.add("shared", seed, float(told[0]["bytes"]))
    record.add("worked", seed, float(np.mean([one["computing"] for one in told])))


def steps(config: DataParallelConfig) -> int:
    """Of each training: more where they are quick, so that some of them go undisturbed."""
    _, example = _operations_of_an_example(config)
    quick = SECONDS_OF_A_STEP + example * config.batch / FLOPS_PER_SECOND
    return int(np.clip(SECONDS_OF_A_TRAINING / quick, FEWEST, MOST))


def _operations_of_an_example(config: DataParallelConfig) -> tuple[float, float]:
    """Of an answer, and of a step of training."""
    layers = [(a or config.width, b or config.width) for a, b in LAYERS]
    forward = sum(2.0 * a * b for a, b in layers)
    return forward, 3 * forward - 2.0 * layers[0][0] * layers[0][1]


def operations(config: DataParallelConfig) -> tuple[float, float]:
    """Floating-point operations of this process, and of all others together."""
    forward, example = _operations_of_an_example(config)
    training = config.repetitions * steps(config) * example * config.batch
    own = training + 2 * config.repetitions * forward * 597
    pieces = 0.25 + 1 + sum(counts()) + sum(1 + n for n in counts())
    return own, training * pieces


def cost(config: DataParallelConfig) -> Cost:
    """Expected cost: all operations, and the seconds of wall time that they take side by side."""
    own, aside = operations(config)
    trainings = config.repetitions * (3 * len(counts()) + 3)
    seconds = (own + aside) / FLOPS_PER_SECOND + trainings * steps(config) * SECONDS_OF_A_STEP
    return Cost(own + aside, START + A_SEED * config.repetitions + seconds)
