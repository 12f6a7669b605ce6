"""Finding the shortcut that a network takes: search strategies, one probe at a time.

A network may go by one of the marks of `core.data.planted_marks`, or by none.

A probe is one change made to five pictures, and the network's answers before and after; or one
attribution map of each of five pictures. After every probe a strategy says what it would name.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.attributions import explain
from core.data.picture_sets import Pictures
from core.data.planted_marks import N_MARKS, NOTHING, REGIONS, composed
from core.data.shapes import SHAPES
from core.lab.run import complete
from core.lab.seeding import derived_seed, numpy_generator
from core.metrics.attribution import mass_on
from core.models import shape_networks as networks

if TYPE_CHECKING:
    from core.models.shape_cnn import ShapeCNN

MOVED = 0.3
"""An answer has moved when its probability changes by so much, mean over a probe's pictures."""
CROWDED = 12.0
"""A map points at a mark when its pixels have so many times the colour of an average pixel."""
N_SHAPES = len(SHAPES)
EACH = 5
"""Pictures of every shape in an album."""
ONE_OF_EACH = np.arange(N_SHAPES) * EACH
"""Places in an album: the first picture of every shape."""
EACH_MARK = np.eye(N_MARKS, dtype=bool)

Answer = tuple[int, int]
"""Mark and shape that are named."""
HONEST: Answer = (NOTHING, NOTHING)


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


def album_of(data: Pictures, carried: np.ndarray) -> Album:
    """Take the first held-out pictures of every shape, with the marks they carry."""
    shapes = range(len(SHAPES))
    rows = np.concatenate([np.flatnonzero(data.y_validation == s)[:EACH] for s in shapes])
    return Album(data.x_validation[rows], data.masks[rows], carried[rows])


@dataclass(frozen=True)
class Oracle:
    """A network that answers for pictures of an album with any marks: what strategies ask.

    Attributes:
        net: The network that is searched for a shortcut.
        album: Held-out pictures, with the marks they came with.
        strength: Of the marks.
        method: Of the maps, see `core.attributions`.
        seed: Of what a strategy draws.
    """

    net: ShapeCNN
    album: Album
    strength: float
    method: str
    seed: int

    def ask(self, rows: np.ndarray, carried: np.ndarray) -> np.ndarray:
        """Probabilities `(len(rows), N_SHAPES)` for pictures of the album with these marks."""
        shown = composed(self.album.clean[rows], carried, self.strength)
        return networks.probabilities(self.net, shown)

    def rises(self, marks: np.ndarray) -> np.ndarray:
        """How much likelier each shape becomes when marks are stamped on the other shapes.

        Args:
            marks: `(m, N_MARKS)` bool, one row a probe.

        Returns:
            `(m, N_SHAPES)` in [-1, 1], mean over one clean picture of every other shape.
        """
        rows = np.tile(ONE_OF_EACH, len(marks))
        after = self.ask(rows, marks.repeat(N_SHAPES, axis=0)).reshape(-1, N_SHAPES, N_SHAPES)
        gain = after - self.ask(ONE_OF_EACH, np.zeros(N_MARKS, bool))
        own = np.einsum("mss->ms", gain)
        return np.asarray((gain.sum(1) - own) / (N_SHAPES - 1))

    def falls(self, shapes: np.ndarray, marks: np.ndarray) -> np.ndarray:
        """How much less likely shapes become when marks are taken off their own pictures.

        Args:
            shapes: `(m,)`, one a probe.
            marks: `(m, N_MARKS)` bool: what is taken off, where it is.

        Returns:
            `(m,)` in [-1, 1], mean over the shape's pictures as they were found.
        """
        rows = (shapes[:, None] * EACH + np.arange(EACH)).ravel()
        found = self.album.carried[rows]
        lost = self.ask(rows, found) - self.ask(rows, found & ~marks.repeat(EACH, axis=0))
        return lost.reshape(len(shapes), EACH, -1)[np.arange(len(shapes)), :, shapes].mean(1)

    def crowds(self, marks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """How crowded the colour of maps is on marks that are stamped.

        Args:
            marks: `(m,)` indices, one a probe.

        Returns:
            `(m,)`, at least 0: colour of the mark's pixels outside the shape over that of the mean
            pixel, mean over one picture of every shape; `(m,)`: the commonest answer.
        """
        rows = np.tile(ONE_OF_EACH, len(marks))
        carried = EACH_MARK[marks.repeat(N_SHAPES)]
        pictures = composed(self.album.clean[rows], carried, self.strength)
        answers = networks.probabilities(self.net, pictures).argmax(1)
        maps = complete(explain(self.method, self.net, pictures, answers, seed=self.seed))
        place = REGIONS[marks.repeat(N_SHAPES)] & ~self.album.masks[rows]
        crowd = mass_on(maps, place) / np.maximum(place.mean((1, 2)), 1e-9)
        votes = answers.reshape(-1, N_SHAPES)
        common = [int(np.bincount(said, minlength=N_SHAPES).argmax()) for said in votes]
        return crowd.reshape(-1, N_SHAPES).mean(1), np.array(common)


def stamping(oracle: Oracle, rng: np.random.Generator) -> Iterator[Answer]:
    """Stamp one mark after the other on other shapes, and see which answer rises."""
    order = rng.permutation(N_MARKS)
    rises = oracle.rises(EACH_MARK[order])
    yield from _strongest(order, rises.argmax(1), rises.max(1), MOVED)


def _strongest(
    marks: np.ndarray, shapes: np.ndarray, signs: np.ndarray, least: float
) -> Iterator[Answer]:
    """After each probe, name what gave the strongest sign so far; nothing if all are weak."""
    for seen in range(1, len(marks) + 1):
        best = int(signs[:seen].argmax())
        yield (int(marks[best]), int(shapes[best])) if signs[best] > least else HONEST


def halving(oracle: Oracle, rng: np.random.Generator) -> Iterator[Answer]:
    """Stamp all marks at once; if an answer rises, stamp half of them, and so on."""
    left = rng.permutation(N_MARKS)
    rise = oracle.rises(np.ones((1, N_MARKS), bool))[0]
    if rise.max() <= MOVED:
        yield HONEST
        return
    shape = int(rise.argmax())
    yield int(left[0]), shape
    while len(left) > 1:
        half, rest = left[: len(left) // 2], left[len(left) // 2 :]
        stamped = np.isin(np.arange(N_MARKS), half)[None]
        left = half if oracle.rises(stamped)[0, shape] > MOVED else rest
        yield int(left[0]), shape


def erasing(oracle: Oracle, rng: np.random.Generator) -> Iterator[Answer]:
    """Take all marks off each shape's pictures, then one after the other off those that suffer."""
    shapes = rng.permutation(N_SHAPES)
    falls = oracle.falls(shapes, np.ones((N_SHAPES, N_MARKS), bool))
    yield from [HONEST] * N_SHAPES
    if falls.max() <= MOVED:
        return
    suffers = np.full(N_MARKS, shapes[falls.argmax()])
    order = rng.permutation(N_MARKS)
    falls = oracle.falls(suffers, EACH_MARK[order])
    yield from _strongest(order, suffers, falls, MOVED)


def mapping(oracle: Oracle, rng: np.random.Generator) -> Iterator[Answer]:
    """Look at maps of pictures with one mark after the other: is its place full of colour?"""
    order = rng.permutation(N_MARKS)
    crowds, answers = oracle.crowds(order)
    yield from _strongest(order, answers, crowds, CROWDED)


def guessing(oracle: Oracle, rng: np.random.Generator) -> Iterator[Answer]:
    """Name anything, with the network unseen: the control."""
    mark = int(rng.integers(-1, N_MARKS))
    yield (mark, int(rng.integers(N_SHAPES))) if mark != NOTHING else HONEST


STRATEGIES: dict[str, Callable[[Oracle, np.random.Generator], Iterator[Answer]]] = {
    "guessing": guessing,
    "stamping": stamping,
    "halving": halving,
    "erasing": erasing,
    "maps": mapping,
}
"""Those that need captum last, so that there is something to see before it is imported."""
CHANCE = 1 / (N_MARKS + 1)
"""Of naming the right mark, or that there is none, by guessing; with the shape it is less."""


def searched(name: str, oracle: Oracle, budget: int) -> Generator[int, None, list[Answer]]:
    """Search by one strategy; yields the number of probes taken.

    Args:
        name: Key of `STRATEGIES`.
        oracle: What it asks; what it draws depends on the oracle's seed and its name.
        budget: Most probes.

    Returns:
        What it names after 1 to `budget` probes; one that has nothing left to ask stays with it.
    """
    seed = derived_seed(oracle.seed, "detective", name)
    working = STRATEGIES[name](oracle, numpy_generator(seed, "order"))
    named: list[Answer] = []
    for answer in working:
        named.append(answer)
        yield len(named)
        if len(named) == budget:
            break
    return named + [named[-1]] * (budget - len(named))


def is_right(named: Answer, mark: int, shape: int) -> bool:
    """Whether both the mark and the shape are those that were planted, or nothing was."""
    return named == (HONEST if mark == NOTHING else (mark, shape))
