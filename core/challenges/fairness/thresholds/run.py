"""One network per seed, and its decisions counted at every threshold."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from core.challenges.fairness.thresholds.config import GRID, ThresholdsConfig, ThresholdsResult
from core.data.applicants import make_loans
from core.engine.job import Job
from core.engine.sweep import Planned, Trained, sweep
from core.lab.run import Cost
from core.metrics import fairness
from core.metrics.thresholds import threshold_counts

HIDDEN = (16,)
STEPS = 300
EVALUATIONS = 10
N_VALIDATION = 4000
N_BINS = 10
SECONDS_PER_COUNT = 0.004
"""Of counting the decisions of one network."""


def plan(config: ThresholdsConfig) -> Iterator[Planned]:
    """One network per seed, which sees two papers and the group."""
    base_rates = config.base_rate_a, config.base_rate_b
    for seed in config.seeds:
        data = make_loans(base_rates, config.signal, config.n_train, N_VALIDATION, seed)
        yield {"seed": seed}, Job(data, seed, HIDDEN, learning_rate=0.005, batch_size=128)


def read(config: ThresholdsConfig, trained: Trained) -> ThresholdsResult:
    """Count the decisions so far, and how far the scores are off."""
    counts, errors = [], []
    for place, job in enumerate(trained.fit.jobs):
        x, y = job.data.x_validation, job.data.y_validation
        group = x[:, -1].astype(np.int64)
        logit = trained.fit.logits(x, jobs=[place])[0, :, 0].astype(float)
        score = 1 / (1 + np.exp(-logit.clip(-30, 30)))
        counts.append(threshold_counts(y, score, group, GRID))
        n, sums = fairness.calibration_counts(y, score, group, n_groups=2, bins=N_BINS)
        errors.append(fairness.expected_calibration_error(n, sums))
    return ThresholdsResult(np.stack(counts), np.stack(errors))


TRAINING = sweep(plan, read, steps=STEPS, evaluations=EVALUATIONS)


def cost(config: ThresholdsConfig) -> Cost:
    """Expected cost of all networks, and of counting what they decide."""
    trained = TRAINING.cost(config)
    return Cost(trained.flops, trained.seconds + SECONDS_PER_COUNT * config.repetitions)
