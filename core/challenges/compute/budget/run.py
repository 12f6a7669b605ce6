"""Train the whole ladder at once, and read every shorter training off its curve."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from core.challenges.compute.budget.config import (
    ARMS,
    DEPTHS,
    EXAMPLES,
    MIDDLE,
    USUAL,
    WIDTHS,
    BudgetConfig,
    BudgetResult,
)
from core.data.dataset import Dataset
from core.data.embedded import load_mnist1d
from core.data.held_out import alternate_halves
from core.engine.job import Job
from core.engine.sweep import Planned, Trained, sweep
from core.lab.settings import Value
from core.metrics.milestones import looks

KEPT = 2
"""Looks that are kept for each doubling of the steps."""


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
    rate, batch = ARMS[arm]
    kept, test = alternate_halves(data)
    labels: dict[str, Value] = {
        "width": width, "depth": depth, "examples": n, "arm": arm, "seed": seed,
    }  # fmt: skip
    return labels, Job(
        kept, seed, (width,) * depth, learning_rate=rate, batch_size=batch, watch={"test": test},
        scores_train=False,
    )  # fmt: skip


def read(config: BudgetConfig, trained: Trained) -> BudgetResult:
    """Accuracies at the moments that are kept."""
    fit, labels = trained.fit, trained.labels
    steps = fit.evaluated_steps
    every = config.steps // evaluations(config)
    kept = np.flatnonzero(np.isin(steps, looks(config.steps, every, KEPT)))
    rows = labels.iloc[np.tile(np.arange(len(labels)), len(kept))].reset_index(drop=True)
    return BudgetResult(
        rows.assign(
            step=np.repeat(steps[kept], len(labels)),
            validation=fit.curve("validation", "accuracy")[kept].ravel(),
            test=fit.curve("test", "accuracy")[kept].ravel(),
        )
    )


TRAINING = sweep(plan, read, evaluations=evaluations)
