"""Three networks a seed: without a mark, with it on discs, and with the corner made black."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from core.attributions import explain, passes
from core.challenges.interpretability.clever_hans.config import (
    ARMS,
    CORNER,
    MARK,
    METHODS,
    TESTS,
    CleverHansConfig,
    CleverHansResult,
)
from core.data.picture_sets import N_VALIDATION, Pictures, draw
from core.data.shapes import SHAPES, SIDE
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot
from core.lab.seeding import numpy_generator
from core.metrics.attribution import mass_on, scaled
from core.models import shape_networks as networks

if TYPE_CHECKING:
    from core.models.shape_cnn import ShapeCNN

MARKED = SHAPES.index("disc")
PICTURES = 8
Record = Recorder[CleverHansResult]
Work = Generator[Snapshot[CleverHansResult], None, None]


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


def run(config: CleverHansConfig) -> Run[CleverHansResult]:
    """Train each arm from the same weights on the same pictures, with and without the mark."""
    steps = networks.steps_of(config.n_train, config.epochs)
    record = Recorder(
        CleverHansResult,
        config.repetitions * len(ARMS) * (steps + len(METHODS)),
        image=np.zeros((SIDE, SIDE), np.uint8),
        maps=np.zeros((len(ARMS), len(METHODS), SIDE, SIDE), np.float16),
    )
    yield record.snapshot("drawing the pictures")
    for seed in config.seeds:
        work = draw("shapes", config.n_train, config.clutter, seed)
        data = yield from record.relay(work, "drawing the pictures")
        for arm in ARMS:
            net = yield from record.relay(
                networks.train(planted(data, config, arm, seed), seed, config.epochs),
                "training a network", steps, pauses=steps,
            )  # fmt: skip
            yield from _asked(record, config, seed, arm, net, data)
    return record.result()


def _asked(
    record: Record, config: CleverHansConfig, seed: int, arm: str, net: ShapeCNN, data: Pictures
) -> Work:
    """Ask a network with and without the mark, and for its reasons."""
    discs, strength = data.y_validation == MARKED, config.strength
    x = {"discs": data.x_validation[discs], "others": data.x_validation[~discs]}
    seen = erased if arm == "erased" else np.asarray
    answers = {
        "marked_discs": (stamped(x["discs"], strength), MARKED),
        "plain_discs": (x["discs"], MARKED),
        "other_shapes": (x["others"], data.y_validation[~discs]),
        "stamped_others": (stamped(x["others"], strength), MARKED),
    }
    for test in TESTS:
        pictures, wanted = answers[test]
        right = networks.probabilities(net, seen(pictures)).argmax(1) == wanted
        record.add("outcomes", seed, arm, test, float(right.mean()))
        yield record.snapshot("with and without the mark", shown=test == TESTS[-1])
    pictures = seen(stamped(x["discs"][:PICTURES], strength))
    yield from _explained(record, seed, arm, net, pictures, keep=seed == config.first_seed)


def _explained(
    record: Record, seed: int, arm: str, net: ShapeCNN, pictures: np.ndarray, keep: bool
) -> Work:
    """Measure how much of each method's map of a disc lies on the corner."""
    corner = np.zeros((SIDE, SIDE), bool)
    corner[CORNER] = True
    targets = np.full(len(pictures), MARKED)
    if keep and arm == "marked":
        record.put(image=(255 * pictures[0, 0]).astype(np.uint8))
    kept = record.result().maps
    for i, method in enumerate(METHODS):
        work = explain(method, net, pictures, targets, seed=seed)
        maps = yield from record.relay(work, "asking for reasons", 1)
        record.add("masses", seed, arm, method, float(mass_on(maps, corner).mean()))
        if keep:
            kept = kept.copy()
            kept[ARMS.index(arm), i] = scaled(maps[:1])[0]
            record.put(maps=kept)


def cost(config: CleverHansConfig) -> Cost:
    """Expected cost: three networks a seed, and their maps."""
    nets = config.repetitions * len(ARMS)
    # All validation pictures are tested twice: as they are, and with the mark.
    asked = 2 * N_VALIDATION + PICTURES * sum(passes(method, SIDE) for method in METHODS)
    trained = nets * config.n_train * config.epochs
    return networks.expected_cost(SIDE, trained, nets * asked, nets * PICTURES * 0.014)
