"""Train the whole ladder, width by width, and read every shorter training off its curve."""

from __future__ import annotations

import itertools
from collections.abc import Generator, Iterator
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
)
from core.data.dataset import Dataset
from core.data.embedded import load_mnist1d
from core.data.held_out import Examples, alternate_halves
from core.engine.job import Job
from core.engine.sweep import DRAWN_TOGETHER, Planned, planned_cost
from core.engine.training import Fit, fit
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot
from core.lab.settings import Value
from core.metrics.milestones import looks

KEPT = 2
"""Looks that are kept for each doubling of the steps."""


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
    (kept, test), (rate, batch) = halves, ARMS[arm]
    labels: dict[str, Value] = {
        "width": width, "depth": depth, "examples": n, "arm": arm, "seed": seed,
    }  # fmt: skip
    return labels, Job(
        kept, seed, (width,) * depth, learning_rate=rate, batch_size=batch, watch={"test": test},
        scores_train=False,
    )  # fmt: skip


def run(config: BudgetConfig) -> Run[BudgetResult]:
    """Width by width: narrow networks have begun to learn at once, and the frontier is drawn."""
    record = Recorder(BudgetResult, cost(config).seconds)
    yield record.snapshot("drawing the data", shown=False)
    planned: list[Planned] = []
    for one in plan(config):
        planned.append(one)
        if len(planned) % DRAWN_TOGETHER == 0:
            yield record.snapshot("drawing the data", shown=False)
    found: list[pd.DataFrame] = []
    for width in WIDTHS:
        own = {place: one for place, one in enumerate(planned) if one[0]["width"] == width}
        found.append((yield from _train(record, config, own, found)))
    rows = pd.concat(found).sort_values(["step", "place"], ignore_index=True)
    return BudgetResult(rows.drop(columns="place"))


def _train(
    record: Recorder[BudgetResult], config: BudgetConfig, planned: dict[int, Planned],
    before: list[pd.DataFrame],
) -> Generator[Snapshot[BudgetResult], None, pd.DataFrame]:  # fmt: skip
    """Train networks side by side; return what was measured, with their places in the plan."""
    labels = pd.DataFrame([{**own, "place": place} for place, (own, _) in planned.items()])
    jobs = [job for _, job in planned.values()]
    every = config.steps // evaluations(config)
    trained = yield from record.relay(
        fit(jobs, steps=config.steps, evaluate_every=every), f"training {len(jobs)} networks",
        _cost(jobs, config).seconds, share=lambda p: p.step / p.total,
        partial=lambda p: BudgetResult(pd.concat([*before, read(config, labels, p.fit)])),
        shown=lambda p: bool(before) or len(p.fit.evaluated_steps) > 1,
    )  # fmt: skip
    return read(config, labels, trained)


def read(config: BudgetConfig, labels: pd.DataFrame, fit: Fit) -> pd.DataFrame:
    """Accuracies at the moments that are kept."""
    steps = fit.evaluated_steps
    every = config.steps // evaluations(config)
    kept = np.flatnonzero(np.isin(steps, looks(config.steps, every, KEPT)))
    rows = labels.iloc[np.tile(np.arange(len(labels)), len(kept))].reset_index(drop=True)
    return rows.assign(
        step=np.repeat(steps[kept], len(labels)),
        validation=fit.curve("validation", "accuracy")[kept].ravel(),
        test=fit.curve("test", "accuracy")[kept].ravel(),
    )


def _cost(jobs: list[Job], config: BudgetConfig) -> Cost:
    every = config.steps // evaluations(config)
    return planned_cost(jobs, config.steps, 1 + -(-config.steps // every))


@lru_cache(maxsize=64)
def cost(config: BudgetConfig) -> Cost:
    """Expected cost of all networks."""
    return _cost([job for _, job in plan(config)], config)
