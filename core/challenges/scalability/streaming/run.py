"""Write a file, then train on it in memory and streamed, in processes of their own."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np

from core.challenges.scalability.streaming.config import (
    BUFFERS,
    MEGA,
    SHUFFLED,
    STREAMED,
    WHOLE,
    StreamingConfig,
    StreamingResult,
)
from core.lab.beside import Company, Order, unpacked
from core.lab.recorder import Recorder
from core.lab.run import CannotRunError, Cost, Run, Snapshot

PROGRAM = "core.models.streaming"
ENVIRONMENT = {
    "ARROW_DEFAULT_MEMORY_POOL": "system", "ARROW_IO_THREADS": "1",
    "MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_TRIM_THRESHOLD_": "65536",
}  # fmt: skip
"""Memory goes back to the system, and no thread takes any beside the one that trains."""
FREE, LIMITED = 0, 1
"""Which process: the one that trains in memory, and the one that limits itself."""
TOO_LITTLE = "Here even reading the file piece by piece takes more memory; choose more of it."
START, A_ROW, A_ROW_WRITTEN = 1.2, 5e-7, 1e-6
SHAPES = ((64, 32), (32, 10))
NEW = 597
Found = Recorder[StreamingResult]
Steps = Generator[Snapshot[StreamingResult], None, Any]


def run(config: StreamingConfig) -> Run[StreamingResult]:
    """Start two processes, set one its limit, and train seed by seed."""
    record: Found = Recorder(
        StreamingResult, cost(config).seconds, size=0.0, memory=config.memory, rows=config.rows,
        limited=0, operations_aside=operations(config)[1],
    )  # fmt: skip
    yield record.snapshot("starting processes", shown=False)
    folder = Path(tempfile.mkdtemp(prefix="lab-streaming-"))
    try:
        with Company(PROGRAM, [[str(folder)]] * 2, ENVIRONMENT) as company:
            file = {"path": str(folder / "rows"), "form": config.form}
            for seed in config.seeds:
                yield from _written(config, seed, record, company, file)
                yield from _trained(config, seed, record, company, file)
                record.did((cost(config).seconds - START) / config.repetitions)
                yield record.snapshot(f"seed {seed}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return record.result()


def _written(
    config: StreamingConfig, seed: int, record: Found, company: Company, file: Order
) -> Steps:  # fmt: skip
    """Write the file; the first time a process limits itself once it has seen it."""
    first = seed == config.first_seed
    make = {
        "do": "make",
        "rows": config.rows,
        "seed": seed,
        "by_class": config.layout == "by_class",
    }
    (size,) = yield from record.relay(
        company.asked([{**make, **file}]), f"writing the file of seed {seed}", START * first,
        pauses=START / 0.02, shown=not first,
    )  # fmt: skip
    record.put(size=size / MEGA)
    if first:
        order = {"do": "limit", "bytes": int(config.memory * MEGA), **file}
        asked = company.asked([order], LIMITED)
        (limited,) = yield from record.relay(asked, "setting a limit", shown=False)
        record.put(limited=int(limited))


def _trained(
    config: StreamingConfig, seed: int, record: Found, company: Company, file: Order
) -> Steps:  # fmt: skip
    """Train every arm on the file; those that stream under the limit."""
    import torch

    from core.data.embedded import load_digits

    data = load_digits(1200, seed=seed)
    new = torch.from_numpy(np.rint(255 * data.x_validation).astype(np.float32) / 255)
    plan = {"do": "train", "rows": config.rows, "seed": seed, **file}
    arms: dict[str, tuple[int, Order]] = {
        SHUFFLED: (FREE, {"how": "shuffled"}), WHOLE: (FREE, {"how": "whole"}),
        STREAMED: (LIMITED, {"how": "streamed"}),
    }  # fmt: skip
    for part, arm in BUFFERS.items():
        arms[arm] = LIMITED, {"how": "buffered", "buffer": config.rows // part}
    weights = {}
    for arm, (which, how) in arms.items():
        phase = f"seed {seed}: {arm}"
        (told,) = yield from record.relay(company.asked([{**plan, **how}], which), phase)
        if "weights" in told:
            weights[arm] = unpacked(told["weights"])
            right = (_scores(new, weights[arm]).argmax(1).numpy() == data.y_validation).mean()
            record.add("answers", arm, seed, float(right))
            record.add("speeds", arm, seed, config.rows / told["seconds"])
            record.add("grown", arm, seed, told["grown"] / MEGA)
    (told,) = yield from record.relay(company.asked([{**plan, "how": "whole"}], LIMITED), phase)
    record.add("fits", seed, float("weights" in told))
    if STREAMED not in weights:
        raise CannotRunError(TOO_LITTLE)
    ours, theirs = (weights[arm].tobytes() for arm in (WHOLE, STREAMED))
    apart = sum(a != b for a, b in zip(ours, theirs, strict=True))
    record.add("apart", seed, float(apart))


def _scores(x: Any, weights: np.ndarray) -> Any:
    """What a network with these weights says of images, `(n, 10)`."""
    import torch

    flat, at = torch.from_numpy(weights.copy()), 0
    for place, (inputs, outputs) in enumerate(SHAPES):
        weight = flat[at : at + inputs * outputs].view(inputs, outputs)
        bias = flat[at + inputs * outputs : at + (inputs + 1) * outputs]
        x = x @ weight + bias
        x = x.relu() if place + 1 < len(SHAPES) else x
        at += (inputs + 1) * outputs
    return x


def operations(config: StreamingConfig) -> tuple[float, float]:
    """Floating-point operations of this process, and of the others in all arms."""
    forward = sum(2.0 * a * b for a, b in SHAPES)
    a_row = 3 * forward - 2.0 * SHAPES[0][0] * SHAPES[0][1]
    arms = len(BUFFERS) + 3
    return (
        config.repetitions * arms * NEW * forward,
        config.repetitions * arms * config.rows * a_row,
    )


def cost(config: StreamingConfig) -> Cost:
    """Expected cost: what all processes compute, read and write."""
    trained = config.repetitions * config.rows * (len(BUFFERS) + 3.5)
    written = config.repetitions * config.rows * A_ROW_WRITTEN
    return Cost(sum(operations(config)), START + trained * A_ROW + written)
