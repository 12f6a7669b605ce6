"""Every learner on every training set: the networks side by side, then the others in turn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from core.challenges.data_quantity.data_hunger.config import (
    NETWORK,
    NOISE,
    ROTATED,
    SMOOTHED,
    DataHungerConfig,
    DataHungerResult,
)
from core.data.dataset import Dataset
from core.data.embedded import load_digits
from core.data.parts import training_part
from core.data.step_targets import make_steps, rotated, with_noise_columns
from core.engine.job import Job
from core.engine.sweep import planned_cost
from core.engine.training import Progress, fit
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot
from core.models import classical

STEPS, EVALUATIONS = 600, 6
RATE = 0.01
"""Learning rate of the networks (Adam, batches of 32)."""
SECONDS_OF_AN_IMPORT = 1.0
Place = tuple[str, int, int]
"""Version of the data, training size and seed."""


def version(config: DataHungerConfig, task: str, seed: int) -> Dataset:
    """One seed's data in one version: the same rows in each."""
    if config.dataset == "digits":
        data = load_digits(config.most, seed=seed)
    else:
        smoothing = config.smoothing if task == SMOOTHED else 0.0
        data = make_steps(config.most, pieces=config.pieces, smoothing=smoothing, seed=seed)
    if task == NOISE:
        return with_noise_columns(data, config.noise_columns, seed)
    return rotated(data, seed) if task == ROTATED else data


def plan(config: DataHungerConfig, seeds: Sequence[int]) -> Iterator[tuple[Place, Dataset]]:
    """Every training set, the smaller ones of the learning curve first."""
    for seed in seeds:
        whole = {task: version(config, task, seed) for task in config.tasks}
        for size in config.sizes:
            tasks = config.tasks if size == config.most else (config.shown,)
            for task in tasks:
                yield (task, size, seed), training_part(whole[task], 0, size)


def jobs(config: DataHungerConfig, seeds: Sequence[int]) -> Iterator[tuple[Place, Job]]:
    """The network of each training set."""
    hidden = (config.width, config.width)
    for place, data in plan(config, seeds):
        yield place, Job(data, place[2], hidden, learning_rate=RATE, scores_train=False)


def run(config: DataHungerConfig) -> Run[DataHungerResult]:
    """Train all networks at once, then the other learners on the same training sets."""
    networks = _networks(config).seconds
    record = Recorder(
        DataHungerResult, networks + _others(config), shown=config.shown,
        largest=config.most, smallest=config.sizes[0],
    )  # fmt: skip
    yield record.snapshot("drawing the data", shown=False)
    planned = []
    for one in jobs(config, config.seeds):
        planned.append(one)
        yield record.snapshot("drawing the data", shown=False)

    def rows(progress: Progress) -> Iterator[tuple[str, str, int, int, float]]:
        reached = progress.fit.curve("validation", "accuracy")
        for (task, size, seed), value in zip(planned_places, reached[-1:].ravel(), strict=False):
            yield task, NETWORK, size, seed, float(value)

    planned_places = [place for place, _ in planned]
    work = fit([job for _, job in planned], steps=STEPS, evaluate_every=STEPS // EVALUATIONS)
    fitted = yield from record.relay(
        work, f"training {len(planned)} networks", networks, share=lambda p: p.step / p.total,
        partial=lambda p: record.result(scores=rows(p)),
        shown=lambda p: p.known,
    )  # fmt: skip
    record.extend("scores", rows(Progress(STEPS, STEPS, fitted)))
    yield from _train_others(record, config, planned)
    return record.result()


def _train_others(
    record: Recorder[DataHungerResult], config: DataHungerConfig, planned: list[tuple[Place, Job]]
) -> Iterator[Snapshot[DataHungerResult]]:
    """Train the learners that are no networks, in the order of the training sizes."""
    for _ in classical.importing():
        yield record.snapshot("importing scikit-learn")
    record.did(SECONDS_OF_AN_IMPORT)
    for (task, size, seed), job in sorted(planned, key=lambda one: one[0][1]):
        data = job.data
        for learner in classical.LEARNERS:
            work = classical.fitted(learner, data.x_train, data.y_train, seed)
            units = classical.seconds(learner, size, data.n_features, data.n_classes)
            model = yield from record.relay(
                work,
                f"{learner}, {size:,} examples",
                units,
                pauses=classical.pauses(learner, data.n_classes),
            )
            right = model.predict(data.x_validation) == data.y_validation
            record.add("scores", task, learner, size, seed, float(right.mean()))
            yield record.snapshot(f"{learner}, {size:,} examples")


def _networks(config: DataHungerConfig) -> Cost:
    one = [job for _, job in jobs(config, config.seeds[:1])]
    return planned_cost(one * config.repetitions, STEPS, 1 + EVALUATIONS)


def _others(config: DataHungerConfig) -> float:
    """Seconds of the learners that are no networks."""
    return SECONDS_OF_AN_IMPORT + config.repetitions * sum(
        classical.seconds(learner, size, data.n_features, data.n_classes)
        for (_, size, _), data in plan(config, config.seeds[:1])
        for learner in classical.LEARNERS
    )


@lru_cache(maxsize=64)
def cost(config: DataHungerConfig) -> Cost:
    """Expected cost; only the networks' operations are counted."""
    networks = _networks(config)
    return Cost(networks.flops, networks.seconds + _others(config))
