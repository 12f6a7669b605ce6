"""Textures that can be painted into shapes at will, and sets of pictures that show a concept."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from core.data.shapes import NOISE, SIDE, MaskedImages, draw_many
from core.lab.seeding import numpy_generator

ShownAs = Literal["shapes", "textures"]
TEXTURES = ("stripes", "dots")
PERIOD = 4
"""Pixels from one stripe or dot to the next; half of them are dark."""
CLUTTER = 4
"""Strokes behind each shape: more would look like a texture."""


@dataclass(frozen=True)
class ConceptSets:
    """The pictures that stand for concepts, and those they are told apart from.

    Attributes:
        concepts: By name (`TEXTURES`, `random 1`, ...): `(n, 1, SIDE, SIDE)` float32.
        counterparts: Random pictures, `(sets, n, 1, SIDE, SIDE)`.
        held: Like `concepts`, one set for each of `TEXTURES` and for `random 1`; no classifier
            sees them.
        held_plain: Random pictures no classifier sees.
    """

    concepts: dict[str, np.ndarray]
    counterparts: np.ndarray
    held: dict[str, np.ndarray]
    held_plain: np.ndarray


def dark(texture: str, n: int, rng: np.random.Generator) -> np.ndarray:
    """Say which pixels a texture darkens, `(n, SIDE, SIDE)` bool, shifted at random.

    Args:
        texture: `"stripes"` run along one of the two diagonals, `"dots"` stand on a grid.
        n: Number of pictures.
        rng: Draws the shift, and the diagonal.
    """
    y, x = np.mgrid[0:SIDE, 0:SIDE]
    first, second = rng.integers(0, PERIOD, (2, n, 1, 1))
    if texture == "dots":
        return ((x + first) % PERIOD < PERIOD / 2) & ((y + second) % PERIOD < PERIOD / 2)
    along = np.where(second % 2 == 1, x + y, x - y)
    return (along + first) % PERIOD < PERIOD / 2


def painted(
    images: np.ndarray, masks: np.ndarray, texture: str, strength: float, rng: np.random.Generator
) -> np.ndarray:
    """Return a copy of pictures whose shapes are filled with a texture.

    Args:
        images: `(n, 1, SIDE, SIDE)` in [0, 1].
        masks: `(n, SIDE, SIDE)` bool; nothing outside changes.
        texture: One of `TEXTURES`.
        strength: Share of the brightness the dark pixels lose, in [0, 1].
        rng: Draws where the texture begins.
    """
    copy = images.copy()
    copy[:, 0] *= np.where(dark(texture, len(images), rng) & masks, 1 - strength, 1)
    return copy.astype(np.float32)


def textured(
    drawn: MaskedImages,
    chances: Mapping[str, float | np.ndarray],
    strength: float,
    rng: np.random.Generator,
) -> MaskedImages:
    """Fill the shapes of some pictures with textures, one after the other.

    Args:
        drawn: Plain pictures; they are not changed.
        chances: Texture -> the chance of each picture to get it, in [0, 1]: one for all, or `(n,)`.
        strength: Of all textures, as in `painted`.
        rng: Draws which pictures, and where the texture begins.
    """
    images = drawn.images.copy()
    for texture, chance in chances.items():
        who = rng.random(len(images)) < chance
        images[who] = painted(images[who], drawn.masks[who], texture, strength, rng)
    return replace(drawn, images=images)


def draw_plain(n: int, seed: int, purpose: str) -> Generator[int, None, MaskedImages]:
    """Draw shapes without a texture, yielding the number drawn, often."""
    return draw_many(n, clutter=CLUTTER, seed=seed, purpose=purpose)


def draw_concept_sets(
    shown_as: ShownAs, *, examples: int, random_sets: int, strength: float, seed: int
) -> Generator[int, None, ConceptSets]:
    """Draw all sets of one seed; yields the number of pictures drawn.

    Args:
        shown_as: Whether a concept's pictures show shapes filled with the texture, or
            nothing but the texture.
        examples: Pictures in a set.
        random_sets: Number of random concepts, and of random counterparts.
        strength: Of the textures.
        seed: Of the run.
    """
    rng = numpy_generator(seed, "concept sets", shown_as)
    plain = yield from draw_plain(examples * (2 * random_sets + 2), seed, "random sets")
    blocks = plain.images.reshape(-1, examples, 1, SIDE, SIDE)
    concepts, held = {}, {}
    for concept in TEXTURES:
        shapes = yield from draw_plain(2 * examples, seed, f"{concept} {shown_as}")
        if shown_as == "textures":
            images = _texture_alone(concept, 2 * examples, rng, strength)
        else:
            images = painted(shapes.images, shapes.masks, concept, strength, rng)
        concepts[concept], held[concept] = images[:examples], images[examples:]
    randoms = {f"random {i + 1}": block for i, block in enumerate(blocks[:random_sets])}
    held["random 1"] = blocks[-2]
    return ConceptSets({**concepts, **randoms}, blocks[random_sets:-2], held, blocks[-1])


def _texture_alone(concept: str, n: int, rng: np.random.Generator, strength: float) -> np.ndarray:
    shade = rng.uniform(0.5, 1.0, (n, 1, 1)) * np.where(dark(concept, n, rng), 1 - strength, 1)
    found = shade + rng.normal(0, NOISE / 2, shade.shape)
    return found.clip(0, 1)[:, None].astype(np.float32)
