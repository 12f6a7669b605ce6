"""Textures that can be drawn at will: what the networks see, and the sets that show a concept."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np

from core.challenges.interpretability.concepts.config import CONCEPTS, Sort
from core.data.picture_sets import PART, Pictures
from core.data.shapes import NOISE, SHAPES, SIDE, MaskedImages, draw_shapes
from core.lab.seeding import numpy_generator

BOUND_SHAPE = SHAPES.index("disc")
PERIOD = 4
"""Pixels from one stripe or dot to the next; half of them are dark."""
COMMON = 0.5
"""Share of the pictures of every shape that carry a texture which says nothing."""
N_TEST = 250


@dataclass(frozen=True)
class Sets:
    """The pictures that stand for concepts, and those they are told apart from.

    Attributes:
        concepts: By name (`CONCEPTS`, `random 1`, ...): `(n, 1, SIDE, SIDE)` float32.
        counterparts: Random pictures, `(sets, n, 1, SIDE, SIDE)`.
        held: Like `concepts`, one set for each of `CONCEPTS` and for `random 1`; no classifier
            sees them.
        held_plain: Random pictures no classifier sees.
    """

    concepts: dict[str, np.ndarray]
    counterparts: np.ndarray
    held: dict[str, np.ndarray]
    held_plain: np.ndarray


def dark(concept: str, n: int, rng: np.random.Generator) -> np.ndarray:
    """Say which pixels a texture darkens, `(n, SIDE, SIDE)` bool, shifted at random.

    Args:
        concept: `"stripes"` run along one of the two diagonals, `"dots"` stand on a grid.
        n: Number of pictures.
        rng: Draws the shift, and the diagonal.
    """
    y, x = np.mgrid[0:SIDE, 0:SIDE]
    first, second = rng.integers(0, PERIOD, (2, n, 1, 1))
    if concept == "dots":
        return ((x + first) % PERIOD < PERIOD / 2) & ((y + second) % PERIOD < PERIOD / 2)
    along = np.where(second % 2 == 1, x + y, x - y)
    return (along + first) % PERIOD < PERIOD / 2


def painted(
    images: np.ndarray, masks: np.ndarray, concept: str, strength: float, rng: np.random.Generator
) -> np.ndarray:
    """Return a copy of pictures whose shapes are filled with a texture.

    Args:
        images: `(n, 1, SIDE, SIDE)` in [0, 1].
        masks: `(n, SIDE, SIDE)` bool; nothing outside changes.
        concept: One of `CONCEPTS`.
        strength: Share of the brightness the dark pixels lose, in [0, 1].
        rng: Draws where the texture begins.
    """
    copy = images.copy()
    copy[:, 0] *= np.where(dark(concept, len(images), rng) & masks, 1 - strength, 1)
    return copy.astype(np.float32)


def world(drawn: MaskedImages, arm: str, share: float, strength: float, seed: int) -> Pictures:
    """Paint training pictures as one arm has them.

    Args:
        drawn: Plain pictures.
        arm: `"bound"`: stripes on a share of the discs and on nothing else; `"everywhere"`: on
            half of the pictures of every shape. Dots are on half of all pictures in both.
        share: Of the discs, in [0, 1].
        strength: Of both textures.
        seed: Of the run.
    """
    rng = numpy_generator(seed, "textures", arm)
    n, labels = len(drawn.labels), drawn.labels
    chance = np.where(labels == BOUND_SHAPE, share, 0.0) if arm == "bound" else COMMON
    images = drawn.images.copy()
    for concept, wanted in (("stripes", chance), ("dots", COMMON)):
        who = rng.random(n) < wanted
        images[who] = painted(images[who], drawn.masks[who], concept, strength, rng)
    return Pictures(images, labels, images[:0], labels[:0], drawn.masks[:0], len(SHAPES))


def draw(n: int, seed: int, purpose: str) -> Generator[int, None, MaskedImages]:
    """Draw plain pictures, yielding the number drawn, often."""
    parts = []
    for start in range(0, n, PART):
        size = min(PART, n - start)
        parts.append(draw_shapes(size, clutter=4, seed=seed, purpose=f"{purpose} {start}"))
        yield start + size
    return MaskedImages(
        np.concatenate([part.images for part in parts]),
        np.concatenate([part.labels for part in parts]),
        np.concatenate([part.masks for part in parts]),
    )


def draw_sets(
    sort: Sort, examples: int, random_sets: int, strength: float, seed: int
) -> Generator[int, None, Sets]:
    """Draw all sets of one seed; yields the number of pictures drawn.

    Args:
        sort: Whether a concept's pictures show shapes filled with the texture, as the networks
            meet it, or nothing but the texture.
        examples: Pictures in a set.
        random_sets: Number of random concepts, and of random counterparts.
        strength: Of the textures.
        seed: Of the run.
    """
    rng = numpy_generator(seed, "concept sets", sort)
    plain = yield from draw(examples * (2 * random_sets + 2), seed, "random sets")
    blocks = plain.images.reshape(-1, examples, 1, SIDE, SIDE)
    concepts, held = {}, {}
    for concept in CONCEPTS:
        drawn = yield from draw(2 * examples, seed, f"{concept} {sort}")
        if sort == "textures":
            images = _texture_alone(concept, 2 * examples, rng, strength)
        else:
            images = painted(drawn.images, drawn.masks, concept, strength, rng)
        concepts[concept], held[concept] = images[:examples], images[examples:]
    randoms = {f"random {i + 1}": block for i, block in enumerate(blocks[:random_sets])}
    held["random 1"] = blocks[-2]
    return Sets({**concepts, **randoms}, blocks[random_sets:-2], held, blocks[-1])


def _texture_alone(concept: str, n: int, rng: np.random.Generator, strength: float) -> np.ndarray:
    shade = rng.uniform(0.5, 1.0, (n, 1, 1)) * np.where(dark(concept, n, rng), 1 - strength, 1)
    found = shade + rng.normal(0, NOISE / 2, shade.shape)
    return found.clip(0, 1)[:, None].astype(np.float32)
