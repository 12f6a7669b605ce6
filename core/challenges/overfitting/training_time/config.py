"""What the training-time experiment can be set to, and what it measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from pydantic import Field

from core.data.by_name import DatasetName
from core.engine.sweep import UNITS, ScoreView
from core.lab.intervals import SHARE
from core.lab.scores import NotMeasuredError, PerSeed
from core.lab.settings import Config, ladder, repetitions
from core.metrics.stopping import Stops, stopping_points

METRICS = ("loss", "accuracy")
SETS = ("train", "true", "noisy", "test")
"""Rows of a result's curves: training examples, validation examples with true labels and with
noisy ones, test examples."""
GROUPS = ("correct learnt", "wrong learnt", "corrected")
"""Training examples answered as labelled, where the label is correct and where it is wrong, and
wrongly labelled ones answered with their true label."""
RULES = {"noisy": "noisy labels", "true": "true labels", "test": "test examples"}
"""What a stopping rule watches, and how it is spelled."""
PATIENCE = (1, 2, 3, 5, 10, 20, 40)


class TrainingTimeConfig(Config):
    """What is trained, and when early stopping would have stopped it."""

    dataset: DatasetName = "digits"
    """Digits: 8x8 images, ten classes. Two moons: points in the plane, two overlapping classes.
    MNIST-1D: signals of 40 samples, ten classes, hard for such networks."""
    n_train: int = ladder(64, 128, 256, 512, 1024, default=512, label="Training examples")
    """How many examples the network learns from."""
    label_noise: float = ladder(
        0.0, 0.1, 0.2, 0.3, 0.4, default=0.4, label="Wrong labels", unit="share"
    )
    """Share of the training labels replaced by a wrong one. Test labels stay true."""
    width: int = ladder(4, 8, 16, 32, 64, 128, default=128, unit="units")
    """Units in each of the two hidden layers. Wide networks can memorise more."""
    epochs: int = ladder(10, 20, 40, 80, 160, default=80, unit="epochs", label="Training time")
    """How long to train. In one epoch the network sees every training example once, in batches
    of 32."""
    patience: int = ladder(*PATIENCE, default=5, unit="epochs")
    """Early stopping waits this many epochs for a better validation score, then stops and
    restores the weights of the best epoch."""
    monitor: Literal["loss", "accuracy"] = Field(default="loss", title="Early stopping watches")
    """The validation score that early stopping watches. Loss is the usual choice; accuracy moves
    in coarser steps and does not care how sure the network is."""
    repetitions: int = repetitions(default=10)


class TrainingTimeView(ScoreView):
    """How it is drawn."""

    validation_labels: Literal["noisy", "true"] = "noisy"
    """Labels of the validation examples in the curves. Noisy: wrong as often as the training
    labels, as in a real project. True: somebody has checked them."""
    log_epochs: bool = False
    """Stretch the first epochs, where most of the learning happens."""


@dataclass(frozen=True)
class TrainingTimeResult:
    """What was measured, after every epoch from 0 (untrained) on.

    Attributes:
        curves: `(4 sets, 2 metrics, n_epochs + 1, n_seeds)` in the order of `SETS` and
            `METRICS`; loss in nats, accuracy in [0, 1].
        labels: Answers on the training examples, shares in [0, 1],
            `(groups, n_epochs + 1, n_seeds)` in the order of `GROUPS`; only the first group
            where no label is wrong.
        seeds: `(n_seeds,)` int.
        epochs: Epochs of the whole training; the arrays of a partial result are shorter.
        patience: Of early stopping, in epochs.
        monitor: What early stopping watches, `"loss"` or `"accuracy"`.
    """

    curves: np.ndarray
    labels: np.ndarray
    seeds: np.ndarray
    epochs: int
    patience: int
    monitor: str

    @property
    def has_wrong_labels(self) -> bool:
        """Whether any training label was replaced."""
        return len(self.labels) > 1

    @property
    def rules(self) -> tuple[str, ...]:
        """Sets that early stopping may watch; without wrong labels the noisy is the true one."""
        return ("noisy", "true", "test") if self.has_wrong_labels else ("true", "test")

    def curve(self, place: str, metric: str) -> np.ndarray:
        """One metric on one set by epoch and seed, `(n_epochs + 1, n_seeds)`."""
        return np.asarray(self.curves[SETS.index(place), METRICS.index(metric)], dtype=float)

    def stops(self, rule: str, patience: int | None = None) -> Stops:
        """Where each seed stops when early stopping watches one set.

        The rule `"test"` has endless patience and knows the test labels: it finds the best epoch.
        """
        watched = self.curve(rule, self.monitor)
        wait = len(watched) if rule == "test" else patience or self.patience
        return stopping_points(watched if self.monitor == "loss" else -watched, wait)

    def restored_epoch(self, rule: str) -> PerSeed:
        """Epoch whose weights early stopping restores."""
        return PerSeed.of(self.seeds, self.stops(rule).restored, "epochs")

    def restored(self, rule: str, metric: str = "accuracy", patience: int | None = None) -> PerSeed:
        """Test score of the restored weights.

        Raises:
            NotMeasuredError: If there is no such rule: without wrong labels none is noisy.
        """
        if rule not in self.rules:
            raise NotMeasuredError(f"no validation examples with {RULES[rule]}")
        scores = self.stops(rule, patience).at_restored(self.curve("test", metric))
        return PerSeed.of(self.seeds, scores, UNITS[metric])

    def final(self, metric: str = "accuracy") -> PerSeed:
        """Test score of the final weights."""
        return PerSeed.of(self.seeds, self.curve("test", metric)[-1], UNITS[metric])

    def gap(self) -> PerSeed:
        """Generalization gap at the end: training minus noisy validation accuracy."""
        train, alike = (self.curve(place, "accuracy")[-1] for place in ("train", "noisy"))
        return PerSeed.of(self.seeds, train, SHARE) - PerSeed.of(self.seeds, alike, SHARE)

    def gain(self, rule: str, metric: str = "accuracy") -> PerSeed:
        """Test score of the restored minus the final weights; raises as `restored` does."""
        return self.restored(rule, metric) - self.final(metric)

    def answered(self, group: str, rule: str | None = None) -> PerSeed:
        """Share of the training examples of a group, at the end or where a rule restores.

        Raises:
            NotMeasuredError: If no label is wrong, and the group is of those that are.
        """
        if GROUPS.index(group) >= len(self.labels):
            raise NotMeasuredError("no training label is wrong")
        shares = self.labels[GROUPS.index(group)].astype(float)
        then = shares[-1] if rule is None else self.stops(rule).at_restored(shares)
        return PerSeed.of(self.seeds, then, SHARE)
