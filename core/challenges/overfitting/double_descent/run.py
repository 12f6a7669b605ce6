"""Random features fitted exactly, or networks trained, at every size and seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from core.challenges.overfitting.double_descent.config import (
    RIDGES,
    DoubleDescentConfig,
    DoubleDescentResult,
)
from core.data.embedded import DIGITS_VALIDATION, load_digits
from core.engine.job import Job
from core.engine.sweep import Planned, Trained, sweep
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run
from core.models.random_features import (
    SCORES,
    RandomFeatures,
    nested,
    ridge_flops,
    ridge_scores,
    scaled,
)

LEARNING_RATE, MOMENTUM, BATCH_SIZE = 0.03, 0.9, 32
EVALUATIONS = 16
INPUTS, CLASSES = 64, 10
FEATURE_FLOPS_PER_SECOND = 2.4e10
"""Reached by the products and decompositions of random features on one core, as measured."""


def run(config: DoubleDescentConfig) -> Run[DoubleDescentResult]:
    """Fit the chosen model at every width, and one width on every number of examples."""
    return NETWORKS.run(config) if config.model == "network" else fit_features(config)


def cost(config: DoubleDescentConfig) -> Cost:
    """Expected cost of a run, before it starts."""
    if config.model == "network":
        return NETWORKS.cost(config)
    flops = config.repetitions * sum(_feature_flops(*shape) for _, _, *shape in _shapes(config))
    return Cost(flops, flops / FEATURE_FLOPS_PER_SECOND)


def _shapes(config: DoubleDescentConfig) -> list[tuple[str, int, int, int]]:
    """Every model of a seed: its sweep, the size varied there, training examples and width."""
    widths, examples = config.sizes
    found = [("width", width, config.n_train, width) for width in widths]
    return found + [("examples", n, n, config.fixed_width) for n in examples]


def _settings(config: DoubleDescentConfig) -> dict[str, Any]:
    """What a result repeats of its config."""
    return {name: getattr(config, name) for name in ("model", "n_train", "fixed_width", "ridge")}


# Random features


def fit_features(config: DoubleDescentConfig) -> Run[DoubleDescentResult]:
    """Fit the output layer on random features exactly, for every seed, size and ridge."""
    shapes, drawn = _shapes(config), sorted({0.0, config.ridge})
    phase = f"fitting {config.repetitions * len(shapes)} models exactly"
    found: list[np.ndarray] = []

    def known(ridges: Sequence[float]) -> DoubleDescentResult:
        return DoubleDescentResult(_table(config, found, ridges), **_settings(config))

    work = cost(config).flops
    record = Recorder(DoubleDescentResult, work, scores=pd.DataFrame(), **_settings(config))
    yield record.snapshot(phase, shown=False)
    for seed in config.seeds:
        for (_, _, *shape), values in zip(shapes, _fits_of_seed(config, seed), strict=True):
            found.append(values)
            record.did(_feature_flops(*shape))
            yield record.snapshot(phase, partial=lambda: known(drawn))
    return known(RIDGES)


def _table(
    config: DoubleDescentConfig, found: Sequence[np.ndarray], ridges: Sequence[float]
) -> pd.DataFrame:
    """Lay out what is known so far of the ridges wanted: one row per number."""
    values = np.stack(found)[:, [RIDGES.index(ridge) for ridge in ridges]]
    models = [(*shape[:2], seed) for seed in config.seeds for shape in _shapes(config)]
    places = pd.DataFrame(
        [(*model, ridge) for model in models[: len(found)] for ridge in ridges],
        columns=["sweep", "size", "seed", "ridge"],
    )[["sweep", "size", "ridge", "seed"]]
    parts = [
        places.assign(split=split, metric=metric, value=values[..., i].ravel())
        for i, (split, metric) in enumerate(SCORES)
    ]
    return pd.concat(parts, ignore_index=True)


def _fits_of_seed(config: DoubleDescentConfig, seed: int) -> Iterator[np.ndarray]:
    """Fit the models of one seed in the order of `_shapes`, every ridge at once."""
    widths, examples = config.sizes
    layer = RandomFeatures(INPUTS, max(widths), seed)
    data = load_digits(config.n_train, label_noise=config.label_noise, seed=seed)

    def scores(train: np.ndarray, y: np.ndarray, new: np.ndarray) -> np.ndarray:
        return ridge_scores(train, y, new, data.y_validation, CLASSES, RIDGES)

    both = (nested(layer, x, widths) for x in (data.x_train, data.x_validation))
    for width, train, new in zip(widths, *both, strict=True):
        yield scores(scaled(train, width), data.y_train, scaled(new, width))
    inputs, width = load_digits(max(examples), seed=seed).x_train, config.fixed_width
    train, new = scaled(layer(inputs, stop=width), width), scaled(new, width)
    for n in examples:
        labels = load_digits(n, label_noise=config.label_noise, seed=seed).y_train
        yield scores(train[:n], labels, new)


def _feature_flops(n: int, width: int) -> float:
    drawn = 2.0 * INPUTS * width * (n + DIGITS_VALIDATION) / 4
    return drawn + ridge_flops(n, width, DIGITS_VALIDATION, CLASSES, len(RIDGES))


# Networks


def plan(config: DoubleDescentConfig) -> Iterator[Planned]:
    """Networks of every width, without ridge and with, then one width on more and more data."""
    wide = [shape for shape in _shapes(config) if shape[0] == "width"]
    more = [shape for shape in _shapes(config) if shape[0] == "examples"]
    models = [(ridge, shape) for ridge in sorted({0.0, config.ridge}) for shape in wide]
    draw = cache(lambda n, seed: load_digits(n, label_noise=config.label_noise, seed=seed))
    for ridge, (name, size, n, width) in models + [(0.0, shape) for shape in more]:
        for seed in config.seeds:
            job = Job(
                draw(n, seed), seed, (width,), LEARNING_RATE, optimizer="sgd",
                momentum=MOMENTUM, batch_size=BATCH_SIZE,
                weight_decay=2 * ridge,  # The slope of ridge * |w|^2 is 2 * ridge * w.
            )  # fmt: skip
            yield {"sweep": name, "size": size, "ridge": ridge, "seed": seed}, job


def read(config: DoubleDescentConfig, trained: Trained) -> DoubleDescentResult:
    """The newest scores, with errors in place of accuracies."""
    scores = trained.scores()
    right = scores["metric"] == "accuracy"
    errors = scores["value"].where(~right, 1 - scores["value"])
    named = scores["metric"].where(~right, "error")
    return DoubleDescentResult(scores.assign(metric=named, value=errors), **_settings(config))


NETWORKS = sweep(plan, read, evaluations=EVALUATIONS)
