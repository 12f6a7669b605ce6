"""The trial itself: what is asked of each network, and what every method's maps score."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from core.attributions import CONTROLS, explain, trials
from core.challenges.interpretability import networks
from core.challenges.interpretability.data import Pictures
from core.challenges.interpretability.tables import trial as tables
from core.lab.run import Snapshot, relay
from core.lab.seeding import derived_seed, numpy_generator, torch_generator
from core.metrics import attribution

if TYPE_CHECKING:
    from torch import nn

    from core.challenges.interpretability.trial import TrialConfig
    from core.models.shape_cnn import ShapeCNN

SHARES = (0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1.0)
"""Shares of the pixels removed or shown."""
FEW = 3
"""Pictures explained again, with noise and with other networks: the costly tests."""
STEPS = (2, 4, 8, 16, 32)
"""Of Integrated Gradients."""


@dataclass(frozen=True)
class TrialResult:
    """What was measured.

    Attributes:
        scores: `seed`, `method`, `criterion`, `value`, mean over the pictures: in [0, 1], but
            `"sensitivity"` and `"completeness"` at least 0 without end, `"stability"` in [-1, 1].
        curves: `seed`, `method`, `curve` (`"deletion"` or `"insertion"`), `share` of the pixels,
            `value`: probability of the class, mean over the pictures.
        steps: `seed`, `model`, `steps`, `value`: completeness error of Integrated Gradients on
            the trained network and on a linear model.
        accuracy: `seed`, `value` in [0, 1].
    """

    scores: pd.DataFrame
    curves: pd.DataFrame
    steps: pd.DataFrame
    accuracy: pd.DataFrame


Work = Generator[Snapshot[TrialResult], None, Any]


@dataclass(frozen=True)
class Case:
    """One network's pictures, and what it says of them before any map is made.

    Attributes:
        x: `(n, 1, side, side)`; the classes `y` and the objects' pixels `masks` go with it.
        noisy: Copies of the first `FEW` with a little noise, `(FEW * COPIES, 1, side, side)`.
        covered: The network's scores for the pictures with squares covered.
        gained: What each score gains from a black picture, `(n,)`.
    """

    x: np.ndarray
    y: np.ndarray
    masks: np.ndarray
    noisy: np.ndarray
    covered: trials.Covered
    gained: np.ndarray


@dataclass
class Court:
    """What a run has gathered so far."""

    config: TrialConfig
    scores: list[tuple[Any, ...]] = field(default_factory=list)
    curves: list[tuple[Any, ...]] = field(default_factory=list)
    added: list[tuple[Any, ...]] = field(default_factory=list)
    accuracy: list[tuple[int, float]] = field(default_factory=list)
    ranked: dict[int, dict[str, np.ndarray]] = field(default_factory=dict)
    stability: list[tuple[Any, ...]] = field(default_factory=list)
    common: tuple[np.ndarray, np.ndarray] | None = None
    done: int = 0

    def __post_init__(self) -> None:
        """Begin with nothing."""
        slow = () if self.config.methods == "all" else tables.SLOW
        self.methods = tuple(m for m in tables.METHODS if m not in slow)
        self.steps = networks.steps_of(self.config.n_train, self.config.epochs)
        each = self.steps + 4 * len(self.methods)
        self.total = self.config.repetitions * each - len(self.methods)

    def snapshot(self, phase: str, ahead: int = 0) -> Snapshot[TrialResult]:
        """Say where the run stands."""
        return Snapshot(self.done + ahead, self.total, phase, self.result)

    def result(self) -> TrialResult:
        """Return what is known so far."""
        columns = ["seed", "method", "criterion", "value"]
        return TrialResult(
            pd.DataFrame(self.scores + self.stability, columns=columns),
            pd.DataFrame(self.curves, columns=["seed", "method", "curve", "share", "value"]),
            pd.DataFrame(self.added, columns=["seed", "model", "steps", "value"]),
            pd.DataFrame(self.accuracy, columns=["seed", "value"]),
        )

    def hear_controls(self, seed: int, data: Pictures) -> Work:
        """Try what needs no network before there is one, so that there is something to see."""
        from core.models.shape_cnn import ShapeCNN

        nobody = ShapeCNN(data.n_classes, side=2 * data.side, seed=seed).train(False)
        for method in CONTROLS:
            yield from self._grid(seed, method, nobody, data)

    def hear(self, seed: int, net: ShapeCNN, data: Pictures) -> Work:
        """Try every method on one network."""
        self.done += self.steps
        case = yield from self._opened(seed, net, data)
        large = net.resized(2 * data.side)
        self.ranked[seed] = {}
        for method in self.methods:
            maps = yield from self._explained(method, net, case.x, case.y, seed)
            self._looks(seed, method, maps, case)
            for curve in ("deletion", "insertion"):
                self._remove(seed, method, curve, net, case.x, case.y, maps)
                yield self.snapshot("removing pixels")
            again = derived_seed(seed, "explained again")
            targets = case.y[:FEW].repeat(trials.COPIES)
            noisy = yield from self._explained(method, net, case.noisy, targets, again)
            self._add(seed, method, "sensitivity", trials.max_sensitivity(maps[:FEW], noisy))
            if method not in CONTROLS:
                yield from self._grid(seed, method, large, data)
            yield from self._rank_common(seed, method, net, maps[:FEW])
        self._compare_networks()
        yield from self._add_up(seed, net, case)

    def _opened(self, seed: int, net: ShapeCNN, data: Pictures) -> Work:
        """Choose the pictures and ask the network about them."""
        found = networks.probabilities(net, data.x_validation)
        right = found.argmax(1) == data.y_validation
        self.accuracy.append((seed, float(right.mean())))
        rows = np.flatnonzero(right)
        rows = (rows if len(rows) >= 16 else np.arange(len(right)))[: self.config.pictures]
        x, y, masks = data.x_validation[rows], data.y_validation[rows], data.masks[rows]
        covered = yield from relay(
            trials.cover(net, x, y, seed=seed), lambda _: self.snapshot("covering squares")
        )
        if self.common is None:
            self.common = x[:FEW], y[:FEW]
        noisy = trials.noisy_copies(x[:FEW], seed=seed)
        return Case(x, y, masks, noisy, covered, trials.gained(net, x, y))

    def _looks(self, seed: int, method: str, maps: np.ndarray, case: Case) -> None:
        """Count what needs no further map."""
        self._add(seed, method, "overlap", attribution.top_pixels_iou(maps, case.masks))
        self._add(seed, method, "pointing", attribution.pointing_game(maps, case.masks))
        self._add(seed, method, "infidelity", trials.infidelity(maps, case.covered))
        error = attribution.completeness_error(trials.shared_out(method, maps), case.gained)
        self._add(seed, method, "completeness", np.array([error]))

    def _grid(self, seed: int, method: str, net: ShapeCNN, data: Pictures) -> Work:
        grids, cells, classes = grids_of_four(data, self.config.pictures // 2, seed)
        maps = yield from self._explained(method, net, grids, classes, seed)
        self._add(seed, method, "grid", attribution.mass_on(maps.clip(0), cells))

    def _rank_common(self, seed: int, method: str, net: ShapeCNN, maps: np.ndarray) -> Work:
        """Rank the pixels of the pictures that all networks explain: the first network's own."""
        assert self.common is not None
        if seed != self.config.first_seed:
            maps = yield from self._explained(method, net, *self.common, seed)
        self.ranked[seed][method] = attribution.ranks(np.abs(maps).reshape(len(maps), -1))

    def _compare_networks(self) -> None:
        """Hold each network's maps against those of all others there are, method by method."""
        if len(self.ranked) < 2:
            return
        self.stability = [
            (seed, method, "stability", float(np.mean([
                attribution.correlation(own[method], other[method]).mean()
                for name, other in self.ranked.items() if name != seed
            ])))
            for seed, own in self.ranked.items() for method in self.methods
        ]  # fmt: skip

    def _add_up(self, seed: int, net: ShapeCNN, case: Case) -> Work:
        """Let Integrated Gradients take more and more steps."""
        x, y = case.x[:FEW], case.y[:FEW]
        models: dict[str, nn.Module] = {
            tables.NETWORK: net, tables.LINEAR: linear_model(x.shape[-1], net.n_classes, seed)
        }  # fmt: skip
        for name, model in models.items():
            gained = trials.gained(model, x, y)
            for steps in STEPS:
                maps = trials.integrated_gradients(model, x, y, steps=steps)
                error = attribution.completeness_error(maps, gained)
                self.added.append((seed, name, steps, error))
                yield self.snapshot("adding up")

    def _add(self, seed: int, method: str, criterion: str, values: np.ndarray) -> None:
        self.scores.append((seed, method, criterion, float(values.mean())))

    def _remove(
        self, seed: int, method: str, curve: str, net: ShapeCNN, x: np.ndarray, y: np.ndarray,
        maps: np.ndarray,
    ) -> None:  # fmt: skip
        order = attribution.removal_order(maps)
        shown = attribution.revealed(x[:, 0], order, SHARES, insert=curve == "insertion")
        flat = shown.reshape(-1, 1, *x.shape[2:]).astype(np.float32)
        left = networks.probabilities(net, flat).reshape(len(x), len(SHARES), -1)
        left = np.take_along_axis(left, y[:, None, None], axis=2)[..., 0]
        self._add(seed, method, curve, attribution.area_under(left, SHARES))
        means = left.mean(0)
        self.curves += [
            (seed, method, curve, share, float(value))
            for share, value in zip(SHARES, means, strict=True)
        ]

    def _explained(
        self, method: str, net: ShapeCNN, x: np.ndarray, y: np.ndarray, seed: int
    ) -> Work:
        maps = yield from relay(
            explain(method, net, x, y, seed=seed), lambda _: self.snapshot("hearing the methods")
        )
        self.done += 1
        return maps


def grids_of_four(data: Pictures, n: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Put four pictures of different classes into one, and ask for the class of one of them.

    Args:
        data: Its validation pictures are used.
        n: Number of grids.
        seed: Of the run.

    Returns:
        Grids `(n, 1, 2 * side, 2 * side)`, where the asked picture lies `(n, 2 * side, 2 * side)`
        bool, and its class `(n,)`.
    """
    rng, side = numpy_generator(seed, "grids"), data.side
    grids = np.zeros((n, 1, 2 * side, 2 * side), np.float32)
    cells = np.zeros((n, 2 * side, 2 * side), bool)
    classes = np.zeros(n, np.int64)
    for i in range(n):
        labels = rng.permutation(data.n_classes)[:4]
        asked = int(rng.integers(4))
        classes[i] = labels[asked]
        for j, label in enumerate(labels):
            picture = rng.choice(np.flatnonzero(data.y_validation == label))
            place = np.s_[j // 2 * side : (j // 2 + 1) * side, j % 2 * side : (j % 2 + 1) * side]
            grids[i, 0][place] = data.x_validation[picture, 0]
            cells[i][place] = j == asked
    return grids, cells, classes


def linear_model(side: int, n_classes: int, seed: int) -> nn.Module:
    """Draw a model whose logits are linear in the pixels: its gradient is the same everywhere."""
    import torch

    with torch.random.fork_rng(devices=[]):  # Weights are replaced below by ours.
        layer = torch.nn.Linear(side * side, n_classes, bias=False)
    with torch.no_grad():
        layer.weight.uniform_(-1, 1, generator=torch_generator(seed, "linear model"))
    return torch.nn.Sequential(torch.nn.Flatten(), layer).requires_grad_(False)
