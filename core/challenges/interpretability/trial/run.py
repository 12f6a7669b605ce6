"""What is asked of each network's maps, and what every attribution method scores."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
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
from core.data.picture_sets import N_VALIDATION, Pictures, draw
from core.data.shapes import SIDE
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot
from core.lab.seeding import derived_seed, numpy_generator, torch_generator
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
        for curve in CURVES:
            left = removal_curve(of.net, of.x, of.y, maps, curve)
            self._add(of.seed, method, curve, attribution.area_under(left, SHARES))
            for share, value in zip(SHARES, left.mean(0), strict=True):
                self.record.add("curves", of.seed, method, curve, share, float(value))
            yield self.record.snapshot("removing pixels")
        targets, again = of.y[:FEW].repeat(trials.COPIES), derived_seed(of.seed, "explained again")
        noisy = yield from self._explained(method, of.net, of.noisy, targets, again)
        self._add(of.seed, method, "sensitivity", trials.max_sensitivity(maps[:FEW], noisy))

    def _grid(self, seed: int, method: str, net: ShapeCNN, data: Pictures) -> Work:
        grids, cells, classes = grids_of_four(data, self.config.pictures // 2, seed)
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
        x, y = of.x[:FEW], of.y[:FEW]
        linear = linear_model(x.shape[-1], of.net.n_classes, of.seed)
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


def removal_curve(
    net: ShapeCNN, x: np.ndarray, y: np.ndarray, maps: np.ndarray, curve: str
) -> np.ndarray:
    """Follow the answer while pixels go or come, the most marked first (Petsiuk et al. 2018).

    Args:
        net: Takes pictures, returns logits.
        x: Pictures, `(n, 1, side, side)`.
        y: Their classes, `(n,)`.
        maps: `(n, side, side)`.
        curve: `"deletion"`: marked pixels turn black; `"insertion"`: a black picture gets them.

    Returns:
        Probability of the class at each of `SHARES`, `(n, len(SHARES))`.
    """
    order = attribution.removal_order(maps)
    shown = attribution.revealed(x[:, 0], order, SHARES, insert=curve == "insertion")
    flat = shown.reshape(-1, 1, *x.shape[2:]).astype(np.float32)
    found = networks.probabilities(net, flat).reshape(len(x), len(SHARES), -1)
    return np.take_along_axis(found, y[:, None, None], axis=2)[..., 0]


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
    pictures, cells, classes = np.empty((n, 2, 2, side, side), np.float32), [], []
    for own in pictures:
        labels = rng.permutation(data.n_classes)[:4]
        asked = np.arange(4) == rng.integers(4)
        chosen = [rng.choice(np.flatnonzero(data.y_validation == label)) for label in labels]
        own[:] = data.x_validation[chosen].reshape(own.shape)
        cells.append(np.kron(asked.reshape(2, 2), np.ones((side, side), bool)))
        classes.append(labels[asked][0])
    grids = pictures.swapaxes(2, 3).reshape(n, 1, 2 * side, 2 * side)
    return grids, np.array(cells), np.array(classes, np.int64)


def linear_model(side: int, n_classes: int, seed: int) -> nn.Module:
    """Draw a model whose logits are linear in the pixels: its gradient is the same everywhere."""
    import torch

    with torch.random.fork_rng(devices=[]):  # Weights are replaced below by ours.
        layer = torch.nn.Linear(side * side, n_classes, bias=False)
    with torch.no_grad():
        layer.weight.uniform_(-1, 1, generator=torch_generator(seed, "linear model"))
    return torch.nn.Sequential(torch.nn.Flatten(), layer).requires_grad_(False)


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
