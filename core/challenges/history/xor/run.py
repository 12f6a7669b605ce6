"""Networks with a hidden layer from many starts, and the perceptron that has none."""

from __future__ import annotations

import itertools
from collections.abc import Generator

import numpy as np

from core.challenges.history.xor.config import (
    ACTIVATIONS,
    ALONE,
    BOUND,
    FUNCTIONS,
    LEARNED,
    MARGINS,
    TASKS,
    UPDATES,
    WIDTHS,
    WIRED,
    XorConfig,
    XorResult,
)
from core.data.parted import make_parted
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot
from core.lab.seeding import numpy_generator
from core.models.perceptron import learn, novikoff_bound
from core.models.threshold_nets import wired

PASSES = 100
"""Over the four cases of a Boolean function: what is not learned by then never will be."""
MOST_PASSES = 20000
"""Over cases that a plane parts: far more than the bound allows."""
LOOKS = 12
"""How often the networks are asked on their way."""
Record = Recorder[XorResult]
Part = Generator[Snapshot[XorResult], None, None]


def cases(bits: int) -> np.ndarray:
    """Every setting of so many bits, `(2**bits, bits)` float64."""
    return np.array(list(itertools.product((0.0, 1.0), repeat=bits)))


def task_of(config: XorConfig) -> tuple[np.ndarray, np.ndarray]:
    """The cases of the task, and what is wanted of each: 1 where an odd number of bits is set."""
    bits = cases(2 if config.task == "xor" else 3)
    return bits, bits.sum(1) % 2


def run(config: XorConfig) -> Run[XorResult]:
    """Train the networks of each activation, then perceptrons on functions and on margins."""
    total = len(ACTIVATIONS) * config.steps + config.repetitions * (len(MARGINS) + 1)
    record = Record(XorResult, total, starts=config.starts, task=TASKS[config.task])
    yield record.snapshot("starting the networks", shown=False)
    for seed in config.seeds:
        yield from _unlearned(config, seed, record)
    for activation in ACTIVATIONS:
        yield from _trained(config, activation, record)
    for seed in config.seeds:
        yield from _functions(seed, record)
        yield from _parted(config, seed, record)
    return record.result()


def _trained(config: XorConfig, activation: str, record: Record) -> Part:
    """Train every start at every width with one activation."""
    import torch

    from core.models.boolean_nets import BooleanNets

    bits, wanted = task_of(config)
    x, y = torch.from_numpy(bits), torch.from_numpy(wanted)
    nets = BooleanNets(activation, WIDTHS, config.seeds, config.starts, bits.shape[1])

    def shares() -> list[tuple[str, int, int, float]]:
        found = nets.solved(x, y).reshape(len(WIDTHS), len(config.seeds), -1).mean(2)
        places = itertools.product(WIDTHS, config.seeds)
        return [(activation, *at, float(v)) for at, v in zip(places, found.ravel(), strict=True)]

    phase = f"training {n_networks(config):,} networks with {activation}"
    for step in range(config.steps):
        nets.learn(x, y, config.learning_rate)
        record.did()
        look = step % max(1, config.steps // LOOKS) == 0
        show = (lambda: record.result(solved=shares())) if look else None
        yield record.snapshot(phase, partial=show, shown=look)
    record.extend("solved", shares())
    if activation == ACTIVATIONS[0]:
        right = nets.right(x, y).reshape(len(WIDTHS), len(config.seeds), -1).mean(2)
        pairs = zip(config.seeds, right[WIDTHS.index(2)].tolist(), strict=True)
        record.extend("right", ((LEARNED, seed, value) for seed, value in pairs))


def n_networks(config: XorConfig) -> int:
    """How many networks share an activation."""
    return len(WIDTHS) * config.repetitions * config.starts


def _unlearned(config: XorConfig, seed: int, record: Record) -> Part:
    """Ask a net that was wired for the task, and a perceptron after its passes over the cases."""
    bits, wanted = task_of(config)
    record.add(
        "right", WIRED, seed, float((wired(wanted.tolist()).fires(bits) == (wanted == 1)).mean())
    )
    x, y = np.hstack([bits, np.ones((len(bits), 1))]), 2 * wanted - 1
    work = learn(x, y, numpy_generator(seed, "perceptron", config.task), PASSES)
    found = yield from record.relay(work, "a perceptron learns the task", shown=False)
    record.add("right", ALONE, seed, float((y * (x @ found.weights) > 0).mean()))


def _functions(seed: int, record: Record) -> Part:
    """Let the perceptron learn each of the sixteen Boolean functions."""
    bits = cases(2)
    x = np.hstack([bits, np.ones((len(bits), 1))])
    for name, values in FUNCTIONS.items():
        rng = numpy_generator(seed, "perceptron", name)
        work = learn(x, 2.0 * np.array(values) - 1, rng, PASSES)
        found = yield from record.relay(work, "perceptrons learn Boolean functions", shown=False)
        record.add("gates", name, seed, found.updates, int(found.converged))
    record.did()


def _parted(config: XorConfig, seed: int, record: Record) -> Part:
    """Count the perceptron's updates on cases with each margin, and what the theorem allows."""
    for margin in MARGINS:
        x, y, upright = make_parted(config.n_cases, config.n_features, margin, seed=seed)
        rng = numpy_generator(seed, "order of cases")
        work = learn(x, y, rng, MOST_PASSES)
        found = yield from record.relay(work, "perceptrons part cases by a plane", shown=False)
        record.add("parted", margin, seed, UPDATES, float(found.updates))
        record.add("parted", margin, seed, BOUND, novikoff_bound(x, y, upright))
        record.did()
    yield record.snapshot("perceptrons part cases by a plane")


def cost(config: XorConfig) -> Cost:
    """Expected cost: matrix products of the networks; perceptrons take next to nothing."""
    bits = 2 if config.task == "xor" else 3
    units = float(n_networks(config) * WIDTHS[-1] * 2**bits * len(ACTIVATIONS) * config.steps)
    calls = len(ACTIVATIONS) * config.steps
    return Cost(units * 4 * bits, units * 1.5e-8 + calls * 3e-4 + 0.03 * config.repetitions)
