"""Count what one step of each arm holds, then time steps of all arms in turn."""

from __future__ import annotations

import itertools
import time
from collections.abc import Generator
from typing import TYPE_CHECKING

import numpy as np

from core.challenges.hardware.memory.config import (
    ACCUMULATED,
    ARMS,
    BOTH,
    CHECKPOINTED,
    PARTS,
    PIECES,
    MemoryConfig,
    MemoryResult,
    plan_of,
    planned,
)
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot
from core.lab.seeding import torch_generator
from core.models.memory_arithmetic import Plan

if TYPE_CHECKING:
    from torch import Tensor

    from core.models.training_memory import Trained

REPEATS = 9
"""Timed steps of each arm and seed; their median counts."""
RATE = 0.001
Steps = Generator[Snapshot[MemoryResult], None, None]


def run(config: MemoryConfig) -> Run[MemoryResult]:
    """One seed after the other."""
    plan = plan_of(config)
    record = Recorder(
        MemoryResult, total=len(config.seeds), width=plan.width, depth=plan.depth,
        batch=plan.batch, item=plan.item, optimizer=plan.optimizer,
    )  # fmt: skip
    for seed in config.seeds:
        x, y = _examples(plan, seed)
        yield from _count(record, plan, seed, x, y)
        yield from _time(record, plan, seed, x, y)
        record.did(1)
    return record.result()


def _examples(plan: Plan, seed: int) -> tuple[Tensor, Tensor]:
    """Noise: neither bytes nor seconds depend on what is learned."""
    import torch

    from core.models.training_memory import TYPES

    generator = torch_generator(seed, "training memory", "examples")
    x = torch.randn(plan.batch, plan.inputs, generator=generator)
    return x.to(TYPES[plan.item]), torch.randint(plan.classes, (plan.batch,), generator=generator)


def _made(plan: Plan, seed: int) -> Trained:
    from core.models.training_memory import Trained

    return Trained(plan.sizes, plan.optimizer, plan.item, seed)


def _step(net: Trained, plan: Plan, arm: str, x: Tensor, y: Tensor) -> None:
    """Gradients of one batch, as the arm computes them."""
    parts = PIECES if arm in (ACCUMULATED, BOTH) else 1
    net.accumulate(x, y, parts, planned(plan, arm).segments)


def _count(
    record: Recorder[MemoryResult], plan: Plan, seed: int, x: Tensor, y: Tensor
) -> Steps:  # fmt: skip
    import torch

    from core.models.training_memory import Counted, bytes_of

    wanted = None
    for arm in ARMS:
        net, told = _made(plan, seed), planned(plan, arm)
        with Counted(net.parameters) as counted:
            _step(net, plan, arm, x, y)
        own = [p.grad for p in net.parameters]
        found = (bytes_of(net.parameters), bytes_of(own), bytes_of(net.state), counted.peak)
        predicted = (told.weights, told.weights, told.state, told.activations)
        for part, first, second in zip(PARTS, predicted, found, strict=True):
            record.add("sizes", arm, part, seed, first, second)
        flat = torch.cat([g.flatten().float() for g in own if g is not None])
        wanted = flat if wanted is None else wanted
        distance = (flat - wanted).norm() / wanted.norm()
        record.add("gradients", arm, seed, float(distance))
        yield record.snapshot("counting bytes")


def _time(
    record: Recorder[MemoryResult], plan: Plan, seed: int, x: Tensor, y: Tensor
) -> Steps:  # fmt: skip
    nets = {arm: _made(plan, seed) for arm in ARMS}
    took: dict[str, list[float]] = {arm: [] for arm in ARMS}
    for number, arm in itertools.product(range(REPEATS), ARMS):
        start = time.thread_time()
        _step(nets[arm], plan, arm, x, y)
        nets[arm].update(RATE)
        took[arm].append(time.thread_time() - start)
        share = (number + 1) / (REPEATS + 1)
        yield record.snapshot(f"timing steps of seed {seed}", share)
    for arm, times in took.items():
        record.add("times", arm, seed, float(np.median(times)))


def cost(config: MemoryConfig) -> Cost:
    """Forward, gradients of weights and activations, and what is computed again."""
    plan = plan_of(config)
    products = [2.0 * a * b for a, b in itertools.pairwise(plan.sizes)]
    step = 3 * sum(products) - products[0]
    again = sum(products[:-1])
    a_seed = plan.batch * sum(
        step + (again if arm in (CHECKPOINTED, BOTH) else 0.0) for arm in ARMS
    )
    flops = len(config.seeds) * (REPEATS + 1) * a_seed
    calls = len(config.seeds) * (REPEATS + 1) * (len(ARMS) + 2 * PIECES) * plan.depth * 6e-5
    rate = 2e10 if plan.item == 4 else 2.5e9
    return Cost(flops, 0.1 + calls + flops / rate)
