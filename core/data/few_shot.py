"""Few-shot tasks: five classes with few labels each, and other classes with many."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.data.embedded import load_digits
from core.data.glyphs import draw_glyphs
from core.data.parts import of_classes
from core.lab.seeding import numpy_generator

WAYS, PIXELS = 5, 64
"""New classes; pixels of a picture."""
SHOTS, POOL, ASKED = 20, 500, 250
"""Labelled pictures of each new class; pictures of all of them without a label, and of those that
are asked for: every split of the digits has so many."""
OF_DIGITS, OF_LETTERS = 80, 20
"""Pictures of each other class."""


@dataclass(frozen=True)
class FewShotTask:
    """One seed's task; pictures have values in [0, 1].

    Attributes:
        names: Of the new classes: their digits, or their places among the letters drawn, `(5,)`.
        support: Labelled pictures of each new class, `(5, 20, 64)`; fewer are the first of them.
        others: Labelled pictures of each other class, `(classes, each, 64)`.
        pool: Pictures of the new classes without labels, the labelled ones among them,
            `(pool, 64)`.
        asked: Further pictures of the new classes, `(250, 64)`,
        answers: and their classes, numbered from 0, `(250,)`.
    """

    names: np.ndarray
    support: np.ndarray
    others: np.ndarray
    pool: np.ndarray
    asked: np.ndarray
    answers: np.ndarray


def of_digits(seed: int, pool: int = POOL) -> FewShotTask:
    """Draw which five digits are new, the others being the other classes, and split the pictures.

    Args:
        seed: Of the run.
        pool: Pictures without a label, at most 500; fewer are the beginning of more.
    """
    order = numpy_generator(seed, "few shots", "classes").permutation(2 * WAYS)
    new, known = sorted(order[:WAYS].tolist()), sorted(order[WAYS:].tolist())
    data = load_digits(1200, seed=seed)
    own, other = of_classes(data, new), of_classes(data, known)
    return FewShotTask(
        np.array(new), _of_each(own.x_train, own.y_train, SHOTS),
        _of_each(other.x_train, other.y_train, OF_DIGITS), own.x_train[:pool],
        own.x_validation[:ASKED], own.y_validation[:ASKED],
    )  # fmt: skip


def of_letters(seed: int, others: int, pool: int = POOL) -> FewShotTask:
    """Draw invented letters: five new ones, and others.

    Args:
        seed: Of the run.
        others: How many other letters,
        pool: As in `of_digits`.
    """
    rng = numpy_generator(seed, "few shots", "new letters")
    drawn = draw_glyphs(WAYS, SHOTS + (POOL + ASKED) // WAYS, rng)
    known = draw_glyphs(others, OF_LETTERS, numpy_generator(seed, "few shots", "other letters"))
    support, rest, asked = np.split(drawn, [SHOTS, SHOTS + POOL // WAYS], axis=1)
    mixed = np.concatenate([support, rest], 1).swapaxes(0, 1).reshape(-1, PIXELS)
    answers = np.arange(WAYS).repeat(ASKED // WAYS)
    return FewShotTask(
        np.arange(WAYS), support, known, mixed[:pool], asked.reshape(-1, PIXELS), answers
    )


def _of_each(x: np.ndarray, y: np.ndarray, count: int) -> np.ndarray:
    """The first pictures of each class, `(5, count, 64)`."""
    return np.stack([x[y == label][:count] for label in range(WAYS)])
