"""Clever Hans: a mark planted in the training pictures, and whether maps give it away."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from core.attributions import explain
from core.challenges.interpretability import networks
from core.challenges.interpretability.charts import clever_hans as charts
from core.challenges.interpretability.clever_hans_claims import CLAIMS, mass, outcome
from core.challenges.interpretability.data import Pictures, draw
from core.challenges.interpretability.tables import clever_hans as tables
from core.challenges.interpretability.tables.clever_hans import ARMS, METHODS
from core.data.shapes import SHAPES, SIDE
from core.lab.experiment import Experiment, Figure, Preset
from core.lab.intervals import POINTS, SHARE, Estimate, paired_difference, t_interval
from core.lab.run import Cost, Run, Snapshot, relay
from core.lab.seeding import numpy_generator
from core.lab.settings import Config, View, ladder
from core.lab.wording import with_interval
from core.metrics.attribution import mass_on

if TYPE_CHECKING:
    from core.models.shape_cnn import ShapeCNN

MARKED = SHAPES.index("disc")
MARK = np.s_[..., 1:5, 1:5]
CORNER = np.s_[..., 0:6, 0:6]
"""The mark and the pixels around it: where a map that knows of it has its colour."""
PICTURES = 8


class CleverHansConfig(Config):
    """What is planted and trained."""

    share: float = ladder(0.25, 0.5, 0.75, 0.9, 1.0, default=1.0, label="Marked discs")
    """Share of the training discs that carry the mark. No other shape ever does."""
    strength: float = ladder(0.25, 0.5, 0.75, 1.0, default=1.0, label="Brightness of the mark")
    """How bright the mark of 4x4 pixels in the corner is; 1 is white."""
    n_train: int = ladder(250, 500, 750, 1000, 1500, default=750, label="Training pictures")
    """How many pictures each network learns from, a fifth of them discs."""
    clutter: int = ladder(0, 4, 8, 16, 32, default=4, unit="strokes")
    """Short strokes in each picture that mean nothing."""
    epochs: int = ladder(1, 3, 6, 12, default=6)
    """Passes over the training pictures."""


class CleverHansView(View):
    """How it is drawn."""

    log_axis: bool = False
    """Whether shares of a map are spaced by their ratio, so that small ones can be compared."""


@dataclass(frozen=True)
class CleverHansResult:
    """What was measured.

    Attributes:
        outcomes: `seed`, `arm`, `test` (keys of `tables.TESTS`), `value` in [0, 1].
        masses: `seed`, `arm`, `method`, `value`: share of the map of a marked disc that lies on
            the corner, mean over pictures.
        image: The marked disc that is drawn, `(SIDE, SIDE)` uint8.
        maps: Of the first seed's networks, `(arms, methods, SIDE, SIDE)` float16, each divided
            by its largest absolute value.
    """

    outcomes: pd.DataFrame
    masses: pd.DataFrame
    image: np.ndarray
    maps: np.ndarray


def stamped(images: np.ndarray, strength: float) -> np.ndarray:
    """Return a copy of pictures `(n, 1, h, w)` with the mark in each."""
    copy = images.copy()
    copy[MARK] = strength
    return copy


def erased(images: np.ndarray) -> np.ndarray:
    """Return a copy of pictures with a black corner."""
    copy = images.copy()
    copy[CORNER] = 0
    return copy


def planted(data: Pictures, config: CleverHansConfig, arm: str, seed: int) -> Pictures:
    """Return the training pictures of one arm; what is validated on stays as it was drawn."""
    if arm == "clean":
        return data
    discs = np.flatnonzero(data.y_train == MARKED)
    chosen = numpy_generator(seed, "mark").permutation(discs)
    chosen = chosen[: round(config.share * len(discs))]
    x = data.x_train.copy()
    x[chosen] = stamped(x[chosen], config.strength)
    return replace(data, x_train=x if arm == "marked" else erased(x))


@dataclass
class Board:
    """What a run has gathered so far."""

    config: CleverHansConfig
    outcomes: list[tuple[Any, ...]] = field(default_factory=list)
    masses: list[tuple[Any, ...]] = field(default_factory=list)
    done: int = 0

    def __post_init__(self) -> None:
        """Begin with nothing."""
        self.steps = networks.steps_of(self.config.n_train, self.config.epochs)
        self.total = self.config.repetitions * len(ARMS) * (self.steps + len(METHODS))
        self.image = np.zeros((SIDE, SIDE), np.uint8)
        self.maps = np.zeros((len(ARMS), len(METHODS), SIDE, SIDE), np.float16)

    def snapshot(self, phase: str, ahead: int = 0) -> Snapshot[CleverHansResult]:
        """Say where the run stands."""
        return Snapshot(self.done + ahead, self.total, phase, self.result)

    def result(self) -> CleverHansResult:
        """Return what is known so far."""
        return CleverHansResult(
            pd.DataFrame(self.outcomes, columns=["seed", "arm", "test", "value"]),
            pd.DataFrame(self.masses, columns=["seed", "arm", "method", "value"]),
            self.image, self.maps.copy(),
        )  # fmt: skip

    def tested(self, seed: int, arm: str, net: ShapeCNN, data: Pictures) -> Work:
        """Ask a network with and without the mark, and for its reasons."""
        x, y = data.x_validation, data.y_validation
        discs, strength = y == MARKED, self.config.strength
        seen = (lambda pictures: erased(pictures)) if arm == "erased" else (lambda same: same)
        answers = {
            "marked_discs": (stamped(x[discs], strength), True),
            "plain_discs": (x[discs], True),
            "other_shapes": (x[~discs], False),
            "stamped_others": (stamped(x[~discs], strength), True),
        }
        for test, (pictures, wants_disc) in answers.items():
            said = networks.probabilities(net, seen(pictures)).argmax(1)
            right = said == MARKED if wants_disc else said == y[~discs]
            self.outcomes.append((seed, arm, test, float(right.mean())))
            yield self.snapshot("with and without the mark")
        pictures = seen(stamped(x[discs][:PICTURES], strength))
        yield from self._explained(seed, arm, net, pictures)

    def _explained(self, seed: int, arm: str, net: ShapeCNN, pictures: np.ndarray) -> Work:
        corner = np.zeros((SIDE, SIDE), bool)
        corner[CORNER] = True
        targets = np.full(len(pictures), MARKED)
        first = seed == self.config.first_seed
        if first and arm == "marked":
            self.image = (255 * pictures[0, 0]).astype(np.uint8)
        for i, method in enumerate(METHODS):
            maps = yield from relay(
                explain(method, net, pictures, targets, seed=seed),
                lambda _: self.snapshot("asking for reasons"),
            )
            self.masses.append((seed, arm, method, float(mass_on(maps, corner).mean())))
            self.done += 1
            if first:
                self.maps[ARMS.index(arm), i] = maps[0] / max(float(np.abs(maps[0]).max()), 1e-12)


Work = Generator[Snapshot[CleverHansResult], None, Any]


def run(config: CleverHansConfig) -> Run[CleverHansResult]:
    """Train each arm from the same weights on the same pictures, with and without the mark."""
    board = Board(config)
    yield board.snapshot("drawing the pictures")
    for seed in config.seeds:
        data = yield from relay(
            draw("shapes", config.n_train, config.clutter, seed),
            lambda _: board.snapshot("drawing the pictures"),
        )
        for arm in ARMS:
            net = yield from relay(
                networks.train(planted(data, config, arm, seed), seed, config.epochs),
                lambda step: board.snapshot("training a network", step),
            )
            board.done += board.steps
            yield from board.tested(seed, arm, net, data)
    return board.result()


def metrics(result: CleverHansResult) -> dict[str, Estimate]:
    """Headline numbers: what the mark does, and where Integrated Gradients puts its colour."""
    found = {}
    for arm in ARMS:
        found[f"plain_discs_{arm}"] = t_interval(outcome(result, arm, "plain_discs"), SHARE)
        found[f"mass_on_corner_{arm}"] = t_interval(
            mass(result, arm, "Integrated Gradients"), SHARE
        )
    return found


def finding(result: CleverHansResult) -> str:
    """Say what the mark did and what the map showed."""
    plain = t_interval(outcome(result, "marked", "plain_discs"), SHARE)
    with_mark = t_interval(outcome(result, "marked", "marked_discs"), SHARE)
    corner = t_interval(mass(result, "marked", "Integrated Gradients"), SHARE)
    gain = paired_difference(
        outcome(result, "erased", "plain_discs"), outcome(result, "marked", "plain_discs"), POINTS
    )
    helped = "brings discs back" if gain.low > 0 else "does not clearly help"
    return (
        f"Trained with the mark, the network knows {with_interval(with_mark)} of discs that carry "
        f"it and {with_interval(plain)} of those that do not. Integrated Gradients puts "
        f"{with_interval(corner)} of its map on the corner, 4.6% of the picture. Erasing the "
        f"corner {helped}: {with_interval(gain)}."
    )


def cost(config: CleverHansConfig) -> Cost:
    """Expected cost: three networks a seed, and their maps."""
    trained = config.repetitions * len(ARMS) * config.n_train * config.epochs
    explained = config.repetitions * len(ARMS) * PICTURES
    return Cost(flops=3e6 * trained + 2e8 * explained, seconds=8e-5 * trained + 0.014 * explained)


EXPERIMENT = Experiment(
    title="Clever Hans",
    question="Right for the wrong reason: does a map give a shortcut away?",
    config=CleverHansConfig,
    view=CleverHansView,
    result=CleverHansResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=(
        Figure(
            name="outcomes",
            title="What the mark does to the answers",
            table=tables.outcomes,
            chart=charts.outcomes,
            caption=tables.outcomes_caption,
            live=True,
            note="Three networks of the same weights and pictures: without a mark, with it on "
            "discs, and with it but with the corner made black before training and testing.",
            panels=True,
        ),
        Figure(
            name="maps",
            title="The reasons they give for one marked disc",
            table=tables.maps,
            chart=charts.maps,
            caption=tables.maps_caption,
            underlay=tables.painted,
            live=True,
            note="The mark is the square in the upper left corner. Orange speaks for a disc, blue "
            "against it.",
            panels=True,
        ),
        Figure(
            name="masses",
            title="Share of the map on the corner",
            table=tables.masses,
            chart=charts.masses,
            caption=tables.masses_caption,
            live=True,
            note="The corner is 4.6% of the picture. Brightness and the random map never look at "
            "the network: the mark is bright, whether or not it is used.",
            panels=True,
        ),
    ),
    cost=cost,
    smallest=CleverHansConfig(n_train=250, epochs=1),
    claims=CLAIMS,
    presets=(
        Preset("Half the discs", {"share": 0.5}, "A shortcut that does not always work."),
        Preset("Faint", {"strength": 0.25}, "A mark no brighter than clutter."),
    ),
)
