"""A plan of jobs becomes a run: training, progress, live results and cost follow from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, Literal, TypeVar, overload

import numpy as np
import pandas as pd

from core.data.held_out import NOISY
from core.engine.cost import expected_cost, short_seconds
from core.engine.job import Job
from core.engine.training import Fit, fit
from core.lab.intervals import POINTS
from core.lab.run import Cost, ResultT, Run, Snapshot, relay
from core.lab.scores import PerSeed, one_a_seed
from core.lab.settings import Value, View

ConfigT = TypeVar("ConfigT")
Planned = tuple[Mapping[str, Value], Job]
SPLITS, METRICS = ("train", "validation"), ("accuracy", "loss")
RESERVED = {"split", "metric", "step", "value"}
UNITS = {"accuracy": "share", "loss": "nats"}
DRAWN_TOGETHER = 10
"""Jobs of a plan that are drawn without a pause."""


class ScoreView(View):
    """Which of a sweep's scores is drawn."""

    metric: Literal["accuracy", "loss"] = "accuracy"
    """Accuracy: share of examples classified correctly. Loss: mean cross-entropy, which also
    punishes being confident and wrong."""

    @property
    def unit(self) -> str:
        """Of the score."""
        return UNITS[self.metric]

    @property
    def change_unit(self) -> str:
        """Of a difference of two scores."""
        return POINTS if self.metric == "accuracy" else self.unit

    @property
    def sign(self) -> int:
        """1 where more is better, -1 where less is."""
        return 1 if self.metric == "accuracy" else -1


def alike(splits: Iterable[str]) -> str:
    """The split of new examples whose labels are like the training labels, wrong as often."""
    return NOISY if NOISY in set(splits) else "validation"


@dataclass(frozen=True)
class SweepResult:
    """The scores of a sweep at the end of training.

    Attributes:
        scores: The columns of the plan's labels (`seed` among them), `split`, `metric`, `value`:
            accuracy in [0, 1], loss in nats.
    """

    scores: pd.DataFrame

    def at(self, split: str = "validation", metric: str = "accuracy", **labels: Value) -> PerSeed:
        """One number a seed: a metric of the models with these labels; see `per_seed`."""
        return self._at(labels, split, metric)

    def gap(self, **labels: Value) -> PerSeed:
        """Generalization gap of models with these labels, on one distribution.

        Training accuracy minus that on new examples whose labels are as often wrong: on their
        noisy copy where the plan watches one (`noisy_copy`), else on the validation examples.
        """
        return self._at(labels, "train") - self._at(labels, alike(self.scores["split"]))

    def _at(
        self, labels: Mapping[str, Value], split: str = "validation", metric: str = "accuracy"
    ) -> PerSeed:
        wanted = {**labels, "split": split, "metric": metric}
        return one_a_seed(self.scores, wanted, UNITS[metric])


@dataclass(frozen=True)
class Trained:
    """The models of a sweep, finished or on their way.

    Attributes:
        labels: One row a model, in the order of the plan.
        fit: The models and their curves.
    """

    labels: pd.DataFrame
    fit: Fit

    def scores(self, splits: Iterable[str] = SPLITS) -> pd.DataFrame:
        """The newest scores: one row per split, metric and model."""
        return pd.concat(
            [
                self.labels.assign(
                    split=split,
                    metric=metric,
                    value=self.fit.curve(split, metric)[-1].astype(float),
                )
                for split in splits
                for metric in METRICS
            ],
            ignore_index=True,
        )

    def curves(self, splits: Iterable[str] = SPLITS) -> pd.DataFrame:
        """All scores so far: one row per split, metric, evaluated `step` and model."""
        steps = self.fit.evaluated_steps
        n = len(self.labels)
        labels = self.labels.iloc[np.tile(np.arange(n), len(steps))].reset_index(drop=True)
        labels = labels.assign(step=np.repeat(steps, n))
        return pd.concat(
            [
                labels.assign(split=s, metric=m, value=self.fit.curve(s, m).ravel().astype(float))
                for s in splits
                for m in METRICS
            ],
            ignore_index=True,
        )

    def by_epoch(self, steps_per_epoch: int, evaluations: int | None = None) -> pd.DataFrame:
        """All scores so far, each in a column of its own.

        Args:
            steps_per_epoch: Optimiser steps.
            evaluations: How many evaluations to take, from the first on; all by default.

        Returns:
            One row per model and evaluation: the columns of the labels, `epoch`, and
            `train_accuracy`, `validation_accuracy`, `train_loss`, `validation_loss`.
        """
        epochs = self.fit.evaluated_steps[:evaluations] / steps_per_epoch
        scores = {
            f"{split}_{metric}": self.fit.curve(split, metric)[:evaluations].T.ravel()
            for metric in METRICS
            for split in SPLITS
        }
        labels = self.labels.loc[self.labels.index.repeat(len(epochs))].reset_index(drop=True)
        return labels.assign(epoch=np.tile(epochs, len(self.labels)), **scores)


def _final_scores(config: Any, trained: Trained) -> Any:
    return SweepResult(trained.scores())


@dataclass(frozen=True)
class Sweep(Generic[ConfigT, ResultT]):
    """A run that trains everything in its plan side by side; made by `sweep`.

    Attributes:
        plan: Config -> labels and job of every model.
        read: Config, models -> the result; also while they train.
        steps: Config -> optimiser steps of each.
        evaluations: Config -> how often the models are evaluated on the way.
    """

    plan: Callable[[ConfigT], Iterable[Planned]]
    read: Callable[[ConfigT, Trained], ResultT]
    steps: Callable[[ConfigT], int]
    evaluations: Callable[[ConfigT], int]

    def run(self, config: ConfigT) -> Run[ResultT]:
        """Train every model, all at once."""
        steps = self.steps(config)
        yield Snapshot(0, steps, "drawing the data")
        planned = []
        for one in self.plan(config):
            planned.append(one)
            if len(planned) % DRAWN_TOGETHER == 0:
                yield Snapshot(0, steps, "drawing the data")
        labels = pd.DataFrame([dict(label) for label, _ in planned])
        taken = RESERVED & set(labels.columns)
        if taken or "seed" not in labels:
            raise ValueError(f"labels name the seed, and nothing {', '.join(sorted(RESERVED))}")
        jobs = [job for _, job in planned]
        phase = f"training {len(jobs)} networks"

        def snapshot(progress: Any) -> Snapshot[ResultT]:
            trained = Trained(labels, progress.fit)
            partial = (lambda: self.read(config, trained)) if progress.known else None
            return Snapshot(progress.step, progress.total, phase, partial)

        work = fit(jobs, steps=steps, evaluate_every=max(1, steps // self.evaluations(config)))
        fitted = yield from relay(work, snapshot)
        return self.read(config, Trained(labels, fitted))

    def cost(self, config: ConfigT) -> Cost:
        """What the plan's models take: the sum over their shapes. The jobs are drawn once."""
        return _cost_of(self, config)


@lru_cache(maxsize=64)
def _cost_of(sweep: Sweep[Any, Any], config: Any) -> Cost:
    steps = sweep.steps(config)
    every = max(1, steps // sweep.evaluations(config))
    jobs = [job for _, job in sweep.plan(config)]
    return planned_cost(jobs, steps, 1 + -(-steps // every))


def planned_cost(jobs: Iterable[Job], steps: int, evaluations: int) -> Cost:
    """Expected cost of training jobs side by side.

    Args:
        jobs: The models.
        steps: Optimiser steps of each.
        evaluations: How often each is evaluated on all its splits.
    """
    jobs = list(jobs)
    kinds: Counter[tuple[tuple[int, ...], int]] = Counter()
    short = Counter((job.sizes, job.batch) for job in jobs if job.precision != "float32")
    evaluated: Counter[tuple[tuple[int, ...], int]] = Counter()
    for job in jobs:
        kinds[job.sizes, job.batch] += 1
        evaluated[job.sizes, job.batch] += sum(len(y) for _, y in job.splits.values())
    costs = [
        expected_cost(
            sizes, n_jobs=n, steps=steps, batch_size=batch, evaluations=evaluations,
            n_evaluated=evaluated[sizes, batch] // n,
        )
        for (sizes, batch), n in kinds.items()
    ]  # fmt: skip
    more = sum(short_seconds(sizes, n, steps, batch) for (sizes, batch), n in short.items())
    return sum(costs, Cost(0, more))


@overload
def sweep(
    plan: Callable[[ConfigT], Iterable[Planned]],
    read: None = None,
    *,
    steps: int | Callable[[ConfigT], int] | None = None,
    evaluations: int | Callable[[ConfigT], int] = 30,
) -> Sweep[ConfigT, SweepResult]: ...


@overload
def sweep(
    plan: Callable[[ConfigT], Iterable[Planned]],
    read: Callable[[ConfigT, Trained], ResultT],
    *,
    steps: int | Callable[[ConfigT], int] | None = None,
    evaluations: int | Callable[[ConfigT], int] = 30,
) -> Sweep[ConfigT, ResultT]: ...


def sweep(
    plan: Callable[[ConfigT], Iterable[Planned]],
    read: Callable[[ConfigT, Trained], ResultT] | None = None,
    *,
    steps: int | Callable[[ConfigT], int] | None = None,
    evaluations: int | Callable[[ConfigT], int] = 30,
) -> Sweep[ConfigT, ResultT]:
    """Make a run of a plan.

    Args:
        plan: Config -> labels (always `seed`) and job of every model; drawn anew for each run.
        read: Config, models -> the result; `SweepResult` by default.
        steps: Of training; `config.steps` by default.
        evaluations: How often the models are evaluated on the way, after step 0.
    """
    counts = _counted(_own_steps if steps is None else steps), _counted(evaluations)
    return Sweep(plan, read or _final_scores, *counts)


def _own_steps(config: Any) -> int:
    return config.steps


def _counted(given: int | Callable[[ConfigT], int]) -> Callable[[ConfigT], int]:
    """A count that is the same for every config, as a function of it."""
    return given if callable(given) else lambda config: given
