"""Models of a known and of a real table, trained as one sweep, then asked in many ways."""

from __future__ import annotations

import itertools
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from core.attributions.tables import CONTROL, METHODS, ROW_BY_ROW, explain_rows, passes
from core.challenges.interpretability.features.config import (
    COMPARED,
    CORRELATIONS,
    KNOWN,
    MODELS,
    PERMUTATION,
    RANKED,
    SAME_CLASS,
    SHAPLEY,
    STEERED_BY,
    FeaturesConfig,
    FeaturesResult,
)
from core.data.dataset import Dataset
from core.data.embedded import load_cells
from core.data.known_importance import FEATURES, make_known_importance
from core.engine.cost import evaluation_flops
from core.engine.job import Job
from core.engine.sweep import planned_cost
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot
from core.lab.seeding import numpy_generator
from core.metrics.attribution import agreement
from core.metrics.importance import (
    log_loss,
    permutation_importance,
    relative_error,
    shapley_by_parts,
    shares,
)

if TYPE_CHECKING:
    from core.engine.training import Fit

LINEAR_RATE, NETWORK_RATE = 0.05, 0.01
NETWORKS = 3
"""Models that differ only in the seed of their first weights and of the order of the rows."""
REPEATS = 5
COMPARED_ROWS, SWEPT_ROWS = 64, 128
LIVE_SEEDS, LIVE_ROWS = 5, 200
UNITS = {"train": 12, "sweep": 7, "compare": 20, "importance": 4}
"""Progress of each part, in about 10 ms; row by row methods add one a row."""
Record = Recorder[FeaturesResult]
Place = tuple[int, str, float]
"""Seed, model, and which of its trainings, or of the correlations that are swept."""
Work = Generator[Any, None, Any]
Maps = Generator[Any, None, np.ndarray]


@dataclass(frozen=True)
class Model:
    """One trained model and the rows it never saw."""

    weights: list[np.ndarray]
    x: np.ndarray
    y: np.ndarray
    background: np.ndarray

    def loss(self, x: np.ndarray) -> float:
        """Mean cross-entropy in nats on a table with the true labels."""
        return log_loss(self.logits(x), self.y[: len(x)])

    def logits(self, x: np.ndarray) -> np.ndarray:
        """Outputs for a table."""
        from core.models.network import logits_of

        return logits_of(self.weights, x)

    def shuffled(self, seed: int) -> np.ndarray:
        """Permutation importance of all columns, `(d,)`."""
        n, rng = len(self.x), numpy_generator(seed, "orders")
        orders = np.array([rng.permutation(n) for _ in range(REPEATS)])
        return permutation_importance(self.loss, self.x, orders)

    def explained(self, method: str, rows: int, seed: int) -> Maps:
        """Explain the first rows with any of the methods, `(rows, d)`."""
        from core.models.network import Network

        x = self.x[:rows]
        if method == SHAPLEY:
            return (yield from shapley_by_parts(self.logits, x, np.zeros(x.shape[1])))
        net = Network(self.weights)
        return (yield from explain_rows(method, net, x, self.background, seed=seed))


@dataclass(frozen=True)
class Models:
    """All models of a run, finished or on their way."""

    config: FeaturesConfig
    fit: Fit
    places: list[Place]

    def place(self, seed: int, name: str, variant: float = 0) -> int:
        """Where it stands; the network of the known table is one of those that are swept."""
        if name == "network" and not variant:
            name, variant = "swept", self.config.correlation
        return self.places.index((seed, name, variant))

    def of(self, seed: int, name: str, variant: float = 0) -> Model:
        """One of the models."""
        place = self.place(seed, name, variant)
        data, weights = self.fit.jobs[place].data, self.fit.weights(place)
        return Model(weights, data.x_validation, data.y_validation, data.x_train[:64])


def plan(config: FeaturesConfig, seed: int) -> Iterator[tuple[Place, Job]]:
    """The models of one seed: a network at every correlation, and trainings from other seeds."""
    drawn = {
        rho: make_known_importance(config.rows, correlation=rho, noise=config.noise, seed=seed)
        for rho in CORRELATIONS
    }
    own, cells = drawn[config.correlation], load_cells(seed=seed)

    def job(data: Dataset, variant: int, *hidden: int) -> Job:
        rate = NETWORK_RATE if hidden else LINEAR_RATE
        return Job(data, seed + 1000 * variant, hidden, learning_rate=rate)

    for rho, data in drawn.items():
        yield (seed, "swept", rho), job(data, 0, config.width)
    for variant in range(NETWORKS):
        yield (seed, "linear", variant), job(own, variant)
        yield (seed, "cells", variant), job(cells, variant, config.width)
        if variant:
            yield (seed, "network", variant), job(own, variant, config.width)


def run(config: FeaturesConfig) -> Run[FeaturesResult]:
    """Train everything side by side, then ask it; the quick questions first."""
    record = recorder(config)
    models = yield from train(config, record)
    for seed in config.seeds:
        work, units = _correlated(record, models, seed), UNITS["sweep"]
        yield from record.relay(work, "raising the correlation", units, pauses=units)
    for seed, name in itertools.product(config.seeds, MODELS):
        work, units = _compared(record, models, seed, name), UNITS["compare"]
        yield from record.relay(work, "comparing seeds", units, pauses=units)
    record.replace("importance", [])
    for seed in config.seeds:
        work, units = _explained(record, models, seed), _explaining(config)
        yield from record.relay(work, "explaining rows", units, pauses=units)
    return record.result()


def recorder(config: FeaturesConfig) -> Record:
    """An empty record of a run."""
    each = UNITS["train"] + UNITS["sweep"] + len(MODELS) * UNITS["compare"] + _explaining(config)
    return Recorder(FeaturesResult, config.repetitions * each)


def _explaining(config: FeaturesConfig) -> int:
    return UNITS["importance"] + len(ROW_BY_ROW) * config.explained


def train(
    config: FeaturesConfig, record: Record
) -> Generator[Snapshot[FeaturesResult], None, Models]:
    """Draw the tables and train all models side by side; shows what they use on their way."""
    from core.engine.training import fit

    planned: list[tuple[Place, Job]] = []
    yield record.snapshot("drawing the tables")
    for seed in config.seeds:
        planned += plan(config, seed)
        yield record.snapshot("drawing the tables")
    places, jobs = [place for place, _ in planned], [job for _, job in planned]

    def live(progress: Any) -> FeaturesResult:
        _show(record, Models(config, progress.fit, places))
        return record.result()

    fitted = yield from record.relay(
        fit(jobs, steps=config.steps, evaluate_every=config.steps), "training",
        UNITS["train"] * config.repetitions, share=lambda p: p.step / p.total, partial=live,
    )  # fmt: skip
    models, final = Models(config, fitted, places), fitted.curve("validation", "accuracy")[-1]
    _show(record, models)
    for seed, name in itertools.product(config.seeds, ("linear", "cells", "network")):
        record.add("accuracy", seed, name, float(final[models.place(seed, name)]))
    return models


def _show(record: Record, models: Models) -> None:
    """Shuffle columns once, on some rows: what the models use as they stand now."""
    record.replace("importance", [])
    for seed, name in itertools.product(models.config.seeds[:LIVE_SEEDS], KNOWN):
        model = models.of(seed, name)
        x = model.x[:LIVE_ROWS]
        order = numpy_generator(seed, "live").permutation(len(x))[None]
        found = permutation_importance(model.loss, x, order)
        _add_shares(record, "importance", (seed, name, PERMUTATION), found)


def _add_shares(record: Record, table: str, place: tuple[Any, ...], found: np.ndarray) -> None:
    """Keep the importance of all columns; `place` is what stands before them in the table."""
    for feature, value in zip(FEATURES, shares(found), strict=True):
        record.add(table, *place, feature, float(value))


def _correlated(record: Record, models: Models, seed: int) -> Work:
    """Importance of all columns at every correlation of the copy."""
    for rho in CORRELATIONS:
        model = models.of(seed, "swept", rho)
        by_rows = yield from model.explained(STEERED_BY, SWEPT_ROWS, seed)
        found = {PERMUTATION: model.shuffled(seed), STEERED_BY: np.abs(by_rows).mean(0)}
        for method, values in found.items():
            _add_shares(record, "correlated", (seed, method, rho), values)
        yield


def _compared(record: Record, models: Models, seed: int, name: str) -> Work:
    """How far models agree that differ in the seed only: in the class, and in the reasons."""
    asked = [models.of(seed, name, variant) for variant in range(NETWORKS)]
    pairs = [(i, j) for i in range(NETWORKS) for j in range(i)]
    said = [model.logits(model.x) > 0 for model in asked]
    same = float(np.mean([said[i] == said[j] for i, j in pairs]))
    record.add("agreement", seed, name, "top", SAME_CLASS, same)
    for method in COMPARED:
        found = []
        for variant, model in enumerate(asked):
            drawn = seed + 1000 * variant
            found.append((yield from model.explained(method, COMPARED_ROWS, drawn)))
        measured = zip(("top", "ranks"), agreement(found), strict=True)
        yield
        for measure, value in measured:
            record.add("agreement", seed, name, measure, method, value)


def _explained(record: Record, models: Models, seed: int) -> Work:
    """Importance by every method, and its error against the exact answer where there is one."""
    rows = models.config.explained
    for name in KNOWN:
        model = models.of(seed, name)
        _add_shares(record, "importance", (seed, name, PERMUTATION), model.shuffled(seed))
        yield
        if name == "linear":  # Weight times value (Lundberg & Lee 2017).
            exact = np.asarray(model.x[:rows] * model.weights[0][:-1, 0])
        else:
            exact = yield from model.explained(SHAPLEY, rows, seed)
        for method in (*METHODS, CONTROL, SHAPLEY):
            found = yield from model.explained(method, rows, seed)
            _add_shares(record, "importance", (seed, name, method), np.abs(found).mean(0))
            if method != SHAPLEY:
                record.add("errors", seed, name, method, relative_error(found, exact))


@lru_cache(maxsize=64)
def cost(config: FeaturesConfig) -> Cost:
    """Expected cost: training, the questions, and two linear fits a row."""
    seeds, steps = config.repetitions, config.steps
    planned = [job for _, job in plan(config, config.first_seed)] * seeds
    training = planned_cost(planned, steps, evaluations=2)
    # Networks; a linear model takes next to nothing.
    each = {method: passes(method, len(FEATURES)) for method in RANKED}
    swept = len(CORRELATIONS) * SWEPT_ROWS * each[STEERED_BY]
    compared = 2 * NETWORKS * COMPARED_ROWS * sum(each[method] for method in COMPARED)
    through = seeds * (swept + compared + config.explained * sum(each.values()))
    asked = evaluation_flops((len(FEATURES), config.width, 1), through)
    seconds = seeds * (0.3 + 0.002 * config.width + 0.02 * config.explained)
    return Cost(training.flops + asked, 0.3 + training.seconds + seconds)
