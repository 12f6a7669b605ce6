"""Ensembles that never see some digits, and what detectors make of those and of other pictures."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from core.challenges.generalization.novel_classes.config import (
    ALARMS,
    AREA,
    FAR,
    KNOWN,
    MEMBERS,
    MISSED,
    N_KNOWN,
    N_NOVEL,
    NEAR,
    NOVEL,
    NovelClassesConfig,
    NovelClassesResult,
)
from core.challenges.generalization.stacks import Stack, all_of
from core.data.embedded import load_digits
from core.data.novel_pictures import draw_novel
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, complete
from core.lab.seeding import numpy_generator
from core.metrics import receiver
from core.metrics.calibration import softmax
from core.metrics.novelty_scores import DETECTORS, SOFTMAX, Asked, missed_at, strangeness

if TYPE_CHECKING:
    from core.models.digit_cnn import DigitNets

POOL = 1200
"""Digits that are not set apart for testing."""
TRAIN = "train"
N_GLANCE, GLANCED = 100, 3
"""Pictures of each kind that the live figures look at, and of how many seeds."""
BARE = (
    "curves", "usual", "weights", "sizes", "x", "y", "classes", "pictures", "answers", "sure",
)  # fmt: skip


@dataclass(frozen=True)
class World:
    """The pictures of one seed.

    Attributes:
        classes: Digits that the networks see, in ascending order; labels are places in it.
        y: Labels of the training pictures.
        x: Pictures by kind, `TRAIN`, `KNOWN` and then `NOVEL`, `(n, 64)` each.
        y_known: Labels of the known test pictures.
    """

    classes: np.ndarray
    y: np.ndarray
    x: Mapping[str, np.ndarray]
    y_known: np.ndarray


def draw(config: NovelClassesConfig, seed: int) -> World:
    """Draw which digits are left out, and all pictures of one seed."""
    data = load_digits(POOL, seed=seed)
    left_out = numpy_generator(seed, "left out").choice(10, config.left_out, replace=False)
    classes = np.setdiff1d(np.arange(10), left_out)
    seen, tested = (~np.isin(y, left_out) for y in (data.y_train, data.y_validation))
    digits = {
        TRAIN: data.x_train[seen][: config.n_train],
        KNOWN: data.x_validation[tested][:N_KNOWN],
        NEAR: np.concatenate([data.x_validation[~tested], data.x_train[~seen]])[:N_NOVEL],
    }
    others = {str(kind): draw_novel(kind, N_NOVEL, seed=seed) for kind in FAR}
    return World(
        classes,
        np.searchsorted(classes, data.y_train[seen][: config.n_train]),
        {**digits, **others},
        np.searchsorted(classes, data.y_validation[tested][:N_KNOWN]),
    )


def _stack(config: NovelClassesConfig) -> Stack:
    count = MEMBERS * config.repetitions
    return Stack(config.network, count, config.n_train, config.passes)


def _pictures(config: NovelClassesConfig) -> int:
    """How many each network is asked about: once for answers, once for features."""
    return 2 * (config.n_train + N_KNOWN + len(NOVEL) * N_NOVEL)


def cost(config: NovelClassesConfig) -> Cost:
    """Expected cost of training and asking all networks."""
    return _stack(config).cost(_pictures(config)) + Cost(0, 0.1 * config.repetitions + 0.2)


def run(config: NovelClassesConfig) -> Run[NovelClassesResult]:
    """Train all ensembles side by side, then ask them."""
    from core.models.digit_cnn import DigitNets
    from core.models.digit_training import Learner, train

    record, stack = _record(cost(config).flops), _stack(config)
    worlds = []
    for seed in config.seeds:
        yield record.snapshot("drawing the pictures", shown=False)
        worlds.append(draw(config, seed))
    seeds = all_of(config.seeds, MEMBERS)
    nets = DigitNets(config.network, seeds, 10 - config.left_out)
    pairs = zip(seeds, MEMBERS * worlds, strict=True)
    learners = [Learner(seed, world.x[TRAIN], world.y) for seed, world in pairs]

    def glance(_: object) -> NovelClassesResult:
        return complete(read(config, worlds[:GLANCED], complete(ask(nets, worlds, N_GLANCE))))

    yield from record.relay(
        train(nets, learners, config.n_train, config.passes), f"training {stack.count} networks",
        stack.flops, pauses=stack.pauses, partial=glance,
    )  # fmt: skip
    answers = yield from record.relay(
        ask(nets, worlds), "asking them", stack.asking(_pictures(config)), partial=glance
    )
    found = yield from record.relay(read(config, worlds, answers), "scoring", partial=glance)
    return replace(found, **kept(config, nets, worlds[0], answers[0]))


def _record(total: float, **fields: np.ndarray) -> Recorder[NovelClassesResult]:
    bare = {name: np.zeros(0) for name in BARE}
    return Recorder(NovelClassesResult, total, **{**bare, **fields, "neighbours": 0})


def ask(
    nets: DigitNets, worlds: Sequence[World], most: int | None = None
) -> Generator[None, None, list[dict[str, Asked]]]:
    """Ask all members about every kind of pictures.

    Args:
        nets: All first members, then all second ones, and so on.
        worlds: One per seed.
        most: Pictures of each kind; all by default.

    Returns:
        For each seed, kind of pictures -> what its ensemble makes of them.
    """
    from core.models.digit_training import asked

    found: list[dict[str, Asked]] = [{} for _ in worlds]
    for kind in (TRAIN, KNOWN, *NOVEL):
        own = np.stack([world.x[kind][:most] for world in worlds])
        x = np.tile(own, (MEMBERS, 1, 1))
        logits = yield from asked(nets, x)
        features = yield from asked(nets, x, features=True)
        logits = logits.reshape(MEMBERS, len(worlds), *logits.shape[1:])
        for place in range(len(worlds)):
            found[place][kind] = Asked(own[place], logits[:, place], features[place])
    return found


def read(
    config: NovelClassesConfig, worlds: Sequence[World], answers: Sequence[Mapping[str, Asked]]
) -> Generator[None, None, NovelClassesResult]:
    """Score all pictures, pausing after every seed."""
    curves = np.zeros((len(DETECTORS), len(NOVEL), len(worlds), len(ALARMS)))
    record = _record(1, curves=curves, **_first_pictures(worlds[0], answers[0]))
    for place, (seed, world) in enumerate(zip(config.seeds, worlds, strict=False)):
        own, scored = answers[place], {}
        for kind in (KNOWN, *NOVEL):
            labels = world.y[: len(own[TRAIN].x)]
            scored[kind] = strangeness(own[TRAIN], labels, own[kind], config.neighbours)
            yield
        for row, detector in enumerate(DETECTORS):
            known = scored[KNOWN][detector]
            for column, novelty in enumerate(NOVEL):
                novel = scored[novelty][detector]
                area, curves[row, column, place] = told_apart(known, novel)
                record.add("scores", seed, area, detector, novelty, AREA)
                record.add("scores", seed, missed_at(known, novel), detector, novelty, MISSED)
        for kind, scores in scored.items():
            record.add("sureness", seed, float(1 - scores[SOFTMAX].mean()), kind)
        answer = own[KNOWN].logits[0].argmax(-1)
        record.add("accuracy", seed, float((answer == world.y_known[: len(answer)]).mean()))
    return record.result()


def told_apart(known: np.ndarray, novel: np.ndarray) -> tuple[float, np.ndarray]:
    """Area under the ROC curve, and the share of novel pictures noticed at `ALARMS`."""
    y = np.repeat([0, 1], [len(known), len(novel)])
    alarms, noticed, _ = receiver.roc(y, np.concatenate([known, novel]))
    return receiver.under(alarms, noticed), np.interp(ALARMS, alarms, noticed)


def _first_pictures(world: World, answers: Mapping[str, Asked]) -> dict[str, np.ndarray]:
    """The first picture of each kind, and what the first network reads in it."""
    kinds = (KNOWN, *NOVEL)
    p = softmax(np.stack([answers[kind].logits[0, 0] for kind in kinds]))
    pictures = np.stack([world.x[kind][0] for kind in kinds])
    return {"pictures": pictures, "answers": world.classes[p.argmax(-1)], "sure": p.max(-1)}


def kept(
    config: NovelClassesConfig, nets: DigitNets, world: World, answers: Mapping[str, Asked]
) -> dict[str, Any]:
    """What it takes to ask the first seed's ensemble about a picture that somebody brings."""
    usual = strangeness(answers[TRAIN], world.y, answers[KNOWN], config.neighbours)
    layers = [layer[:: config.repetitions] for layer in nets.matrices()]
    return {
        "neighbours": config.neighbours,
        "usual": np.sort(np.stack([usual[name] for name in DETECTORS]), 1).astype(np.float32),
        "weights": np.concatenate([one.reshape(MEMBERS, -1) for one in layers], 1).astype("f2"),
        "sizes": np.array([64, *(layer.shape[2] for layer in layers)]),
        "x": (16 * world.x[TRAIN]).round().astype(np.uint8),
        "y": world.y.astype(np.uint8),
        "classes": world.classes,
    }
