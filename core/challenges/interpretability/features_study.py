"""What a run on features does: train everything as one sweep, then ask it in many ways."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from core.attributions.tables import CONTROL, METHODS, ROW_BY_ROW, explain_rows
from core.challenges.interpretability.features_data import FEATURES, draw_table
from core.data.embedded import load_cells
from core.lab.run import Snapshot, relay
from core.lab.seeding import numpy_generator
from core.metrics.attribution import rank_correlation
from core.metrics.importance import (
    log_loss,
    permutation_importance,
    relative_error,
    shapley_values,
)

if TYPE_CHECKING:
    from core.challenges.interpretability.features import FeaturesConfig, FeaturesResult
    from core.engine.training import Fit, Job

MODELS = ("linear", "network", "cells")
"""Two models of the known table, and a network of the real one."""
KNOWN = MODELS[:2]
CORRELATIONS = (0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99)
PERMUTATION, SHAPLEY, SAME_CLASS = "Permutation", "Shapley values", "Same class"
"""Measures that captum does not compute: shuffled columns, every subset, and the answer itself."""
COMPARED = (
    "Saliency", "Input x Gradient", "Integrated Gradients", "DeepLift", "Feature Ablation",
    SHAPLEY, CONTROL,
)  # fmt: skip
"""What is asked of networks that differ in the seed only."""
STEERED_BY = "Integrated Gradients"
LINEAR_RATE, NETWORK_RATE = 0.05, 0.01
NETWORKS = 3
"""Models that differ only in the seed of their first weights and of the order of the rows."""
REPEATS = 5
COMPARED_ROWS, SWEPT_ROWS = 64, 128
SUBSET_ROWS = 16
"""Rows whose every subset is asked about at once."""
LIVE_SEEDS, LIVE_ROWS = 5, 200
UNITS = {"train": 12, "sweep": 7, "compare": 20, "importance": 4}
"""Progress of each part, in about 10 ms; row by row methods add one a row."""
Task = tuple[str, int, Iterator[None]]
Place = tuple[int, str, float]


@dataclass(frozen=True)
class Asked:
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


class Study:
    """A run: its models, and what has been found so far."""

    def __init__(self, config: FeaturesConfig) -> None:
        """Begin with nothing."""
        self.config = config
        self.jobs: list[Job] = []
        self.places: dict[Place, int] = {}
        self.fit: Fit | None = None
        self.trained = False
        self.errors: list[tuple[Any, ...]] = []
        self.importance: list[tuple[Any, ...]] = []
        self.correlated: list[tuple[Any, ...]] = []
        self.agreement: list[tuple[Any, ...]] = []
        self.accuracy: list[tuple[Any, ...]] = []
        self.done = 0
        explained = len(ROW_BY_ROW) * 2 * config.explained // 2
        self.total = config.repetitions * (sum(UNITS.values()) + 2 * UNITS["compare"] + explained)

    def snapshot(self, phase: str, ahead: float = 0) -> Snapshot[FeaturesResult]:
        """Say where the run stands."""
        return Snapshot(self.done + int(ahead), self.total, phase, self.result)

    def result(self) -> FeaturesResult:
        """Return what is known so far; while models train, how they use their columns now."""
        from core.challenges.interpretability.features import FeaturesResult

        importance = self.importance if self.trained else list(self._live())
        return FeaturesResult(
            errors=pd.DataFrame(self.errors, columns=["seed", "model", "method", "value"]),
            importance=pd.DataFrame(
                importance, columns=["seed", "model", "method", "feature", "value"]
            ),
            correlated=pd.DataFrame(
                self.correlated, columns=["seed", "method", "correlation", "feature", "value"]
            ),
            agreement=pd.DataFrame(
                self.agreement, columns=["seed", "model", "measure", "method", "value"]
            ),
            accuracy=pd.DataFrame(self.accuracy, columns=["seed", "model", "value"]),
        )

    def train(self) -> Generator[Snapshot[FeaturesResult], None, None]:
        """Draw the tables and train all models side by side."""
        from core.engine.training import fit

        for seed in self.config.seeds:
            self._plan(seed)
            yield self.snapshot("drawing the tables")
        steps, units = self.config.steps, UNITS["train"] * self.config.repetitions

        def shown(progress: Any) -> Snapshot[FeaturesResult]:
            self.fit = progress.fit
            return self.snapshot("training", units * progress.step / progress.total)

        self.fit = yield from relay(fit(self.jobs, steps=steps, evaluate_every=steps), shown)
        self.done += units
        final = self.fit.curve("validation", "accuracy")[-1]
        for (seed, model, variant), place in self.places.items():
            if model in MODELS and variant == 0:
                self.accuracy.append((seed, model, float(final[place])))

    def ask(self) -> Generator[Snapshot[FeaturesResult], None, None]:
        """Ask the trained models; the quick questions first."""
        self.importance = list(self._live())
        self.trained = True
        for phase, units, work in self._tasks():
            for count, _ in enumerate(work):
                yield self.snapshot(phase, min(count, units))
            self.done += units

    def _plan(self, seed: int) -> None:
        from core.engine.training import Job

        config = self.config
        tables = {rho: draw_table(config.rows, rho, config.noise, seed) for rho in CORRELATIONS}
        own, cells = tables[config.correlation], load_cells(seed=seed)
        hidden = (config.width,)

        def job(data: Any, variant: int, linear: bool = False) -> Job:
            rate = LINEAR_RATE if linear else NETWORK_RATE
            return Job(data, seed + 1000 * variant, () if linear else hidden, learning_rate=rate)

        planned: dict[Place, Job] = {
            (seed, "swept", rho): job(table, 0) for rho, table in tables.items()
        }
        for variant in range(NETWORKS):
            planned[seed, "linear", variant] = job(own, variant, linear=True)
            planned[seed, "cells", variant] = job(cells, variant)
            if variant:
                planned[seed, "network", variant] = job(own, variant)
        for place, one in planned.items():
            self.places[place] = len(self.jobs)
            self.jobs.append(one)
        self.places[seed, "network", 0] = self.places[seed, "swept", config.correlation]

    def _asked(self, seed: int, model: str, variant: float = 0) -> Asked:
        assert self.fit is not None
        place = self.places[seed, model, variant]
        data = self.jobs[place].data
        return Asked(
            self.fit.weights(place), data.x_validation, data.y_validation, data.x_train[:64]
        )

    def _live(self) -> Iterator[tuple[Any, ...]]:
        """Shuffled columns once, on some rows: what the models use as they stand now."""
        if self.fit is None:
            return
        for seed in self.config.seeds[:LIVE_SEEDS]:
            for model in KNOWN:
                asked = self._asked(seed, model)
                x = asked.x[:LIVE_ROWS]
                order = numpy_generator(seed, "live").permutation(len(x))[None]
                found = permutation_importance(asked.loss, x, order)
                yield from self._rows(seed, model, PERMUTATION, found)

    def _rows(self, seed: int, model: str, method: str, found: np.ndarray) -> list[Any]:
        values = zip(FEATURES, shares(found), strict=True)
        return [(seed, model, method, name, float(value)) for name, value in values]

    def _tasks(self) -> Iterator[Task]:
        seeds, rows = self.config.seeds, self.config.explained
        for seed in seeds:
            yield "raising the correlation", UNITS["sweep"], self._sweep(seed)
        for seed in seeds:
            for model in MODELS:
                yield "comparing seeds", UNITS["compare"], self._compare(seed, model)
        self.importance = []
        for seed in seeds:
            units = UNITS["importance"] + len(ROW_BY_ROW) * 2 * rows // 2
            yield "explaining rows", units, self._explain_all(seed)

    def _sweep(self, seed: int) -> Iterator[None]:
        """Importance of all columns at every correlation of the copy."""
        for rho in CORRELATIONS:
            asked = self._asked(seed, "swept", rho)
            by_rows = yield from self._explained(STEERED_BY, asked, SWEPT_ROWS, seed)
            found = {PERMUTATION: self._shuffled(asked, seed), STEERED_BY: np.abs(by_rows).mean(0)}
            for method, values in found.items():
                for name, value in zip(FEATURES, shares(values), strict=True):
                    self.correlated.append((seed, method, rho, name, float(value)))
            yield

    def _shuffled(self, asked: Asked, seed: int) -> np.ndarray:
        n, rng = len(asked.x), numpy_generator(seed, "orders")
        orders = np.array([rng.permutation(n) for _ in range(REPEATS)])
        return permutation_importance(asked.loss, asked.x, orders)

    def _explained(
        self, method: str, asked: Asked, rows: int, seed: int
    ) -> Generator[None, None, np.ndarray]:
        """Explain the first rows with any of the methods, `(rows, d)`."""
        from core.models.network import Network

        x = asked.x[:rows]
        if method == SHAPLEY:
            parts = []
            for start in range(0, len(x), SUBSET_ROWS):
                part = x[start : start + SUBSET_ROWS]
                parts.append(shapley_values(asked.logits, part, np.zeros(x.shape[1])))
                yield
            return np.concatenate(parts)
        work = explain_rows(method, Network(asked.weights), x, asked.background, seed=seed)
        while True:
            try:
                next(work)
            except StopIteration as stop:
                return np.asarray(stop.value)
            yield

    def _compare(self, seed: int, model: str) -> Iterator[None]:
        """How far models agree that differ in the seed only: in the class, and in the reasons."""
        models = [self._asked(seed, model, variant) for variant in range(NETWORKS)]
        pairs = [(i, j) for i in range(NETWORKS) for j in range(i)]
        said = [asked.logits(asked.x) > 0 for asked in models]
        same = float(np.mean([said[i] == said[j] for i, j in pairs]))
        self.agreement.append((seed, model, "top", SAME_CLASS, same))
        for method in COMPARED:
            found = []
            for variant, asked in enumerate(models):
                drawn = seed + 1000 * variant
                found.append((yield from self._explained(method, asked, COMPARED_ROWS, drawn)))
            tops = [np.abs(f).argmax(1) for f in found]
            top = np.mean([tops[i] == tops[j] for i, j in pairs])
            ranks = np.mean([rank_correlation(found[i], found[j]) for i, j in pairs])
            yield
            self.agreement.append((seed, model, "top", method, float(top)))
            self.agreement.append((seed, model, "ranks", method, float(ranks)))

    def _explain_all(self, seed: int) -> Iterator[None]:
        """Importance by every method, and its error against the exact answer where there is one."""
        for model in KNOWN:
            asked = self._asked(seed, model)
            self.importance += self._rows(seed, model, PERMUTATION, self._shuffled(asked, seed))
            yield
            exact = yield from self._exact(asked, model, seed)
            for method in (*METHODS, CONTROL, SHAPLEY):
                found = yield from self._explained(method, asked, self.config.explained, seed)
                self.importance += self._rows(seed, model, method, np.abs(found).mean(0))
                if method != SHAPLEY:
                    self.errors.append((seed, model, method, relative_error(found, exact)))

    def _exact(self, asked: Asked, model: str, seed: int) -> Generator[None, None, np.ndarray]:
        """Weight times value for a linear model (Lundberg & Lee 2017); else Shapley values."""
        if model == "linear":
            return np.asarray(asked.x[: self.config.explained] * asked.weights[0][:-1, 0])
        return (yield from self._explained(SHAPLEY, asked, self.config.explained, seed))


def shares(values: np.ndarray) -> np.ndarray:
    """Divide by the sum of sizes, `(d,)`; shuffled columns may have slightly negative shares."""
    return np.asarray(values / max(float(np.abs(values).sum()), 1e-12))
