"""Digits, one in five on its side, some labels wrong, and what mends that.

The rare group are pictures that lie on their side, as scanned sheets do: the same digits, which
have to be learned from few examples.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from core.data.dataset import Dataset
from core.data.embedded import load_digits
from core.data.held_out import NOISY, Examples, alternate_halves, noisy_copy
from core.data.warps import shifted
from core.lab.seeding import numpy_generator

VARIANTS = 8
"""Of every picture that is turned and moved, drawn once."""
PIXEL_PER_DEGREE = 1 / 20
EACH = 5
"""One picture in so many lies on its side: the rare group."""


@dataclass(frozen=True)
class MendedDigits:
    """What the networks of one seed learn from and are measured on.

    Attributes:
        seed: Of all that is drawn.
        data: With wrong labels; a smaller training set is its beginning. Its validation examples
            are those that are measured.
        true: The right labels of the training examples.
        picking: Further new examples, on which to stop early.
        upright: The new examples that are measured as if all were upright,
        laid: and as if all lay on their side.
    """

    seed: int
    data: Dataset
    true: np.ndarray
    picking: Examples
    upright: np.ndarray
    laid: np.ndarray

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

    def weights(self, share: float, n: int) -> np.ndarray | None:
        """What the first `n` examples count for in the loss, 1 on average.

        Args:
            share: That all rare ones have together, in (0, 1); 0 weighs all alike.
            n: How many.

        Returns:
            `(n,)` float32, or None where all are alike.
        """
        if not share:
            return None
        rare = on_side(n)
        both = (1 - share) / (1 - rare.mean()), share / rare.mean()
        return np.where(rare, both[1], both[0]).astype(np.float32)

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
    own, (x, y) = alternate_halves(load_digits(n_train, label_noise=label_noise, seed=seed))
    upright, laid = own.x_validation, turned_over(own.x_validation)
    mixed = replace(own, x_train=_some(own.x_train), x_validation=_some(upright))
    true = load_digits(n_train, seed=seed).y_train
    return MendedDigits(seed, mixed, true, (_some(x), y), upright, laid)


def on_side(n: int) -> np.ndarray:
    """Which of `n` examples lie on their side: every fifth, since their order is drawn."""
    return np.asarray(np.arange(n) % EACH == 0)


def turned_over(x: np.ndarray) -> np.ndarray:
    """Turn pictures `(n, side * side)` by a quarter, counterclockwise."""
    side = round(x.shape[1] ** 0.5)
    turned = np.rot90(x.reshape(-1, side, side), axes=(1, 2))
    return np.ascontiguousarray(turned.reshape(x.shape))


def _some(x: np.ndarray) -> np.ndarray:
    """The pictures, those of the rare group on their side."""
    return np.where(on_side(len(x))[:, None], turned_over(x), x)
