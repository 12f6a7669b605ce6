"""The one training loop: a sweep of models goes in, progress comes out while it runs.

Importing this module does not import torch; the first step of `fit` does.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.engine.cost import evaluation_flops, expected_cost, step_flops
from core.engine.job import Augmentation, Job, Optimizer

if TYPE_CHECKING:
    from core.engine.trainer import Trainer

__all__ = ["Augmentation", "Fit", "Job", "Optimizer", "Progress", "expected_cost", "fit"]

PAUSE_EVERY = 0.015
"""Seconds of work after which a pause is offered; with the longest step it stays under 0.025."""


class Fit:
    """The models of a sweep and how they did; readable whenever the training pauses.

    Attributes:
        jobs: As they were given.
        best_step: Step of each job's lowest validation loss so far, `(n_jobs,)` int64.
        flops: Operations so far.
    """

    def __init__(self, jobs: Sequence[Job], trainers: Sequence[Trainer], evaluations: int) -> None:
        """Set up for a number of evaluations still to come."""
        self.jobs = tuple(jobs)
        self.best_step = np.zeros(len(jobs), dtype=np.int64)
        self.flops = 0.0
        self._trainers = tuple(trainers)
        self._rows = {p: (t, row) for t in trainers for row, p in enumerate(t.places)}
        self._steps = np.zeros(evaluations, dtype=np.int64)
        self._done = 0
        self._lowest = np.full(len(jobs), np.inf)
        splits = dict.fromkeys(name for job in jobs for name in job.splits)
        self._curves = {
            (split, metric): np.full((evaluations, len(jobs)), np.nan)
            for split in splits
            for metric in ("loss", "accuracy")
        }

    @property
    def evaluated_steps(self) -> np.ndarray:
        """Steps at which the models were evaluated so far, `(n_evaluations,)`."""
        return self._steps[: self._done].copy()

    def curve(self, split: str, metric: str) -> np.ndarray:
        """How a metric went so far.

        Args:
            split: `"train"`, `"validation"` or a watched set.
            metric: `"loss"` (mean cross-entropy in nats) or `"accuracy"` (0 to 1).

        Returns:
            `(n_evaluations, n_jobs)`; NaN for jobs that do not watch the set.

        Raises:
            KeyError: If there is no such split or metric.
        """
        return self._curves[split, metric][: self._done].copy()

    def logits(
        self, x: np.ndarray, jobs: Sequence[int] | None = None, best: bool = False
    ) -> np.ndarray:
        """Outputs of some models, in evaluation mode, for the same inputs.

        Args:
            x: Inputs, `(n, n_features)`.
            jobs: Places in `jobs`; all when None.
            best: With the weights of `best_step` instead of the newest.

        Returns:
            `(len(jobs), n, n_outputs)` float32; one output (the logit of class 1) for 2 classes.

        Raises:
            ValueError: If the jobs differ in outputs or inputs, or best weights were not kept.
        """
        wanted = list(range(len(self.jobs)) if jobs is None else jobs)
        if len({(self.jobs[j].n_outputs, self.jobs[j].data.n_features) for j in wanted}) > 1:
            raise ValueError("models with different inputs or outputs have no common logits")
        n_outputs = self.jobs[wanted[0]].n_outputs if wanted else 1
        out = np.empty((len(wanted), len(x), n_outputs), dtype=np.float32)
        for trainer in self._trainers:
            places = [i for i, j in enumerate(wanted) if self._rows[j][0] is trainer]
            if places:
                out[places] = trainer.logits(x, [self._rows[wanted[i]][1] for i in places], best)
        return out

    def weights(self, job: int) -> list[np.ndarray]:
        """Newest weights of one model, copied, to compute with outside of the stack.

        Args:
            job: Place in `jobs`; a model without batch norm.

        Returns:
            Per layer `(inputs + 1, outputs)` float32, biases in the last row.

        Raises:
            ValueError: If the model has batch norm.
        """
        trainer, row = self._rows[job]
        return trainer.weights(row)

    def record(
        self, step: int, found: Sequence[dict[tuple[str, str], np.ndarray]]
    ) -> list[np.ndarray]:
        """Add an evaluation of all models; called by the training loop only.

        Args:
            step: Steps done.
            found: Per trainer `(split, metric)` -> one value per model.

        Returns:
            Per trainer which of its models are better than ever, `(K,)` bool.
        """
        for trainer, values in zip(self._trainers, found, strict=True):
            for key, column in values.items():
                self._curves[key][self._done, list(trainer.places)] = column
        self._steps[self._done] = step
        loss = self._curves["validation", "loss"][self._done]
        better = loss < self._lowest
        self._lowest = np.where(better, loss, self._lowest)
        self.best_step = np.where(better, step, self.best_step)
        self._done += 1
        return [better[list(trainer.places)] for trainer in self._trainers]


@dataclass
class Progress:
    """Where a training stands.

    Attributes:
        step: Share of the work done, in steps.
        total: Steps in all.
        fit: The models so far.
    """

    step: int
    total: int
    fit: Fit

    @property
    def known(self) -> bool:
        """Whether all models were evaluated, so that there is something to show."""
        return len(self.fit.evaluated_steps) > 0


def fit(
    jobs: Sequence[Job], *, steps: int, evaluate_every: int, keep_best: bool = False
) -> Generator[Progress, None, Fit]:
    """Train models side by side, all for the same number of steps.

    Models of one shape are trained as one stack; how they are grouped never changes a result.

    Args:
        jobs: The models; their data, widths and remedies may differ.
        steps: Optimiser steps of each, at least 1.
        evaluate_every: Steps between evaluations; step 0 and the last are always evaluated.
        keep_best: Keep each model's weights at its lowest validation loss.

    Yields:
        Progress, after at most about 25 ms of work, never inside `torch.no_grad()`. With large
        sweeps the first comes before the evaluation at step 0 is complete.

    Returns:
        The trained models with their curves.

    Raises:
        ValueError: If there are no jobs, or a number of steps is below 1.
    """
    from core.engine.trainer import denormals_flushed, trainers_for

    if not jobs or steps < 1 or evaluate_every < 1:
        raise ValueError("training needs jobs, and at least 1 step between evaluations")
    until = time.perf_counter() + PAUSE_EVERY
    trainers = trainers_for(jobs, keep_best)
    evaluations = 1 + -(-steps // evaluate_every)
    trained = Fit(jobs, trainers, evaluations)
    work = _work(trained, trainers, steps, evaluate_every)
    expected = _flops(jobs, steps, evaluations)
    going_on = True
    while going_on:
        with denormals_flushed():
            going_on = any(time.perf_counter() >= until for _ in work)
        yield Progress(min(steps, int(steps * trained.flops / expected)), steps, trained)
        until = time.perf_counter() + PAUSE_EVERY
    for trainer in trainers:
        trainer.finish()
    return trained


def _work(
    trained: Fit, trainers: Sequence[Trainer], steps: int, evaluate_every: int
) -> Iterator[None]:
    """Evaluate and train in turn, in pieces."""
    yield from _evaluate(trained, trainers, 0)
    for start in range(0, steps, evaluate_every):
        stop = min(start + evaluate_every, steps)
        for trainer in trainers:
            flops = sum(step_flops(job.sizes, job.batch) for job in trainer.jobs)
            for _ in range(start, stop):
                trainer.step()
                trained.flops += flops
                yield
        yield from _evaluate(trained, trainers, stop)


def _evaluate(trained: Fit, trainers: Sequence[Trainer], step: int) -> Iterator[None]:
    found = []
    for trainer in trainers:
        found.append((yield from trainer.evaluate(first=not step)))
        trained.flops += sum(map(_evaluation_flops, trainer.jobs))
    for trainer, better in zip(trainers, trained.record(step, found), strict=True):
        trainer.keep(better)
    yield


def _evaluation_flops(job: Job) -> float:
    return evaluation_flops(job.sizes, sum(len(y) for _, y in job.splits.values()))


def _flops(jobs: Sequence[Job], steps: int, evaluations: int) -> float:
    trained = steps * sum(step_flops(job.sizes, job.batch) for job in jobs)
    return trained + evaluations * sum(map(_evaluation_flops, jobs))
