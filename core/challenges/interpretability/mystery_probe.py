"""One probe of a numbered mystery: pictures, an edit, and what the network answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from pydantic import Field

from core.attributions import explain
from core.challenges.interpretability import networks
from core.challenges.interpretability.mystery_case import EACH, Album
from core.challenges.interpretability.mystery_detectives import ONE_OF_EACH
from core.challenges.interpretability.mystery_game import (
    EPOCHS,
    N_TRAIN,
    STRENGTH,
    Numbered,
    trained,
)
from core.challenges.interpretability.mystery_marks import MARKS, N_MARKS, composed
from core.data.shapes import SHAPES, SIDE
from core.lab.experiment import Experiment
from core.lab.run import Cost, Run, Snapshot, relay
from core.lab.seeding import numpy_generator
from core.lab.settings import View

PLACES = ("one of each shape", *SHAPES)
"""Which pictures a probe shows."""
CARRIED = 0.25
"""Share of a visitor's pictures that come with each mark, whatever the shape."""
ANSWERS = "answers"
Sight = Literal[
    "answers", "DeepLift", "Integrated Gradients", "Saliency", "Guided Backprop", "Grad-CAM",
    "Occlusion",
]  # fmt: skip


class ProbeConfig(Numbered):
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


def bits(marks: list[str]) -> int:
    """Marks by name as one number."""
    return sum(1 << MARKS.index(name) for name in marks)


def stamped(number: int) -> np.ndarray:
    """The marks of such a number, `(N_MARKS,)` bool."""
    return (number >> np.arange(N_MARKS)) % 2 == 1


def as_they_came(album: Album, number: int) -> np.ndarray:
    """Marks that the visitor's pictures carry: any, whatever the shape. `(n, N_MARKS)` bool."""
    rng = numpy_generator(number, "mystery", "strays")
    return rng.random((len(album.clean), N_MARKS)) < CARRIED


def rows_of(place: int) -> np.ndarray:
    """Rows of the album that a probe shows; `EACH` of them."""
    return ONE_OF_EACH if place == 0 else np.arange((place - 1) * EACH, place * EACH)


def edited(album: Album, config: ProbeConfig) -> np.ndarray:
    """The pictures of a probe after its edit, `(EACH, 1, SIDE, SIDE)`."""
    rows = rows_of(config.place)
    marks = as_they_came(album, config.number)[rows]
    clean = album.clean[rows]
    if config.shapeless:
        clean = np.where(album.masks[rows][:, None], np.float32(0), clean)
    kept = np.zeros_like(marks) if config.wiped else marks
    return composed(clean, kept | stamped(config.stamped), STRENGTH)


def run(config: ProbeConfig) -> Run[ProbeResult]:
    """Ask the network of a number; it is trained again if it is not at hand."""
    total = networks.steps_of(N_TRAIN, EPOCHS) + EACH
    empty = np.zeros((0, SIDE, SIDE), np.float16)

    def at(step: int) -> Snapshot[ProbeResult]:
        none = np.zeros((0, len(SHAPES)))
        return Snapshot(
            step, total, "asking", lambda: ProbeResult(empty, none[:, 0], none, none, empty)
        )

    yield at(0)
    solved = yield from relay(trained(config.number), at)
    net = solved.network()
    after, rows = edited(solved.album, config), rows_of(config.place)
    answers = networks.probabilities(net, after)
    maps = empty
    if config.sight != ANSWERS:
        making = explain(config.sight, net, after, answers.argmax(1), seed=config.number)
        found = yield from relay(making, lambda done: at(total - EACH + done))
        largest = np.abs(found).max((1, 2), keepdims=True)
        maps = (found / np.maximum(largest, 1e-12)).astype(np.float16)
    pictures = (255 * after[:, 0]).round().astype(np.uint8)
    before = networks.probabilities(net, solved.album.clean[rows])
    return ProbeResult(pictures, rows // EACH, before, answers, maps)


PROBE = Experiment(
    slug="interpretability/mystery_probe",
    title="A probe",
    question="What does the network answer?",
    config=ProbeConfig,
    view=View,
    result=ProbeResult,
    run=run,
    metrics=lambda result: {},
    finding=lambda result: "",
    figures=(),
    cost=lambda config: Cost(flops=1e8, seconds=0.05 if config.sight == ANSWERS else 0.2),
    smallest=ProbeConfig(),
)
