"""Say what a training will cost, by formula and from ten steps; train; and hold both to it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from core.challenges.compute.training_cost.config import (
    COUNT,
    PHASES,
    PILOT,
    CostConfig,
    CostResult,
)
from core.data.embedded import load_mnist1d
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot
from core.lab.seeding import numpy_generator
from core.lab.timing import quickest
from core.models.signal_plans import NETWORKS, operations

if TYPE_CHECKING:
    from torch import Tensor

    from core.models.signal_nets import SignalNet

N_TRAIN = 2000
WARM, PILOT_STEPS = 1, 10
SIDE, PRODUCTS = 256, 8
"""Of the square matrices whose product tells the speed, and how many are timed."""
SECONDS_PER_STEP = {"mlp": 0.4e-3, "cnn": 1e-3, "gru": 10e-3, "transformer": 3e-3}
SECONDS_PER_OPERATION = 3e-11


def run(config: CostConfig) -> Run[CostResult]:
    """Networks in turn, seed by seed."""
    total = 1 + config.repetitions * sum(_seconds(config, name) for name in NETWORKS)
    record = Recorder(CostResult, total, steps=config.steps)
    yield record.snapshot("loading PyTorch", shown=False)
    from core.models.signal_nets import SignalNet

    for name in NETWORKS:
        told = operations(name, config.width, config.batch)
        net = SignalNet(name, config.width, config.first_seed)
        x, y = next(_batches(config, config.first_seed))
        record.extend("operations", [(name, phase, told[phase]) for phase in PHASES])
        record.extend("memory", [(name, *part) for part in _held(net, x, y).items()])
        yield record.snapshot("counting operations and memory")
    record.did(1)
    for seed in config.seeds:
        speed = _speed()
        yield record.snapshot("measuring the speed of matrix products")
        for name in NETWORKS:
            yield from _train(record, config, seed, name, speed)
            record.did(_seconds(config, name))
    return record.result()


def _train(
    record: Recorder[CostResult], config: CostConfig, seed: int, name: str, speed: float
) -> Iterator[Snapshot[CostResult]]:
    """Forecast one training in two ways, then carry it out."""
    from core.models.signal_nets import SignalNet

    net, batches = SignalNet(name, config.width, seed), _batches(config, seed)
    phase = f"training: {name}, seed {seed}"
    products = sum(operations(name, config.width, config.batch)[p] for p in PHASES[:2])
    steps: list[np.ndarray] = []
    for step in range(WARM + PILOT_STEPS + config.steps):
        steps.append(_timed(net, *next(batches)))
        if step == WARM + PILOT_STEPS - 1:
            pilot = config.steps * float(np.median(np.sum(steps[WARM:], axis=1)))
            record.add("forecasts", seed, name, COUNT, config.steps * products / speed)
            record.add("forecasts", seed, name, PILOT, pilot)
        yield record.snapshot(
            phase, _seconds(config, name) * step / (config.steps + WARM + PILOT_STEPS)
        )
    for part, value in zip(PHASES, np.sum(steps[WARM + PILOT_STEPS :], axis=0), strict=True):
        record.add("times", seed, name, part, float(value))


def _timed(net: SignalNet, x: Tensor, y: Tensor) -> np.ndarray:
    """Processor seconds of one step by phase, `(3,)`."""
    marks = [time.thread_time()]
    loss = net.loss(x, y)
    marks.append(time.thread_time())
    loss.backward()
    marks.append(time.thread_time())
    net.update()
    marks.append(time.thread_time())
    return np.diff(marks)


def _batches(config: CostConfig, seed: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Signals and their classes, drawn with replacement, without end."""
    import torch

    data, rng = load_mnist1d(N_TRAIN, seed=seed), numpy_generator(seed, "training cost", "order")
    x = torch.from_numpy(data.x_train).float()
    y = torch.from_numpy(np.asarray(data.y_train, dtype=np.int64))
    while True:
        some = torch.from_numpy(rng.integers(0, len(y), config.batch))
        yield x[some], y[some]


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
    return (told["forward"] + told["backward"]) * (config.steps + WARM + PILOT_STEPS)


def _seconds(config: CostConfig, name: str) -> float:
    steps = SECONDS_PER_STEP[name] * (config.steps + WARM + PILOT_STEPS)
    return steps + SECONDS_PER_OPERATION * _operations(config, name)


def cost(config: CostConfig) -> Cost:
    """Expected cost of all trainings."""
    speeds = config.repetitions * PRODUCTS * 2.0 * SIDE**3
    flops = config.repetitions * sum(_operations(config, name) for name in NETWORKS) + speeds
    seconds = config.repetitions * sum(_seconds(config, name) for name in NETWORKS)
    return Cost(flops, 0.5 + seconds)
