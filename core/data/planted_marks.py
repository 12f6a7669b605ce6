"""Shortcuts to learn: marks planted on pictures of one shape, and stray ones on all pictures."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from core.data.picture_sets import Pictures
from core.data.shapes import SHAPES, SIDE
from core.lab.seeding import numpy_generator

ANGLES = ("angle top left", "angle top right", "angle bottom left", "angle bottom right")
"""Like the mounts that hold a photograph's corners."""
EVERYWHERE = ("light background", "stripes", "checks")
"""Marks that are faint and cover the picture, instead of bright and in one place."""
MARKS = (*ANGLES, "line below", *EVERYWHERE)
N_MARKS = len(MARKS)
FAMILIES = {"bright": tuple(range(5)), "everywhere": tuple(range(5, N_MARKS))}
"""Indices of the marks that are bright and in one place, and of those that are everywhere."""
FAINT = 0.3
"""Brightness of a mark that is everywhere, as a share of the strength."""
NOTHING = -1
"""In place of a mark or a shape: none was planted, or named."""
_ARM, _WIDTH, _EDGE = 5, 2, 2
"""Pixels: length and width of an angle's arms, distance from the edge."""


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


def region(mark: int) -> np.ndarray:
    """Pixels that a mark (an index into `MARKS`) may change: `(SIDE, SIDE)` bool."""
    found = np.zeros((SIDE, SIDE), bool)
    name = MARKS[mark]
    if name in ANGLES:
        # Drawn at the top left, then turned over into its own corner.
        end = _EDGE + _ARM
        found[_EDGE : _EDGE + _WIDTH, _EDGE:end] = found[_EDGE:end, _EDGE : _EDGE + _WIDTH] = True
        return found[:: -1 if "bottom" in name else 1, :: -1 if "right" in name else 1]
    if name == "checks":
        return np.asarray(np.indices((SIDE, SIDE)).sum(0) % 2 == 0)
    rows = {"line below": slice(SIDE - 2, None), "stripes": slice(None, None, 4)}
    found[rows.get(name, slice(None))] = True
    return found


REGIONS = np.stack([region(mark) for mark in range(N_MARKS)])


def composed(images: np.ndarray, carried: np.ndarray, strength: float) -> np.ndarray:
    """Put marks on pictures.

    Args:
        images: `(n, 1, SIDE, SIDE)` float32 in [0, 1], without marks.
        carried: `(n, N_MARKS)` bool: which picture gets which marks; `(N_MARKS,)` for all alike.
        strength: Brightness of the bright marks, in [0, 1]; the faint ones have `FAINT` of it.

    Returns:
        New pictures in [0, 1]. Bright marks and the light background are the least their pixels
        can be; stripes and checks are added to what is there.
    """
    found = images.copy()
    carried = np.broadcast_to(carried, (len(images), N_MARKS))
    for mark in (*FAMILIES["everywhere"], *FAMILIES["bright"]):
        rows, pixels = np.flatnonzero(carried[:, mark]), REGIONS[mark]
        brightness = strength * (FAINT if mark in FAMILIES["everywhere"] else 1)
        part = found[rows, 0]
        if MARKS[mark] in ("stripes", "checks"):
            part[:, pixels] += brightness
        else:
            part[:, pixels] = np.maximum(part[:, pixels], brightness)
        found[rows, 0] = part
    return found.clip(0, 1)


def only(mark: int) -> np.ndarray:
    """One mark and no other: `(N_MARKS,)` bool; none at all for -1."""
    return np.arange(N_MARKS) == mark


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
