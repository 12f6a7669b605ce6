"""The pictures of the attack experiment, filled in as the attacks finish."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.challenges.adversarial.tables import attack as tables
from core.challenges.adversarial.tables.attack import ATTACKS, EPSILONS
from core.challenges.adversarial.victims import N_TEST

if TYPE_CHECKING:
    import torch

    from core.attacks.evasion import Target
    from core.data.dataset import Dataset


@dataclass(frozen=True)
class AttackResult:
    """What was measured.

    Attributes:
        scores: `attack`, `epsilon`, `seed`, `value`: share of test images classified correctly.
        distances: `attack`, `seed`, `value`, `shorter`: median length, per pixel, of the shortest
            change that fools; share of images for which it is shorter than that of the attack
            before (FGSM, DeepFool, CW).
        clean: One image per digit, `(10, 64)` float16 in [0, 1]; of the first seed.
        attacked: `(attacks, epsilons, 10, 64)` float16; equal to `clean` until attacked.
        before: Class probabilities of the clean images, `(10, 10)` float16.
        after: Of the attacked ones, `(attacks, epsilons, 10, 10)` float16.
    """

    scores: pd.DataFrame
    distances: pd.DataFrame
    clean: np.ndarray
    attacked: np.ndarray
    before: np.ndarray
    after: np.ndarray


class Album:
    """The pictures of the first seed, filled in as the attacks finish."""

    def __init__(self, data: Dataset) -> None:
        """Start with the first image of each digit, not attacked."""
        self.places = tables.first_of_each(data.y_validation[:N_TEST], None)
        self.clean = data.x_validation[self.places]
        shape = (len(ATTACKS), len(EPSILONS), 10)
        self.attacked = np.broadcast_to(self.clean, (*shape, 64)).astype(np.float16)
        self.before = np.full((10, 10), 0.1, dtype=np.float16)
        self.after = np.full((*shape, 10), 0.1, dtype=np.float16)

    def choose(self, target: Target) -> None:
        """Take the first image of each digit that the network gets right."""
        from core.attacks.evasion import correct

        right = correct(target.logits, target.x, target.y)[0].numpy()
        self.places = tables.first_of_each(target.y[0].numpy(), right)
        self.clean = target.x[0].numpy()[self.places]
        self.attacked[:] = self.clean
        self.look(target)

    def look(self, target: Target) -> None:
        """Ask the network about the clean images."""
        self.before = _probabilities(target, target.x, self.places)
        self.after[:] = self.before

    def add(self, target: Target, attack: int, epsilon: int, moved: torch.Tensor) -> None:
        """Keep what one attack made of the images, from this size on."""
        self.attacked[attack, epsilon:] = moved[0].numpy()[self.places]
        self.after[attack, epsilon:] = _probabilities(target, moved, self.places)

    def result(
        self, scores: Sequence[pd.DataFrame], distances: Sequence[pd.DataFrame] = ()
    ) -> AttackResult:
        """What is known by now."""
        table = pd.concat(scores, ignore_index=True) if scores else tables.NOTHING
        nothing = tables.NOTHING[["attack", "seed", "value"]].assign(shorter=0.0)
        lengths = pd.concat(distances, ignore_index=True) if distances else nothing
        return AttackResult(
            table, lengths, self.clean.astype(np.float16), self.attacked.copy(), self.before,
            self.after.copy(),
        )  # fmt: skip


def _probabilities(target: Target, x: torch.Tensor, places: np.ndarray) -> np.ndarray:
    """Class probabilities of the first seed's network for the images drawn, `(10, 10)`."""
    found: np.ndarray = target.logits(x[:, places])[0].softmax(-1).numpy().astype(np.float16)
    return found
