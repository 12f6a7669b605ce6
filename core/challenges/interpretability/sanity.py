"""Sanity checks: destroy what a network has learned, layer by layer, and watch the maps."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from core.attributions import explain
from core.challenges.interpretability import networks
from core.challenges.interpretability.charts import sanity as charts
from core.challenges.interpretability.data import MOST_DIGITS, ImagesName, Pictures, draw
from core.challenges.interpretability.sanity_claims import CLAIMS, at_the_end
from core.challenges.interpretability.tables import sanity as tables
from core.lab.experiment import Experiment, Figure, Preset
from core.lab.intervals import Estimate, t_interval
from core.lab.run import Cost, Run, Snapshot, relay
from core.lab.settings import Config, View, ladder
from core.lab.wording import hedged, with_interval
from core.metrics.attribution import rank_correlation
from core.metrics.verdicts import rivals

if TYPE_CHECKING:
    from core.models.shape_cnn import ShapeCNN

ORDER = ("head", "conv3", "conv2", "conv1")
"""Layers in the order in which their weights are drawn anew, each on top of the ones before."""
METHODS = tables.METHODS
PICTURES = 12
KEPT = 4
"""Pictures of the first network whose maps are kept to be shown."""


class SanityConfig(Config):
    """What is trained and then destroyed."""

    dataset: ImagesName = "shapes"
    """Shapes: 28x28 pictures of one shape among clutter, five classes. Digits: 8x8 pictures of
    handwritten digits, ten classes."""
    n_train: int = ladder(250, 500, 1000, 1500, 3000, default=1500, label="Training pictures")
    """How many pictures each network learns from. Of the digits there are 1200."""
    clutter: int = ladder(0, 4, 8, 16, 32, default=8, unit="strokes")
    """Short strokes in each picture of shapes that mean nothing. Digits have none."""
    epochs: int = ladder(1, 3, 6, 12, default=6)
    """Passes over the training pictures."""


class SanityView(View):
    """How maps are compared and shown."""

    above = True
    compare: Literal["sizes", "signed"] = "sizes"
    """Sizes: only how strongly a pixel is marked. Signed: also whether for or against."""
    picture: int = ladder(*range(1, KEPT + 1), default=1)
    """Which of the first network's pictures."""


@dataclass(frozen=True)
class SanityResult:
    """What was measured.

    Attributes:
        similarity: `seed`, `method`, `redrawn` (layers, 0 to 4), `compare` (`"sizes"` or
            `"signed"`), `value`: rank correlation with the trained network's map of the same
            picture and class, mean over pictures.
        images: `(KEPT, h, w)` uint8; empty until the first network is trained.
        maps: The first network's, `(methods, stages, KEPT, h, w)` float16, each divided by its
            largest absolute value.
    """

    similarity: pd.DataFrame
    images: np.ndarray
    maps: np.ndarray


@dataclass
class Board:
    """What a run has gathered so far."""

    config: SanityConfig
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    done: int = 0

    def __post_init__(self) -> None:
        """Begin with nothing."""
        large = self.config.dataset == "shapes"
        side = 28 if large else 8
        self.n_train = self.config.n_train if large else min(self.config.n_train, MOST_DIGITS)
        self.steps = networks.steps_of(self.n_train, self.config.epochs)
        self.stages = len(ORDER) + 1
        self.total = self.config.repetitions * (self.steps + self.stages * len(METHODS))
        self.images = np.zeros((0, side, side), np.uint8)
        self.maps = np.zeros((len(METHODS), self.stages, KEPT, side, side), np.float16)

    def snapshot(self, phase: str, ahead: int = 0) -> Snapshot[SanityResult]:
        """Say where the run stands."""
        return Snapshot(self.done + ahead, self.total, phase, self.result)

    def result(self) -> SanityResult:
        """Return what is known so far."""
        columns = ["seed", "method", "redrawn", "compare", "value"]
        return SanityResult(
            pd.DataFrame(self.rows, columns=columns), self.images, self.maps.copy()
        )  # fmt: skip

    def explained(
        self, seed: int, net: ShapeCNN, data: Pictures
    ) -> Generator[Snapshot[SanityResult], None, None]:
        """Explain the trained network, and again after each layer is drawn anew."""
        x = data.x_validation[:PICTURES]
        targets = networks.probabilities(net, x).argmax(1)
        first = seed == self.config.first_seed
        trained: dict[str, np.ndarray] = {}
        for stage in range(self.stages):
            if stage:
                net.randomise(ORDER[stage - 1], seed + 10_000)
            for i, method in enumerate(METHODS):
                maps = yield from relay(
                    explain(method, net, x, targets, seed=seed),
                    lambda _: self.snapshot("explaining ever less of a network"),
                )
                self._compare(seed, method, stage, trained.setdefault(method, maps), maps)
                self.done += 1
                if first:
                    largest = np.abs(maps[:KEPT]).max((1, 2), keepdims=True)
                    self.maps[i, stage] = maps[:KEPT] / np.where(largest > 0, largest, 1)

    def _compare(
        self, seed: int, method: str, stage: int, before: np.ndarray, now: np.ndarray
    ) -> None:
        a, b = (maps.reshape(len(maps), -1) for maps in (before, now))
        sizes = float(rank_correlation(np.abs(a), np.abs(b)).mean())
        signed = float(rank_correlation(a, b).mean())
        self.rows.append((seed, method, stage, "sizes", sizes))
        self.rows.append((seed, method, stage, "signed", signed))


def run(config: SanityConfig) -> Run[SanityResult]:
    """Train each seed's network, explain it, and destroy it layer by layer."""
    board = Board(config)
    yield board.snapshot("drawing the pictures")
    for seed in config.seeds:
        data = yield from relay(
            draw(config.dataset, board.n_train, config.clutter, seed),
            lambda _: board.snapshot("drawing the pictures"),
        )
        if seed == config.first_seed:
            board.images = (255 * data.x_validation[:KEPT, 0]).astype(np.uint8)
        net = yield from relay(
            networks.train(data, seed, config.epochs),
            lambda step: board.snapshot("training a network", step),
        )
        board.done += board.steps
        yield from board.explained(seed, net, data)
    return board.result()


def metrics(result: SanityResult) -> dict[str, Estimate]:
    """Similarity left when every layer is drawn anew."""
    names = ("Saliency", "Grad-CAM", "Guided Backprop", "Integrated Gradients")
    return {
        f"left_of_{name.lower().replace(' ', '_').replace('-', '_')}": t_interval(
            at_the_end(result, name)
        )
        for name in names
    }


def finding(result: SanityResult) -> str:
    """Say which maps noticed that nothing learned was left."""
    left = {m: t_interval(at_the_end(result, m)) for m in METHODS if m != tables.CONTROL}
    least, most = min(left, key=lambda m: left[m].mean), max(left, key=lambda m: left[m].mean)
    return (
        f"When every weight is drawn anew, {most} still draws nearly the order of pixels it drew "
        f"for the trained network: rank correlation {with_interval(left[most])}. "
        if left[most].low > 0.8
        else f"When every weight is drawn anew, {most} keeps more of its map than the other "
        f"methods{_tied(left, most)}: rank correlation {with_interval(left[most])}. "
    ) + f"{least} keeps least{_tied(left, least)}: {with_interval(left[least])}."


def _tied(left: dict[str, Estimate], method: str) -> str:
    """Take a superlative back where other methods are not clearly apart from this one."""
    ends = [(name, found.low, found.high) for name, found in left.items()]
    table = pd.DataFrame(ends, columns=["method", "low", "high"]).set_index("method", drop=False)
    return hedged(rivals(table, method, "method"), "not clearly apart from")


def cost(config: SanityConfig) -> Cost:
    """Expected cost: training, and the maps of every stage."""
    large = config.dataset == "shapes"
    n_train = config.n_train if large else min(config.n_train, MOST_DIGITS)
    trained = config.repetitions * n_train * config.epochs
    explained = config.repetitions * PICTURES * (len(ORDER) + 1)
    seconds = trained * (8e-5 if large else 4e-5) + explained * (0.01 if large else 0.004)
    return Cost(flops=3e6 * trained + 2e8 * explained, seconds=seconds)


EXPERIMENT = Experiment(
    title="Sanity checks",
    question="Does a map change when the network forgets what it has learned?",
    config=SanityConfig,
    view=SanityView,
    result=SanityResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=(
        Figure(
            name="pictures",
            title="The maps, layer by layer",
            table=tables.pictures,
            chart=charts.pictures,
            caption=tables.pictures_caption,
            underlay=tables.painted,
            live=True,
            note="From left to right: the trained network, the same with its output layer drawn "
            "anew, and with all layers drawn anew. Orange speaks for the answer, blue against it; "
            "each map has its own largest value as full colour.",
            panels=True,
        ),
        Figure(
            name="similarity",
            title="What is left of the trained network's map",
            table=tables.similarity,
            chart=charts.similarity,
            caption=tables.similarity_caption,
            live=True,
            note="A map that explains the network has to change with it. Brightness never looks "
            "at the network: it is what failing this test looks like.",
            panels=True,
        ),
    ),
    cost=cost,
    smallest=SanityConfig(n_train=250, epochs=1, dataset="digits"),
    claims=CLAIMS,
    presets=(Preset("Digits", {"dataset": "digits"}, "Handwritten digits in place of shapes."),),
)
