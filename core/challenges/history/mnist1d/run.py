"""Every kind of network on the signals, in order and shuffled."""

from __future__ import annotations

import itertools
from collections.abc import Generator
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from core.challenges.history.mnist1d.config import (
    AS_IS,
    KINDS,
    ORDERS,
    TEST,
    Mnist1dConfig,
    Mnist1dResult,
)
from core.data.dataset import Dataset
from core.data.embedded import load_mnist1d
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot
from core.lab.seeding import numpy_generator
from core.models.mnist1d_plans import FLOPS, LENGTH, Kind

if TYPE_CHECKING:
    from torch import Tensor


BATCH = 100
PEAKS: dict[Kind, float] = {"logistic": 0.02, "mlp": 0.01, "cnn": 0.02, "gru": 0.02}
"""Largest learning rate of Adam; it rises to it linearly, then falls to zero."""
WARM_SHARE = 0.3
LOOKS, APART = 8, 25
"""How often each network is tested on its way, after step 0; and after how many steps at least."""
SECONDS: dict[Kind, tuple[float, float]] = {
    "logistic": (2e-4, 2e-5), "mlp": (3e-4, 2e-4), "cnn": (5e-4, 2e-3), "gru": (4e-3, 7e-4),
}  # fmt: skip
"""Of a step, and of each further network in its stack."""
Record = Recorder[Mnist1dResult]


def run(config: Mnist1dConfig) -> Run[Mnist1dResult]:
    """Train one kind after the other, all seeds of it side by side."""
    record = Record(Mnist1dResult, cost(config).seconds)
    yield record.snapshot("drawing the data", shown=False)
    sets = [load_mnist1d(config.n_train, seed=seed) for seed in config.seeds]
    for kind, order in itertools.product(PEAKS, ORDERS):
        yield from _trained(config, kind, order, sets, record)
    return record.result()


def _trained(
    config: Mnist1dConfig, kind: Kind, order: str, sets: list[Dataset], record: Record
) -> Generator[Snapshot[Mnist1dResult], None, None]:
    """Train the networks of one kind on signals in one order, and test them on the way."""
    from core.models.mnist1d_nets import Mnist1dNets

    x, y, new_x, new_y = _stacked(config, order, sets)
    nets = Mnist1dNets(kind, config.seeds)
    phase = f"{KINDS[kind]}, signals {order}"
    every, seconds = config.steps // _looks(config), _seconds(config, kind)
    for step in range(config.steps + 1):
        if step % every == 0 or step == config.steps:
            work = nets.accuracy(new_x, new_y)
            found = yield from record.relay(work, f"testing: {phase}", shown=False)
            for seed, share in zip(config.seeds, found.tolist(), strict=True):
                record.add("curves", KINDS[kind], order, step, seed, share)
            yield record.snapshot(phase)
        if step < config.steps:
            rows = _rows(config, step)
            rate = config.rate * PEAKS[kind] * share_of_peak((step + 1) / config.steps)
            learning = nets.learn(_picked(x, rows), _picked(y, rows), rate)
            yield from record.relay(learning, phase, seconds, shown=False)


def share_of_peak(done: float) -> float:
    """Learning rate over its peak: up, then down to nearly zero."""
    return min(done / WARM_SHARE, (1.01 - done) / (1 - WARM_SHARE))


def _rows(config: Mnist1dConfig, step: int) -> np.ndarray:
    """Examples of one step for every seed, `(K, BATCH)`: the same for every kind and order."""
    number, place = divmod(step, max(1, config.n_train // BATCH))
    return _orders(config.seeds, config.n_train, number)[:, place * BATCH : (place + 1) * BATCH]


@lru_cache(maxsize=4)
def _orders(seeds: tuple[int, ...], n: int, number: int) -> np.ndarray:
    """Orders of the examples in one pass over them, `(K, n)`; drawn once, not at every step."""
    return np.stack([numpy_generator(s, "order", number).permutation(n) for s in seeds])


def _picked(values: Tensor, rows: np.ndarray) -> Tensor:
    import torch

    picked = [own[torch.from_numpy(row)] for own, row in zip(values, rows, strict=True)]
    return torch.stack(picked)


def _stacked(config: Mnist1dConfig, order: str, sets: list[Dataset]) -> tuple[Tensor, ...]:
    """Signals and labels of all seeds, training then test; shuffled alike within a seed."""
    import torch

    places = [
        np.arange(LENGTH) if order == AS_IS
        else numpy_generator(seed, "shuffled samples").permutation(LENGTH)
        for seed in config.seeds
    ]  # fmt: skip
    pairs = list(zip(sets, places, strict=True))
    parts = (
        [one.x_train[:, place] for one, place in pairs], [one.y_train for one in sets],
        [one.x_validation[:, place] for one, place in pairs], [one.y_validation for one in sets],
    )  # fmt: skip
    return tuple(torch.from_numpy(np.stack(part)) for part in parts)


def _looks(config: Mnist1dConfig) -> int:
    """How often each network is tested, after step 0."""
    return max(1, min(LOOKS, config.steps // APART))


def _seconds(config: Mnist1dConfig, kind: Kind) -> float:
    """Of one step of all networks of a kind."""
    base, each = SECONDS[kind]
    return base + each * config.repetitions


def cost(config: Mnist1dConfig) -> Cost:
    """Expected cost: both orders of every kind."""
    asked = (3 * BATCH * config.steps + TEST * (_looks(config) + 1)) * config.repetitions
    flops = sum(FLOPS[kind] * asked for kind in PEAKS)
    seconds = sum(_seconds(config, kind) * config.steps for kind in PEAKS)
    return Cost(len(ORDERS) * flops, len(ORDERS) * seconds)
