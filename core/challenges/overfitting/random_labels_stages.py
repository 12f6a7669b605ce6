"""What the random-labels experiment trains, in which order, and when a network has fitted."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from core.challenges.overfitting.data import draw
from core.data.dataset import Dataset, with_label_noise, with_shuffled_labels

if TYPE_CHECKING:
    from core.challenges.overfitting.random_labels import RandomLabelsConfig
    from core.engine.training import Fit, Job, Progress

SHARES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
"""Shares of random labels, as on the horizontal axis of the paper's Figure 1b."""
PLAIN = "no regulariser"
BATCH = 32
LAYERS = 2
CLASSES = 10
"""Of both data sets."""
LEARNING_RATE = 0.005
N_VALIDATION = 300
"""Held-out examples; they are looked at after every epoch, so they cost as much as training."""
AUGMENTATION: Mapping[str, dict[str, Any]] = {
    "digits": {"augmentation": "shift", "augmentation_strength": 1.0},
    "mnist1d": {"augmentation": "roll_and_scale", "augmentation_strength": 2.0},
}
"""Options of the random changes to each batch, as they suit the data."""


@dataclass(frozen=True)
class Stage:
    """Networks that are trained side by side until all of them have fitted.

    Attributes:
        phase: What is being done, in a few words.
        networks: `(regulariser, share of random labels)`; each is trained once per seed.
    """

    phase: str
    networks: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Outcome:
    """Where each network of a stage got to.

    Attributes:
        epochs: Passes over the data until all training labels were right, or until the budget
            ended, `(n_networks,)`.
        fitted: Whether all were right within the budget, `(n_networks,)` bool.
        train: Training accuracy then, `(n_networks,)` in [0, 1].
        validation: Validation accuracy then, `(n_networks,)` in [0, 1].
        evaluations: Evaluations up to the one after which nothing more is looked at.
    """

    epochs: np.ndarray
    fitted: np.ndarray
    train: np.ndarray
    validation: np.ndarray
    evaluations: int


def regularisers(config: RandomLabelsConfig) -> dict[str, dict[str, Any]]:
    """Name the arms and the options that `Job` is given for them, the plain one first."""
    found: dict[str, dict[str, Any]] = {
        PLAIN: {},
        f"weight decay {config.weight_decay:g}": {"weight_decay": config.weight_decay},
        f"dropout {config.dropout:g}": {"dropout": config.dropout},
    }
    if config.augmentation:
        found["augmentation"] = AUGMENTATION[config.dataset]
    return found


def stages(config: RandomLabelsConfig) -> list[Stage]:
    """True against random labels first, since that is drawn live; then the rest one by one.

    A stage ends when its last network has fitted, so slow networks keep no fast ones busy.
    """
    found = [Stage("true against random labels", ((PLAIN, 0.0), (PLAIN, 1.0)))]
    found.append(Stage("partly random labels", tuple((PLAIN, share) for share in SHARES[1:-1])))
    for arm in regularisers(config):
        if arm != PLAIN:
            found.append(Stage(f"{arm}, random labels", ((arm, 1.0),)))
            found.append(Stage(f"{arm}, true labels", ((arm, 0.0),)))
    return found


def with_random_labels(data: Dataset, share: float, seed: int) -> Dataset:
    """Give a share of the training examples labels that say nothing about them.

    At share 1 all labels are shuffled among the examples. Below, a label is replaced by a class
    drawn from all classes, as in the paper; one in `n_classes` of these hits the true class, so
    that `share * (1 - 1 / n_classes)` of the labels are wrong. What is random at one share is
    random at every larger one below 1.

    Args:
        data: With true labels; its validation labels stay true.
        share: In [0, 1].
        seed: Of the run.
    """
    if share == 1:
        return with_shuffled_labels(data, seed)
    return with_label_noise(data, share * (1 - 1 / data.n_classes), seed)


def jobs(config: RandomLabelsConfig, stage: Stage) -> list[Job]:
    """One job per network and seed, the seeds of a network side by side."""
    from core.engine.training import Job

    options = regularisers(config)
    clean = {seed: _clean(config, seed) for seed in config.seeds}
    hidden = (config.width,) * LAYERS
    return [
        Job(with_random_labels(clean[seed], share, seed), seed, hidden, LEARNING_RATE,
            batch_size=BATCH, **options[arm])
        for arm, share in stage.networks
        for seed in config.seeds
    ]  # fmt: skip


def _clean(config: RandomLabelsConfig, seed: int) -> Dataset:
    data = draw(config.dataset, config.n_train, 0.0, seed)
    x, y = data.x_validation[:N_VALIDATION], data.y_validation[:N_VALIDATION]
    return replace(data, x_validation=x, y_validation=y)


def until_fitted(work: Generator[Progress, None, Fit]) -> Generator[Progress, None, Fit]:
    """Pass a training on, and end it once every network has had all training labels right."""
    try:
        while True:
            try:
                progress = next(work)
            except StopIteration as stop:
                ended: Fit = stop.value
                return ended
            yield progress
            if _all_right(progress.fit).any(axis=0).all():
                return progress.fit
    finally:
        work.close()


def outcome(fit: Fit, steps_per_epoch: int) -> Outcome:
    """Read where each network got to, at its first evaluation with all training labels right.

    What happens after all networks have fitted is not looked at: how far the training ran on
    before it was ended depends on the clock.
    """
    right = _all_right(fit)
    fitted = np.asarray(right.any(axis=0))
    last = len(right) - 1
    at = np.where(fitted, right.argmax(axis=0), last)
    network = np.arange(right.shape[1])
    return Outcome(
        epochs=fit.evaluated_steps[at] / steps_per_epoch,
        fitted=fitted,
        train=fit.curve("train", "accuracy")[at, network],
        validation=fit.curve("validation", "accuracy")[at, network],
        evaluations=int(at.max()) + 1,
    )


def _all_right(fit: Fit) -> np.ndarray:
    """`(n_evaluations, n_networks)` bool; no row before the first evaluation."""
    right: np.ndarray = fit.curve("train", "accuracy") == 1.0
    return right


def work_of(config: RandomLabelsConfig, stages: Sequence[Stage]) -> list[int]:
    """Work of each stage for the progress bar: steps of all its networks."""
    steps = config.epochs * config.n_train // BATCH
    return [steps * len(stage.networks) * config.repetitions for stage in stages]
