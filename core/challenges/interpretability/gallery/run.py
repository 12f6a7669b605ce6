"""The gallery's networks: trained, explained by every method, and their maps compared."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.attributions import METHODS, explain, explain_now, passes
from core.challenges.interpretability.gallery.config import (
    ALL,
    EXPLAINED,
    PICTURES,
    GalleryConfig,
    GalleryResult,
)
from core.data.picture_sets import N_VALIDATION, Pictures, draw
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot
from core.metrics.attribution import correlation, ranks, scaled
from core.models import shape_networks as networks

if TYPE_CHECKING:
    from core.models.shape_cnn import ShapeCNN

MISTAKES = 3
"""At most this many of the pictures are ones that the first network gets wrong."""
BETWEEN_LOOKS = 20
"""Batches of the first network's training between two maps of it."""
Ranking = Generator[Snapshot[GalleryResult], None, np.ndarray]
"""A part of the run that returns ranks of pixels, `(methods, pictures, pixels)`."""
Record = Recorder[GalleryResult]


def run(config: GalleryConfig) -> Run[GalleryResult]:
    """Train a network and explain it; then others, to see whether they explain alike."""
    steps = networks.steps_of(config.n_pictures, config.epochs)
    record = _begun(config, config.repetitions * (steps + len(ALL)) + 2 * len(ALL))
    yield record.snapshot("drawing the pictures")
    ranked: dict[int, np.ndarray] = {}
    for seed in config.seeds:
        work = draw(config.dataset, config.n_train, config.clutter, seed)
        data = yield from record.relay(work, "drawing the pictures")
        first = seed == config.first_seed
        look = watching(record, data, seed) if first else None
        net = yield from record.relay(
            networks.train(data, seed, config.epochs, look=look),
            "training; Saliency so far" if first else "training another", steps, pauses=steps,
        )  # fmt: skip
        right = tested(record, seed, net, data)
        if first:
            x, cases = presented(record, net, data, chosen(right, data.y_validation))
            ranked[seed] = yield from explained_first(record, net, x, cases, seed)
        else:
            ranked[seed] = yield from explained(record, net, x, cases["true"].to_numpy(), seed)
        record.extend("agreement", between_methods(seed, ranked[seed]))
        yield record.snapshot("comparing the maps")
    record.extend("stability", between_networks(ranked))
    return record.result()


def _begun(config: GalleryConfig, total: int) -> Record:
    side = config.side
    nothing = np.zeros((0, side, side), np.uint8)
    return Recorder(
        GalleryResult, total, dataset=config.dataset, first_seed=config.first_seed, finished=0,
        images=nothing, masks=nothing.astype(bool), maps=_no_maps(side), held=nothing,
        weights=np.zeros(0, np.float32),
    )  # fmt: skip


def _no_maps(side: int) -> np.ndarray:
    return np.zeros((len(EXPLAINED), len(ALL), PICTURES, side, side), np.float16)


def watching(record: Record, data: Pictures, seed: int) -> Callable[[int, ShapeCNN], None]:
    """Return what looks at the first network while it learns: its answers and Saliency."""
    places = chosen(np.ones(len(data.y_validation), bool), data.y_validation)

    def look(step: int, net: ShapeCNN) -> None:
        if step % BETWEEN_LOOKS:
            return
        x, cases = presented(record, net, data, places)
        maps = _no_maps(data.side)
        for j, column in enumerate(EXPLAINED):
            maps[j, 0] = scaled(explain_now(ALL[0], net, x, cases[column].to_numpy(), seed=seed))
        net.zero_grad()
        record.put(maps=maps, finished=1)

    return look


def tested(record: Record, seed: int, net: ShapeCNN, data: Pictures) -> np.ndarray:
    """Note a network's accuracy, and keep the first one; tell which pictures it gets right."""
    seen = _rounded(data.x_validation)
    predicted = networks.probabilities(net, seen).argmax(1)
    right: np.ndarray = predicted == data.y_validation
    if record.frame("accuracy").empty:
        held_cases = pd.DataFrame({"true": data.y_validation, "predicted": predicted})
        weights = networks.weights_of(net)
        record.put(held=_as_bytes(seen), held_cases=held_cases, weights=weights, finished=0)
    record.add("accuracy", seed, float(right.mean()))
    return right


def chosen(right: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Choose the pictures explained: mistakes first, then right answers of classes not chosen yet.

    Args:
        right: Whether each picture is answered rightly, `(n,)` bool.
        labels: Its class, `(n,)`.

    Returns:
        `PICTURES` places, `(PICTURES,)`.
    """
    rightly = np.flatnonzero(right)
    firsts = rightly[np.sort(np.unique(labels[rightly], return_index=True)[1])]
    wrong_then_right = np.argsort(right, kind="stable")
    order = [*np.flatnonzero(~right)[:MISTAKES], *firsts, *wrong_then_right]
    return np.array(list(dict.fromkeys(order))[:PICTURES])


def presented(
    record: Record, net: ShapeCNN, data: Pictures, places: np.ndarray
) -> tuple[np.ndarray, pd.DataFrame]:
    """Take these pictures as the ones explained, and note the network's answers to them.

    Returns:
        The pictures `(PICTURES, 1, side, side)` as the network sees them, and their cases.
    """
    x = _rounded(data.x_validation[places])
    found = networks.probabilities(net, x)
    order = np.argsort(-found, axis=1)
    cases = pd.DataFrame({
        "true": data.y_validation[places], "predicted": order[:, 0], "runner_up": order[:, 1],
        "probability": found.max(1),
    })  # fmt: skip
    record.put(images=_as_bytes(x), masks=data.masks[places], cases=cases)
    return x, cases


def explained_first(
    record: Record, net: ShapeCNN, x: np.ndarray, cases: pd.DataFrame, seed: int
) -> Ranking:
    """Make the first network's maps of answer, runner-up and truth; rank the pixels by the last."""
    yield record.snapshot("looking for the pixels")
    asked = cases[list(EXPLAINED)].to_numpy().T
    # The truth is nearly always one of the other two: its map is there already.
    second = asked[2] == asked[1]
    extra = (asked[2] != asked[0]) & ~second
    ranked, maps = [], _no_maps(x.shape[-1])
    for i, method in enumerate(ALL):
        made = []
        for targets in asked[:2]:
            work = explain(method, net, x, targets, seed=seed)
            made.append((yield from record.relay(work, method, 1)))
        truth = np.where(second[:, None, None], made[1], made[0])
        if extra.any():
            third = yield from record.relay(explain(method, net, x, asked[2], seed=seed), method)
            truth = np.where(extra[:, None, None], third, truth)
        maps[:, i] = [scaled(found) for found in (*made, truth)]
        ranked.append(_ranked(truth))
        record.did()
        record.put(maps=maps.copy(), finished=i + 1)
    return np.stack(ranked)


def explained(
    record: Record, net: ShapeCNN, x: np.ndarray, targets: np.ndarray, seed: int
) -> Ranking:
    """Rank the pixels by each method's maps: `(methods, pictures, pixels)`."""
    ranked = []
    for method in ALL:
        found = yield from record.relay(explain(method, net, x, targets, seed=seed), method, 1)
        ranked.append(_ranked(found))
    return np.stack(ranked)


def between_methods(seed: int, ranked: np.ndarray) -> list[tuple[int, str, str, float]]:
    """Rows of `agreement`: every method of one network against every other."""
    return [
        (seed, a, b, float(correlation(ranked[i], ranked[j]).mean()))
        for i, a in enumerate(ALL)
        for j, b in enumerate(ALL)
        if i != j
    ]


def between_networks(ranked: Mapping[int, np.ndarray]) -> list[tuple[int, str, float]]:
    """Rows of `stability`: every network against the others, method by method."""
    rows = []
    for i, method in enumerate(ALL):
        for seed, own in ranked.items():
            others = [other for name, other in ranked.items() if name != seed]
            found = [correlation(own[i], other[i]).mean() for other in others]
            rows.append((seed, method, float(np.mean(found))))
    return rows


def _rounded(x: np.ndarray) -> np.ndarray:
    """Bring `x` to 256 levels, so that what the result keeps is what the network saw."""
    return (np.round(255 * x) / 255).astype(np.float32)


def _as_bytes(x: np.ndarray) -> np.ndarray:
    """`(n, 1, h, w)` in [0, 1] as `(n, h, w)` uint8."""
    return np.round(255 * x[:, 0]).astype(np.uint8)


def _ranked(maps: np.ndarray) -> np.ndarray:
    return ranks(np.abs(maps).reshape(len(maps), -1))


def cost(config: GalleryConfig) -> Cost:
    """Expected cost: training, and the maps: answer and runner-up of the first network's."""
    trained = config.repetitions * config.n_pictures * config.epochs
    maps = (config.repetitions + 1) * PICTURES * sum(passes(m, config.side) for m in METHODS)
    seconds = (config.repetitions + 2) * PICTURES * (0.055 if config.dataset == "shapes" else 0.05)
    return networks.expected_cost(
        config.side, trained, maps + config.repetitions * N_VALIDATION, seconds
    )
