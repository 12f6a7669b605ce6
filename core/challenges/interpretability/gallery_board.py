"""What the gallery has gathered so far: pictures, maps and how they compare."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd

from core.attributions import CONTROLS, METHODS, explain, explain_now
from core.challenges.interpretability import networks
from core.challenges.interpretability.data import MOST_DIGITS, Pictures
from core.lab.run import Snapshot, relay
from core.metrics.attribution import correlation, ranks

if TYPE_CHECKING:
    from core.challenges.interpretability.gallery import GalleryConfig
    from core.models.shape_cnn import ShapeCNN

ALL = METHODS + CONTROLS
PICTURES = 6
MISTAKES = 3
"""At most this many of the pictures are ones that the first network gets wrong."""
EXPLAINED = ("predicted", "runner_up", "true")
"""Columns of the cases: the classes whose maps of the first network are kept."""
BETWEEN_LOOKS = 20
"""Batches of the first network's training between two maps of it."""


@dataclass(frozen=True)
class GalleryResult:
    """What was measured.

    Attributes:
        images: The pictures explained, `(PICTURES, h, w)` uint8; empty until there are any.
        masks: The pixels of their objects, `(PICTURES, h, w)` bool.
        maps: The first network's maps, `(explained, methods, PICTURES, h, w)` float16, each
            divided by its largest absolute value.
        finished: How many of the methods are there, in the order of `ALL`. While the first
            network learns it is 1: one of each class is explained by Saliency.
        cases: One row a picture: `true`, `predicted`, `runner_up` (labels), `probability` of
            the predicted class.
        dataset: Name of the data, for the names of the classes.
        agreement: `seed`, `method`, `other`, `value`: rank correlation of the sizes of two
            methods' maps of one picture's true class, mean over the pictures.
        stability: `seed`, `method`, `value`: rank correlation between the maps of this seed's
            network and another's, mean over the other networks and the pictures.
        accuracy: `seed`, `value` in [0, 1]: of each network on its own validation pictures.
        weights: All parameters of the first network, one after the other, float32.
        held: Its validation pictures, `(n, h, w)` uint8; empty until it is trained.
        held_cases: One row each of `held`: `true` and `predicted` (labels).
        first_seed: Seed of the first network.
    """

    images: np.ndarray
    masks: np.ndarray
    maps: np.ndarray
    finished: int
    cases: pd.DataFrame
    dataset: str
    agreement: pd.DataFrame
    stability: pd.DataFrame
    accuracy: pd.DataFrame
    weights: np.ndarray
    held: np.ndarray
    held_cases: pd.DataFrame
    first_seed: int


ReturnT = TypeVar("ReturnT")
Work = Generator[Snapshot[GalleryResult], None, ReturnT]
"""A part of the run that returns something of its own."""


class Board:
    """Gathers a run's measurements and makes snapshots and the result of them.

    Attributes:
        n_train: Training pictures of each network.
    """

    def __init__(self, config: GalleryConfig) -> None:
        """Begin with nothing."""
        large = config.dataset == "shapes"
        self.config, side = config, 28 if large else 8
        self.n_train = config.n_train if large else min(config.n_train, MOST_DIGITS)
        self.steps = networks.steps_of(self.n_train, config.epochs)
        self.total = config.repetitions * (self.steps + len(ALL)) + 2 * len(ALL)
        self.done = self.finished = 0
        self.images = self.held = np.zeros((0, side, side), np.uint8)
        self.masks = np.zeros((0, side, side), bool)
        self.maps = np.zeros((len(EXPLAINED), len(ALL), PICTURES, side, side), np.float16)
        self.cases = pd.DataFrame({"true": [], "predicted": [], "runner_up": [], "probability": []})
        self.held_cases = pd.DataFrame({"true": [], "predicted": []})
        self.rows: dict[str, list[tuple[Any, ...]]] = {
            "agreement": [], "stability": [], "accuracy": []
        }  # fmt: skip
        self.ranked: dict[int, np.ndarray] = {}
        self.weights = np.zeros(0, np.float32)
        self.x = self.y = np.zeros(0)

    def snapshot(self, phase: str, ahead: int = 0) -> Snapshot[GalleryResult]:
        """Say where the run stands, `ahead` units into the part at work."""
        return Snapshot(self.done + ahead, self.total, phase, self.result)

    def training(self, step: int) -> Snapshot[GalleryResult]:
        """Say that a network learns; while the first one does, its newest map is shown."""
        first = not self.rows["accuracy"]
        return self.snapshot("training; Saliency so far" if first else "training another", step)

    def result(self) -> GalleryResult:
        """Return what is known so far."""
        columns = {
            "agreement": ["seed", "method", "other", "value"],
            "stability": ["seed", "method", "value"],
            "accuracy": ["seed", "value"],
        }
        frames = {name: pd.DataFrame(self.rows[name], columns=columns[name]) for name in columns}
        return GalleryResult(
            self.images, self.masks, self.maps.copy(), self.finished, self.cases,
            self.config.dataset, **frames, weights=self.weights, held=self.held,
            held_cases=self.held_cases, first_seed=self.config.first_seed,
        )  # fmt: skip

    def watch(self, data: Pictures) -> Callable[[int, ShapeCNN], None]:
        """Return what looks at the first network while it learns: its answers and Saliency."""
        chosen = _chosen(np.ones(len(data.y_validation), bool), data.y_validation)
        seen = _rounded(data.x_validation[chosen])

        def look(step: int, net: ShapeCNN) -> None:
            if step % BETWEEN_LOOKS:
                return
            self._present(seen, data.y_validation[chosen], data.masks[chosen], net)
            for j, column in enumerate(EXPLAINED):
                targets = self.cases[column].to_numpy()
                found = explain_now(ALL[0], net, self.x, targets, seed=self.config.first_seed)
                self.maps[j, 0] = _scaled(found)
            net.zero_grad()
            self.finished = 1

        return look

    def trained(self, seed: int, net: ShapeCNN, data: Pictures) -> None:
        """Note a network's accuracy; the first one chooses the pictures."""
        self.done += self.steps
        seen = _rounded(data.x_validation)
        predicted = networks.probabilities(net, seen).argmax(1)
        right = predicted == data.y_validation
        self.rows["accuracy"].append((seed, float(right.mean())))
        if seed == self.config.first_seed:
            chosen = _chosen(right, data.y_validation)
            self._present(seen[chosen], data.y_validation[chosen], data.masks[chosen], net)
            self.held = _as_bytes(seen)
            self.held_cases = pd.DataFrame({"true": data.y_validation, "predicted": predicted})
            self.weights = networks.weights_of(net)
            self.finished = 0

    def _present(self, x: np.ndarray, y: np.ndarray, masks: np.ndarray, net: ShapeCNN) -> None:
        """Take these pictures as the ones explained, with the network's answers to them."""
        found = networks.probabilities(net, x)
        order = np.argsort(-found, axis=1)
        self.x, self.y, self.masks, self.images = x, y, masks, _as_bytes(x)
        self.cases = pd.DataFrame({
            "true": y, "predicted": order[:, 0], "runner_up": order[:, 1],
            "probability": found.max(1),
        })  # fmt: skip

    def first(self, net: ShapeCNN) -> Work[None]:
        """Make the first network's maps of answer, runner-up and truth, method by method."""
        yield self.snapshot("looking for the pixels")
        asked = self.cases[list(EXPLAINED)].to_numpy()
        # The truth is nearly always one of the other two: its map is there already.
        extra = (asked[:, 2] != asked[:, 0]) & (asked[:, 2] != asked[:, 1])
        ranked = []
        for i, method in enumerate(ALL):
            made = []
            for j in range(2):
                made.append((yield from self._explained(method, net, asked[:, j])))
            truth = np.where((asked[:, 2] == asked[:, 1])[:, None, None], made[1], made[0])
            if extra.any():
                third = yield from self._explained(method, net, asked[:, 2], unit=0)
                truth = np.where(extra[:, None, None], third, truth)
            for j, found in enumerate((*made, truth)):
                self.maps[j, i] = _scaled(found)
            ranked.append(_ranked(truth))
            self.done, self.finished = self.done + 1, i + 1
        yield from self._compare_methods(self.config.first_seed, np.stack(ranked))

    def further(self, seed: int, net: ShapeCNN) -> Work[None]:
        """Rank the pixels of the same pictures by another network's maps of their true class."""
        ranked = []
        for method in ALL:
            found = yield from self._explained(method, net, self.y, seed)
            ranked.append(_ranked(found))
        yield from self._compare_methods(seed, np.stack(ranked))

    def _compare_methods(self, seed: int, found: np.ndarray) -> Work[None]:
        self.ranked[seed] = found
        for i, a in enumerate(ALL):
            self.rows["agreement"] += [
                (seed, a, b, float(correlation(found[i], found[j]).mean()))
                for j, b in enumerate(ALL)
                if i != j
            ]
        yield self.snapshot("comparing the maps")

    def compare_networks(self) -> None:
        """Hold the networks against each other, method by method."""
        for i, method in enumerate(ALL):
            for seed, own in self.ranked.items():
                others = [
                    correlation(own[i], other[i]).mean()
                    for name, other in self.ranked.items()
                    if name != seed
                ]
                self.rows["stability"].append((seed, method, float(np.mean(others))))

    def _explained(
        self,
        method: str,
        net: ShapeCNN,
        targets: np.ndarray,
        seed: int | None = None,
        unit: int = 1,
    ) -> Work[np.ndarray]:
        say: Callable[[int], Snapshot[Any]] = lambda _: self.snapshot(f"{method}")  # noqa: E731
        drawn = self.config.first_seed if seed is None else seed
        maps = yield from relay(explain(method, net, self.x, targets, seed=drawn), say)
        self.done += unit
        return maps


def _rounded(x: np.ndarray) -> np.ndarray:
    """Bring `x` to 256 levels, so that what the result keeps is what the network saw."""
    return (np.round(255 * x) / 255).astype(np.float32)


def _as_bytes(x: np.ndarray) -> np.ndarray:
    """`(n, 1, h, w)` in [0, 1] as `(n, h, w)` uint8."""
    return np.round(255 * x[:, 0]).astype(np.uint8)


def _scaled(maps: np.ndarray) -> np.ndarray:
    """Each map divided by its largest absolute value."""
    largest = np.abs(maps).max((1, 2), keepdims=True)
    return maps / np.where(largest > 0, largest, 1)


def _ranked(maps: np.ndarray) -> np.ndarray:
    return ranks(np.abs(maps).reshape(len(maps), -1))


def _chosen(right: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Pick mistakes first, then right answers of classes not picked before."""
    wrong = np.flatnonzero(~right)[:MISTAKES].tolist()
    picked: list[int] = list(wrong)
    seen: set[int] = set()
    for i in np.flatnonzero(right):
        if labels[i] not in seen:
            picked.append(int(i))
            seen.add(int(labels[i]))
    rest: Iterable[int] = (int(i) for i in np.argsort(right, kind="stable") if i not in picked)
    return np.array([*picked, *rest][:PICTURES])
