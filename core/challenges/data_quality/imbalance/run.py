"""Train every arm at every ratio, then read decisions, curves and borders off the networks."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from core.challenges.data_quality.imbalance.config import (
    ADJUSTED,
    CORRECTED,
    CURVES,
    DRAWN,
    FOCAL,
    GRID,
    MOVED,
    OVER,
    PLAIN,
    RATIOS,
    RECALLS,
    SMALLER,
    TESTED,
    TRAINED,
    UNDER,
    WEIGHTED,
    ImbalanceConfig,
    ImbalanceResult,
)
from core.charts import regions
from core.data.dataset import Dataset
from core.data.rare_class import RareClass, held_back, make_rares
from core.engine.folds import subset
from core.engine.job import Job
from core.engine.loss import Loss
from core.engine.sweep import planned_cost
from core.engine.training import Fit, Progress, fit
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot
from core.lab.seeding import numpy_generator
from core.metrics.precision_recall import (
    at_recalls,
    best_threshold,
    precision_recall,
    scores_of_shares,
    thresholded,
)

EVALUATIONS = 10
DRAWN_TOGETHER = 50
"""Networks whose data are drawn between two pauses."""
Named = tuple[str, int, int]
"""Arm, ratio and seed."""
Scores = dict[Named, tuple[np.ndarray, np.ndarray]]
"""Logits of common and of rare test examples."""


def run(config: ImbalanceConfig) -> Run[ImbalanceResult]:
    """Train everything side by side; what needs no training of its own follows."""
    record = Recorder(
        ImbalanceResult, 1000, regions=np.zeros((0, GRID, GRID), dtype=np.float32),
        extent=np.zeros(4), points=pd.DataFrame({"ratio": [], "x1": [], "x2": [], "label": []}),
    )  # fmt: skip
    yield record.snapshot("drawing the data", shown=False)
    data = draw(config)
    jobs: dict[Named, Job] = {}
    for name, job in planned(config, data):
        jobs[name] = job
        if len(jobs) % DRAWN_TOGETHER == 0:
            yield record.snapshot("drawing the data", shown=False)
    names = list(jobs)
    trained = yield from record.relay(
        fit(list(jobs.values()), steps=config.steps, evaluate_every=_every(config)),
        f"training {len(jobs)} networks", 900,
        share=lambda progress: progress.step / progress.total,
        partial=lambda progress: record.result(scores=_so_far(names, progress)),
        shown=lambda p: p.known,
    )  # fmt: skip
    scores = yield from _decisions(record, config, data, trained, names)
    for into, rows in _rows(scores, data).items():
        record.extend(into, rows)
    record.put(**_borders(config, data, trained, names))
    return record.result()


def _decisions(
    record: Recorder[ImbalanceResult], config: ImbalanceConfig,
    data: dict[tuple[int, int], RareClass], trained: Fit, names: list[Named],
) -> Generator[Snapshot[ImbalanceResult], None, Scores]:  # fmt: skip
    """Outputs of all networks, and of the arms that only move them."""
    scores: Scores = {}
    for place, name in enumerate(names):
        own = data[name[1:]]
        found = trained.logits(np.concatenate([own.common, own.rare]), [place])[0, :, 0]
        # In 64 bits, so that moving them makes no ties.
        found = found.astype(float)
        scores[name] = found[: len(own.common)], found[len(own.common) :]
        record.did(60 / len(names))
        yield record.snapshot("reading decisions", partial=lambda: record.result(**_rows(scores)))
    for (_, seed), own in data.items():
        scores.update(_decided_afterwards(own, scores, trained, names, seed))
        record.did(40 / len(data))
        yield record.snapshot("moving thresholds", partial=lambda: record.result(**_rows(scores)))
    return scores


def draw(config: ImbalanceConfig) -> dict[tuple[int, int], RareClass]:
    """The data of every ratio and seed."""
    drawn = {
        seed: make_rares(config.n_train, RATIOS, n_test=TESTED, seed=seed) for seed in config.seeds
    }
    return {
        (ratio, seed): drawn[seed][place]
        for place, ratio in enumerate(RATIOS)
        for seed in config.seeds
    }


def planned(
    config: ImbalanceConfig, data: dict[tuple[int, int], RareClass]
) -> Iterator[tuple[Named, Job]]:
    """One network per arm, ratio and seed; those of a seed start from the same weights."""
    watched = {
        seed: {"rare": (own.rare, np.ones(len(own.rare), dtype=np.int64))}
        for (_, seed), own in data.items()
    }
    for (ratio, seed), own in data.items():
        for arm in TRAINED:
            part, loss = treated(own, arm, config, seed)
            hidden = (config.width, config.width)
            yield (
                (arm, ratio, seed),
                Job(part, seed, hidden, loss=loss, watch=watched[seed], scores_train=False),
            )


def treated(own: RareClass, arm: str, config: ImbalanceConfig, seed: int) -> tuple[Dataset, Loss]:
    """What an arm is trained on, and with which loss."""
    y = own.data.y_train
    shares = np.bincount(y, minlength=2) / len(y)
    common, rare = np.flatnonzero(y == 0), np.flatnonzero(y == 1)
    if arm == WEIGHTED:
        return own.data, Loss(class_weights=tuple((1 / (2 * shares)).tolist()))
    if arm == ADJUSTED:
        return own.data, Loss(offsets=tuple(np.log(shares).tolist()))
    if arm == FOCAL:
        return own.data, Loss(focus=config.focus)
    if arm == SMALLER:
        kept = np.ones(len(y), dtype=bool)
        kept[held_back(y, seed)] = False
        return subset(own.data, np.flatnonzero(kept)), Loss()
    rng = numpy_generator(seed, "imbalance", arm, own.ratio)
    if arm == OVER:
        more = rng.choice(rare, len(common) - len(rare)) if len(common) > len(rare) else rare[:0]
        return subset(own.data, np.concatenate([np.arange(len(y)), more])), Loss()
    if arm == UNDER:
        fewer = rng.permutation(common)[: len(rare)]
        return subset(own.data, np.sort(np.concatenate([fewer, rare]))), Loss()
    return own.data, Loss()


def _decided_afterwards(
    own: RareClass, scores: Scores, trained: Fit, names: list[Named],
    seed: int,
) -> Scores:  # fmt: skip
    """The arms that only move the outputs: by the classes' shares, or by a threshold chosen."""
    y, name = own.data.y_train, (own.ratio, seed)
    prior = float(np.log(np.mean(y) / (1 - np.mean(y))))
    common, rare = scores[PLAIN, *name]
    held = held_back(y, seed)
    place = names.index((SMALLER, *name))
    logits = trained.logits(own.data.x_train[held], [place])[0, :, 0].astype(float)
    cut = best_threshold(logits[y[held] == 1], logits[y[held] == 0])
    moved = tuple(logits - cut for logits in scores[SMALLER, *name])
    return {
        (CORRECTED, *name): (common - prior, rare - prior),
        (MOVED, *name): (moved[0], moved[1]),
    }


def _rows(scores: Scores, data: Any = ()) -> dict[str, list[tuple[Any, ...]]]:
    """Rows of both tables; curves only where the data are given, at the end."""
    shown = {name: pair for name, pair in scores.items() if name[0] != SMALLER}
    found = [
        (arm, ratio, metric, seed, value)
        for (arm, ratio, seed), (common, rare) in shown.items()
        for metric, value in thresholded(rare, common, 1 / (1 + ratio)).items()
    ]
    curves = [
        (arm, ratio, float(recall), seed, float(value))
        for (arm, ratio, seed), (common, rare) in (shown.items() if data else ())
        if arm in CURVES
        for recall, value in zip(
            RECALLS, at_recalls(*precision_recall(rare, common, 1 / (1 + ratio)), RECALLS),
            strict=True,
        )
    ]  # fmt: skip
    return {"scores": found, "curves": curves}


def _so_far(names: list[Named], progress: Progress) -> list[tuple[Any, ...]]:
    """Scores while the networks learn: the share found of each class, and what follows of it."""
    common = progress.fit.curve("validation", "accuracy")
    rare = progress.fit.curve("rare", "accuracy")
    found: list[tuple[Any, ...]] = []
    if not len(rare):
        return found
    for (arm, ratio, seed), of_common, of_rare in zip(names, common[-1], rare[-1], strict=True):
        values = scores_of_shares(of_rare, of_common, 1 / (1 + ratio))
        if arm != SMALLER:
            found += [(arm, ratio, name, seed, float(v)) for name, v in values.items()]
    return found


def _borders(
    config: ImbalanceConfig, data: dict[tuple[int, int], RareClass], trained: Fit,
    names: list[Named],
) -> dict[str, Any]:  # fmt: skip
    """Maps of what the first seed's networks decide, and the examples they learned from."""
    seed = config.first_seed
    extent = regions.extent_around(data[RATIOS[0], seed].data.x_train)
    grid = regions.grid_of(extent, GRID)
    places = [names.index((arm, ratio, seed)) for ratio in RATIOS[1:] for arm in DRAWN]
    points = []
    for ratio in RATIOS[1:]:
        own = data[ratio, seed].data
        inside = {
            "x1": own.x_train[:, 0],
            "x2": own.x_train[:, 1],
            "label": own.y_train.astype(str),
        }
        points.append(pd.DataFrame({"ratio": ratio, **inside}))
    maps = regions.probabilities(trained.logits(grid, places), GRID)
    return {"regions": maps, "extent": extent, "points": pd.concat(points, ignore_index=True)}


def _every(config: ImbalanceConfig) -> int:
    return max(1, config.steps // EVALUATIONS)


@lru_cache(maxsize=64)
def cost(config: ImbalanceConfig) -> Cost:
    """Expected cost of all networks; the data are drawn once."""
    jobs = [job for _, job in planned(config, draw(config))]
    return planned_cost(jobs, config.steps, 1 + EVALUATIONS)
