"""What is asked of each network's maps, and what every attribution method scores."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from core.attributions import CONTROLS, explain, passes, trials
from core.challenges.interpretability.trial.config import (
    FEW,
    LINEAR,
    NETWORK,
    SHARES,
    STEPS,
    TrialConfig,
    TrialResult,
)
from core.data.grids import make_grids
from core.data.picture_sets import N_VALIDATION, Pictures, draw
from core.data.shapes import SIDE
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot
from core.lab.seeding import derived_seed
from core.metrics import attribution
from core.models import shape_networks as networks

if TYPE_CHECKING:
    from torch import nn

    from core.models.shape_cnn import ShapeCNN

Work = Generator[Snapshot[TrialResult], None, Any]
CURVES = ("deletion", "insertion")


def run(config: TrialConfig) -> Run[TrialResult]:
    """Train each seed's network and evaluate every method's maps of it."""
    evaluation = Evaluation(config)
    record, steps = evaluation.record, networks.steps_of(config.n_train, config.epochs)
    yield record.snapshot("drawing the pictures")
    for seed in config.seeds:
        drawing = draw("shapes", config.n_train, config.clutter, seed)
        data = yield from record.relay(drawing, "drawing the pictures")
        yield from evaluation.of_controls(seed, data)
        net = yield from record.relay(
            networks.train(data, seed, config.epochs), "training a network", steps, pauses=steps
        )
        yield from evaluation.of_network(seed, net, data)
    return record.result()


@dataclass(frozen=True)
class Subject:
    """One network and its pictures, and what it says of them before any map is made.

    Attributes:
        x: `(n, 1, side, side)`; the classes `y` and the objects' pixels `masks` go with it.
        noisy: Copies of the first `FEW` with a little noise, `(FEW * COPIES, 1, side, side)`.
        covered: The network's scores for the pictures with squares covered.
        gained: What each score gains from a black picture, `(n,)`.
    """

    seed: int
    net: ShapeCNN
    x: np.ndarray
    y: np.ndarray
    masks: np.ndarray
    noisy: np.ndarray
    covered: trials.Covered
    gained: np.ndarray


class Evaluation:
    """The evaluation of attribution methods on one network after the other.

    Attributes:
        record: What was measured so far; work is counted in batches and calls of a method.
        common: Pictures `(FEW, 1, side, side)` that all networks explain, and their classes.
        ranks: By seed and method the ranks of their pixels, `(FEW, side * side)`.
    """

    def __init__(self, config: TrialConfig) -> None:
        """Begin with nothing."""
        self.config, n_methods = config, len(config.evaluated)
        each = networks.steps_of(config.n_train, config.epochs) + 4 * n_methods
        # The first network's maps of the common pictures are there already.
        self.record = Recorder(TrialResult, config.repetitions * each - n_methods)
        self.ranks: dict[int, dict[str, np.ndarray]] = {}
        self.common: tuple[np.ndarray, np.ndarray] | None = None

    def of_controls(self, seed: int, data: Pictures) -> Work:
        """Try what needs no network before there is one, so that there is something to see."""
        from core.models.shape_cnn import ShapeCNN

        nobody = ShapeCNN(data.n_classes, side=2 * data.side, seed=seed).train(False)
        for method in CONTROLS:
            yield from self._grid(seed, method, nobody, data)

    def of_network(self, seed: int, net: ShapeCNN, data: Pictures) -> Work:
        """Try every method on one network."""
        subject = yield from self._asked(seed, net, data)
        large, self.ranks[seed] = net.resized(2 * data.side), {}
        for method in self.config.evaluated:
            maps = yield from self._explained(method, net, subject.x, subject.y, seed)
            yield from self._judged(method, maps, subject)
            if method not in CONTROLS:
                yield from self._grid(seed, method, large, data)
            if self.common is None or seed == self.config.first_seed:
                self.common, maps = (subject.x[:FEW], subject.y[:FEW]), maps[:FEW]
            else:
                maps = yield from self._explained(method, net, *self.common, seed)
            self.ranks[seed][method] = attribution.ranks(np.abs(maps).reshape(len(maps), -1))
        self._compare_networks()
        yield from self._add_up(subject)

    def _asked(self, seed: int, net: ShapeCNN, data: Pictures) -> Work:
        """Choose pictures, those classified correctly, and ask the network about them."""
        found = networks.probabilities(net, data.x_validation)
        right = found.argmax(1) == data.y_validation
        self.record.add("accuracy", seed, float(right.mean()))
        rows = np.flatnonzero(right)
        rows = (rows if len(rows) >= 16 else np.arange(len(right)))[: self.config.pictures]
        x, y, masks = data.x_validation[rows], data.y_validation[rows], data.masks[rows]
        covering = trials.cover(net, x, y, seed=seed)
        covered = yield from self.record.relay(covering, "covering squares")
        noisy, gained = trials.noisy_copies(x[:FEW], seed=seed), trials.gained(net, x, y)
        return Subject(seed, net, x, y, masks, noisy, covered, gained)

    def _judged(self, method: str, maps: np.ndarray, of: Subject) -> Work:
        """Try one method's maps, but for the tests on grids and with other networks."""
        error = attribution.completeness_error(trials.shared_out(method, maps), of.gained)
        self._add(of.seed, method, "overlap", attribution.top_pixels_iou(maps, of.masks))
        self._add(of.seed, method, "pointing", attribution.pointing_game(maps, of.masks))
        self._add(of.seed, method, "infidelity", trials.infidelity(maps, of.covered))
        self._add(of.seed, method, "completeness", np.array([error]))
        ask = partial(networks.probabilities, of.net)
        for curve in CURVES:
            insert = curve == "insertion"
            left = attribution.removal_curve(ask, of.x, of.y, maps, SHARES, insert=insert)
            self._add(of.seed, method, curve, attribution.area_under(left, SHARES))
            for share, value in zip(SHARES, left.mean(0), strict=True):
                self.record.add("curves", of.seed, method, curve, share, float(value))
            yield self.record.snapshot("removing pixels")
        targets, again = of.y[:FEW].repeat(trials.COPIES), derived_seed(of.seed, "explained again")
        noisy = yield from self._explained(method, of.net, of.noisy, targets, again)
        self._add(of.seed, method, "sensitivity", trials.max_sensitivity(maps[:FEW], noisy))

    def _grid(self, seed: int, method: str, net: ShapeCNN, data: Pictures) -> Work:
        grids, cells, classes = make_grids(
            data.x_validation, data.y_validation, self.config.pictures // 2,
            n_classes=data.n_classes, seed=seed,
        )  # fmt: skip
        maps = yield from self._explained(method, net, grids, classes, seed)
        self._add(seed, method, "grid", attribution.mass_on(maps.clip(0), cells))

    def _compare_networks(self) -> None:
        """Hold each network's maps against those of all others there are, method by method."""
        scores = self.record.frame("scores")
        self.record.replace("scores", scores[scores["criterion"] != "stability"])
        for seed, own in self.ranks.items():
            others = [found for name, found in self.ranks.items() if name != seed]
            for method, ranks in own.items() if others else ():
                alike = [attribution.correlation(ranks, other[method]).mean() for other in others]
                self._add(seed, method, "stability", np.array(alike))

    def _add_up(self, of: Subject) -> Work:
        """Let Integrated Gradients take more and more steps."""
        from core.models.linear import random_linear

        x, y = of.x[:FEW], of.y[:FEW]
        linear = random_linear(x[0].size, of.net.n_classes, seed=of.seed)
        models: dict[str, nn.Module] = {NETWORK: of.net, LINEAR: linear}
        for name, model in models.items():
            gained = trials.gained(model, x, y)
            for steps in STEPS:
                maps = trials.integrated_gradients(model, x, y, steps=steps)
                error = attribution.completeness_error(maps, gained)
                self.record.add("steps", of.seed, name, steps, error)
                yield self.record.snapshot("adding up")

    def _add(self, seed: int, method: str, criterion: str, values: np.ndarray) -> None:
        self.record.add("scores", seed, method, criterion, float(values.mean()))

    def _explained(
        self, method: str, net: ShapeCNN, x: np.ndarray, y: np.ndarray, seed: int
    ) -> Work:
        work = explain(method, net, x, y, seed=seed)
        return self.record.relay(work, "hearing the methods", units=1)


def cost(config: TrialConfig) -> Cost:
    """Expected cost: training, maps, and the pictures that are asked about besides."""
    seeds, pictures = config.repetitions, config.pictures
    trained = seeds * config.n_train * config.epochs
    # Half as many grids as pictures, each of four times the size; and those of the few again.
    mapped = seeds * (pictures * (1 + 4 / 2) + FEW * (1 + trials.COPIES)) - FEW
    removed = len(CURVES) * len(SHARES) * len(config.evaluated)
    asked = seeds * (N_VALIDATION + pictures * (trials.SQUARES + removed) + FEW * 2 * sum(STEPS))
    through = asked + mapped * sum(passes(method, SIDE) for method in config.evaluated)
    each = 0.034 if config.methods == "quick" else 0.155
    explained = seeds * (pictures * 2 + FEW * (1 + trials.COPIES))
    return networks.expected_cost(SIDE, trained, through, each * explained)
