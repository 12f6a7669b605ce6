"""Train the full networks, make them smaller in every form, and time layers in these forms."""

from __future__ import annotations

import itertools
import math
from collections.abc import Generator
from typing import Any

from core.challenges.hardware.fitting import measuring
from core.challenges.hardware.fitting.bench import (
    RATE,
    Bench,
    sizes_of,
    steps_of,
)
from core.challenges.hardware.fitting.config import (
    ARMS,
    BATCHES,
    BITS,
    BUDGETS,
    COMPUTED,
    FULL,
    KERNELS,
    RANK,
    SMALL,
    TAUGHT,
    UNITS,
    WIDTHS,
    FittingConfig,
    FittingResult,
)
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run
from core.models import stored_weights as stored
from core.models.compression_cost import calls_of, seconds_of, step_flops, timed_flops

N_NEW = {"digits": 597, "mnist1d": 1000}
WATCHED = 20
"""Steps between two looks at the full networks."""


def run(config: FittingConfig) -> Run[FittingResult]:
    """Train the full networks, then one form after the other; then time the layers."""
    record = Recorder(FittingResult, total=cost(config).seconds)
    parts = _seconds(config)
    bench = Bench(config)
    yield from _train_full(record, bench, parts[FULL])
    for arm in ARMS:
        form = bench.form(arm)
        phase = f"{arm}: {len(BUDGETS) * len(config.seeds)} networks"
        yield record.snapshot(phase)
        work, steps = bench.training(arm, form), steps_of(config, arm)
        yield from record.relay(work, phase, parts[arm], pauses=steps)
        for place, budget in enumerate(BUDGETS):
            yield from measuring.read_back(
                record, bench, form, arm, budget, place * len(config.seeds)
            )
    yield from measuring.compute(record, bench, parts[COMPUTED[0]])
    yield from measuring.paces(record, bench)
    yield from measuring.beside(record, bench)
    yield from measuring.time_layers(record, config, parts[KERNELS[0]])
    return record.result()


def _train_full(record: Recorder[FittingResult], bench: Bench, units: float) -> measuring.Steps:
    import torch

    from core.models.compression import scores, train

    config = bench.config
    new = torch.stack([torch.from_numpy(d.x_validation) for d in bench.data])
    rows: list[tuple[Any, ...]] = []

    def work() -> Generator[None, None, None]:
        training = train(bench.full, config.seeds, bench.x, bench.y, steps=config.steps, rate=RATE)
        for step in training:
            if step % WATCHED == 1:
                with torch.no_grad():
                    answers = scores(bench.full.layers(), new).argmax(-1).numpy()
                each = zip(answers, bench.data, config.seeds, strict=True)
                judged = [measuring.judged(a, data, FULL, 32, seed) for a, data, seed in each]
                rows[:] = itertools.chain.from_iterable(judged)
            yield

    size = stored.dense_bytes(bench.sizes)
    record.add("sizes", FULL, 32, size)
    yield from record.relay(
        work(), f"training {len(bench.data)} full networks", units,
        pauses=config.steps,
        partial=lambda _: record.result(scores=rows),
    )  # fmt: skip
    yield from measuring.read_back(record, bench, bench.full, FULL, 32, 0)


# What it costs


def _flops(config: FittingConfig) -> dict[str, float]:
    sizes, seeds = sizes_of(config), len(config.seeds)
    models = seeds * len(BUDGETS)
    answer = 2.0 * N_NEW[config.dataset] * sum(a * b for a, b in itertools.pairwise(sizes))
    rank = stored.rank_within(sizes, stored.bytes_in_bits(sizes, BUDGETS[0]))
    looks = config.steps // WATCHED + 1
    found = {FULL: seeds * (config.steps * step_flops(sizes) + looks * answer)}
    for arm in ARMS:
        read = answer * (0.4 if arm in (UNITS, SMALL, TAUGHT) else 1.0)
        step = step_flops(sizes, rank if arm == RANK else 0)
        found[arm] = models * (steps_of(config, arm) * step + read)
    return found


def _computed_flops(config: FittingConfig) -> float:
    """Of networks in float32 and in bfloat16, which torch counts, and of fixing ranges."""
    forward = 2.0 * sum(a * b for a, b in itertools.pairwise(sizes_of(config)))
    timed = sum(b * (1 + math.prod(calls_of(config.width, b))) for b in BATCHES)
    asked = 2 * (N_NEW[config.dataset] + timed + 1) + config.images
    return len(config.seeds) * asked * forward


def _seconds(config: FittingConfig) -> dict[str, float]:
    sizes, seeds = sizes_of(config), len(config.seeds)
    numbers = stored.dense_bytes(sizes) / 4
    found = {
        arm: seconds_of(
            flops, steps_of(config, arm), numbers * (2 if arm == BITS else 1),
            seeds * (1 if arm == FULL else len(BUDGETS)),
        )
        for arm, flops in _flops(config).items()
    }  # fmt: skip
    return {**found, COMPUTED[0]: 0.1 * seeds, KERNELS[0]: 0.3 + 0.1 * seeds}


def cost(config: FittingConfig) -> Cost:
    """Of all networks, and of the layers that are timed: those that torch counts."""
    timed = len(config.seeds) * timed_flops(WIDTHS, BATCHES)
    timed += _computed_flops(config)
    return Cost(sum(_flops(config).values()) + timed, sum(_seconds(config).values()))
