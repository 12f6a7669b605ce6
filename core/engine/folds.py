"""Cross-validation: models that have not seen an example say what they think of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from core.data.dataset import Dataset
from core.engine.job import Job
from core.engine.training import Fit


def subset(data: Dataset, places: np.ndarray | slice) -> Dataset:
    """Keep some of the training examples only; validation examples stay."""
    x, y, flipped = (part[places] for part in (data.x_train, data.y_train, data.flipped))
    return replace(data, x_train=x, y_train=y, flipped=flipped)


def fold_jobs(job: Job, parts: Sequence[np.ndarray]) -> list[Job]:
    """For each part a model that is trained on the others, and validated on it.

    Args:
        job: Trained on all of them.
        parts: Places of its training examples; each stands in one part.
    """
    data, found = job.data, []
    for held in parts:
        seen = subset(data, np.setdiff1d(np.concatenate(parts), held))
        x, y = data.x_train[held], data.y_train[held]
        found.append(replace(job, data=replace(seen, x_validation=x, y_validation=y)))
    return found


def out_of_sample(fitted: Fit, places: Sequence[int], parts: Sequence[np.ndarray]) -> np.ndarray:
    """Probabilities of the classes for every example, by the model that has not seen it.

    Args:
        fitted: Holds the models of `fold_jobs`.
        places: Where they stand among its jobs.
        parts: As given there.

    Returns:
        `(n, classes)` float64, for at least three classes.
    """
    found = np.zeros((sum(map(len, parts)), fitted.jobs[places[0]].n_outputs))
    for place, held in zip(places, parts, strict=True):
        x = fitted.jobs[place].data.x_validation
        logits = fitted.logits(x, [place])[0].astype(float)
        chances = np.exp(logits - logits.max(axis=1, keepdims=True))
        found[held] = chances / chances.sum(axis=1, keepdims=True)
    return found
