"""Every model on centred digits, on digits anywhere and on shuffled pixels, then on moved ones."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Generator, Mapping

import numpy as np

from core.challenges.history.shifted.config import (
    CENTRED,
    CNN,
    MLP,
    SHIFTS,
    SHUFFLED,
    SVM,
    TEST,
    TRAINED,
    ShiftedConfig,
    ShiftedResult,
)
from core.data.canvas import PIXELS, SIDE, CanvasDigits, as_pictures, load_canvas_digits
from core.engine.cost import expected_cost
from core.engine.training import Job, Progress, fit
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot
from core.models import classical, shape_networks

HIDDEN, LEARNING_RATE, LOOKS = (128,), 0.01, 4
MORE = 2
"""Passes of the MLP for one of the CNN, which costs several times as much."""
Record = Recorder[ShiftedResult]
Part = Generator[Snapshot[ShiftedResult], None, None]
Sets = Mapping[int, CanvasDigits]
Reader = Callable[[np.ndarray], np.ndarray]
"""Digits on a canvas, `(n, 256)` -> what each is read as, `(n,)`."""


def run(config: ShiftedConfig) -> Run[ShiftedResult]:
    """Train one kind of model after the other; those of one seed share their digits."""
    record = Record(ShiftedResult, cost(config).seconds)
    for way in TRAINED:
        sets = {}
        for seed in config.seeds:
            sets[seed] = drawn(config, seed, way)
            yield record.snapshot("drawing the data", shown=False)
        for training in (_mlps, _svms, _cnns):
            yield from training(config, way, sets, record)
    return record.result()


def drawn(config: ShiftedConfig, seed: int, way: str) -> CanvasDigits:
    """The digits of one seed: the same ones for every model, moved and shuffled alike."""
    return load_canvas_digits(
        config.n_train, anywhere=way != CENTRED, shuffled=way == SHUFFLED, seed=seed
    )


def _mlps(config: ShiftedConfig, way: str, sets: Sets, record: Record) -> Part:
    """Train the networks of all seeds side by side."""
    jobs = [
        Job(one.data, seed, HIDDEN, learning_rate=LEARNING_RATE, batch_size=shape_networks.BATCH,
            scores_train=False)
        for seed, one in sets.items()
    ]  # fmt: skip

    def so_far(progress: Progress) -> ShiftedResult:
        right = progress.fit.curve("validation", "accuracy")[-1:]
        rows = [(MLP, way, 0, s, float(v)) for row in right for s, v in zip(sets, row, strict=True)]
        return record.result(scores=rows)

    steps, phase = MORE * _steps(config), f"{MLP}, {way}"
    work = fit(jobs, steps=steps, evaluate_every=-(-steps // LOOKS))
    seconds = _mlp_cost(config).seconds
    done = yield from record.relay(
        work, phase, seconds, share=lambda p: p.step / p.total, partial=so_far,
        shown=lambda p: p.known,
    )  # fmt: skip
    for place, (seed, one) in enumerate(sets.items()):

        def labels(x: np.ndarray, place: int = place) -> np.ndarray:
            return done.logits(x, [place])[0].argmax(1)

        yield from _asked((MLP, way, seed), one, labels, record)


def _svms(config: ShiftedConfig, way: str, sets: Sets, record: Record) -> Part:
    yield from record.relay(classical.importing("sklearn.svm"), "importing scikit-learn")
    for seed, one in sets.items():
        labels = classical.support_vectors(one.data.x_train, one.data.y_train, config.penalty)
        record.did(_svm_seconds(config))
        yield from _asked((SVM, way, seed), one, labels, record)


def _cnns(config: ShiftedConfig, way: str, sets: Sets, record: Record) -> Part:
    from core.models.canvas_cnn import CanvasCNN

    for seed, one in sets.items():
        new = CanvasCNN(one.data.n_classes, seed=seed)
        work = shape_networks.fitted(new, one.pictures(), seed, config.passes)
        net = yield from record.relay(
            work, f"{CNN}, {way}", _cnn_cost(config).seconds,
            share=lambda step: step / _steps(config),
        )  # fmt: skip

        def read(x: np.ndarray, net: CanvasCNN = net) -> np.ndarray:
            found: np.ndarray = shape_networks.logits(net, as_pictures(x)).argmax(1)
            return found

        yield from _asked((CNN, way, seed), one, read, record)


def _asked(place: tuple[str, str, int], one: CanvasDigits, read: Reader, record: Record) -> Part:
    """Ask a trained model about the test digits at every shift."""
    model, way, seed = place
    for shift in SHIFTS:
        share = float((read(one.moved(shift)) == one.data.y_validation).mean())
        record.add("scores", model, way, shift, seed, share)
        yield record.snapshot(f"testing: {model}, {way}")


def _steps(config: ShiftedConfig) -> int:
    return shape_networks.steps_of(config.n_train, config.passes)


ASKED = TEST * len(SHIFTS)
"""Test digits that a model is asked about after each training."""


def _mlp_cost(config: ShiftedConfig) -> Cost:
    """Of one training, all seeds side by side."""
    return expected_cost(
        (PIXELS, *HIDDEN, 10), n_jobs=config.repetitions, steps=MORE * _steps(config),
        batch_size=shape_networks.BATCH, evaluations=LOOKS + 1, n_evaluated=TEST,
    )  # fmt: skip


def _cnn_cost(config: ShiftedConfig) -> Cost:
    """Of one training of one seed, and of its tests."""
    seen = _steps(config) * shape_networks.BATCH
    return shape_networks.expected_cost(SIDE, seen, ASKED, 0.05)


def _svm_seconds(config: ShiftedConfig) -> float:
    """Of one training of one seed, and of its tests."""
    return 0.05 + 2e-7 * config.n_train**2


def cost(config: ShiftedConfig) -> Cost:
    """Expected cost of every training; what scikit-learn does is not counted as operations."""
    asked = 2.0 * sum(a * b for a, b in itertools.pairwise((PIXELS, *HIDDEN, 10))) * ASKED
    mlp, cnn, n = _mlp_cost(config), _cnn_cost(config), config.repetitions
    flops = len(TRAINED) * (mlp.flops + n * (cnn.flops + asked))
    seconds = len(TRAINED) * (mlp.seconds + n * (cnn.seconds + _svm_seconds(config)))
    return Cost(flops, seconds)
