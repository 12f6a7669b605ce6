"""Numbered mysteries for a visitor to solve: the same number is the same network everywhere.

A case is trained and a probe is answered by the same machinery as every experiment, one thread
for all visitors, so these are two small `Experiment`s outside the page's list. What a number hides
is known only when its case is looked at.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pydantic import Field, field_validator

from core.challenges.interpretability import networks
from core.challenges.interpretability.data import Pictures, draw
from core.challenges.interpretability.mystery_case import (
    NOTHING,
    Album,
    Plan,
    album_of,
    found_marks,
    training,
)
from core.challenges.interpretability.mystery_detectives import (
    DETECTIVES,
    HONEST,
    Answer,
    Scene,
    questioned,
)
from core.challenges.interpretability.mystery_marks import N_MARKS, composed
from core.data.shapes import SHAPES
from core.lab.experiment import Experiment
from core.lab.run import Cost, Run, Snapshot, relay
from core.lab.seeding import derived_seed, numpy_generator
from core.lab.settings import Config, View

if TYPE_CHECKING:
    from core.models.shape_cnn import ShapeCNN

HIGHEST = 999_999_999
BUDGET = 8
"""Probes of a visitor, and of the detectives that are compared with."""
METHOD = "DeepLift"
N_TRAIN, EPOCHS, CLUTTER = 900, 6, 0
SHARE, STRAY, STRENGTH = 0.9, 0.1, 1.0
KEPT = 16
"""Networks kept at hand for probes: the latest, 25 kB each and 90 kB of pictures."""


class Numbered(Config):
    """Settings of a numbered case."""

    number: int = Field(default=1, ge=1, le=HIGHEST)
    """Which mystery."""

    @field_validator("*", mode="after")
    @classmethod
    def _on_a_rung(cls, value: Any, info: Any) -> Any:
        """Numbers have no rungs; their bounds are the fields' own."""
        return value


class CaseConfig(Numbered):
    """Which mystery."""


@dataclass(frozen=True)
class CaseResult:
    """A case with its solution.

    Attributes:
        mark: Index of the planted mark, -1 for an honest network.
        shape: Index of the shape that carries it, or -1.
        found: Share right on held-out pictures that carry marks as in training.
        clean: Share right on the same pictures without any mark.
        own_found: As `found`, of the marked shape's pictures; of all for an honest network.
        own_clean: As `clean`, of those pictures.
        named: `detective`, `probes`, `mark`, `shape`: what each detective names in the end.
        rises: Of every mark, how much likelier the answer that gains most becomes on other
            shapes when it is stamped, `(N_MARKS,)` in [-1, 1].
        risen: Which answer that is, `(N_MARKS,)`.
        crowds: Of every mark, how crowded the colour of maps is on it, `(N_MARKS,)`.
    """

    mark: int
    shape: int
    found: float
    clean: float
    own_found: float
    own_clean: float
    named: pd.DataFrame
    rises: np.ndarray
    risen: np.ndarray
    crowds: np.ndarray


@dataclass(frozen=True)
class Solved:
    """What is kept of a trained case."""

    plan: Plan
    weights: dict[str, np.ndarray]
    album: Album
    data: Pictures | None = None

    def network(self) -> ShapeCNN:
        """Build the network anew; for the thread that trains."""
        import torch

        from core.models.shape_cnn import ShapeCNN

        net = ShapeCNN(len(SHAPES), side=self.album.clean.shape[-1], seed=0)
        net.load_state_dict({k: torch.from_numpy(v) for k, v in self.weights.items()})
        return net.train(False).requires_grad_(False)


_solved: OrderedDict[int, Solved] = OrderedDict()


def plan_of(number: int) -> Plan:
    """What a number hides: one of the marks or nothing, all equally likely."""
    rng = numpy_generator(number, "mystery", "plan")
    mark, shape = int(rng.integers(NOTHING, N_MARKS)), int(rng.integers(len(SHAPES)))
    return Plan(mark, shape if mark != NOTHING else NOTHING, SHARE, STRAY, STRENGTH)


def trained(number: int, *, anew: bool = False) -> Generator[int, None, Solved]:
    """Train the network of a number, or take it from those at hand; yields batches taken.

    Only the thread that trains calls this.

    Args:
        number: Which mystery.
        anew: Train in any case, to have the held-out pictures as well.
    """
    if number in _solved and not anew:
        _solved.move_to_end(number)
        return _solved[number]
    seed, plan = derived_seed(number, "mystery", "pictures"), plan_of(number)
    drawing = draw("shapes", N_TRAIN, CLUTTER, seed)
    while True:
        try:
            next(drawing)
        except StopIteration as end:
            data: Pictures = end.value
            break
        yield 0
    net = yield from networks.train(training(data, plan, seed), seed, EPOCHS)
    weights = {name: tensor.numpy().copy() for name, tensor in net.state_dict().items()}
    album = album_of(data, found_marks(data, plan, seed))
    _solved[number] = Solved(plan, weights, album)
    while len(_solved) > KEPT:
        _solved.popitem(last=False)
    return Solved(plan, weights, album, data)


def run(config: CaseConfig) -> Run[CaseResult]:
    """Train the network, test it as usual, and let the detectives work on it."""
    steps = networks.steps_of(N_TRAIN, EPOCHS)
    total = steps + len(DETECTIVES)

    def at(step: int, phase: str) -> Snapshot[CaseResult]:
        # A partial result would be the solution.
        return Snapshot(step, total, phase, _nothing_yet)

    yield at(0, "training the mystery network")
    solved = yield from relay(
        trained(config.number, anew=True), lambda step: at(step, "training the mystery network")
    )
    seed = derived_seed(config.number, "mystery", "pictures")
    net, plan = solved.network(), solved.plan
    scene = Scene(net, solved.album, plan.strength, METHOD, seed)
    rows = []
    for i, name in enumerate(DETECTIVES):
        here = at(steps + i, "setting the scene")
        named = yield from _paused(questioned(name, scene, BUDGET), here)
        rows.append((name, 1 + named.index(named[-1]), *named[-1]))
    yield at(total, "setting the scene")
    return _result(solved, scene, rows)


def _paused(
    working: Generator[int, None, list[Answer]], here: Snapshot[CaseResult]
) -> Generator[Snapshot[CaseResult], None, list[Answer]]:
    return (yield from relay(working, lambda _: here))


def _nothing_yet() -> CaseResult:
    none = pd.DataFrame({"detective": [], "probes": [], "mark": [], "shape": []})
    empty = np.zeros(0)
    return CaseResult(*HONEST, 0.0, 0.0, 0.0, 0.0, none, empty, empty, empty)


def _result(solved: Solved, scene: Scene, rows: list[tuple[Any, ...]]) -> CaseResult:
    plan, data = solved.plan, solved.data
    assert data is not None
    x, y = data.x_validation, data.y_validation
    own = y == plan.shape if plan.mark != NOTHING else np.ones(len(y), bool)
    marks = found_marks(data, plan, scene.seed)
    shown = (composed(x, marks, plan.strength), x)
    right = [networks.probabilities(scene.net, one).argmax(1) == y for one in shown]
    rises = scene.rises(np.eye(N_MARKS, dtype=bool))
    crowds, _ = scene.crowds(np.arange(N_MARKS))
    return CaseResult(
        plan.mark, plan.shape,
        float(right[0].mean()), float(right[1].mean()),
        float(right[0][own].mean()), float(right[1][own].mean()),
        pd.DataFrame(rows, columns=["detective", "probes", "mark", "shape"]),
        rises.max(1), rises.argmax(1), crowds,
    )  # fmt: skip


def cost(config: CaseConfig) -> Cost:
    """Expected cost of one network and its detectives."""
    return Cost(flops=3e6 * N_TRAIN * EPOCHS, seconds=7e-5 * N_TRAIN * EPOCHS + 0.1)


CASE = Experiment(
    slug="interpretability/mystery_game",
    title="A numbered mystery",
    question="What does this network go by?",
    config=CaseConfig,
    view=View,
    result=CaseResult,
    run=run,
    metrics=lambda result: {},
    finding=lambda result: "",
    figures=(),
    cost=cost,
    smallest=CaseConfig(),
)
