"""Explanations on trial: tests that a map can fail, and what passes them without a network."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from core.attributions import explain
from core.challenges.interpretability import networks
from core.challenges.interpretability.charts import trial as charts
from core.challenges.interpretability.data import Pictures, draw
from core.challenges.interpretability.tables import trial as tables
from core.challenges.interpretability.trial_claims import CLAIMS, score
from core.experiment import (
    Config,
    Cost,
    Estimate,
    Experiment,
    Figure,
    Preset,
    Run,
    Snapshot,
    View,
    ladder,
    relay,
)
from core.metrics import attribution
from core.metrics.intervals import summarise, t_interval
from core.seeding import numpy_generator
from core.wording import SHARE, number, with_interval

if TYPE_CHECKING:
    from core.models.shape_cnn import ShapeCNN

SHARES = (0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1.0)
"""Shares of the pixels removed or shown."""


class TrialConfig(Config):
    """What is trained and explained."""

    pictures: int = ladder(4, 8, 16, 32, default=8)
    """New pictures explained with each network; half as many grids of four."""
    methods: Literal["quick", "all"] = "quick"
    """Quick leaves out the three that ask the network most often: Shapley sampling, KernelSHAP
    and LIME."""
    n_train: int = ladder(250, 500, 1000, 1500, 3000, default=1500, label="Training pictures")
    """How many pictures each network learns from."""
    clutter: int = ladder(0, 4, 8, 16, 32, default=8, unit="strokes")
    """Short strokes in each picture that mean nothing."""
    epochs: int = ladder(0, 1, 3, 6, 12, default=6)
    """Passes over the training pictures; 0 puts the maps of an untrained network on trial."""


class TrialView(View):
    """Which test ranks the methods."""

    criterion: Literal["grid", "deletion", "insertion", "overlap", "pointing"] = "grid"
    """Grid: four pictures in one, share of the positive map on the one of the class. Deletion:
    what is left of the answer as marked pixels go (low is good). Insertion: what comes of it as
    they alone are shown. Overlap: with the object. Pointing: is the top pixel on the object."""


@dataclass(frozen=True)
class TrialResult:
    """What was measured.

    Attributes:
        scores: `seed`, `method`, `criterion`, `value` in [0, 1], mean over the pictures.
        curves: `seed`, `method`, `curve` (`"deletion"` or `"insertion"`), `share` of the pixels,
            `value`: probability of the class, mean over the pictures.
        accuracy: `seed`, `value` in [0, 1].
    """

    scores: pd.DataFrame
    curves: pd.DataFrame
    accuracy: pd.DataFrame


@dataclass
class Court:
    """What a run has gathered so far."""

    config: TrialConfig
    scores: list[tuple[Any, ...]] = field(default_factory=list)
    curves: list[tuple[Any, ...]] = field(default_factory=list)
    accuracy: list[tuple[int, float]] = field(default_factory=list)
    done: int = 0

    def __post_init__(self) -> None:
        """Begin with nothing."""
        slow = () if self.config.methods == "all" else tables.SLOW
        self.methods = tuple(m for m in tables.METHODS if m not in slow)
        self.steps = networks.steps_of(self.config.n_train, self.config.epochs)
        self.total = self.config.repetitions * (self.steps + 2 * len(self.methods))

    def snapshot(self, phase: str, ahead: int = 0) -> Snapshot[TrialResult]:
        """Say where the run stands."""
        return Snapshot(self.done + ahead, self.total, phase, self.result)

    def result(self) -> TrialResult:
        """Return what is known so far."""
        return TrialResult(
            pd.DataFrame(self.scores, columns=["seed", "method", "criterion", "value"]),
            pd.DataFrame(self.curves, columns=["seed", "method", "curve", "share", "value"]),
            pd.DataFrame(self.accuracy, columns=["seed", "value"]),
        )

    def hear(self, seed: int, net: ShapeCNN, data: Pictures) -> Work:
        """Try every method on one network."""
        self.done += self.steps
        found = networks.probabilities(net, data.x_validation)
        right = found.argmax(1) == data.y_validation
        self.accuracy.append((seed, float(right.mean())))
        rows = np.flatnonzero(right)
        rows = (rows if len(rows) >= 16 else np.arange(len(right)))[: self.config.pictures]
        x, y, masks = data.x_validation[rows], data.y_validation[rows], data.masks[rows]
        grids, cells, classes = grids_of_four(data, self.config.pictures // 2, seed)
        large = net.resized(2 * data.side)
        for method in self.methods:
            maps = yield from self._explained(method, net, x, y, seed)
            self._add(seed, method, "overlap", attribution.top_pixels_iou(maps, masks))
            self._add(seed, method, "pointing", attribution.pointing_game(maps, masks))
            for curve in ("deletion", "insertion"):
                self._remove(seed, method, curve, net, x, y, maps)
                yield self.snapshot("removing pixels")
            maps = yield from self._explained(method, large, grids, classes, seed)
            self._add(seed, method, "grid", attribution.mass_on(maps.clip(0), cells))

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


Work = Generator[Snapshot[TrialResult], None, Any]


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


def run(config: TrialConfig) -> Run[TrialResult]:
    """Train each seed's network and put its maps on trial."""
    court = Court(config)
    yield court.snapshot("drawing the pictures")
    for seed in config.seeds:
        data = yield from relay(
            draw("shapes", config.n_train, config.clutter, seed),
            lambda _: court.snapshot("drawing the pictures"),
        )
        net = yield from relay(
            networks.train(data, seed, config.epochs),
            lambda step: court.snapshot("training a network", step),
        )
        yield from court.hear(seed, net, data)
    return court.result()


def metrics(result: TrialResult) -> dict[str, Estimate]:
    """Headline numbers of the tests that tell most."""
    return {
        "accuracy": t_interval(result.accuracy["value"], SHARE),
        "grid_brightness": t_interval(score(result, tables.BRIGHTNESS, "grid"), SHARE),
        "grid_integrated_gradients": t_interval(
            score(result, "Integrated Gradients", "grid"), SHARE
        ),
        "grid_occlusion": t_interval(score(result, "Occlusion", "grid"), SHARE),
        "overlap_brightness": t_interval(score(result, tables.BRIGHTNESS, "overlap"), SHARE),
    }


def finding(result: TrialResult) -> str:
    """Say how the map without a network does, and which test exposes it."""
    table = summarise(result.scores[result.scores["criterion"] == "overlap"], ["method"])
    place = 1 + int((table["mean"] > table.set_index("method")["mean"][tables.BRIGHTNESS]).sum())
    grid = t_interval(score(result, tables.BRIGHTNESS, "grid"), SHARE)
    means = summarise(result.scores[result.scores["criterion"] == "grid"], ["method"])
    best = means.loc[means["mean"].idxmax()]
    return (
        f"Plain brightness, which never asks the network, is number {place} of {len(table)} by "
        "overlap with the object. Only four pictures in one grid, where the map must find the "
        f"one of the class, tell it apart: {with_interval(grid)}, with 25% as chance; best is "
        f"{best['method']} with {number(float(best['mean']), SHARE)}."
    )


def cost(config: TrialConfig) -> Cost:
    """Expected cost: training, maps and the pictures with pixels removed."""
    trained = config.repetitions * config.n_train * config.epochs
    explained = config.repetitions * config.pictures * 2
    each = 0.022 if config.methods == "quick" else 0.1
    return Cost(flops=3e6 * trained + 5e8 * explained, seconds=8e-5 * trained + each * explained)


EXPERIMENT = Experiment(
    title="Explanations on trial",
    question="Which maps tell the truth about the network, and which only look good?",
    config=TrialConfig,
    view=TrialView,
    result=TrialResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=(
        Figure(
            name="leaderboard",
            title="Ranking by the chosen test",
            table=tables.leaderboard,
            chart=charts.leaderboard,
            caption=tables.leaderboard_caption,
            live=True,
            note="Grey: maps that never look at the network. Choose another criterion below: "
            "the order changes.",
        ),
        Figure(
            name="curves",
            title="Removing marked pixels, or showing nothing else",
            table=tables.curves,
            chart=charts.curves,
            caption=tables.curves_caption,
            live=True,
            note="Deletion: pixels turn black, the most marked first; a good map makes the curve "
            "fall at once. Insertion: a black picture gets them back; it should rise at once.",
            panels=True,
        ),
    ),
    cost=cost,
    smallest=TrialConfig(n_train=250, epochs=1, pictures=4),
    claims=CLAIMS,
    presets=(
        Preset("All methods", {"methods": "all"}, "With the three slow ones."),
        Preset("Untrained", {"epochs": 0}, "Maps of a network that has learned nothing."),
    ),
)
