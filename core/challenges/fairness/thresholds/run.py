"""One network per seed, and its decisions counted at every threshold."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from core.challenges.fairness.thresholds.config import GRID, ThresholdsConfig, ThresholdsResult
from core.data.dataset import Dataset
from core.engine.job import Job
from core.engine.sweep import Planned, Trained, sweep
from core.lab.run import Cost
from core.lab.seeding import numpy_generator
from core.metrics import fairness

HIDDEN = (16,)
STEPS = 300
EVALUATIONS = 10
N_VALIDATION = 4000
N_BINS = 10
GROUP_COLUMN = 2
SECONDS_PER_COUNT = 0.004
"""Of counting the decisions of one network."""


def _people(
    config: ThresholdsConfig, n: int, seed: int, split: str
) -> tuple[np.ndarray, np.ndarray]:
    rng = numpy_generator(seed, "thresholds", split)
    uniform, normal = rng.random((n, 2)), rng.normal(size=(n, 2))
    group = (uniform[:, 0] < 0.5).astype(np.int64)
    base = np.where(group == 1, config.base_rate_b, config.base_rate_a)
    y = (uniform[:, 1] < base).astype(np.int64)
    # Two papers, each with its part of the distance.
    papers = normal + (config.signal / 2**0.5) * y[:, None]
    return np.column_stack([papers, group]).astype(np.float32), y


def plan(config: ThresholdsConfig) -> Iterator[Planned]:
    """One network per seed, which sees two papers and the group."""
    for seed in config.seeds:
        x, y = _people(config, config.n_train, seed, "train")
        x_val, y_val = _people(config, N_VALIDATION, seed, "validation")
        data = Dataset("loans", x, y, x_val, y_val, 2, np.zeros(len(y), dtype=bool))
        yield {"seed": seed}, Job(data, seed, HIDDEN, learning_rate=0.005, batch_size=128)


def read(config: ThresholdsConfig, trained: Trained) -> ThresholdsResult:
    """Count the decisions so far, and how far the scores are off."""
    counts, errors = [], []
    for place, job in enumerate(trained.fit.jobs):
        x, y = job.data.x_validation, job.data.y_validation
        group = x[:, GROUP_COLUMN].astype(np.int64)
        logit = trained.fit.logits(x, jobs=[place])[0, :, 0].astype(float)
        score = 1 / (1 + np.exp(-logit.clip(-30, 30)))
        counts.append(decided(y, score, group))
        n, sums = fairness.calibration_counts(y, score, group, n_groups=2, bins=N_BINS)
        errors.append(fairness.expected_calibration_error(n, sums))
    return ThresholdsResult(np.stack(counts), np.stack(errors))


def decided(y_true: np.ndarray, score: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Count decisions at every threshold of `GRID`, `(thresholds, 2, 2, 2)`.

    A score equal to the threshold is selected.
    """
    passed = np.searchsorted(GRID, score, side="right")  # so many thresholds are reached
    place = (passed * 2 + group) * 2 + y_true
    found = np.bincount(place, minlength=(len(GRID) + 1) * 4).reshape(len(GRID) + 1, 2, 2)
    rejected = found.cumsum(axis=0)[: len(GRID)]
    return np.stack([rejected, found.sum(axis=0) - rejected], axis=-1).astype(np.int32)


TRAINING = sweep(plan, read, steps=STEPS, evaluations=EVALUATIONS)


def cost(config: ThresholdsConfig) -> Cost:
    """Expected cost of all networks, and of counting what they decide."""
    trained = TRAINING.cost(config)
    return Cost(trained.flops, trained.seconds + SECONDS_PER_COUNT * config.repetitions)
