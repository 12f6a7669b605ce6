"""Train the ladder width by width, read shorter trainings off its curves, and time steps."""

from __future__ import annotations

import itertools
from collections.abc import Generator, Iterator
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pandas as pd

from core.challenges.compute.budget.config import (
    ARMS,
    DEPTHS,
    EXAMPLES,
    MIDDLE,
    USUAL,
    WIDTHS,
    BudgetConfig,
    BudgetResult,
    sizes,
)
from core.data.dataset import Dataset
from core.data.embedded import load_mnist1d
from core.data.held_out import Examples, alternate_halves
from core.engine.alone import STEPS, WARM, step_seconds
from core.engine.cost import executed_flops
from core.engine.job import Job
from core.engine.sweep import DRAWN_TOGETHER, Planned, planned_cost
from core.engine.training import Fit, fit
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot
from core.lab.settings import Value
from core.metrics.milestones import looks

KEPT = 2
"""Looks that are kept for each doubling of the steps."""
ALONE = [(width, depth, USUAL) for width, depth in itertools.product(WIDTHS, DEPTHS)] + [
    (MIDDLE["width"], MIDDLE["depth"], arm) for arm in ARMS if arm != USUAL
]
"""Width, depth and arm of what is timed."""
SECONDS_ALONE = 0.01
"""Of timing one of them once."""
SECONDS_OF_A_LAYER, SECONDS_OF_AN_ANSWER = 6e-6, 7e-7
"""Of one network in a step, and for one example at a look, beyond what the engine expects: products
of so few numbers are slow, and so is the choice among ten classes."""
HELD_OUT = 1000


def evaluations(config: BudgetConfig) -> int:
    """Looks at equal distances; of these some are kept."""
    return max(10, config.steps // 50)


def plan(config: BudgetConfig) -> Iterator[Planned]:
    """Every width with every depth and number of examples; and the arms of the middle one."""
    for seed in config.seeds:
        drawn = {n: alternate_halves(_drawn(n, config.label_noise, seed)) for n in EXAMPLES}
        for width, depth, n in itertools.product(WIDTHS, DEPTHS, EXAMPLES):
            yield _planned(drawn[n], width, depth, n, USUAL, seed)
        for arm in ARMS:
            if arm != USUAL:
                n = MIDDLE["examples"]
                yield _planned(drawn[n], MIDDLE["width"], MIDDLE["depth"], n, arm, seed)


def _drawn(n: int, label_noise: float, seed: int) -> Dataset:
    return load_mnist1d(n, label_noise=label_noise, seed=seed)


def _planned(
    halves: tuple[Dataset, Examples], width: int, depth: int, n: int, arm: str, seed: int
) -> Planned:
    kept, test = halves
    labels: dict[str, Value] = {
        "width": width, "depth": depth, "examples": n, "arm": arm, "seed": seed,
    }  # fmt: skip
    return labels, replace(_job(kept, width, depth, arm, seed), watch={"test": test})


def _job(data: Dataset, width: int, depth: int, arm: str, seed: int) -> Job:
    rate, batch, precision = ARMS[arm]
    return Job(
        data, seed, (width,) * depth, learning_rate=rate, batch_size=batch, precision=precision,
        scores_train=False,
    )  # fmt: skip


def run(config: BudgetConfig) -> Run[BudgetResult]:
    """Width by width: narrow networks have begun to learn at once, and the frontier is drawn.

    A step of each kind of network is timed by itself, seed by seed: the first one's before, so that
    the picture in seconds begins with the training.
    """
    record = Recorder(BudgetResult, cost(config).seconds)
    yield record.snapshot("drawing the data", shown=False)
    planned: list[Planned] = []
    for one in plan(config):
        planned.append(one)
        if len(planned) % DRAWN_TOGETHER == 0:
            yield record.snapshot("drawing the data", shown=False)
    yield from _time(record, config, config.first_seed, shown=False)
    found: list[pd.DataFrame] = []
    for width in WIDTHS:
        own = {place: one for place, one in enumerate(planned) if one[0]["width"] == width}
        found.append((yield from _train(record, config, own, found)))
    record.extend("curves", _curves(found))
    for seed in config.seeds[1:]:
        yield from _time(record, config, seed)
    return record.result()


def _train(
    record: Recorder[BudgetResult], config: BudgetConfig, planned: dict[int, Planned],
    before: list[pd.DataFrame],
) -> Generator[Snapshot[BudgetResult], None, pd.DataFrame]:  # fmt: skip
    """Train networks side by side; return what was measured, with their places in the plan."""
    labels = pd.DataFrame([{**own, "place": place} for place, (own, _) in planned.items()])
    jobs = [job for _, job in planned.values()]
    every = config.steps // evaluations(config)

    def partial(fit: Fit) -> BudgetResult:
        now = _curves([*before, read(config, labels, fit)])
        return BudgetResult(now, record.frame("times"))

    trained = yield from record.relay(
        fit(jobs, steps=config.steps, evaluate_every=every), f"training {len(jobs)} networks",
        _training(jobs, config).seconds, share=lambda p: p.step / p.total,
        partial=lambda p: partial(p.fit),
        shown=lambda p: bool(before) or len(p.fit.evaluated_steps) > 1,
    )  # fmt: skip
    return read(config, labels, trained)


def read(config: BudgetConfig, labels: pd.DataFrame, fit: Fit) -> pd.DataFrame:
    """Accuracies at the moments that are kept, with the places of the networks in the plan."""
    steps = fit.evaluated_steps
    every = config.steps // evaluations(config)
    kept = np.flatnonzero(np.isin(steps, looks(config.steps, every, KEPT)))
    rows = labels.iloc[np.tile(np.arange(len(labels)), len(kept))].reset_index(drop=True)
    return rows.assign(
        step=np.repeat(steps[kept], len(labels)),
        validation=fit.curve("validation", "accuracy")[kept].ravel(),
        test=fit.curve("test", "accuracy")[kept].ravel(),
    )


def _curves(found: list[pd.DataFrame]) -> pd.DataFrame:
    """What all widths gave, in the order of the plan."""
    rows = pd.concat(found).sort_values(["step", "place"], ignore_index=True)
    return rows.drop(columns="place")


def _time(
    record: Recorder[BudgetResult], config: BudgetConfig, seed: int, *, shown: bool = True
) -> Generator[Snapshot[BudgetResult], None, None]:
    data = _drawn(EXAMPLES[0], config.label_noise, seed)
    for width, depth, arm in ALONE:
        took = yield from record.relay(
            step_seconds(_job(data, width, depth, arm, seed)), "timing single networks",
            SECONDS_ALONE, shown=shown,
        )  # fmt: skip
        record.add("times", width, depth, arm, seed, took)


@lru_cache(maxsize=64)
def cost(config: BudgetConfig) -> Cost:
    """Expected cost of all trainings, and of the steps that are timed."""
    trained = _training([job for _, job in plan(config)], config)
    steps, alone = (STEPS + WARM) * config.repetitions, config.repetitions * len(ALONE)
    flops = [executed_flops(sizes(w, d), 1, steps, ARMS[arm].batch, 0) for w, d, arm in ALONE]
    return Cost(trained.flops + sum(flops), trained.seconds + alone * SECONDS_ALONE)


def _training(jobs: list[Job], config: BudgetConfig) -> Cost:
    every = config.steps // evaluations(config)
    looked = 1 + -(-config.steps // every)
    engine = planned_cost(jobs, config.steps, looked)
    layers = sum(1 + len(job.hidden) for job in jobs)
    answers = looked * len(jobs) * HELD_OUT
    beyond = config.steps * layers * SECONDS_OF_A_LAYER + answers * SECONDS_OF_AN_ANSWER
    return Cost(engine.flops, engine.seconds + beyond)
