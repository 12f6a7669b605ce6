"""One network per seed, trained to the end and evaluated after every epoch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from core.challenges.overfitting.data import draw
from core.challenges.overfitting.training_time.config import (
    GROUPS,
    METRICS,
    TrainingTimeConfig,
    TrainingTimeResult,
)
from core.data.dataset import Dataset, with_validation
from core.engine.job import Job
from core.engine.sweep import Planned, Trained, sweep
from core.lab.seeding import numpy_generator

BATCH_SIZE = 32
LAYERS = 2
LEARNING_RATE = 0.002
Examples = tuple[np.ndarray, np.ndarray]


def plan(config: TrainingTimeConfig) -> Iterator[Planned]:
    """One network per seed, and everything that it is evaluated on."""
    for seed in config.seeds:
        drawn = draw(config.dataset, config.n_train, config.label_noise, seed)
        data, held_out = halves(drawn, config.label_noise, seed)
        true_labels = draw(config.dataset, config.n_train, 0.0, seed).y_train
        watch = {**held_out, **groups(data, true_labels)}
        hidden = (config.width,) * LAYERS
        job = Job(data, seed, hidden, LEARNING_RATE, batch_size=BATCH_SIZE, watch=watch)
        yield {"seed": seed}, job


def halves(data: Dataset, share: float, seed: int) -> tuple[Dataset, dict[str, Examples]]:
    """Cut the examples that are not trained on in two.

    Early stopping sees the first half, as validation examples; the second half, which nothing is
    chosen by, measures: else the stopped network would be flattered. The noisy copy of the first
    half has as many wrong labels as the training examples.
    """
    rng = numpy_generator(seed, "stopping", data.name)
    order = rng.permutation(len(data.y_validation))
    stopping, test = np.array_split(order, 2)
    kept = with_validation(data, stopping)
    x, y = kept.x_validation, kept.y_validation
    wrong = rng.permutation(len(y))[: round(share * len(y))]
    noisy = y.copy()
    noisy[wrong] = (y[wrong] + rng.integers(1, data.n_classes, size=len(wrong))) % data.n_classes
    measured = data.x_validation[test], data.y_validation[test]
    return kept, {"noisy": (x, noisy), "test": measured}


def groups(data: Dataset, true_labels: np.ndarray) -> Mapping[str, Examples]:
    """Split the training examples by whether their label was replaced, as `GROUPS` names them."""
    correct, wrong = ~data.flipped, data.flipped
    found = [(data.x_train[correct], data.y_train[correct])]
    if wrong.any():
        x = data.x_train[wrong]
        found += [(x, data.y_train[wrong]), (x, true_labels[wrong])]
    return dict(zip(GROUPS, found, strict=False))


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
