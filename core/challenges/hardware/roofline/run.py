"""Measure the roofs of this machine and the layers below them, once for each seed."""

from __future__ import annotations

import itertools
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

from core.challenges.hardware.roofline.config import (
    FLOAT,
    KILOBYTES,
    NUMBERS,
    RooflineConfig,
    RooflineResult,
)
from core.lab.recorder import Recorder
from core.lab.run import CannotRunError, Cost, Run, Snapshot
from core.lab.timing import PROCESSOR
from core.models.layer_work import (
    FORMS,
    LINEAR,
    Work,
    batches_to,
    calls_of,
    timed_flops,
    work,
)

if TYPE_CHECKING:
    from core.models.devices import Unit
    from core.models.rates import Watch

SIDES = {"float32": (256, 384, 512), "bfloat16": (256, 384), "int8": (256, 512)}
"""Of the matrices whose product is timed; the fastest counts. Bfloat16 is slow where the processor
has no instructions for it."""
PRODUCTS = 6
"""How often each is timed."""
SIDE_OF_ERRORS = 128
SECONDS_OF_A_START = 4.0
"""Of the second process, with torch."""
Steps = Generator[Snapshot[RooflineResult], None, None]


def run(config: RooflineConfig) -> Run[RooflineResult]:
    """Seed by seed: roofs, then layers, on the processor and on what lies beside it."""
    total = cost(config).seconds
    record = Recorder(RooflineResult, total, width=config.width, share=1.0, alone="")
    yield record.snapshot("loading PyTorch", shown=False)
    from core.models import devices, rates

    record.extend("instructions", rates.instructions())
    units = [devices.Unit(), *devices.accelerators()]
    watch = rates.Watch()
    for seed, unit in itertools.product(config.seeds, units):
        own = watch if unit.name == PROCESSOR else rates.Watch(unit)
        yield from _roofs(record, seed, unit, own)
        yield from _layers(record, config, seed, unit, own)
        record.put(share=min(1.0, watch.had / max(watch.passed, 1e-9)))
        record.did(_seconds_of_a_seed(config) / len(units))
    yield from _two_threads(record, config)
    return record.result()


def _roofs(record: Recorder[RooflineResult], seed: int, unit: Unit, watch: Watch) -> Steps:
    """How fast matrices are multiplied in each kind of number, and vectors are moved."""
    from core.models import rates

    known = record.done > 0
    for numbers in NUMBERS:
        best = 0.0
        for side in (*SIDES[numbers], *unit.sides):
            call = rates.product_call(side, numbers=numbers, seed=seed, device=unit.device)
            if call is None:
                continue
            told = work(LINEAR, side, side)
            phase = f"multiplying matrices in {numbers}"
            took = yield from record.relay(watch.fastest(call, 1, PRODUCTS), phase, shown=known)
            best = max(best, told.flops / took)
        if best:
            error = rates.off(SIDE_OF_ERRORS, numbers, seed, unit.device)
            record.add("peaks", unit.name, numbers, seed, best, error)
            known = True
        if numbers == FLOAT:
            yield from _moved(record, seed, unit, watch)


def _moved(record: Recorder[RooflineResult], seed: int, unit: Unit, watch: Watch) -> Steps:
    from core.models import rates

    for kilobytes in (*KILOBYTES, *unit.kilobytes):
        call = rates.adding(kilobytes, unit.device)
        timing = watch.fastest(call, *calls_of(Work(0.0, kilobytes * 250)))
        took = yield from record.relay(timing, "moving vectors")
        record.add("moved", unit.name, kilobytes, seed, kilobytes * 1000 / took)


def _layers(
    record: Recorder[RooflineResult], config: RooflineConfig, seed: int, unit: Unit, watch: Watch
) -> Steps:
    """How fast each layer is at each batch size, in each kind of number that it has."""
    from core.models import rates

    for numbers, layer, batch in _points(config):
        call = rates.layer_call(
            layer, config.width, batch, numbers=numbers, seed=seed, device=unit.device
        )
        if call is not None:
            told = work(layer, config.width, batch)
            phase = f"timing layers, seed {seed}"
            took = yield from record.relay(watch.fastest(call, *calls_of(told)), phase)
            record.add("rates", unit.name, numbers, layer, batch, seed, told.flops / took)


def _points(config: RooflineConfig) -> Iterator[tuple[str, str, int]]:
    """Kind of number, layer and batch of all that is timed."""
    for numbers, layers in FORMS.items():
        yield from itertools.product((numbers,), layers, batches_to(config.most))


def _two_threads(record: Recorder[RooflineResult], config: RooflineConfig) -> Steps:
    """The same in a process of its own, with one thread and with two."""
    from core.models.two_threads import gains

    if not config.second_thread:
        record.put(alone="Two threads were not timed.")
        return
    work_ = gains(config.width, (1, config.most), config.seeds)
    units = record.total - record.done
    phase = "timing two threads in a process of its own"
    try:
        found = yield from record.relay(work_, phase, units, pauses=50 * SECONDS_OF_A_START)
    except CannotRunError as problem:
        record.put(alone=f"Two threads were not timed. {problem}")
        return
    for layer, batch, seed, one, two in found:
        record.add("gains", layer, batch, seed, one / two)


# What it costs


def _flops_of_a_seed(config: RooflineConfig) -> float:
    """Of what torch counts: layers of floating point."""
    sides = (side for numbers in ("float32", "bfloat16") for side in SIDES[numbers])
    products = (2 + PRODUCTS) * sum(work(LINEAR, side, side).flops for side in sides)
    points = [point for point in _points(config) if point[0] != "int8"]
    layers = (work(layer, config.width, batch) for _, layer, batch in points)
    return products + sum(timed_flops(one) for one in layers)


def _seconds_of_a_seed(config: RooflineConfig) -> float:
    return 0.4 + _flops_of_a_seed(config) / 2.5e10


def cost(config: RooflineConfig) -> Cost:
    """Of all that is timed, most of it layers at the largest batch."""
    seeds = len(config.seeds)
    beside = SECONDS_OF_A_START * config.second_thread
    return Cost(seeds * _flops_of_a_seed(config), 0.2 + seeds * _seconds_of_a_seed(config) + beside)
