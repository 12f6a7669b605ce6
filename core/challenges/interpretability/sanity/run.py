"""Each seed's network, trained, explained, and destroyed layer by layer."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

import numpy as np

from core.attributions import explain, passes
from core.challenges.interpretability.sanity.config import (
    KEPT,
    METHODS,
    ORDER,
    PICTURES,
    SanityConfig,
    SanityResult,
)
from core.data.picture_sets import Pictures, draw
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot
from core.metrics.attribution import rank_correlation, scaled
from core.models import shape_networks as networks

if TYPE_CHECKING:
    from core.models.shape_cnn import ShapeCNN

STAGES = len(ORDER) + 1


def run(config: SanityConfig) -> Run[SanityResult]:
    """Train each seed's network, explain it, and destroy it layer by layer."""
    side, steps = config.side, networks.steps_of(config.n_pictures, config.epochs)
    record = Recorder(
        SanityResult,
        config.repetitions * (steps + STAGES * len(METHODS)),
        images=np.zeros((0, side, side), np.uint8),
        maps=np.zeros((len(METHODS), STAGES, KEPT, side, side), np.float16),
    )
    yield record.snapshot("drawing the pictures")
    for seed in config.seeds:
        work = draw(config.dataset, config.n_train, config.clutter, seed)
        data = yield from record.relay(work, "drawing the pictures")
        first = seed == config.first_seed
        if first:
            record.put(images=(255 * data.x_validation[:KEPT, 0]).astype(np.uint8))
        net = yield from record.relay(
            networks.train(data, seed, config.epochs),
            "training a network", steps, pauses=steps,
        )  # fmt: skip
        yield from _explained(record, seed, net, data, keep=first)
    return record.result()


def _explained(
    record: Recorder[SanityResult], seed: int, net: ShapeCNN, data: Pictures, keep: bool
) -> Generator[Snapshot[SanityResult], None, None]:
    """Explain the trained network, and again after each layer is drawn anew."""
    x = data.x_validation[:PICTURES]
    targets = networks.probabilities(net, x).argmax(1)
    trained: dict[str, np.ndarray] = {}
    kept = record.result().maps.copy()
    for stage in range(STAGES):
        if stage:
            net.randomise(ORDER[stage - 1], seed + 10_000)
        for i, method in enumerate(METHODS):
            work = explain(method, net, x, targets, seed=seed)
            maps = yield from record.relay(work, "explaining ever less of a network", 1)
            before = trained.setdefault(method, maps)
            for compare, value in _similarity(before, maps).items():
                record.add("similarity", seed, method, stage, compare, value)
            if keep:
                kept[i, stage] = scaled(maps[:KEPT])
                record.put(maps=kept.copy())


def _similarity(before: np.ndarray, now: np.ndarray) -> dict[str, float]:
    """Mean rank correlation of maps `(n, h, w)` with those of the trained network."""
    a, b = (maps.reshape(len(maps), -1) for maps in (before, now))
    return {
        "sizes": float(rank_correlation(np.abs(a), np.abs(b)).mean()),
        "signed": float(rank_correlation(a, b).mean()),
    }


def cost(config: SanityConfig) -> Cost:
    """Expected cost: training, and the maps of every stage."""
    explained = config.repetitions * PICTURES * STAGES
    asked = explained * sum(passes(method, config.side) for method in METHODS)
    seconds = explained * (0.01 if config.dataset == "shapes" else 0.004)
    trained = config.repetitions * config.n_pictures * config.epochs
    return networks.expected_cost(config.side, trained, asked, seconds)
