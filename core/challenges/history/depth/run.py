"""The gradients of every network before training, then the training of each."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from core.challenges.history.depth.config import PLANS, DepthConfig, DepthResult
from core.data.dataset import Dataset
from core.data.embedded import load_digits
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run
from core.lab.seeding import numpy_generator

if TYPE_CHECKING:
    from torch import Tensor

    from core.models.deep_nets import DeepNets

BATCH = 32
PIXELS, CLASSES = 64, 10
LEAST = 1e-45
"""Smaller gradients count as this: single precision knows none."""
Record = Recorder[DepthResult]


@dataclass(frozen=True)
class Digits:
    """The data of all seeds, `(K, features, n)`, pixels less their mean in training."""

    x: Tensor
    y: Tensor
    new_x: Tensor
    new_y: Tensor


def run(config: DepthConfig) -> Run[DepthResult]:
    """Ask every network for its gradients before the first step, then train one after another."""
    kinds = list(itertools.product(PLANS, config.depths))
    total = sum(depth for _, depth in kinds) * (config.steps + 2)
    record = Record(DepthResult, total, deepest=config.deepest)
    yield record.snapshot("drawing the data", shown=False)
    data = _stacked([load_digits(config.n_train, seed=seed) for seed in config.seeds])
    batches = _Batches(config, data)
    for arm, depth in kinds:
        _ask(_built(config, arm, depth), arm, depth, batches, record)
        yield record.snapshot("asking for gradients")
    for arm, depth in kinds:
        nets = _built(config, arm, depth)
        for step in range(config.steps):
            nets.learn(*batches.at(step), config.learning_rate)
            record.did(depth)
            yield record.snapshot(f"training {depth} layers: {arm}", shown=step == 0)
        right = nets.accuracy(data.new_x, data.new_y, data.x)
        record.did(2 * depth)
        rows = zip(config.seeds, right.tolist(), strict=True)
        record.extend("scores", ((arm, depth, seed, value) for seed, value in rows))
        yield record.snapshot("trained")
    return record.result()


def _built(config: DepthConfig, arm: str, depth: int) -> DeepNets:
    from core.models.deep_nets import DeepNets

    plan = replace(PLANS[arm], adam=config.optimizer == "adam")
    return DeepNets(plan, depth, config.seeds, (PIXELS, config.width, CLASSES))


def _ask(nets: DeepNets, arm: str, depth: int, batches: _Batches, record: Record) -> None:
    """Record the size of each layer's gradient on the first batch."""
    sizes = np.log10(np.maximum(nets.gradient_sizes(*batches.at(0)), LEAST))
    for (layer, place), size in np.ndenumerate(sizes):
        record.add("gradients", arm, depth, layer + 1, batches.seeds[place], float(size))


class _Batches:
    """The examples of every step: the same for all networks of a seed."""

    def __init__(self, config: DepthConfig, data: Digits) -> None:
        self.seeds, self._data, self._n = config.seeds, data, config.n_train
        self._per_pass = max(1, self._n // BATCH)

    def at(self, step: int) -> tuple[Tensor, Tensor]:
        """Inputs `(K, features, BATCH)` and labels `(K, BATCH)`."""
        import torch

        number, place = divmod(step, self._per_pass)
        orders = [numpy_generator(s, "order", number).permutation(self._n) for s in self.seeds]
        rows = torch.from_numpy(np.stack(orders)[:, place * BATCH : (place + 1) * BATCH])
        wide = rows.unsqueeze(1).expand(-1, PIXELS, -1)
        return self._data.x.gather(2, wide), self._data.y.gather(1, rows)


def _stacked(sets: Sequence[Dataset]) -> Digits:
    import torch

    mean = [one.x_train.mean() for one in sets]
    x, new = (
        np.stack([getattr(one, part).T - own for one, own in zip(sets, mean, strict=True)])
        for part in ("x_train", "x_validation")
    )
    y, labels = (np.stack([getattr(one, p) for one in sets]) for p in ("y_train", "y_validation"))
    return Digits(*map(torch.from_numpy, (x, y, new, labels)))


def cost(config: DepthConfig) -> Cost:
    """Expected cost: each layer of each network in turn; batch norm takes twice the time."""
    layers, kinds = sum(config.depths), len(PLANS) * len(config.depths)
    # Nothing asks what the pixels should have been.
    square, ends = 6.0 * config.width**2, config.width * (4.0 * PIXELS + 6.0 * CLASSES)
    once = len(PLANS) * (layers * square) + kinds * (ends - square)
    flops = once * BATCH * config.repetitions * config.steps
    return Cost(flops, layers * config.steps * (len(PLANS) + 1) * 1e-4 + flops / 2e10)
