"""Numbered mysteries for a visitor to solve: the same number is the same network everywhere.

A case is trained and a probe (pictures, an edit, and what the network answers) is made by the same
machinery as every experiment, one thread for all visitors, so these are two small `Experiment`s
outside the page's list. What a number hides is known only when its case is looked at.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from pydantic import Field, field_validator

from core.attributions import explain
from core.attributions import shortcut_search as search
from core.attributions.shortcut_search import EACH, Album
from core.challenges.interpretability.mystery.run import CLUTTER, flops_of_network
from core.data import planted_marks as marks
from core.data.picture_sets import Pictures, draw
from core.data.planted_marks import MARKS, N_MARKS, NOTHING, Plan
from core.data.shapes import SHAPES, SIDE
from core.lab.experiment import Experiment
from core.lab.recorder import Recorder
from core.lab.run import Cost, ResultT, Run, Snapshot
from core.lab.seeding import derived_seed, numpy_generator
from core.lab.settings import Config, View
from core.models import shape_networks as networks

if TYPE_CHECKING:
    from collections.abc import Generator

HIGHEST = 999_999_999
BUDGET = 8
"""Probes of a visitor, and of the search strategies that are compared with."""
METHOD = "DeepLift"
N_TRAIN, EPOCHS = 900, 6
STEPS = networks.steps_of(N_TRAIN, EPOCHS)
SHARE, STRAY, STRENGTH = 0.9, 0.1, 1.0
KEPT = 16
"""Networks kept at hand for probes: the latest, 25 kB each and 90 kB of pictures."""
PLACES = ("one of each shape", *SHAPES)
"""Which pictures a probe shows."""
CARRIED = 0.25
"""Share of a visitor's pictures that come with each mark, whatever the shape."""
ANSWERS = "answers"
Sight = Literal[
    "answers", "DeepLift", "Integrated Gradients", "Saliency", "Guided Backprop", "Grad-CAM",
    "Occlusion",
]  # fmt: skip


class CaseConfig(Config):
    """Which mystery."""

    number: int = Field(default=1, ge=1, le=HIGHEST)
    """Which mystery."""

    @field_validator("*", mode="after")
    @classmethod
    def _on_a_rung(cls, value: Any, info: Any) -> Any:
        """Numbers have no rungs; their bounds are the fields' own."""
        return value


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
        named: `detective`, `probes`, `mark`, `shape`: what each strategy names in the end.
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
    """What is kept of a trained case; its pictures only where it was trained anew."""

    plan: Plan
    weights: np.ndarray
    album: Album
    data: Pictures | None = None

    def oracle(self, seed: int) -> search.Oracle:
        """Build the network anew, to be asked; for the thread that trains."""
        net = networks.with_weights(len(SHAPES), SIDE, self.weights)
        return search.Oracle(net, self.album, self.plan.strength, METHOD, seed)


latest: OrderedDict[int, Solved] = OrderedDict()
"""Networks at hand, by number, the last used at the end; for the thread that trains."""


def plan_of(number: int) -> Plan:
    """What a number hides: one of the marks or nothing, all equally likely."""
    rng = numpy_generator(number, "mystery", "plan")
    mark, shape = int(rng.integers(NOTHING, N_MARKS)), int(rng.integers(len(SHAPES)))
    return Plan(mark, shape if mark != NOTHING else NOTHING, SHARE, STRAY, STRENGTH)


def seed_of(number: int) -> int:
    """Seed of a number's pictures and network."""
    return derived_seed(number, "mystery", "pictures")


def trained(
    number: int, record: Recorder[ResultT], phase: str, *, anew: bool = False
) -> Generator[Snapshot[ResultT], None, Solved]:
    """Train the network of a number, or take it from those at hand; for the thread that trains.

    Args:
        number: Which mystery.
        record: Of the run; counts a batch as one.
        phase: In words.
        anew: Train in any case, to have the held-out pictures as well.
    """
    if number in latest and not anew:
        latest.move_to_end(number)
        record.did(STEPS)
        return latest[number]
    seed, plan = seed_of(number), plan_of(number)
    data = yield from record.relay(draw("shapes", N_TRAIN, CLUTTER, seed), phase)
    work = networks.train(marks.training(data, plan, seed), seed, EPOCHS)
    net = yield from record.relay(work, phase, STEPS, pauses=STEPS)
    album = search.album_of(data, marks.found_marks(data, plan, seed))
    solved = Solved(plan, networks.weights_of(net), album, data)
    latest[number] = replace(solved, data=None)
    while len(latest) > KEPT:
        latest.popitem(last=False)
    return solved


def run_case(config: CaseConfig) -> Run[CaseResult]:
    """Train the network, test it as usual, and let every strategy search for its mark."""
    # Nothing is put on record: a partial result would be the solution.
    record = Recorder(CaseResult, STEPS + len(search.STRATEGIES), **vars(_nothing_yet()))
    training, phase = "training the mystery network", "setting the scene"
    yield record.snapshot(training)
    solved = yield from trained(config.number, record, training, anew=True)
    oracle, named = solved.oracle(seed_of(config.number)), []
    for name in search.STRATEGIES:
        work = search.searched(name, oracle, BUDGET)
        answers = yield from record.relay(work, phase, 1)
        named.append((name, 1 + answers.index(answers[-1]), *answers[-1]))
    yield record.snapshot(phase)
    return _result(solved, oracle, named)


def _nothing_yet() -> CaseResult:
    empty = np.zeros(0)
    return CaseResult(*search.HONEST, 0.0, 0.0, 0.0, 0.0, _named([]), empty, empty, empty)


def _named(rows: Sequence[tuple[Any, ...]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["detective", "probes", "mark", "shape"])


def _result(solved: Solved, oracle: search.Oracle, named: Sequence[tuple[Any, ...]]) -> CaseResult:
    plan, data = solved.plan, solved.data
    assert data is not None
    x, y = data.x_validation, data.y_validation
    carried = marks.found_marks(data, plan, oracle.seed)
    right = [
        networks.probabilities(oracle.net, shown).argmax(1) == y
        for shown in (marks.composed(x, carried, plan.strength), x)
    ]
    own = y == plan.shape if plan.mark != NOTHING else np.ones(len(y), bool)
    found, clean = (float(one.mean()) for one in right)
    own_found, own_clean = (float(one[own].mean()) for one in right)
    rises = oracle.rises(search.EACH_MARK)
    crowds, _ = oracle.crowds(np.arange(N_MARKS))
    return CaseResult(
        plan.mark, plan.shape, found, clean, own_found, own_clean, _named(named),
        rises.max(1), rises.argmax(1), crowds,
    )  # fmt: skip


class ProbeConfig(CaseConfig):
    """One probe."""

    place: int = Field(default=0, ge=0, lt=len(PLACES))
    """Index into `PLACES`."""
    wiped: bool = True
    """Whether the marks that the pictures came with are taken off."""
    stamped: int = Field(default=0, ge=0, lt=2**N_MARKS)
    """The marks put on: bit `m` stands for mark `m`."""
    shapeless: bool = False
    """Whether the shape is cut out."""
    sight: Sight = "answers"
    """What is looked at besides the answers: nothing, or maps of this method."""


@dataclass(frozen=True)
class ProbeResult:
    """What one probe showed.

    Attributes:
        pictures: As the network saw them, `(EACH, SIDE, SIDE)` uint8.
        truth: The shapes that are in them, `(EACH,)` indices into `SHAPES`.
        before: Probabilities for the same pictures without any mark or cut, `(EACH, shapes)`.
        after: Probabilities for what is shown.
        maps: Of the answers after the edit, `(EACH, SIDE, SIDE)` float16, each divided by its
            largest absolute value; no rows when only answers were asked for.
    """

    pictures: np.ndarray
    truth: np.ndarray
    before: np.ndarray
    after: np.ndarray
    maps: np.ndarray


def bits(names: Sequence[str]) -> int:
    """Marks by name as one number."""
    return sum(1 << MARKS.index(name) for name in names)


def stamped(number: int) -> np.ndarray:
    """The marks of such a number, `(N_MARKS,)` bool."""
    return (number >> np.arange(N_MARKS)) % 2 == 1


def as_they_came(album: Album, number: int) -> np.ndarray:
    """Marks that the visitor's pictures carry: any, whatever the shape. `(n, N_MARKS)` bool."""
    rng = numpy_generator(number, "mystery", "strays")
    return rng.random((len(album.clean), N_MARKS)) < CARRIED


def rows_of(place: int) -> np.ndarray:
    """Rows of the album that a probe shows; `EACH` of them."""
    return search.ONE_OF_EACH if place == 0 else np.arange((place - 1) * EACH, place * EACH)


def edited(album: Album, config: ProbeConfig) -> np.ndarray:
    """The pictures of a probe after its edit, `(EACH, 1, SIDE, SIDE)`."""
    rows = rows_of(config.place)
    clean = album.clean[rows]
    if config.shapeless:
        clean = np.where(album.masks[rows][:, None], np.float32(0), clean)
    kept = as_they_came(album, config.number)[rows] & (not config.wiped)
    return marks.composed(clean, kept | stamped(config.stamped), STRENGTH)


def run_probe(config: ProbeConfig) -> Run[ProbeResult]:
    """Ask the network of a number; it is trained again if it is not at hand."""
    maps, none = np.zeros((0, SIDE, SIDE), np.float16), np.zeros((0, len(SHAPES)))
    record = Recorder(
        ProbeResult, STEPS + EACH, pictures=maps, truth=none[:, 0], before=none, after=none,
        maps=maps,
    )  # fmt: skip
    yield record.snapshot("asking")
    solved = yield from trained(config.number, record, "asking")
    net, rows = solved.oracle(config.number).net, rows_of(config.place)
    shown = edited(solved.album, config)
    after = networks.probabilities(net, shown)
    if config.sight != ANSWERS:
        making = explain(config.sight, net, shown, after.argmax(1), seed=config.number)
        found = yield from record.relay(making, "asking", EACH, share=lambda done: done / EACH)
        largest = np.abs(found).max((1, 2), keepdims=True)
        maps = (found / np.maximum(largest, 1e-12)).astype(np.float16)
    pictures = (255 * shown[:, 0]).round().astype(np.uint8)
    before = networks.probabilities(net, solved.album.clean[rows])
    return ProbeResult(pictures, rows // EACH, before, after, maps)


UNLISTED: dict[str, Any] = {
    "view": View, "metrics": lambda result: {}, "finding": lambda result: "", "figures": (),
}  # fmt: skip
CASE = Experiment(
    slug="interpretability/mystery_game",
    title="A numbered mystery",
    question="What does this network go by?",
    config=CaseConfig,
    result=CaseResult,
    run=run_case,
    cost=lambda config: Cost(
        flops=flops_of_network(N_TRAIN, EPOCHS), seconds=7e-5 * N_TRAIN * EPOCHS + 0.1
    ),
    smallest=CaseConfig(),
    **UNLISTED,
)
PROBE = Experiment(
    slug="interpretability/mystery_probe",
    title="A probe",
    question="What does the network answer?",
    config=ProbeConfig,
    result=ProbeResult,
    run=run_probe,
    cost=lambda config: Cost(flops=1e8, seconds=0.05 if config.sight == ANSWERS else 0.2),
    smallest=ProbeConfig(),
    **UNLISTED,
)
