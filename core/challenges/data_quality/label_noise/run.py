"""Train on wrong labels, let cleanlab look for them, then train on what it leaves."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from core.challenges.data_quality.label_noise.config import (
    KEEP,
    PANELS,
    PRUNE,
    RATES,
    RELABEL,
    ROBUST,
    SHOWN,
    SIZES,
    LabelNoiseConfig,
    LabelNoiseResult,
)
from core.data.dataset import Dataset
from core.data.embedded import load_digits
from core.data.mislabelling import mislabelled, mistakes
from core.engine.folds import fold_jobs, out_of_sample, subset
from core.engine.job import Job
from core.engine.loss import Loss
from core.engine.sweep import planned_cost
from core.engine.training import Fit, Progress, fit
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot
from core.lab.seeding import numpy_generator
from core.metrics.precision_recall import detected
from core.models.label_errors import Suspects, find_suspects

ROBUST_LOSS = Loss(robust=0.7)
"""Generalized cross entropy with the q that its paper uses throughout."""
FOLDS = 5
DETECTOR_STEPS = 300
EVALUATIONS = 6
SECONDS_OF_CLEANLAB = 0.02
"""For each data set it looks at."""

Place = tuple[float, int]
"""Share of wrong labels, and seed."""
Parts = list[np.ndarray]


@dataclass(frozen=True)
class Drawn:
    """The data of a run.

    Attributes:
        clean: Digits with true labels, by seed.
        noisy: By share of wrong labels and seed.
    """

    clean: dict[int, Dataset]
    noisy: dict[Place, Dataset]


def drawing(config: LabelNoiseConfig, data: Drawn) -> Iterator[None]:
    """Draw the training examples seed by seed, mislabelled at every rate, into `data`."""
    for seed in config.seeds:
        own = data.clean[seed] = load_digits(config.n_train, seed=seed)
        found = mistakes(own, config.kind, seed)
        data.noisy.update({(rate, seed): mislabelled(own, found, rate) for rate in RATES})
        yield


def run(config: LabelNoiseConfig) -> Run[LabelNoiseResult]:
    """Train, look for wrong labels, and train again from the same initial weights."""
    record = Recorder(
        LabelNoiseResult, cost(config).flops, images=np.zeros((0, 8, 8), dtype=np.uint8),
        n_train=config.n_train,
    )  # fmt: skip
    data = Drawn({}, {})
    for _ in drawing(config, data):
        yield record.snapshot("drawing the data", shown=False)
    first = dict(first_jobs(config, data))
    yield from _train(record, config, "training on wrong labels", first)
    asked, parts = judges(config, data)
    judging = yield from record.relay(
        fit(asked, steps=DETECTOR_STEPS, evaluate_every=DETECTOR_STEPS),
        "training the detectors", _flops(asked, DETECTOR_STEPS, 1),
        share=lambda progress: progress.step / progress.total,
    )  # fmt: skip
    mended = yield from _suspected(record, config, data, judging, parts)
    yield from _train(record, config, "training without the suspects", mended)
    return record.result()


Named = tuple[str, float, int]
"""Arm or size, rate and seed."""
CURVE = "true labels: "


def network(config: LabelNoiseConfig, data: Dataset, seed: int) -> Job:
    """A network that is asked about new examples only."""
    return Job(data, seed, (config.width,), scores_train=False)


def first_jobs(config: LabelNoiseConfig, data: Drawn) -> Iterator[tuple[Named, Job]]:
    """Keep all labels and the robust loss at every rate; and fewer examples with true labels."""
    for (rate, seed), own in data.noisy.items():
        kept = network(config, own, seed)
        yield (KEEP, rate, seed), kept
        yield (ROBUST, rate, seed), replace(kept, loss=ROBUST_LOSS)
    for seed, own in data.clean.items():
        for share in SIZES[:-1]:
            n = round(share * config.n_train)
            yield (f"{CURVE}{n}", 0.0, seed), network(config, subset(own, slice(n)), seed)


def judges(config: LabelNoiseConfig, data: Drawn) -> tuple[list[Job], dict[Place, Parts]]:
    """Five judges for each data set, each of which has not seen a fifth of it."""
    jobs: list[Job] = []
    parts: dict[Place, Parts] = {}
    for (rate, seed), own in data.noisy.items():
        order = numpy_generator(seed, "folds").permutation(config.n_train)
        parts[rate, seed] = np.array_split(order, FOLDS)
        judge = network(config, own, seed)
        if config.detector == "logistic_regression":
            judge = replace(judge, hidden=())
        jobs += fold_jobs(judge, parts[rate, seed])
    return jobs, parts


def _train(
    record: Recorder[LabelNoiseResult], config: LabelNoiseConfig, phase: str, jobs: dict[Named, Job]
) -> Generator[Snapshot[LabelNoiseResult], None, None]:
    """Train some of the networks side by side, and keep what they reach."""

    def rows(progress: Progress | Fit) -> dict[str, list[tuple[Any, ...]]]:
        fitted = progress.fit if isinstance(progress, Progress) else progress
        return _scores(list(jobs), fitted.curve("validation", "accuracy"), config.n_train)

    steps = config.steps

    fitted = yield from record.relay(
        fit(list(jobs.values()), steps=steps, evaluate_every=max(1, steps // EVALUATIONS)),
        phase, _flops(list(jobs.values()), steps, EVALUATIONS),
        share=lambda progress: progress.step / progress.total,
        partial=lambda progress: record.result(**rows(progress)),
        shown=lambda p: p.known,
    )  # fmt: skip
    for name, found in rows(fitted).items():
        record.extend(name, found)


def _scores(
    names: list[Named], curve: np.ndarray, n_train: int
) -> dict[str, list[tuple[Any, ...]]]:
    """Rows of both tables from the newest accuracies; all examples are the curve's last size."""
    found: dict[str, list[tuple[Any, ...]]] = {"scores": [], "curve": []}
    if not len(curve):
        return found
    for (arm, rate, seed), value in zip(names, curve[-1].tolist(), strict=True):
        if arm.startswith(CURVE):
            found["curve"].append((int(arm.removeprefix(CURVE)), seed, value))
        else:
            found["scores"].append((arm, rate, seed, value))
        if arm == KEEP and not rate:
            found["curve"].append((n_train, seed, value))
    return found


def _suspected(
    record: Recorder[LabelNoiseResult], config: LabelNoiseConfig, data: Drawn, judging: Fit,
    parts: dict[Place, Parts],
) -> Generator[Snapshot[LabelNoiseResult], None, dict[Named, Job]]:  # fmt: skip
    """Let cleanlab look at every data set; plan the networks without its suspects."""
    jobs: dict[Named, Job] = {}
    for number, ((rate, seed), own) in enumerate(data.noisy.items()):
        places = range(FOLDS * number, FOLDS * (number + 1))
        chances = out_of_sample(judging, places, parts[rate, seed])
        suspects = find_suspects(own.y_train, chances)
        measures = detected(own.flipped, suspects.found, -suspects.quality)
        cases = {
            "precision": int(suspects.found.sum()), "recall": int(own.flipped.sum()), "auc": 0,
            "suspects": len(own.flipped),
        }  # fmt: skip
        for metric, value in measures.items():
            record.add("detection", rate, seed, metric, value, cases[metric])
        if seed == config.first_seed and rate:
            _show(record, rate, own, data.clean[seed].y_train, suspects, chances.argmax(1))
        labels = np.where(suspects.found, chances.argmax(1), own.y_train).astype(np.int64)
        jobs[PRUNE, rate, seed] = network(config, subset(own, ~suspects.found), seed)
        jobs[RELABEL, rate, seed] = network(config, replace(own, y_train=labels), seed)
        yield record.snapshot("looking for wrong labels")
    return jobs


def _show(
    record: Recorder[LabelNoiseResult], rate: float, data: Dataset, true: np.ndarray,
    suspects: Suspects, best: np.ndarray,
) -> None:  # fmt: skip
    """Keep some images, with the labels that they have, should have, and are suggested."""
    before = record.result().images
    chosen = examples(data.flipped, suspects)
    for number, (panel, place) in enumerate(chosen, len(before)):
        labels = (int(of[place]) for of in (data.y_train, true, best))
        record.add("shown", rate, panel, number, *labels)
    pixels = 255 * data.x_train[[place for _, place in chosen]].reshape(-1, 8, 8)
    record.put(images=np.concatenate([before, pixels.round().astype(np.uint8)]))


def examples(wrong: np.ndarray, suspects: Suspects) -> list[tuple[str, int]]:
    """Pick images to show, by panel: the least trusted labels first, of those missed too."""
    found = suspects.found
    groups = found & wrong, found & ~wrong, ~found & wrong
    order = np.argsort(suspects.quality, kind="stable")
    return [
        (panel, int(place))
        for panel, group in zip(PANELS, groups, strict=True)
        for place in order[group[order]][:SHOWN]
    ]


def _flops(jobs: list[Job], steps: int, evaluations: int) -> float:
    return planned_cost(jobs, steps, 1 + evaluations).flops


@lru_cache(maxsize=64)
def cost(config: LabelNoiseConfig) -> Cost:
    """Expected cost; what cleanlab will leave is guessed: the labels that are not wrong."""
    # Which labels are wrong does not change what training on them costs.
    data = Drawn({}, {})
    for _ in drawing(config.model_copy(update={"kind": "uniform"}), data):
        pass
    jobs = [job for _, job in first_jobs(config, data)]
    mended = [
        network(config, part, seed)
        for (_, seed), own in data.noisy.items()
        for part in (own, subset(own, ~own.flipped))
    ]
    trained = planned_cost(jobs + mended, config.steps, 1 + EVALUATIONS)
    looked = Cost(0, SECONDS_OF_CLEANLAB * len(data.noisy))
    return trained + planned_cost(judges(config, data)[0], DETECTOR_STEPS, 2) + looked
