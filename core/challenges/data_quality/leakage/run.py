"""Three leaks, one after the other: train, test where it leaks, test on fresh data, look for it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from core.challenges.data_quality.leakage.config import (
    AMOUNTS,
    CLEAN,
    COLUMNS,
    DUPLICATES,
    FRESH,
    SELECTION,
    SHARES,
    SPREADS,
    TARGET,
    TEST,
    LeakageConfig,
    LeakageResult,
)
from core.data.dataset import Dataset, with_shuffled_labels, with_validation
from core.data.embedded import load_cells, load_mnist1d
from core.data.leaky import TESTED, Noise, contaminated, draw_noise, most_correlated, with_column
from core.engine.job import Job
from core.engine.sweep import planned_cost
from core.engine.training import Fit, fit
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot
from core.lab.seeding import numpy_generator
from core.metrics.leaks import beyond_chance, columns_that_know, copies

FOLDS = 5
STEPS = {DUPLICATES: 600, TARGET: 300, SELECTION: 100}
HIDDEN = {DUPLICATES: (128,), TARGET: (16,), SELECTION: ()}
EVALUATIONS = 6
"""Of the networks that show on their way what copies do."""
Rows = Iterable[tuple[object, ...]]
Part = Generator[Snapshot[LeakageResult], None, None]


def run(config: LeakageConfig) -> Run[LeakageResult]:
    """Let each leak happen, from nothing to much, and let its detector look."""
    record = Recorder(LeakageResult, cost(config).flops)
    yield record.snapshot("drawing the data", shown=False)
    yield from _duplicates(config, record)
    yield from _target_leak(config, record)
    yield from _selection(config, record)
    return record.result()


def _trained(
    record: Recorder[LeakageResult], leak: str, jobs: list[Job], evaluations: int = 1,
    rows: Callable[[Fit], Rows] = lambda trained: (),
) -> Generator[Snapshot[LeakageResult], None, Fit]:  # fmt: skip
    """Train models side by side.

    Args:
        record: Of the run.
        leak: What leaks.
        jobs: The models.
        evaluations: How often they are evaluated after the start.
        rows: What their newest evaluation says, as rows of `scores` that hold for the moment.
    """
    steps = STEPS[leak]
    return (yield from record.relay(
        fit(jobs, steps=steps, evaluate_every=steps // evaluations), leak,
        planned_cost(jobs, steps, 1 + evaluations).flops,
        share=lambda progress: progress.step / progress.total,
        partial=lambda progress: record.result(scores=rows(progress.fit)),
        shown=lambda p: p.known,
    ))  # fmt: skip


def _plain(leak: str, data: Dataset, seed: int) -> Job:
    """A model of which only the answers at the end are asked."""
    return Job(data, seed, HIDDEN[leak], scores_train=False)


# Copies of training examples among the test examples


def signals(config: LeakageConfig, seed: int) -> Dataset:
    """What the first network is trained on."""
    data = load_mnist1d(config.n_train, seed=seed)
    return with_shuffled_labels(data, seed) if config.random_labels else data


def _watched(config: LeakageConfig, seed: int, data: Dataset) -> Job:
    """A network that is tested on its way: on fresh signals, and where copies are among them."""
    tests = {
        amount: contaminated(data, share, config.copy_noise, seed)[:2]
        for share, amount in zip(SHARES, AMOUNTS[DUPLICATES], strict=True)
    }
    fresh = with_validation(data, slice(TESTED, None))
    return Job(fresh, seed, HIDDEN[DUPLICATES], watch=tests, scores_train=False)


def _so_far(seeds: Sequence[int], trained: Fit) -> Rows:
    """Both scores of the duplicates while the networks learn."""
    if not len(trained.evaluated_steps):
        return
    fresh, n = trained.curve("validation", "accuracy")[-1], len(trained.jobs[0].data.y_validation)
    for amount in AMOUNTS[DUPLICATES]:
        test = trained.curve(amount, "accuracy")[-1]
        for seed, right, new in zip(seeds, test, fresh, strict=True):
            yield DUPLICATES, amount, TEST, seed, float(right), TESTED
            yield DUPLICATES, amount, FRESH, seed, float(new), n


def _duplicates(config: LeakageConfig, record: Recorder[LeakageResult]) -> Part:
    sets = {seed: signals(config, seed) for seed in config.seeds}
    jobs = [_watched(config, seed, data) for seed, data in sets.items()]
    trained = yield from _trained(
        record, DUPLICATES, jobs, EVALUATIONS, lambda trained: _so_far(config.seeds, trained)
    )
    for place, (seed, data) in enumerate(sets.items()):
        answers = trained.logits(data.x_validation[TESTED:], [place])[0].argmax(1)
        fresh = float(np.mean(answers == data.y_validation[TESTED:]))
        for share, amount in zip(SHARES, AMOUNTS[DUPLICATES], strict=True):
            x, y, copied = contaminated(data, share, config.copy_noise, seed)
            right = trained.logits(x, [place])[0].argmax(1) == y
            record.add("scores", DUPLICATES, amount, TEST, seed, float(right.mean()), len(y))
            record.add("scores", DUPLICATES, amount, FRESH, seed, fresh, len(answers))
            alarms = copies(x, data.x_train)
            for leaks in (True, False):
                own = copied == leaks
                count = int(alarms[own].sum()), int(own.sum())
                record.add("alarms", DUPLICATES, amount, seed, leaks, *count)
            yield record.snapshot(DUPLICATES)


# A column that is written after the outcome


def _target_leak(config: LeakageConfig, record: Recorder[LeakageResult]) -> Part:
    sets = dict(_tables(config))
    jobs = [_plain(TARGET, data, seed) for (_, seed), data in sets.items()]
    trained = yield from _trained(record, TARGET, jobs)
    for place, ((amount, seed), data) in enumerate(sets.items()):
        new = data.x_validation.copy()
        # In use the outcome is not known yet: the column holds what it does on average.
        new[:, sets[AMOUNTS[TARGET][0], seed].n_features :] = 0
        for score, x in ((TEST, data.x_validation), (FRESH, new)):
            right = (trained.logits(x, [place])[0, :, 0] > 0) == (data.y_validation == 1)
            record.add("scores", TARGET, amount, score, seed, float(right.mean()), len(x))
        alarms, own = columns_that_know(data.x_train, data.y_train), np.zeros(data.n_features)
        own[sets[AMOUNTS[TARGET][0], seed].n_features :] = 1
        for leaks in (True, False):
            asked = own == leaks
            if asked.any():
                count = int(alarms[asked].sum()), int(asked.sum())
                record.add("alarms", TARGET, amount, seed, leaks, *count)
        yield record.snapshot(TARGET)


def _tables(config: LeakageConfig) -> Iterator[tuple[tuple[str, int], Dataset]]:
    for spread, amount in zip(SPREADS, AMOUNTS[TARGET], strict=True):
        for seed in config.seeds:
            data = load_cells(seed=seed)
            yield (amount, seed), with_column(data, spread, seed) if spread else data


# Columns selected before the cross-validation


@dataclass(frozen=True)
class Fold:
    """One model of a cross-validation.

    Attributes:
        way: `TEST` (columns selected with all rows), `CLEAN` (in the fold) or `FRESH` (all rows
            are trained on).
        shuffled: Whether the classes were shuffled first.
        job: The model.
        x: What it answers for.
        y: The right answers.
    """

    way: str
    shuffled: bool
    job: Job
    x: np.ndarray
    y: np.ndarray


def folds(config: LeakageConfig, noise: Noise, seed: int) -> Iterator[Fold]:
    """All models of one table: both ways to select, for its classes and for shuffled ones."""
    n, k = len(noise.y), min(config.selected, noise.x.shape[1])
    rng = numpy_generator(seed, "leakage", "folds")
    parts = np.array_split(rng.permutation(n), FOLDS)
    for shuffled, y in ((False, noise.y), (True, rng.permutation(noise.y))):
        chosen = most_correlated(noise.x, y, k)
        for held in parts:
            seen = np.setdiff1d(np.arange(n), held)
            inside = most_correlated(noise.x[seen], y[seen], k)
            for way, columns in ((TEST, chosen), (CLEAN, inside)):
                x = noise.x[:, columns]
                yield Fold(way, shuffled, _logistic(x[seen], y[seen], seed), x[held], y[held])
        if not shuffled:
            job = _logistic(noise.x[:, chosen], y, seed)
            yield Fold(FRESH, False, job, noise.fresh[:, chosen], noise.y_fresh)


def _logistic(x: np.ndarray, y: np.ndarray, seed: int) -> Job:
    data = Dataset("noise", x, y, x[:1], y[:1], 2, np.zeros(len(y), dtype=bool))
    return _plain(SELECTION, data, seed)


def _selection(config: LeakageConfig, record: Recorder[LeakageResult]) -> Part:
    for columns, amount in zip(COLUMNS, AMOUNTS[SELECTION], strict=True):
        planned: list[tuple[int, Fold]] = []
        for seed in config.seeds:
            noise = draw_noise(config.n_patients, columns, seed)
            planned += [(seed, fold) for fold in folds(config, noise, seed)]
            yield record.snapshot(SELECTION)
        trained = yield from _trained(record, SELECTION, [fold.job for _, fold in planned])
        right: dict[tuple[int, str, bool], list[np.ndarray]] = {}
        for place, (seed, fold) in enumerate(planned):
            answers = trained.logits(fold.x, [place])[0, :, 0] > 0
            right.setdefault((seed, fold.way, fold.shuffled), []).append(answers == (fold.y == 1))
            if place % FOLDS == 0:
                yield record.snapshot(SELECTION)
        for (seed, way, shuffled), parts in right.items():
            hits = np.concatenate(parts)
            if not shuffled:
                record.add("scores", SELECTION, amount, way, seed, float(hits.mean()), len(hits))
            else:
                alarm = int(beyond_chance(int(hits.sum()), len(hits)))
                record.add("alarms", SELECTION, amount, seed, way == TEST, alarm, 1)


@lru_cache(maxsize=64)
def cost(config: LeakageConfig) -> Cost:
    """Expected cost; the noise is drawn for one seed, as its shapes are all that counts."""
    signal = [_watched(config, seed, signals(config, seed)) for seed in config.seeds]
    cells = [_plain(TARGET, data, seed) for (_, seed), data in _tables(config)]
    total = planned_cost(signal, STEPS[DUPLICATES], 1 + EVALUATIONS)
    total += planned_cost(cells, STEPS[TARGET], 2)
    for columns in COLUMNS:
        noise = draw_noise(config.n_patients, columns, 0)
        jobs = [fold.job for fold in folds(config, noise, 0)] * config.repetitions
        total += planned_cost(jobs, STEPS[SELECTION], 2)
        total += Cost(0, 3e-7 * columns * config.n_patients * config.repetitions)
    return total
