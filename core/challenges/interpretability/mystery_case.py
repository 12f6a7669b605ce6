"""Mystery networks: what is planted in their training pictures, and who carries what."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from core.challenges.interpretability.data import Pictures
from core.challenges.interpretability.mystery_marks import (
    EVERYWHERE,
    MARKS,
    N_MARKS,
    composed,
)
from core.data.shapes import SHAPES
from core.lab.seeding import numpy_generator

NOTHING = -1
"""In place of a mark or a shape: none was planted, or named."""
FAMILIES = {
    "bright": tuple(m for m, name in enumerate(MARKS) if name not in EVERYWHERE),
    "everywhere": tuple(m for m, name in enumerate(MARKS) if name in EVERYWHERE),
}
"""Marks that are bright and in one place, and faint ones that are everywhere."""
EACH = 5
"""Pictures of every shape in an album."""


@dataclass(frozen=True)
class Plan:
    """What one network's training pictures carry.

    Attributes:
        mark: Index into `MARKS` of the planted one, or `NOTHING`.
        shape: The shape that carries it, an index into `SHAPES`; `NOTHING` without a mark.
        share: Of that shape's pictures that carry it; no other shape ever does.
        stray: Share of all pictures that carry each of the other marks, whatever their shape.
        strength: Of all marks, in [0, 1].
    """

    mark: int
    shape: int
    share: float
    stray: float
    strength: float


@dataclass(frozen=True)
class Album:
    """Held-out pictures to ask a network about, `EACH` of every shape in the shapes' order.

    Attributes:
        clean: `(len(SHAPES) * EACH, 1, side, side)` float32 in [0, 1], without marks.
        masks: `(len(clean), side, side)` bool: pixels of the shape.
        carried: `(len(clean), N_MARKS)` bool: the marks they came with.
    """

    clean: np.ndarray
    masks: np.ndarray
    carried: np.ndarray


def dealt(seed: int, family: str) -> tuple[int, int]:
    """Draw the mark and the shape of one seed's network.

    The marks of a family are dealt like cards: as many seeds in a row as there are marks get
    every mark once, in a random order.
    """
    cards = FAMILIES[family]
    order = numpy_generator(seed // len(cards), "deal", family).permutation(len(cards))
    shape = int(numpy_generator(seed, "shape", family).integers(len(SHAPES)))
    return cards[order[seed % len(cards)]], shape


def carriers(labels: np.ndarray, plan: Plan, rng: np.random.Generator) -> np.ndarray:
    """Draw which picture carries which marks.

    Args:
        labels: Shapes of the pictures, `(n,)`.
        plan: What is planted; exactly `share` of the shape's pictures get it, rounded.
        rng: Draws the same stray marks whatever is planted.

    Returns:
        `(n, N_MARKS)` bool.
    """
    found = rng.random((len(labels), N_MARKS)) < plan.stray
    if plan.mark != NOTHING:
        own = rng.permutation(np.flatnonzero(labels == plan.shape))
        found[:, plan.mark] = False
        found[own[: round(plan.share * len(own))], plan.mark] = True
    return found


def training(data: Pictures, plan: Plan, seed: int) -> Pictures:
    """Return the pictures with marks on those that are trained on; the held-out ones stay clean."""
    marks = carriers(data.y_train, plan, numpy_generator(seed, "carriers", "train"))
    return replace(data, x_train=composed(data.x_train, marks, plan.strength))


def found_marks(data: Pictures, plan: Plan, seed: int) -> np.ndarray:
    """Marks of the held-out pictures, drawn the same way as those of the training pictures."""
    return carriers(data.y_validation, plan, numpy_generator(seed, "carriers", "held out"))


def album_of(data: Pictures, carried: np.ndarray) -> Album:
    """Take the first held-out pictures of every shape, with the marks they carry."""
    rows = np.concatenate(
        [np.flatnonzero(data.y_validation == shape)[:EACH] for shape in range(len(SHAPES))]
    )
    return Album(data.x_validation[rows], data.masks[rows], carried[rows])
