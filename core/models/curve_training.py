"""Training of stacked curve networks, each on its own examples."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence

import numpy as np
import torch

from core.data.dataset import Dataset
from core.data.far_places import DISTANCES, circle
from core.lab.seeding import numpy_generator
from core.models.curve_nets import CurveNets
from core.models.curve_plans import BATCH, CLASS_STEPS

LEARNING_RATE, DIRECTIONS = 0.01, 64
Sets = Sequence[tuple[np.ndarray, np.ndarray]]
"""Inputs `(n, inputs)` and answers `(n,)` of each network."""


def train(
    nets: CurveNets, sets: Sets, seeds: Sequence[int], steps: int, *, classes: bool = False
) -> Iterator[int]:
    """Train in place, with a learning rate that falls to zero.

    Args:
        nets: Arm by arm, within each the seeds in their order.
        sets: Likewise; a batch is drawn from all of them with replacement.
        seeds: Arms of one seed draw alike: at the same share of the way through their examples.
        steps: Updates of the weights.
        classes: Whether answers are classes, see `CurveNets.learn`.

    Yields:
        The number of steps done, before the first and after each.
    """
    lengths = np.array([[len(answers)] for _, answers in sets])
    starts, arms = np.cumsum(lengths)[:, None] - lengths, len(sets) // len(seeds)
    x, y = (np.concatenate(part).astype(np.float32) for part in zip(*sets, strict=True))
    draws = [numpy_generator(seed, "batches", x.shape[1]) for seed in seeds]
    for step in range(steps):
        yield step
        share = np.tile(np.stack([rng.random(BATCH) for rng in draws]), (arms, 1))
        rows = starts + (share * lengths).astype(int)
        batch = torch.from_numpy(x[rows]), torch.from_numpy(y[rows])
        nets.learn(*batch, LEARNING_RATE * (1 - step / steps), classes=classes)
    yield steps


def far_confidence(
    arms: Sequence[str], seeds: Sequence[int], moons: Sequence[Dataset], width: int
) -> Generator[None, None, np.ndarray]:
    """Train classifiers of two moons, pausing at every step, and ask how sure they are.

    Args:
        arms: Units of each arm, as in `CurveNets`.
        seeds: Of each arm's networks.
        moons: What those of each seed learn from.
        width: As in `CurveNets`.

    Returns:
        Mean probability of the class that is named at each of `DISTANCES`, `(K, distances)`.
    """
    nets, sets = CurveNets(arms, seeds, inputs=2, width=width), [*moons] * len(arms)
    learned = [(one.x_train, one.y_train) for one in sets]
    for _ in train(nets, learned, seeds, CLASS_STEPS, classes=True):
        yield
    new, sure = np.stack([one.x_validation[:DIRECTIONS] for one in sets]), []
    for distance in DISTANCES:
        logits = nets.ask(circle(distance, DIRECTIONS) if distance else new)
        sure.append((1 / (1 + np.exp(-np.abs(logits)))).mean(1))
        yield
    return np.stack(sure, axis=1)
