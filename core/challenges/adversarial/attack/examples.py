"""The images that are drawn: one per digit of the first seed, and what attacks make of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.challenges.adversarial import victims
from core.challenges.adversarial.attack.config import ATTACKS, EPSILONS

if TYPE_CHECKING:
    import torch

    from core.attacks.evasion import Target
    from core.data.dataset import Dataset

Fields = dict[str, np.ndarray]
"""The arrays of `AttackResult` as they are now."""


class Examples:
    """Images and class probabilities, filled in as the attacks finish."""

    def __init__(self, data: Dataset) -> None:
        """Start with the first image of each digit, not attacked."""
        self._places = first_of_each(data.y_validation[: victims.N_TEST])
        self._clean = data.x_validation[self._places]
        shape = (len(ATTACKS), len(EPSILONS), 10)
        self._attacked = np.broadcast_to(self._clean, (*shape, 64)).astype(np.float16)
        self._before = np.full((10, 10), 0.1, dtype=np.float16)
        self._after = np.full((*shape, 10), 0.1, dtype=np.float16)

    def fields(self) -> Fields:
        """What is known by now."""
        return {
            "clean": self._clean.astype(np.float16), "attacked": self._attacked.copy(),
            "before": self._before, "after": self._after.copy(),
        }  # fmt: skip

    def ask(self, target: Target) -> Fields:
        """Ask the network about the clean images."""
        self._before = self._probabilities(target, target.x)
        self._after[:] = self._before
        return self.fields()

    def choose(self, target: Target) -> Fields:
        """Take the first image of each digit that the network gets right."""
        right = victims.correct(target, target.x)[0]
        self._places = first_of_each(target.y[0].numpy(), right)
        self._clean = target.x[0].numpy()[self._places]
        self._attacked[:] = self._clean
        return self.ask(target)

    def add(self, target: Target, attack: int, epsilon: int, moved: torch.Tensor) -> Fields:
        """Keep what one attack made of the images, from this size on."""
        self._attacked[attack, epsilon:] = moved[0].numpy()[self._places]
        self._after[attack, epsilon:] = self._probabilities(target, moved)
        return self.fields()

    def _probabilities(self, target: Target, x: torch.Tensor) -> np.ndarray:
        """What the first seed's network gives each class, `(10, 10)`."""
        logits = target.logits(x[:, self._places])[0]
        found: np.ndarray = logits.softmax(-1).numpy().astype(np.float16)
        return found


def first_of_each(y: np.ndarray, right: np.ndarray | None = None) -> np.ndarray:
    """Place of the first image of each digit, `(10,)`; one that is right if there is any."""
    found = []
    for digit in range(10):
        places = np.flatnonzero(y == digit)
        good = places if right is None else places[right[places]]
        found.append(int(good[0]) if len(good) else int(places[0]) if len(places) else 0)
    return np.array(found)
