"""Mystery model: which of eight marks does a network go by, and who finds out?"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from core.challenges.interpretability import networks
from core.challenges.interpretability.charts import mystery as charts
from core.challenges.interpretability.data import Pictures, draw
from core.challenges.interpretability.mystery_case import (
    FAMILIES,
    NOTHING,
    Plan,
    album_of,
    dealt,
    found_marks,
    training,
)
from core.challenges.interpretability.mystery_claims import CLAIMS, finding, metrics
from core.challenges.interpretability.mystery_detectives import (
    DETECTIVES,
    Scene,
    is_right,
    questioned,
)
from core.challenges.interpretability.mystery_marks import N_MARKS, composed, only
from core.challenges.interpretability.tables import mystery as tables
from core.data.shapes import SIDE
from core.lab.experiment import Experiment, Figure, Preset
from core.lab.run import Cost, Run, Snapshot, relay
from core.lab.settings import Config, View, ladder, repetitions

if TYPE_CHECKING:
    from core.models.shape_cnn import ShapeCNN

EPOCHS = 5
CLUTTER = 0
ARMS = (*FAMILIES, "honest")


class MysteryConfig(Config):
    """What is planted, and how much may be asked."""

    repetitions: int = repetitions(default=10)
    strength: float = ladder(0.4, 0.6, 0.8, 1.0, default=1.0, label="Strength of the marks")
    """How bright all marks are. The bright ones are white at 1; those that are everywhere have
    three tenths of it."""
    share: float = ladder(0.5, 0.7, 0.8, 0.9, 1.0, default=0.9, label="Marked pictures")
    """Share of one shape's training pictures that carry the planted mark. No other shape ever
    carries it."""
    stray: float = ladder(0.0, 0.05, 0.1, 0.2, default=0.1, label="Stray marks")
    """Share of all training pictures that carry each of the other marks, whatever their shape.
    With none, a network may shy at any mark, because it never saw one."""
    budget: int = ladder(2, 4, 6, 8, 12, 16, default=16, unit="probes")
    """How often each detective may ask. A probe is one change made to five pictures, or a map of
    each of five."""
    maps_by: Literal["DeepLift", "Input x Gradient", "Saliency", "Guided Backprop", "Grad-CAM"] = (
        "DeepLift"
    )
    """How the maps are made that one of the detectives looks at."""
    n_train: int = ladder(300, 600, 900, 1200, default=600, label="Training pictures")
    """How many pictures each network learns from, a fifth of them of each shape."""


class MysteryView(View):
    """How it is drawn."""

    shape_too: bool = True
    """Whether a detective must name the shape as well as the mark to be right."""


@dataclass(frozen=True)
class MysteryResult:
    """What was measured.

    Attributes:
        answers: `seed`, `arm`, `detective`, `probes`; `mark` and `shape` that were named, -1 for
            "nothing planted"; `right` and `right_mark` (the shape aside), 0 or 1.
        planted: `seed`, `arm`, `mark`, `shape`: the truth, -1 in the honest arm.
        tests: `seed`, `arm`, `test` (keys of `tables.TESTS`), `value`: share right in [0, 1].
        suspects: One picture without a mark, then with each, `(1 + N_MARKS, SIDE, SIDE)` uint8.
    """

    answers: pd.DataFrame
    planted: pd.DataFrame
    tests: pd.DataFrame
    suspects: np.ndarray


Work = Generator[Snapshot[MysteryResult], None, Any]


@dataclass
class Board:
    """What a run has gathered so far."""

    config: MysteryConfig
    answers: list[tuple[Any, ...]] = field(default_factory=list)
    planted: list[tuple[int, str, int, int]] = field(default_factory=list)
    tests: list[tuple[int, str, str, float]] = field(default_factory=list)
    done: int = 0

    def __post_init__(self) -> None:
        """Begin with nothing."""
        self.steps = networks.steps_of(self.config.n_train, EPOCHS)
        each = self.steps + len(DETECTIVES)
        self.total = self.config.repetitions * len(ARMS) * each
        self.suspects = np.zeros((1 + N_MARKS, SIDE, SIDE), np.uint8)

    def snapshot(self, phase: str, ahead: int = 0) -> Snapshot[MysteryResult]:
        """Say where the run stands."""
        return Snapshot(self.done + ahead, self.total, phase, self.result)

    def result(self) -> MysteryResult:
        """Return what is known so far."""
        columns = ["seed", "arm", "detective", "probes", "mark", "shape", "right", "right_mark"]
        return MysteryResult(
            pd.DataFrame(self.answers, columns=columns),
            pd.DataFrame(self.planted, columns=["seed", "arm", "mark", "shape"]),
            pd.DataFrame(self.tests, columns=["seed", "arm", "test", "value"]),
            self.suspects.copy(),
        )

    def line_up(self, data: Pictures) -> None:
        """Draw the suspects: one picture with each mark."""
        clean = np.repeat(data.x_validation[:1], 1 + N_MARKS, axis=0)
        marks = np.stack([only(mark) for mark in range(NOTHING, N_MARKS)])
        self.suspects = (255 * composed(clean, marks, self.config.strength)[:, 0]).astype(np.uint8)

    def examined(self, seed: int, arm: str, plan: Plan, net: ShapeCNN, data: Pictures) -> Work:
        """Test a network as usual, then let every detective work on it."""
        marks = found_marks(data, plan, seed)
        x, y = data.x_validation, data.y_validation
        found = composed(x, marks, plan.strength)
        self.tests.append((seed, arm, "found", networks.accuracy(net, found, y)))
        yield self.snapshot("testing it as usual")
        clean = (networks.probabilities(net, x).argmax(1) == y).astype(float)
        for own_arm, shape in self._shapes(seed, arm):
            name = "without" if own_arm == arm else f"without_{own_arm}"
            self.tests.append((seed, arm, name, float(clean[y == shape].mean())))
        scene = Scene(net, album_of(data, marks), plan.strength, self.config.maps_by, seed)
        for name in DETECTIVES:
            named = yield from relay(
                questioned(name, scene, self.config.budget),
                lambda _: self.snapshot("detectives at work"),
            )
            for i, (mark, shape) in enumerate(named):
                right = is_right((mark, shape), plan.mark, plan.shape)
                self.answers.append(
                    (seed, arm, name, i + 1, mark, shape, int(right), int(mark == plan.mark))
                )
            self.done += 1

    def _shapes(self, seed: int, arm: str) -> list[tuple[str, int]]:
        """Whose clean pictures are asked about: the marked shape; in the honest arm both."""
        return [(own, dealt(seed, own)[1]) for own in FAMILIES if arm in (own, "honest")]


def plan_of(config: MysteryConfig, seed: int, arm: str) -> Plan:
    """What is planted for one seed's network of one arm."""
    mark, shape = (NOTHING, NOTHING) if arm == "honest" else dealt(seed, arm)
    return Plan(mark, shape, config.share, config.stray, config.strength)


def run(config: MysteryConfig) -> Run[MysteryResult]:
    """Train three networks a seed from the same weights and pictures, and investigate each."""
    board = Board(config)
    yield board.snapshot("drawing the pictures")
    for seed in config.seeds:
        data = yield from relay(
            draw("shapes", config.n_train, CLUTTER, seed),
            lambda _: board.snapshot("drawing the pictures"),
        )
        if seed == config.first_seed:
            board.line_up(data)
        for arm in ARMS:
            plan = plan_of(config, seed, arm)
            board.planted.append((seed, arm, plan.mark, plan.shape))
            net = yield from relay(
                networks.train(training(data, plan, seed), seed, EPOCHS),
                lambda step: board.snapshot("training a network", step),
            )
            board.done += board.steps
            yield from board.examined(seed, arm, plan, net, data)
    return board.result()


def cost(config: MysteryConfig) -> Cost:
    """Expected cost: three networks a seed, and the probes of all detectives."""
    trained = config.repetitions * len(ARMS) * config.n_train * EPOCHS
    asked = config.repetitions * len(ARMS) * min(config.budget, N_MARKS)
    return Cost(flops=3e6 * trained + 4e7 * asked, seconds=7e-5 * trained + 0.01 * asked)


EXPERIMENT = Experiment(
    title="Mystery model",
    question="A network goes by a hidden mark: which way of asking finds out?",
    config=MysteryConfig,
    view=MysteryView,
    result=MysteryResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=(
        Figure(
            name="named",
            title="Who names the shortcut",
            table=tables.named,
            chart=charts.named,
            caption=tables.named_caption,
            live=True,
            note="Each network is trained anew, with a bright mark in one place, a faint mark "
            "everywhere, or none. An honest network is named rightly when it is cleared.",
        ),
        Figure(
            name="suspects",
            title="The suspects: one picture without a mark and with each",
            table=tables.suspects,
            chart=charts.suspects,
            caption=tables.suspects_caption,
            underlay=tables.painted,
            live=True,
            note="Every mark also strays onto a few pictures of all shapes; only one, at most, "
            "belongs to one shape.",
        ),
        Figure(
            name="probes",
            title="How many probes it takes",
            table=tables.probes,
            chart=charts.probes,
            caption=tables.probes_caption,
            note="Share of networks named rightly after so many probes. A detective that has "
            "nothing left to ask stays with its answer.",
            panels=True,
        ),
        Figure(
            name="accuracy",
            title="Does accuracy warn?",
            table=tables.accuracy,
            chart=charts.accuracy,
            caption=tables.accuracy_caption,
            note="Left: held-out pictures drawn like the training pictures, marks included. "
            "Right: pictures of the marked shape without any mark.",
            panels=True,
        ),
    ),
    cost=cost,
    smallest=MysteryConfig(repetitions=5, n_train=300, budget=8),
    claims=CLAIMS,
    presets=(
        Preset("Half the pictures", {"share": 0.5}, "A shortcut that often does not work."),
        Preset("No strays", {"stray": 0.0}, "Marks that honest networks never saw."),
        Preset("Four probes", {"budget": 4}, "Who is quick?"),
    ),
)
