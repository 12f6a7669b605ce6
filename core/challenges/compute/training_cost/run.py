"""Say what a training will cost, by formula and from ten steps; train; and hold both to it."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

import numpy as np

from core.challenges.compute.training_cost.config import (
    COUNT,
    LOSS,
    PEAK,
    PHASES,
    PILOT,
    CostConfig,
    CostResult,
)
from core.data.embedded import load_mnist1d
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot
from core.lab.seeding import numpy_generator
from core.lab.timing import PROCESSOR, quickest
from core.models.signal_plans import NETWORKS, operations

if TYPE_CHECKING:
    from torch import Tensor

    from core.models.devices import Unit
    from core.models.signal_nets import SignalNet

N_TRAIN = 2000
WARM, PILOT_STEPS = 1, 10
FIRST = WARM + PILOT_STEPS
SIDE, PRODUCTS = 256, 8
"""Of the square matrices whose product tells the speed, and how many are timed."""
SECONDS_PER_STEP = {"mlp": 0.4e-3, "cnn": 1e-3, "gru": 10e-3, "transformer": 3e-3}
SECONDS_PER_OPERATION = 3e-11


def run(config: CostConfig) -> Run[CostResult]:
    """Networks in turn, seed by seed, on the processor and on what lies beside it."""
    total = 1 + config.repetitions * sum(_seconds(config, name) for name in NETWORKS)
    record = Recorder(CostResult, total, steps=config.steps)
    yield record.snapshot("loading PyTorch", shown=False)
    from core.models.devices import Unit, accelerators
    from core.models.signal_nets import SignalNet

    units = [Unit(), *accelerators()]
    for name in NETWORKS:
        told = operations(name, config.width, config.batch)
        net = SignalNet(name, config.width, config.first_seed)
        x, y = next(_batches(config, config.first_seed, "cpu"))
        record.extend("operations", [(name, phase, told[phase]) for phase in PHASES])
        record.extend("memory", [(name, *part) for part in _held(net, x, y).items()])
        yield record.snapshot("counting operations and memory")
    record.did(1)
    for seed in config.seeds:
        speed = _speed()
        yield record.snapshot("measuring the speed of matrix products")
        for name in NETWORKS:
            for unit in units:
                training = _train(record, config, seed, name, unit, speed)
                loss = yield from training
                record.did(_seconds(config, name) / len(units))
                if len(units) > 1:
                    record.add("beside", unit.name, seed, name, LOSS, loss)
    return record.result()


def _train(
    record: Recorder[CostResult], config: CostConfig, seed: int, name: str, unit: Unit, speed: float
) -> Generator[Snapshot[CostResult], None, float]:
    """Forecast one training in two ways, then carry it out; return the loss after it."""
    from core.models.signal_nets import SignalNet

    batches, steps = _batches(config, seed, unit.device), list[np.ndarray]()
    unit.forget()
    before = unit.allocated()
    net = SignalNet(name, config.width, seed, unit.device)
    phase = f"training: {name}, seed {seed}"
    for step in range(FIRST + config.steps):
        steps.append(_timed(net, unit, *next(batches)))
        if step == FIRST - 1 and unit.name == PROCESSOR:
            _forecast(record, config, seed, name, np.array(steps[WARM:]), speed)
        yield record.snapshot(phase, _seconds(config, name) * step / (config.steps + FIRST))
    most = unit.allocated() - before
    for part, value in zip(PHASES, np.sum(steps[FIRST:], axis=0), strict=True):
        if unit.name == PROCESSOR:
            record.add("times", seed, name, part, float(value))
        else:
            record.add("beside", unit.name, seed, name, part, float(value))
    if unit.name != PROCESSOR:
        record.add("beside", unit.name, seed, name, PEAK, float(most))
    return float(net.loss(*next(batches)).detach())


def _forecast(
    record: Recorder[CostResult], config: CostConfig, seed: int, name: str, pilot: np.ndarray,
    speed: float,
) -> None:  # fmt: skip
    """Say what a training will take: from its operations, and from steps `(n, 3)`, in seconds."""
    products = sum(operations(name, config.width, config.batch)[p] for p in PHASES[:2])
    record.add("forecasts", seed, name, COUNT, config.steps * products / speed)
    record.add("forecasts", seed, name, PILOT, config.steps * float(np.median(pilot.sum(1))))


def _timed(net: SignalNet, unit: Unit, x: Tensor, y: Tensor) -> np.ndarray:
    """Seconds of one step by phase, `(3,)`."""
    marks = [unit.clock()]
    loss = net.loss(x, y)
    marks.append(unit.clock())
    loss.backward()
    marks.append(unit.clock())
    net.update()
    marks.append(unit.clock())
    return np.diff(marks)


def _batches(config: CostConfig, seed: int, device: str) -> Iterator[tuple[Tensor, Tensor]]:
    """Signals and their classes, drawn with replacement, without end; all lie on the device."""
    import torch

    data, rng = load_mnist1d(N_TRAIN, seed=seed), numpy_generator(seed, "training cost", "order")
    x = torch.from_numpy(data.x_train).float().to(device)
    y = torch.from_numpy(np.asarray(data.y_train, dtype=np.int64)).to(device)

    def drawn() -> tuple[Tensor, Tensor]:
        some = torch.from_numpy(rng.integers(0, len(y), config.batch)).to(device)
        return x[some], y[some]

    return iter(drawn, None)


def _held(net: SignalNet, x: Tensor, y: Tensor) -> dict[str, float]:
    """Bytes that a training holds when a forward pass has ended, by what they are."""
    from torch.autograd.graph import saved_tensors_hooks

    kept: dict[int, int] = {}
    own = {weight.untyped_storage().data_ptr() for weight in net.weights}

    def keep(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            kept[storage.data_ptr()] = storage.nbytes()
        return tensor.detach()  # Itself would hold the step that made it, which holds it.

    with saved_tensors_hooks(keep, lambda tensor: tensor):
        loss = net.loss(x, y)
    del loss
    weights = float(sum(weight.nbytes for weight in net.weights))
    return {
        "weights": weights, "gradients": weights, "Adam's moments": 2 * weights,
        "activations": float(sum(kept.values())),
    }  # fmt: skip


def _speed() -> float:
    """Operations a second in a product of square matrices: the fastest of several."""
    import torch

    a, found = torch.ones(SIDE, SIDE), []
    for _ in range(PRODUCTS):
        started = time.thread_time()
        torch.mm(a, a)
        found.append(time.thread_time() - started)
    return 2.0 * SIDE**3 / quickest(found)


def _operations(config: CostConfig, name: str) -> float:
    told = operations(name, config.width, config.batch)
    return (told["forward"] + told["backward"]) * (config.steps + FIRST)


def _seconds(config: CostConfig, name: str) -> float:
    steps = SECONDS_PER_STEP[name] * (config.steps + FIRST)
    return steps + SECONDS_PER_OPERATION * _operations(config, name)


def cost(config: CostConfig) -> Cost:
    """Expected cost of all trainings."""
    speeds = config.repetitions * PRODUCTS * 2.0 * SIDE**3
    flops = config.repetitions * sum(_operations(config, name) for name in NETWORKS) + speeds
    seconds = config.repetitions * sum(_seconds(config, name) for name in NETWORKS)
    return Cost(flops, 0.5 + seconds)
