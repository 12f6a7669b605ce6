"""Digits some of whose labels are wrong, with what it takes to mend that: truth, time, variants."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.data.dataset import Dataset
from core.data.embedded import load_digits
from core.data.held_out import NOISY, Examples, alternate_halves, noisy_copy
from core.data.warps import shifted
from core.lab.seeding import numpy_generator

VARIANTS = 8
"""Of every picture that is turned and moved, drawn once."""
PIXEL_PER_DEGREE = 1 / 20


@dataclass(frozen=True)
class MendedDigits:
    """What the networks of one seed learn from and are measured on.

    Attributes:
        seed: Of all that is drawn.
        data: With wrong labels; a smaller training set is its beginning. Its validation examples
            are those that are measured.
        true: The right labels of the training examples.
        picking: Further new examples, on which to stop early.
    """

    seed: int
    data: Dataset
    true: np.ndarray
    picking: Examples

    def labels(self, corrected: float, n: int) -> np.ndarray:
        """The first `n` labels, of whose wrong ones a share was put right.

        Args:
            corrected: In [0, 1].
            n: How many.
        """
        wrong = np.flatnonzero(self.data.flipped[:n])
        order = numpy_generator(self.seed, "corrected").permutation(len(wrong))
        right = wrong[order[: round(corrected * len(wrong))]]
        y = self.data.y_train[:n].copy()
        y[right] = self.true[right]
        return y

    def as_often_wrong(self, share: float) -> np.ndarray:
        """Labels of the validation examples of which a share is wrong."""
        copy = noisy_copy(self.data, share, self.seed)
        return copy[NOISY][1] if copy else self.data.y_validation

    def inputs(self, n: int, turned: float) -> np.ndarray:
        """The first pictures as they are; or variants of each, turned and moved at random.

        Args:
            n: How many.
            turned: Most degrees to either side; they are moved by up to a pixel for 20. 0 is none.

        Returns:
            `(variants, n, 64)` float32.
        """
        x = self.data.x_train[:n]
        if not turned:
            return x[None]
        found = []
        for variant in range(VARIANTS):
            rng = numpy_generator(self.seed, "turned", variant)
            one = shifted("rotation", x, rng.uniform(-turned, turned, n), rng)
            pixels = rng.uniform(0, turned * PIXEL_PER_DEGREE, n)
            found.append(shifted("translation", one, pixels, rng))
        return np.stack(found)


def draw(n_train: int, label_noise: float, seed: int) -> MendedDigits:
    """Draw one seed's digits.

    Args:
        n_train: Most training examples that are asked for, at most 1200.
        label_noise: Share of the labels that is wrong, in [0, 1].
        seed: Of the run.
    """
    own, picking = alternate_halves(load_digits(n_train, label_noise=label_noise, seed=seed))
    return MendedDigits(seed, own, load_digits(n_train, seed=seed).y_train, picking)
