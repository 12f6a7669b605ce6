"""Encoders trained elsewhere, and networks trained on few labels; stacks over seeds and labels."""

from __future__ import annotations

from collections.abc import Generator, Sequence

import numpy as np
import torch
from torch import Tensor

from core.data.few_shot import WAYS, FewShotTask
from core.engine.adam import Adam
from core.models.few_shot import (
    PRETEXTS,
    Draws,
    episode_loss,
    exactly_one_loss,
    label_loss,
    nearest_prototypes,
)
from core.models.few_shot_plans import (
    BATCH,
    ENCODER,
    EPISODE_ASKED,
    EPISODE_SHOTS,
    FEATURES,
    HEADS,
)
from core.models.stacked_mlp import StackedMlp

ENCODER_RATE, LABEL_RATE = 0.003, 0.01
"""Of Adam."""
PIECE = 5_000
"""Pictures that are named at once, over all networks of a stack."""


class FewShotSets:
    """The tasks of all seeds as tensors, and what is drawn from them in each step.

    Attributes:
        places: Labels per class and seed of each network of a stack, labels first.
        support: Labelled pictures of the new classes, `(seeds, 5, 20, 64)`.
        asked: Pictures whose class is asked for, `(seeds, 250, 64)`.
    """

    def __init__(
        self, seeds: Sequence[int], tasks: Sequence[FewShotTask], shots: Sequence[int]
    ) -> None:
        """Stack the tasks of all seeds."""
        self.places = [(n, seed) for n in shots for seed in seeds]
        self.support = _stacked([task.support for task in tasks])
        self.asked = _stacked([task.asked for task in tasks])
        self._answers = _stacked([task.answers for task in tasks])
        self._others = _stacked([task.others for task in tasks])
        self._pool = _stacked([task.pool for task in tasks])
        self._shots = shots
        self._owner = torch.arange(len(seeds)).repeat(len(shots))[:, None]
        self._all = torch.arange(len(seeds))[:, None]
        self._episodes, self._unlabelled = (
            Draws(seeds, purpose) for purpose in ("episodes", "unlabelled")
        )
        self._labelled = [Draws(seeds, "labelled", str(n)) for n in shots]
        self.labels = (torch.arange(BATCH) % WAYS).expand(len(self.places), -1)

    def episode(self) -> tuple[Tensor, Tensor]:
        """Pictures of five other classes: for the prototypes, and to be named."""
        classes, each = self._others.shape[1:3]
        ways = self._episodes.uniform(classes).argsort(1)[:, :WAYS, None]
        rows = self._episodes.uniform(WAYS, each).argsort(2)[..., : EPISODE_SHOTS + EPISODE_ASKED]
        drawn = self._others[self._all[..., None], ways, rows]
        return drawn[:, :, :EPISODE_SHOTS], drawn[:, :, EPISODE_SHOTS:]

    def unlabelled(self, count: int) -> Tensor:
        """Pictures of the new classes without a label, `(seeds, count, 64)`."""
        return self._pool[self._all, self._unlabelled.places(self._pool.shape[1], count)]

    def batch(self) -> tuple[Tensor, Tensor]:
        """Which labelled picture of its class each network learns next, and which without a label.

        Returns:
            Places `(K, 25)` among each class's labelled pictures; the classes are `labels`. Then
            pictures `(K, 25, 64)`.
        """
        pairs = zip(self._shots, self._labelled, strict=True)
        rows = torch.cat([draws.places(n, BATCH) for n, draws in pairs])
        pool = self._pool.shape[1]
        free = torch.cat([draws.places(pool, BATCH) for draws in self._labelled])
        return rows, self._pool[self._owner, free]

    def right(self, logits: Tensor, start: int = 0) -> Tensor:
        """Which of the pictures asked for, from `start` on, are named rightly, `(K, B)` bool."""
        answers = self._answers[self._owner[: len(logits), 0], start : start + logits.shape[1]]
        return logits.argmax(2) == answers

    def of_prototypes(self, features: Tensor, asked: Tensor) -> np.ndarray:
        """Accuracy of the nearest mean of each class's features, `(shots, seeds)`.

        Args:
            features: Of the labelled pictures, `(seeds, 5, 20, d)`.
            asked: Of those asked for, `(seeds, 250, d)`.
        """
        found = [
            self.right(nearest_prototypes(features[:, :, :n], asked)).float().mean(1)
            for n in self._shots
        ]
        return torch.stack(found).numpy()


class Encoders:
    """Encoders of pictures, one per seed, trained on something else than the labels asked for."""

    def __init__(self, seeds: Sequence[int], pretext: str = "") -> None:
        """Draw the initial weights, the same for every way to train them.

        Args:
            seeds: One per encoder.
            pretext: Task that makes its own labels; episodes of other classes by default.
        """
        self.net = StackedMlp(seeds, ENCODER, "encoder")
        self._pretext, weights = pretext, self.net.weights
        if pretext:
            self._head = StackedMlp(seeds, (FEATURES, HEADS[pretext]), "head")
            self._draws = Draws(seeds, "changes")
            weights = weights + self._head.weights
        self._adam = Adam(weights)

    def learn(self, sets: FewShotSets) -> None:
        """Take one step of Adam on an episode, or on pictures without labels."""
        if self._pretext:
            x = sets.unlabelled(BATCH)
            loss = PRETEXTS[self._pretext](self.net, self._head, x, self._draws)
        else:
            loss = episode_loss(self.net, *sets.episode())
        loss.backward()
        self._adam.step(ENCODER_RATE)

    def features(self, sets: FewShotSets) -> tuple[Tensor, Tensor]:
        """Of the labelled pictures `(seeds, 5, 20, 32)`, and of those asked for."""
        shape = sets.support.shape[1:3]
        known = self.net.asked(sets.support.flatten(1, 2)).unflatten(1, shape)
        return known, self.net.asked(sets.asked)


class LabelNets:
    """Networks that learn few labels, one per number of them and seed.

    Attributes:
        weights: As in `StackedMlp`.
    """

    def __init__(
        self, sets: FewShotSets, features: tuple[Tensor, Tensor], hidden: Sequence[int] = (),
        constraint: float = 0.0,
    ) -> None:  # fmt: skip
        """Draw the initial weights: of networks of one shape the same.

        Args:
            sets: What they learn from.
            features: Of the labelled pictures and of those asked for; maybe their pixels.
            hidden: Units of the hidden layers; none is logistic regression.
            constraint: Weight of the semantic loss on pictures without a label, whose features
                are their pixels.
        """
        self._sets, (self._known, self._asked) = sets, features
        self._constraint = constraint
        seeds = [seed for _, seed in sets.places]
        self._net = StackedMlp(seeds, (self._known.shape[3], *hidden, WAYS), "labels")
        self.weights = self._net.weights
        self._adam = Adam(self.weights)
        self._owner = torch.arange(len(self._known)).repeat(len(seeds) // len(self._known))

    def learn(self, rows: Tensor, free: Tensor) -> None:
        """Take one step of Adam on what `FewShotSets.batch` drew."""
        labels = self._sets.labels
        x = self._known[self._owner[:, None], labels, rows]
        loss = label_loss(self._net(x), labels)
        if self._constraint:
            loss = loss + self._constraint * exactly_one_loss(self._net(free))
        loss.backward()
        self._adam.step(LABEL_RATE)

    def accuracy(self) -> Generator[None, None, np.ndarray]:
        """Share of the pictures asked for that are named rightly, `(K,)`, piece by piece."""
        found, size = [], max(1, PIECE // len(self._owner))
        for start in range(0, self._asked.shape[1], size):
            piece = self._asked[:, start : start + size][self._owner]
            found.append(self._sets.right(self._net.asked(piece), start))
            yield
        return torch.cat(found, 1).float().mean(1).numpy()


def _stacked(arrays: Sequence[np.ndarray]) -> Tensor:
    return torch.from_numpy(np.stack(arrays))
