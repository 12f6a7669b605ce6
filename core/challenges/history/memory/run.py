"""The gradients of every network before training, then the training of each."""

from __future__ import annotations

import itertools
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

import numpy as np

from core.challenges.history.memory.config import TEST, MemoryConfig, MemoryResult
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot
from core.lab.seeding import numpy_generator
from core.models.recall_plans import INPUTS, STACKS, answer_flops, training_flops

if TYPE_CHECKING:
    from torch import Tensor

    from core.models.recall_nets import RecallNets

WIDTH, BATCH, PIECE = 16, 16, 40
"""Units, sequences in an update, and sequences asked about at once."""
LEAST = 1e-45
"""Smaller gradients count as this: single precision knows none."""
SECONDS = {"RNN": (6e-5, 5e-6), "RNN, identity start": (6e-5, 5e-6), "GRU": (1.6e-4, 1.2e-5),
           "LSTM": (2e-4, 1e-5), "attention": (2e-5, 5e-6)}  # fmt: skip
"""Of one step of a sequence in an update, and of each network more."""
UPDATE = 1e-3
"""Seconds of an update, however short its sequences are."""
Record = Recorder[MemoryResult]
Sequences = Iterator[tuple["Tensor", "Tensor"]]


def run(config: MemoryConfig) -> Run[MemoryResult]:
    """Ask every network for its gradients before the first update, then train one after another."""
    record = Record(MemoryResult, cost(config).seconds, longest=config.longest)
    yield record.snapshot("drawing the networks", shown=False)
    # The longest first: its gradients are the first picture.
    for delay, kind in itertools.product(reversed(config.delays), STACKS):
        _ask(config, kind, delay, record)
        yield record.snapshot("asking for gradients")
    for delay, kind in itertools.product(config.delays, STACKS):
        yield from _trained(config, kind, delay, record)
    return record.result()


def sequences(config: MemoryConfig, delay: int, purpose: str, batch: int) -> Sequences:
    """Draw sequences for every seed, the same for all networks of a seed.

    Yields:
        What is read, `(delay + 1, seeds, 2, batch)`: first the symbol, 1 or -1, with a one beside
        it, then noise with a zero; and the symbols as 1 and 0, `(seeds, batch)`.
    """
    import torch

    drawing = [numpy_generator(seed, "recall", purpose, delay) for seed in config.seeds]
    while True:
        x = np.zeros((delay + 1, len(drawing), INPUTS, batch), dtype=np.float32)
        for place, rng in enumerate(drawing):
            x[0, place, 0] = 2 * rng.integers(0, 2, batch) - 1
            x[1:, place, 0] = config.noise * rng.normal(size=(delay, batch))
        x[0, :, 1] = 1
        yield torch.from_numpy(x), torch.from_numpy((x[0, :, 0] > 0).astype(np.float32))


def _ask(config: MemoryConfig, kind: str, delay: int, record: Record) -> None:
    """Record the gradient by what is read at each step, on the first sequences."""
    from core.models.recall_nets import RecallNets

    nets = RecallNets(kind, config.seeds, WIDTH)
    sizes = nets.gradients(*next(sequences(config, delay, "training", BATCH)))
    by_arm = np.log10(np.maximum(sizes, LEAST)).reshape(delay + 1, len(nets.arms), -1)
    for (step, arm, seed), size in np.ndenumerate(by_arm):
        record.add("gradients", nets.arms[arm], delay, delay - step, config.seeds[seed], size)


def _trained(
    config: MemoryConfig, kind: str, delay: int, record: Record
) -> Generator[Snapshot[MemoryResult], None, None]:
    from core.models.recall_nets import RecallNets

    nets = RecallNets(kind, config.seeds, WIDTH)
    phase = f"training, {delay} steps to remember: {kind}"
    drawn = sequences(config, delay, "training", BATCH)
    for step in range(config.steps):
        learning = nets.learn(*next(drawn), config.learning_rate)
        yield from record.relay(learning, phase, _seconds(config, kind, delay), shown=step == 0)
    right = yield from record.relay(_asked(config, nets, delay), phase, shown=False)
    for (arm, seed), share in np.ndenumerate(right.reshape(len(nets.arms), -1)):
        record.add("scores", nets.arms[arm], delay, config.seeds[seed], float(share))
    yield record.snapshot(phase)


def _asked(config: MemoryConfig, nets: RecallNets, delay: int) -> Generator[None, None, np.ndarray]:
    """Share of new symbols named rightly, network by network."""
    drawn, right = sequences(config, delay, "new", PIECE), np.zeros(1)
    for _ in range(TEST // PIECE):
        right = right + nets.right(*next(drawn))
        yield
    return right / TEST


def _seconds(config: MemoryConfig, kind: str, delay: int) -> float:
    """Expected seconds of one update of all networks of a kind."""
    base, each = SECONDS[kind]
    return UPDATE + (delay + 1) * (base + each * config.repetitions * len(STACKS[kind]))


def cost(config: MemoryConfig) -> Cost:
    """Expected cost: every kind of units at every delay."""
    total = Cost(0.0, 0.0)
    for delay, (kind, arms) in itertools.product(config.delays, STACKS.items()):
        learned = (config.steps + 1) * BATCH * training_flops(kind, delay + 1, WIDTH)
        flops = learned + TEST * answer_flops(kind, delay + 1, WIDTH)
        total += Cost(
            flops * len(arms) * config.repetitions, config.steps * _seconds(config, kind, delay)
        )
    return total
