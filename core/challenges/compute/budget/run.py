"""Train the whole ladder at once, read every shorter training off its curve, and time steps."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from core.challenges.compute.budget.config import (
    ARMS,
    DEPTHS,
    EXAMPLES,
    MIDDLE,
    TIMED,
    USUAL,
    WIDTHS,
    BudgetConfig,
    BudgetResult,
    sizes,
)
from core.data.dataset import Dataset
from core.data.embedded import load_mnist1d
from core.data.held_out import alternate_halves
from core.engine.alone import STEPS, WARM, step_seconds
from core.engine.cost import executed_flops
from core.engine.job import Job
from core.engine.sweep import Planned, Trained, sweep
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot, relay
from core.lab.settings import Value
from core.metrics.milestones import looks

KEPT = 2
"""Looks that are kept for each doubling of the steps."""
ALONE = [(width, depth, USUAL) for width, depth in itertools.product(WIDTHS, DEPTHS)] + [
    (MIDDLE["width"], MIDDLE["depth"], arm) for arm in ARMS if arm != USUAL
]
"""Width, depth and arm of what is timed."""
SECONDS_ALONE = 0.01
"""Of timing one of them once."""
SECONDS_OF_A_LAYER, SECONDS_OF_AN_ANSWER = 6e-6, 7e-7
"""Of one network in a step, and for one example at a look, beyond what the engine expects: products
of so few numbers are slow, and so is the choice among ten classes."""
HELD_OUT = 1000


def evaluations(config: BudgetConfig) -> int:
    """Looks at equal distances; of these some are kept."""
    return max(10, config.steps // 50)


def plan(config: BudgetConfig) -> Iterator[Planned]:
    """Every width with every depth and number of examples; and the arms of the middle one."""
    for seed in config.seeds:
        drawn = {n: _drawn(n, config.label_noise, seed) for n in EXAMPLES}
        for width, depth, n in itertools.product(WIDTHS, DEPTHS, EXAMPLES):
            yield _planned(drawn[n], width, depth, n, USUAL, seed)
        for arm in ARMS:
            if arm != USUAL:
                n = MIDDLE["examples"]
                yield _planned(drawn[n], MIDDLE["width"], MIDDLE["depth"], n, arm, seed)


def _drawn(n: int, label_noise: float, seed: int) -> Dataset:
    return load_mnist1d(n, label_noise=label_noise, seed=seed)


def _planned(data: Dataset, width: int, depth: int, n: int, arm: str, seed: int) -> Planned:
    kept, test = alternate_halves(data)
    labels: dict[str, Value] = {
        "width": width, "depth": depth, "examples": n, "arm": arm, "seed": seed,
    }  # fmt: skip
    return labels, replace(_job(kept, width, depth, arm, seed), watch={"test": test})


def _job(data: Dataset, width: int, depth: int, arm: str, seed: int) -> Job:
    rate, batch, precision = ARMS[arm]
    return Job(
        data, seed, (width,) * depth, learning_rate=rate, batch_size=batch, precision=precision,
        scores_train=False,
    )  # fmt: skip


def read(config: BudgetConfig, trained: Trained) -> BudgetResult:
    """Accuracies at the moments that are kept; nothing is timed yet."""
    fit, labels = trained.fit, trained.labels
    steps = fit.evaluated_steps
    every = config.steps // evaluations(config)
    kept = np.flatnonzero(np.isin(steps, looks(config.steps, every, KEPT)))
    rows = labels.iloc[np.tile(np.arange(len(labels)), len(kept))].reset_index(drop=True)
    rows = rows.assign(
        step=np.repeat(steps[kept], len(labels)),
        validation=fit.curve("validation", "accuracy")[kept].ravel(),
        test=fit.curve("test", "accuracy")[kept].ravel(),
    )
    return BudgetResult(rows, pd.DataFrame(columns=list(TIMED)))


TRAINING = sweep(plan, read, evaluations=evaluations)


def run(config: BudgetConfig) -> Run[BudgetResult]:
    """Train everything, and time a step of each kind of network by itself, seed by seed.

    The first seed is timed before, so that the picture in seconds begins with the training.
    """
    record, units = Recorder(BudgetResult, cost(config).seconds), _training_seconds(config)

    def training(one: Snapshot[BudgetResult]) -> Snapshot[BudgetResult]:
        known = one.partial
        partial = (lambda: replace(known(), times=record.frame("times"))) if known else None
        ahead = units * one.step / one.total
        return record.snapshot(one.phase, ahead, partial, shown=known is not None)

    yield from _time(record, config, config.first_seed, shown=False)
    trained = yield from relay(TRAINING.run(config), training)
    record.did(units)
    record.extend("curves", trained.curves)
    for seed in config.seeds[1:]:
        yield from _time(record, config, seed)
    return record.result()


def _time(
    record: Recorder[BudgetResult], config: BudgetConfig, seed: int, *, shown: bool = True
) -> Iterator[Snapshot[BudgetResult]]:
    data = _drawn(EXAMPLES[0], config.label_noise, seed)
    for width, depth, arm in ALONE:
        took = yield from record.relay(
            step_seconds(_job(data, width, depth, arm, seed)), "timing single networks",
            SECONDS_ALONE, shown=shown,
        )  # fmt: skip
        record.add("times", width, depth, arm, seed, took)


def cost(config: BudgetConfig) -> Cost:
    """Expected cost of all trainings, and of the steps that are timed."""
    steps, alone = (STEPS + WARM) * config.repetitions, config.repetitions * len(ALONE)
    flops = [executed_flops(sizes(w, d), 1, steps, ARMS[arm].batch, 0) for w, d, arm in ALONE]
    seconds = _training_seconds(config) + alone * SECONDS_ALONE
    return Cost(TRAINING.cost(config).flops + sum(flops), seconds)


def _training_seconds(config: BudgetConfig) -> float:
    depths = [*DEPTHS * len(WIDTHS) * len(EXAMPLES), *[MIDDLE["depth"]] * (len(ARMS) - 1)]
    steps = config.steps * SECONDS_OF_A_LAYER * sum(1 + depth for depth in depths)
    asked = (1 + evaluations(config)) * len(depths) * HELD_OUT * SECONDS_OF_AN_ANSWER
    return TRAINING.cost(config).seconds + config.repetitions * (steps + asked)
