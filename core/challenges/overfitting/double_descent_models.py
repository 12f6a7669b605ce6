"""The two models of the double-descent experiment, each measured at every size and seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.challenges.overfitting.tables import double_descent_scores as scores
from core.data.embedded import DIGITS_VALIDATION, load_digits
from core.engine.training import Job, expected_cost, fit
from core.lab.run import Cost, Run, Snapshot, relay
from core.models.random_features import RandomFeatures, ridge_solutions, scaled

if TYPE_CHECKING:
    from core.challenges.overfitting.double_descent import DoubleDescentConfig

RIDGES = (0.0, 0.0001, 0.001, 0.01, 0.03, 0.1)
WIDTH_SHARES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.55, 0.7, 0.85, 0.95, 1, 1.05, 1.2, 1.5, 2, 3, 4, 6)
"""Random features, as shares of the training examples."""
EXAMPLE_SHARES = (0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 0.95, 1, 1.05, 1.25, 1.6, 2, 3, 4)
"""Training examples, as shares of the random features."""
MOST_FEATURES, MOST_EXAMPLES = 2400, 1200
"""The largest sizes tried; there are no more digits to learn from."""
NETWORK_WIDTHS = (4, 6, 8, 12, 16, 24, 32, 64, 128)
NETWORK_EXAMPLES = (100, 200, 300, 400, 600, 800, 1200)
NETWORK_UNITS = 16
"""Hidden units of the networks that are trained on more and more examples."""
LEARNING_RATE, MOMENTUM, BATCH_SIZE = 0.03, 0.9, 32
EVALUATIONS = 16
INPUTS, CLASSES = 64, 10
FEATURE_FLOPS_PER_SECOND = 2.4e10
"""Reached by the products and decompositions of random features on one core, as measured."""


def sizes(config: DoubleDescentConfig) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Widths, and numbers of training examples, that are tried for every seed."""
    if config.model == "network":
        return NETWORK_WIDTHS, NETWORK_EXAMPLES
    n = config.n_train
    return _steps(WIDTH_SHARES, n, MOST_FEATURES), _steps(EXAMPLE_SHARES, n, MOST_EXAMPLES)


def _steps(shares: tuple[float, ...], whole: int, most: int) -> tuple[int, ...]:
    return tuple(round(share * whole) for share in shares if round(share * whole) <= most)


def fixed_width(config: DoubleDescentConfig) -> int:
    """Width of the models that are trained on more and more examples."""
    return NETWORK_UNITS if config.model == "network" else config.n_train


def measure_features(config: DoubleDescentConfig) -> Run[pd.DataFrame]:
    """Fit the output layer on random features exactly, for every seed, size and ridge."""
    widths, examples = sizes(config)
    per_seed = sum(_feature_flops(config.n_train, width) for width in widths)
    per_seed += sum(_feature_flops(n, config.n_train) for n in examples)
    total, done = round(per_seed * config.repetitions / 1e6) + 1, 0.0
    phase = f"fitting {config.repetitions * len(widths + examples)} models exactly"
    yield Snapshot(0, total, phase)
    drawn = sorted({0.0, config.ridge})
    found: list[scores.Fitted] = []
    for seed in config.seeds:
        for one in _fits_of_seed(config, seed):
            found.append(one)
            done += _feature_flops(one.n_train, one.width) / 1e6
            yield Snapshot(round(done), total, phase, lambda: _table(found, drawn))
    return _table(found, RIDGES)


def _table(found: Sequence[scores.Fitted], ridges: Sequence[float]) -> pd.DataFrame:
    return scores.of_features(found, ridges, [RIDGES.index(ridge) for ridge in ridges])


def _fits_of_seed(config: DoubleDescentConfig, seed: int) -> Iterator[scores.Fitted]:
    widths, examples = sizes(config)
    layer = RandomFeatures(INPUTS, max(widths), seed)
    data = load_digits(config.n_train, label_noise=config.label_noise, seed=seed)
    train, new = np.zeros((config.n_train, 0)), np.zeros((DIGITS_VALIDATION, 0))
    for width in widths:
        # Only the features that the last width did not have.
        train = np.hstack([train, layer(data.x_train, train.shape[1], width)])
        new = np.hstack([new, layer(data.x_validation, new.shape[1], width)])
        values = _fit(scaled(train, width), data.y_train, scaled(new, width), data.y_validation)
        yield scores.Fitted("width", width, seed, config.n_train, width, values)
    width, new = config.n_train, scaled(new, config.n_train)
    inputs = load_digits(max(examples), seed=seed).x_train
    train = scaled(layer(inputs, stop=width), width)
    for n in examples:
        data = load_digits(n, label_noise=config.label_noise, seed=seed)
        values = _fit(train[:n], data.y_train, new, data.y_validation)
        yield scores.Fitted("examples", n, seed, n, width, values)


def _fit(train: np.ndarray, y: np.ndarray, new: np.ndarray, y_new: np.ndarray) -> np.ndarray:
    """Fit every ridge; `(len(RIDGES), 5)`: see `scores.MEASURES`."""
    # The ridge belongs to the mean loss, as weight decay does; the solver's to the sum.
    output = ridge_solutions(train, _targets(y), [ridge * len(y) for ridge in RIDGES])
    columns = []
    for features, labels in ((train, y), (new, y_new)):
        outputs = features @ output
        columns.append((outputs.argmax(axis=-1) != labels).mean(axis=1))
        columns.append(((outputs - _targets(labels)) ** 2).sum(axis=-1).mean(axis=1))
    return np.stack([*columns, np.sqrt((output**2).sum(axis=(1, 2)))], axis=1)


def _targets(labels: np.ndarray) -> np.ndarray:
    """One output per class: 1 for the right one, 0 for the others, less their mean."""
    return np.eye(CLASSES)[labels] - 1 / CLASSES


def _feature_flops(n: int, width: int) -> float:
    """Gram matrix, its eigenvectors (about 9 operations a cube), solutions and outputs."""
    small = min(n, width)
    outputs = 2.0 * CLASSES * len(RIDGES) * width * (2 * n + DIGITS_VALIDATION)
    drawn = 2.0 * INPUTS * width * (n + DIGITS_VALIDATION) / 4
    return 2.0 * n * width * small + 9.0 * small**3 + outputs + drawn


def measure_networks(config: DoubleDescentConfig) -> Run[pd.DataFrame]:
    """Train networks of every width, and one width on every number of examples, all at once."""
    yield Snapshot(0, config.steps, "drawing the data")
    labels, jobs = _jobs(config)
    phase = f"training {len(jobs)} networks"
    fitted = yield from relay(
        fit(jobs, steps=config.steps, evaluate_every=config.steps // EVALUATIONS),
        lambda p: Snapshot(p.step, p.total, phase, lambda: scores.of_networks(labels, p.fit)),
    )
    return scores.of_networks(labels, fitted)


def _jobs(config: DoubleDescentConfig) -> tuple[pd.DataFrame, list[Job]]:
    widths, examples = sizes(config)
    ridges = sorted({0.0, config.ridge})
    plan = [("width", width, ridge, config.n_train, width) for ridge in ridges for width in widths]
    plan += [("examples", n, 0.0, n, NETWORK_UNITS) for n in examples]
    rows, jobs = [], []
    for sweep, size, ridge, n, width in plan:
        for seed in config.seeds:
            rows.append((sweep, size, ridge, seed))
            jobs.append(_job(config, seed, ridge, n, width))
    return pd.DataFrame(rows, columns=["sweep", "size", "ridge", "seed"]), jobs


def _job(config: DoubleDescentConfig, seed: int, ridge: float, n: int, width: int) -> Job:
    return Job(
        load_digits(n, label_noise=config.label_noise, seed=seed),
        seed,
        (width,),
        optimizer="sgd",
        learning_rate=LEARNING_RATE,
        momentum=MOMENTUM,
        batch_size=BATCH_SIZE,
        weight_decay=2 * ridge,  # The slope of ridge * |w|^2 is 2 * ridge * w.
    )


def expected(config: DoubleDescentConfig) -> Cost:
    """Expected cost of a run, before it starts."""
    widths, examples = sizes(config)
    if config.model == "random_features":
        flops = sum(_feature_flops(config.n_train, width) for width in widths)
        flops += sum(_feature_flops(n, config.n_train) for n in examples)
        flops *= config.repetitions
        return Cost(flops, flops / FEATURE_FLOPS_PER_SECOND)
    arms = 2 if config.ridge else 1
    layers = [((INPUTS, width, CLASSES), arms) for width in widths]
    layers.append(((INPUTS, NETWORK_UNITS, CLASSES), len(examples)))
    parts = [
        expected_cost(
            layer, n_jobs=models * config.repetitions, steps=config.steps, batch_size=BATCH_SIZE,
            evaluations=EVALUATIONS, n_evaluated=config.n_train + DIGITS_VALIDATION,
        )
        for layer, models in layers
    ]  # fmt: skip
    return Cost(sum(p.flops for p in parts), sum(p.seconds for p in parts))
