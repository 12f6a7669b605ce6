"""Make holes and fill them in several ways, then spoil a unit; train on what comes out."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np

from core.challenges.data_quality.missing_values.config import (
    COLUMNS,
    SHARES,
    TREES,
    WRONG_ROWS,
    MissingValuesConfig,
    MissingValuesResult,
)
from core.data.dataset import Dataset
from core.data.embedded import load_cells
from core.data.missing import Holes, blanked, holes
from core.data.unit_errors import WAYS, WrongUnits, noticed, treated, with_wrong_units
from core.engine.job import Job
from core.engine.sweep import planned_cost
from core.engine.training import Fit, fit
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot
from core.models import classical, imputing
from core.models.imputing import FILLERS, INDICATOR

SECONDS_OF_AN_IMPORT = 1.0
Part = Generator[Snapshot[MissingValuesResult], None, None]
Row = tuple[Any, ...]


def run(config: MissingValuesConfig) -> Run[MissingValuesResult]:
    """Train on whole tables, then with ever more holes, then with wrong units."""
    record = Recorder(MissingValuesResult, (len(SHARES) + 1) * (config.repetitions + 2))
    yield record.snapshot("drawing the data", shown=False)
    data = {seed: load_cells(seed=seed, columns=COLUMNS) for seed in config.seeds}
    for share in SHARES:
        jobs: dict[Row, Job] = {}
        tables = {}
        for seed, own in data.items():
            missing = holes(own, config.mechanism, share, seed)
            tables[seed] = blanked(own, missing)
            yield from _filled(config, record, share, seed, own, missing, jobs)
        yield from _trained(config, record, "scores", jobs, _of_shares)
        if not share:
            # Behind the first networks, so that there is something to see meanwhile.
            for _ in imputing.importing():
                yield record.snapshot("importing scikit-learn")
        for seed, own in data.items():
            yield from _boosted(record, share, seed, own, tables[seed])
            record.did(1)
    yield from _units(config, record)
    return record.result()


# Missing values


def _filled(
    config: MissingValuesConfig, record: Recorder[MissingValuesResult], share: float, seed: int,
    own: Dataset, missing: Holes, jobs: dict[Row, Job],
) -> Part:  # fmt: skip
    """Fill the holes in every way; of a whole table there is nothing to fill."""
    train, test = blanked(own, missing)
    for name in FILLERS if share else FILLERS[:1]:
        x, new = own.x_train, own.x_validation
        if share:
            work = imputing.filling(name, train, test, seed)
            x, new = yield from record.relay(work, "filling in")
        if share and name != INDICATOR:
            apart = (new - own.x_validation)[missing.test]
            record.add("errors", name, share, seed, float(np.sqrt(np.mean(apart**2))))
        data = replace(own, x_train=x, x_validation=new)
        jobs[name, share, seed] = network(config, data, seed)
        yield record.snapshot("filling in")


def _boosted(
    record: Recorder[MissingValuesResult], share: float, seed: int, own: Dataset,
    tables: tuple[np.ndarray, np.ndarray],
) -> Part:  # fmt: skip
    work = classical.fitted(classical.BOOSTING, tables[0], own.y_train, seed)
    trees = yield from record.relay(work, "growing trees")
    right = trees.predict(tables[1]) == own.y_validation
    record.add("scores", TREES, share, seed, float(np.mean(right)))
    yield record.snapshot("growing trees")


def _of_shares(name: Row, value: float) -> list[Row]:
    """Of whole tables there is nothing to fill: all ways are the same network."""
    arm, share, seed = name
    return [(one, share, seed, value) for one in ((arm,) if share else FILLERS)]


def network(config: MissingValuesConfig, data: Dataset, seed: int) -> Job:
    """A network that is asked about new examples only."""
    return Job(data, seed, (config.width,), scores_train=False)


def _trained(
    config: MissingValuesConfig, record: Recorder[MissingValuesResult], into: str,
    jobs: dict[Row, Job], told: Callable[[Row, float], list[Row]],
) -> Part:  # fmt: skip
    """Train networks side by side; their newest accuracies are rows of one table."""

    def rows(progress: Fit) -> list[Row]:
        curve = progress.curve("validation", "accuracy")
        found = curve[-1].tolist() if len(curve) else []
        return [row for name, value in zip(jobs, found, strict=False) for row in told(name, value)]

    trained = yield from record.relay(
        fit(list(jobs.values()), steps=config.steps, evaluate_every=config.steps),
        f"training {len(jobs)} networks", 2,
        share=lambda progress: progress.step / progress.total,
        partial=lambda progress: record.result(**{into: rows(progress.fit)}),
        shown=lambda p: p.known,
    )  # fmt: skip
    record.extend(into, rows(trained))


# Wrong units


def spoiled(config: MissingValuesConfig, rows: float, seed: int) -> WrongUnits:
    """The table of a seed with the wrong unit in so many rows."""
    own = load_cells(seed=seed, columns=COLUMNS, scaled=False)
    return with_wrong_units(own, rows, config.factor, seed)


def _units(config: MissingValuesConfig, record: Recorder[MissingValuesResult]) -> Part:
    jobs: dict[Row, Job] = {}
    for seed in config.seeds:
        for rows in WRONG_ROWS:
            table = spoiled(config, rows, seed)
            for wrong, alarms, cases in noticed(table):
                record.add("noticed", rows, seed, wrong, alarms, cases)
            for way in WAYS:
                jobs[way, rows, seed] = network(config, treated(table.data, way), seed)
        record.did(1)
        yield record.snapshot("spoiling units")
    yield from _trained(config, record, "units", jobs, lambda name, value: [(*name, value)])


@lru_cache(maxsize=64)
def cost(config: MissingValuesConfig) -> Cost:
    """Expected cost; what is filled in does not change what training on it costs."""
    own = load_cells(seed=config.first_seed, columns=COLUMNS)
    wide = np.repeat(own.x_train, 2, axis=1)[:, : 2 * own.n_features - 1]
    marked = replace(own, x_train=wide, x_validation=wide[: len(own.y_validation)])
    holed = len(SHARES) - 1
    total = Cost(0, SECONDS_OF_AN_IMPORT)
    for data, count in (
        (own, 1 + holed * (len(FILLERS) - 1) + len(WRONG_ROWS) * len(WAYS)), (marked, holed),
    ):  # fmt: skip
        jobs = [network(config, data, config.first_seed)] * (count * config.repetitions)
        total += planned_cost(jobs, config.steps, 2)
    trees = classical.seconds(classical.BOOSTING, len(own.y_train), own.n_features, 2)
    each = holed * imputing.SECONDS + len(SHARES) * trees
    return total + Cost(0, config.repetitions * each)
