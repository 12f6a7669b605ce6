"""One network per seed, trained to the end and evaluated after every epoch."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from core.challenges.overfitting.training_time.config import (
    GROUPS,
    METRICS,
    TrainingTimeConfig,
    TrainingTimeResult,
)
from core.data.by_name import draw
from core.data.held_out import by_correctness, stopping_halves
from core.engine.job import Job
from core.engine.sweep import Planned, Trained, sweep

BATCH_SIZE = 32
LAYERS = 2
LEARNING_RATE = 0.002


def plan(config: TrainingTimeConfig) -> Iterator[Planned]:
    """One network per seed, and everything that it is evaluated on."""
    for seed in config.seeds:
        drawn = draw(config.dataset, config.n_train, config.label_noise, seed)
        data, held_out = stopping_halves(drawn, config.label_noise, seed)
        true_labels = draw(config.dataset, config.n_train, 0.0, seed).y_train
        groups = zip(GROUPS, by_correctness(data, true_labels), strict=False)
        watch, hidden = {**held_out, **dict(groups)}, (config.width,) * LAYERS
        job = Job(data, seed, hidden, LEARNING_RATE, batch_size=BATCH_SIZE, watch=watch)
        yield {"seed": seed}, job


def read(config: TrainingTimeConfig, trained: Trained) -> TrainingTimeResult:
    """All scores after every epoch so far."""
    fit = trained.fit
    places = ("train", "validation", "noisy", "test")
    curves = np.array([[fit.curve(place, metric) for metric in METRICS] for place in places])
    known = [name for name in GROUPS if name in fit.jobs[0].watch]
    labels = np.array([fit.curve(name, "accuracy") for name in known])
    return TrainingTimeResult(
        curves=curves.astype(np.float32),
        labels=labels.astype(np.float32),
        seeds=np.array(config.seeds),
        epochs=config.epochs,
        patience=config.patience,
        monitor=config.monitor,
    )


TRAINING = sweep(
    plan,
    read,
    steps=lambda config: config.epochs * (config.n_train // BATCH_SIZE),
    evaluations=lambda config: config.epochs,
)
