"""Train at every batch size and learning rate; then look at gradients along a slow training."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache, partial

import numpy as np

from core.challenges.scalability.batch_size.config import (
    BATCHES,
    GOALS,
    NOISE_BATCH,
    RATES,
    BatchSizeConfig,
    BatchSizeResult,
)
from core.data.dataset import Dataset
from core.data.embedded import load_digits
from core.engine.job import Job
from core.engine.sweep import planned_cost
from core.engine.training import Fit, Progress, fit
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot
from core.metrics.gradient_noise import noise_scale
from core.metrics.milestones import first_reached

N_TRAIN = 1200
LOOKS = 12
"""At each network on its way, evenly spaced."""
NOISE_STEPS = (1, 16, 32, 64, 128, 256, 512)
"""Steps after which gradients are looked at."""
MOMENTUM = 0.9
SLOW = RATES[1]
"""Learning rate of the training along which gradients are looked at."""
ORDER = (32, 64, 128, 256, 16, 8, 4, 2)
"""Of the batch sizes: those that are quick come first."""
SECONDS_OF_A_LOOK = 4e-3
SECONDS_OF_A_STEP = 2.2e-5
"""Of one network with plain SGD, beyond what the engine expects: measured with fifty at once."""


def budget(batch: int) -> int:
    """Steps that networks of a batch size get: about twice what the best rate needs."""
    return int(np.ceil(70 * (1 + 30 / batch)))


def job(config: BatchSizeConfig, data: Dataset, seed: int, batch: int, rate: float) -> Job:
    """One network; those of one seed begin alike and see their examples in the same order."""
    heavy = config.optimizer == "momentum"
    return Job(
        data, seed, (config.width,), learning_rate=rate * (1 - MOMENTUM if heavy else 1),
        optimizer="sgd", momentum=MOMENTUM if heavy else 0.0, batch_size=batch,
        scores_train=False,
    )  # fmt: skip


def digits(config: BatchSizeConfig, seed: int) -> Dataset:
    """What the networks of a seed learn from."""
    return load_digits(N_TRAIN, label_noise=config.label_noise, seed=seed)


def run(config: BatchSizeConfig) -> Run[BatchSizeResult]:
    """Every batch size with every rate; then the noise scale along a slow training."""
    record = Recorder(BatchSizeResult, cost(config).seconds)
    data: dict[int, Dataset] = {}
    for seed in config.seeds:
        yield record.snapshot("drawing the data", shown=False)
        data[seed] = digits(config, seed)
    for batch in ORDER:
        jobs = [
            job(config, data[s], s, batch, r) for r in config.rates(batch) for s in config.seeds
        ]
        steps = budget(batch)
        work = fit(jobs, steps=steps, evaluate_every=max(1, steps // LOOKS))
        fitted = yield from record.relay(
            work, f"batches of {batch}", _sweep_cost(config, batch).seconds,
            share=lambda p: p.step / p.total,
            partial=partial(_so_far, config, record, batch),
            shown=partial(_is_known, config, record, batch),
        )  # fmt: skip
        record.extend("reached", _reached(config, batch, fitted))
    yield from _look(config, record, data)
    return record.result()


def _so_far(
    config: BatchSizeConfig, record: Recorder[BatchSizeResult], batch: int, progress: Progress
) -> BatchSizeResult:
    """What is known while networks of one batch size are on their way."""
    return record.result(reached=_reached(config, batch, progress.fit))


def _is_known(
    config: BatchSizeConfig, record: Recorder[BatchSizeResult], batch: int, progress: Progress
) -> bool:
    """Whether a batch size has its steps to every goal, so that no view of it is empty."""
    if record.done:
        return True
    result = _so_far(config, record, batch, progress)
    return all(len(result.by_rule(goal)) for goal in GOALS)


def _reached(
    config: BatchSizeConfig, batch: int, fitted: Fit
) -> Iterator[tuple[int, float, float, int, float]]:
    """Rows of the steps to each goal so far."""
    accuracy, steps = fitted.curve("validation", "accuracy"), fitted.evaluated_steps
    places = [(rate, seed) for rate in config.rates(batch) for seed in config.seeds]
    if len(steps):
        for goal in GOALS:
            found = first_reached(steps, accuracy, goal)
            for (rate, seed), value in zip(places, found, strict=True):
                yield batch, rate, goal, seed, float(value)


def _look(
    config: BatchSizeConfig, record: Recorder[BatchSizeResult], data: dict[int, Dataset]
) -> Iterator[Snapshot[BatchSizeResult]]:
    """Train networks of one batch size to several steps, and look at their gradients.

    A training of fewer steps is the beginning of a longer one. At a small rate, since faster
    ones shake the mean gradient (McCandlish et al. 2018, appendix C).
    """
    jobs = [job(config, data[s], s, NOISE_BATCH, SLOW) for s in config.seeds]
    for count in NOISE_STEPS:
        fitted = yield from record.relay(
            fit(jobs, steps=count, evaluate_every=count), "looking at gradients",
            _look_cost(config, count).seconds,
        )  # fmt: skip
        accuracy = fitted.curve("validation", "accuracy")[-1]
        for place, seed in enumerate(config.seeds):
            own = data[seed]
            scale = noise_scale(fitted.weights(place), own.x_train, own.y_train)
            record.add("noise", seed, count, float(accuracy[place]), scale)
            record.did(SECONDS_OF_A_LOOK)
            yield record.snapshot("looking at gradients")


def cost(config: BatchSizeConfig) -> Cost:
    """Expected cost of all networks."""
    found = sum((_sweep_cost(config, b) for b in BATCHES), Cost(0.0, 0.3))
    looks = sum((_look_cost(config, n) for n in NOISE_STEPS), Cost(0.0, 0.0))
    return found + looks + Cost(0.0, SECONDS_OF_A_LOOK * len(NOISE_STEPS) * config.repetitions)


@lru_cache(maxsize=1)
def _shape_of_data() -> Dataset:
    return load_digits(N_TRAIN, seed=0)


def _sweep_cost(config: BatchSizeConfig, batch: int) -> Cost:
    one = job(config, _shape_of_data(), 0, batch, RATES[0])
    steps = budget(batch)
    looks = 1 + -(-steps // max(1, steps // LOOKS))
    networks = len(config.rates(batch)) * config.repetitions
    more = Cost(0.0, SECONDS_OF_A_STEP * networks * steps)
    return planned_cost([one] * networks, steps, looks) + more


def _look_cost(config: BatchSizeConfig, steps: int) -> Cost:
    one = job(config, _shape_of_data(), 0, NOISE_BATCH, SLOW)
    return planned_cost([one] * config.repetitions, steps, 2)
