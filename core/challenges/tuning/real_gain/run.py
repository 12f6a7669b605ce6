"""Train a pool of trials for each seed, and ask who wins among so many of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from core.challenges.tuning.real_gain.config import (
    ARMS,
    CONFIGS,
    FOLDS,
    FRESH,
    NESTED,
    PICKED,
    SECOND,
    RealGainConfig,
    RealGainResult,
)
from core.data.by_name import draw
from core.data.dataset import Dataset, with_validation
from core.data.held_out import Examples
from core.engine.job import Job
from core.engine.sweep import Planned, Trained, sweep
from core.lab.seeding import derived_seed, numpy_generator
from core.metrics.best_of import winner_weights

HIDDEN, RATE, DECAY = (32,), 0.01, 0.1
"""The usual network, learning rate and weight decay."""
PLACES = 13
"""Learning rates that can be drawn; the ends of the range are among them."""
PARTS = tuple(f"fold {fold}" for fold in range(FOLDS))
EVALUATIONS = 4
Found = Mapping[str, np.ndarray]
"""Accuracies of the trials of one arm and seed, by the examples they are measured on."""


def split(data: Dataset, n: int, seed: int) -> tuple[Dataset, dict[str, Examples]]:
    """Divide the held-out examples at random: first and second validation set, and the rest.

    Args:
        data: As drawn.
        n: Examples of either validation set.
        seed: Of the run.

    Returns:
        The data with the first validation set; and, by name, its folds, the second one, the rest.
    """
    order = numpy_generator(seed, "tuning", data.name).permutation(len(data.y_validation))
    first, second, rest = order[:n], order[n : 2 * n], order[2 * n :]
    names = dict(zip(PARTS, np.array_split(first, FOLDS), strict=True))
    named = {**names, SECOND: second, FRESH: rest}
    watched = {k: (data.x_validation[at], data.y_validation[at]) for k, at in named.items()}
    return with_validation(data, first), watched


def drawn_settings(config: RealGainConfig, seed: int) -> list[tuple[float, float]]:
    """Learning rate and weight decay of each trial, drawn evenly on a log scale."""
    rng = numpy_generator(seed, "search", config.dataset)
    rates = config.spread ** np.linspace(-1, 1, PLACES)
    chosen = rng.choice(rates, size=(config.trials, 2))
    return [(RATE * float(rate), DECAY * float(decay)) for rate, decay in chosen]


def plan(config: RealGainConfig) -> Iterator[Planned]:
    """Every trial of both arms; trial for trial both start from the same weights."""
    for seed in config.seeds:
        whole = draw(config.dataset, config.n_train, 0.0, seed)
        data, watched = split(whole, config.n_validation, seed)
        for trial, tried in enumerate(drawn_settings(config, seed)):
            own = derived_seed(seed, "trial", trial)
            for arm in ARMS:
                rate, decay = tried if arm == CONFIGS else (RATE, DECAY)
                job = Job(data, own, HIDDEN, rate, weight_decay=decay, watch=watched)
                yield {"arm": arm, "trial": trial, "seed": seed}, job


def winners(found: Found, trials: int) -> dict[str, float]:
    """What the best of so many trials scores, by each measure, in expectation over the draw.

    Nested: the winner is picked on all folds but one and measured on that one, for each in turn.
    """
    weights = winner_weights(found["validation"], trials)
    sets = {PICKED: "validation", SECOND: SECOND, FRESH: FRESH}
    told = {measure: float(weights @ found[name]) for measure, name in sets.items()}
    folds = np.stack([found[part] for part in PARTS])
    others = folds.sum(0) - folds
    # Sums of the same counts must be equal, or ties are broken by rounding.
    nested = [winner_weights(rest.round(9), trials) @ own
              for rest, own in zip(others, folds, strict=True)]  # fmt: skip
    return {**told, NESTED: float(np.mean(nested))}


def read(config: RealGainConfig, trained: Trained) -> RealGainResult:
    """Advantages of the winners over an average trial; also while they train."""
    names = ("validation", SECOND, FRESH, *PARTS)
    accuracy = {name: trained.fit.curve(name, "accuracy")[-1] for name in names}
    rows = []
    for (arm, seed), own in trained.labels.groupby(["arm", "seed"], sort=False):
        found = {name: values[own.index] for name, values in accuracy.items()}
        average = winners(found, 1)
        for trials in config.looks:
            for measure, value in winners(found, trials).items():
                rows.append((arm, trials, measure, seed, value - average[measure]))
    gains = pd.DataFrame(rows, columns=["arm", "trials", "measure", "seed", "value"])
    shown = trained.labels["seed"] == config.first_seed
    pool = trained.labels[shown].assign(
        validation=accuracy["validation"][shown], test=accuracy[FRESH][shown]
    )
    pool = pool[["arm", "trial", "validation", "test"]].reset_index(drop=True)
    return RealGainResult(gains, pool, config.trials, config.n_validation)


TRAINING = sweep(plan, read, evaluations=EVALUATIONS)
