"""Train on few examples, forecast the error at four times as many, train those, and compare."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from core.challenges.data_quantity.forecast.config import (
    HIDDEN,
    NOTHING,
    OFFSET,
    PURE,
    STEPS,
    ForecastConfig,
    ForecastResult,
)
from core.data.by_name import JITTER
from core.data.dataset import Dataset
from core.data.embedded import load_digits, load_mnist1d
from core.data.generated import make_two_moons
from core.data.parity import make_parity
from core.engine.job import Job
from core.engine.sweep import planned_cost
from core.engine.training import Progress, fit
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot
from core.lab.seeding import derived_seed, numpy_generator
from core.metrics.power_law import fit_power_law, fit_power_laws

RESAMPLES = 100
"""Of the curves, behind each band."""
EVALUATIONS = 5
MOST_ROWS = 200_000
"""Training examples of all models that are trained side by side, for the memory."""
PLANNED_AT_ONCE = 40
"""Training sets that are drawn between two pauses."""
SECONDS_OF_A_FIT = 0.1e-3
POOLS = {"digits": 1200, "mnist1d": 4000, "two_moons": 4000, "parity": 4000}
"""Examples that a forecaster's training sets are drawn from."""
Place = tuple[int, int, int]
"""Seed, draw and training size of a model."""


def pool(name: str, seed: int) -> Dataset:
    """All training examples that a forecaster could have, and the validation examples."""
    n = POOLS[name]
    if name == "two_moons":
        return make_two_moons(n, noise=JITTER, seed=seed)
    if name == "parity":
        return make_parity(n, seed=seed)
    return (load_digits if name == "digits" else load_mnist1d)(n, seed=seed)


def plan(
    config: ForecastConfig, sizes: Sequence[int], seeds: Sequence[int]
) -> Iterator[tuple[Place, Job]]:
    """A model for every forecaster, draw and size; within a draw the smaller set is in the larger.

    All models of one draw begin with the same weights.
    """
    for seed in seeds:
        data = pool(config.dataset, seed)
        for draw in range(config.curves):
            order = numpy_generator(seed, "learning curve", draw).permutation(len(data.y_train))
            for size in sizes:
                some = order[:size]
                part = replace(
                    data, x_train=data.x_train[some], y_train=data.y_train[some],
                    flipped=data.flipped[some],
                )  # fmt: skip
                own = derived_seed(seed, "learning curve", "weights", draw)
                yield (seed, draw, size), Job(part, own, HIDDEN[config.model], scores_train=False)


def run(config: ForecastConfig) -> Run[ForecastResult]:
    """Known sizes and the forecast of every seed; then the target size, which decides."""
    work = [_cost(config, config.sizes).seconds, _seconds_of_fits(config)]
    work.append(_cost(config, (config.target,)).seconds)
    record = Recorder(ForecastResult, sum(work), sizes=np.array(config.sizes), target=config.target)
    yield record.snapshot("drawing the data", shown=False)
    for some in groups(config, config.sizes):
        units = work[0] * len(some) / config.repetitions
        yield from _train(record, config, config.sizes, some, "training on few examples", units)
        for seed in some:
            _forecast(record, config, seed)
            record.did(work[1] / config.repetitions)
            yield record.snapshot("forecasting")
    phase = f"training on {config.target:,} examples"
    for some in groups(config, [config.target]):
        units = work[2] * len(some) / config.repetitions
        yield from _train(record, config, [config.target], some, phase, units)
    return record.result()


def groups(config: ForecastConfig, sizes: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Seeds whose models are trained side by side: as many as the memory bounds allow.

    Of several sizes the first seed's come alone: it is the forecaster whose curve is drawn.
    """
    most = max(1, MOST_ROWS // (config.curves * sum(sizes)))
    alone = int(len(sizes) > 1)
    if alone:
        yield config.seeds[:1]
    for start in range(alone, config.repetitions, most):
        yield config.seeds[start : start + most]


def _train(
    record: Recorder[ForecastResult], config: ForecastConfig, sizes: Sequence[int],
    seeds: Sequence[int], phase: str, units: float,
) -> Iterator[Snapshot[ForecastResult]]:  # fmt: skip
    """Train models of some sizes side by side, and keep their errors."""
    planned = []
    for one in plan(config, sizes, seeds):
        planned.append(one)
        if len(planned) % PLANNED_AT_ONCE == 0:
            yield record.snapshot(phase, shown=len(sizes) == 1)
    places = [place for place, _ in planned]

    def rows(progress: Progress) -> Iterator[tuple[int, int, int, float]]:
        wrong = 1 - progress.fit.curve("validation", "accuracy")
        if len(wrong):
            yield from ((*p, float(e)) for p, e in zip(places, wrong[-1], strict=True))

    work = fit([job for _, job in planned], steps=STEPS, evaluate_every=STEPS // EVALUATIONS)
    fitted = yield from record.relay(
        work, phase, units, share=lambda p: p.step / p.total,
        partial=lambda p: record.result(errors=rows(p)),
        shown=lambda p: p.known,
    )  # fmt: skip
    record.extend("errors", rows(Progress(STEPS, STEPS, fitted)))


def _forecast(record: Recorder[ForecastResult], config: ForecastConfig, seed: int) -> None:
    """Fit one forecaster's curves and resample them."""
    errors = record.frame("errors")
    wide = errors[errors["seed"] == seed].pivot(index="draw", columns="size", values="value")
    curves, sizes = wide.to_numpy(), wide.columns.to_numpy(float)
    law = fit_power_law(sizes, curves.mean(0))
    pure = fit_power_law(sizes, curves.mean(0), offset=False)
    values = {
        OFFSET: law.at(np.array([config.target]))[0],
        PURE: pure.at(np.array([config.target]))[0],
        NOTHING: curves[:, -1].mean(),
    }
    places = np.append(sizes, [2 * sizes[-1], config.target])
    means, factors = zip(*resamples(curves, seed), strict=True)
    laws = fit_power_laws(sizes, np.array(means))
    found = [factor * one.at(places) for factor, one in zip(factors, laws, strict=True)]
    low, high = np.percentile(found, [2.5, 97.5], axis=0)
    record.extend("forecasts", [(seed, form, float(value)) for form, value in values.items()])
    record.extend("laws", zip([seed] * len(places), places.astype(int), law.at(places), low, high,
                              strict=True))  # fmt: skip


def resamples(curves: np.ndarray, seed: int) -> Iterator[tuple[np.ndarray, float]]:
    """Draw whole curves with replacement, and how far the mean of as many new models may lie off.

    Args:
        curves: `(draws, sizes)`, errors.
        seed: Of the run.

    Yields:
        The mean of the drawn curves, `(sizes,)`; and a factor near 1: the mean of as many models
        at the largest size, drawn again, over their mean. What is measured at the target is such
        a mean.
    """
    rng, n = numpy_generator(seed, "learning curve", "bootstrap"), len(curves)
    last = curves[:, -1]
    scatter = last / last.mean() if last.mean() else np.ones(n)
    for _ in range(RESAMPLES):
        drawn, again = rng.integers(0, n, (2, n))
        yield curves[drawn].mean(0), float(scatter[again].mean())


def _seconds_of_fits(config: ForecastConfig) -> float:
    return config.repetitions * (RESAMPLES + 2) * SECONDS_OF_A_FIT


@lru_cache(maxsize=64)
def _cost(config: ForecastConfig, sizes: tuple[int, ...]) -> Cost:
    jobs = [job for _, job in plan(config, sizes, config.seeds[:1])]
    found = Cost(0.0, 0.0)
    for some in groups(config, sizes):
        found += planned_cost(jobs * len(some), STEPS, 1 + EVALUATIONS)
    return found


def cost(config: ForecastConfig) -> Cost:
    """Expected cost of all models and fits."""
    training = _cost(config, (*config.sizes, config.target))
    return Cost(training.flops, training.seconds + _seconds_of_fits(config))
