"""What the gallery has gathered so far: pictures, maps and how they compare."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd

from core.attributions import CONTROLS, METHODS, explain
from core.challenges.interpretability import networks
from core.challenges.interpretability.data import MOST_DIGITS, Pictures
from core.experiment import Snapshot, relay
from core.metrics.attribution import correlation, ranks

if TYPE_CHECKING:
    from core.challenges.interpretability.gallery import GalleryConfig
    from core.models.shape_cnn import ShapeCNN

ALL = METHODS + CONTROLS
PICTURES = 6
MISTAKES = 3
"""At most this many of the pictures are ones that the first network gets wrong."""
EXPLAINED = ("predicted", "runner-up")


@dataclass(frozen=True)
class GalleryResult:
    """What was measured.

    Attributes:
        images: The pictures explained, `(PICTURES, h, w)` uint8; empty until they are chosen.
        masks: The pixels of their objects, `(PICTURES, h, w)` bool.
        maps: The first network's maps, `(explained, methods, PICTURES, h, w)` float16, each
            divided by its largest absolute value.
        finished: How many of the methods are there, in the order of `ALL`.
        cases: One row a picture: `true`, `predicted`, `runner_up` (labels), `probability` of
            the predicted class.
        dataset: Name of the data, for the names of the classes.
        agreement: `seed`, `method`, `other`, `value`: rank correlation of the sizes of two
            methods' maps of one picture's true class, mean over the pictures.
        stability: `seed`, `method`, `value`: rank correlation between the maps of this seed's
            network and another's, mean over the other networks and the pictures.
        accuracy: `seed`, `value` in [0, 1]: of each network on its own validation pictures.
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
        self.total = config.repetitions * (self.steps + len(ALL)) + len(EXPLAINED) * len(ALL)
        self.done = self.finished = 0
        self.images = np.zeros((0, side, side), np.uint8)
        self.masks = np.zeros((0, side, side), bool)
        self.maps = np.zeros((len(EXPLAINED), len(ALL), PICTURES, side, side), np.float16)
        self.cases = pd.DataFrame({"true": [], "predicted": [], "runner_up": [], "probability": []})
        self.rows: dict[str, list[tuple[Any, ...]]] = {
            "agreement": [], "stability": [], "accuracy": []
        }  # fmt: skip
        self.ranked: dict[int, np.ndarray] = {}
        self.x = self.y = np.zeros(0)

    def snapshot(self, phase: str, ahead: int = 0) -> Snapshot[GalleryResult]:
        """Say where the run stands, `ahead` units into the part at work."""
        return Snapshot(self.done + ahead, self.total, phase, self.result)

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
            self.config.dataset, **frames,
        )  # fmt: skip

    def trained(self, seed: int, net: ShapeCNN, data: Pictures) -> None:
        """Note a network's accuracy; the first one chooses the pictures."""
        self.done += self.steps
        found = networks.probabilities(net, data.x_validation)
        right = found.argmax(1) == data.y_validation
        self.rows["accuracy"].append((seed, float(right.mean())))
        if seed == self.config.first_seed:
            chosen = _chosen(right, data.y_validation)
            self.x, self.y = data.x_validation[chosen], data.y_validation[chosen]
            self.images = (255 * self.x[:, 0]).astype(np.uint8)
            self.masks = data.masks[chosen]
            order = np.argsort(-found[chosen], axis=1)
            self.cases = pd.DataFrame({
                "true": self.y, "predicted": order[:, 0], "runner_up": order[:, 1],
                "probability": found[chosen].max(1),
            })  # fmt: skip

    def show(self, net: ShapeCNN) -> Work[None]:
        """Make the first network's maps, method by method."""
        yield self.snapshot("looking for the pixels")
        for i, method in enumerate(ALL):
            for j, column in enumerate(("predicted", "runner_up")):
                targets = self.cases[column].to_numpy()
                found = yield from self._explained(method, net, targets, self.config.first_seed)
                largest = np.abs(found).max((1, 2), keepdims=True)
                self.maps[j, i] = found / np.where(largest > 0, largest, 1)
            self.finished = i + 1

    def compare(self, seed: int, net: ShapeCNN) -> Work[None]:
        """Rank the pixels by every method and hold the methods against each other."""
        found = []
        for method in ALL:
            maps = yield from self._explained(method, net, self.y, seed)
            found.append(ranks(np.abs(maps).reshape(len(maps), -1)))
        self.ranked[seed] = np.stack(found)
        self.rows["agreement"] += [
            (seed, a, b, float(correlation(found[i], found[j]).mean()))
            for i, a in enumerate(ALL)
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
        self, method: str, net: ShapeCNN, targets: np.ndarray, seed: int
    ) -> Work[np.ndarray]:
        say: Callable[[int], Snapshot[Any]] = lambda _: self.snapshot(f"{method}")  # noqa: E731
        maps = yield from relay(explain(method, net, self.x, targets, seed=seed), say)
        self.done += 1
        return maps


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
