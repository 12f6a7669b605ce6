"""Train a network for every learning rate, setting and seed; then the range test."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from functools import lru_cache
from typing import Any

import pandas as pd

from core.challenges.tuning.landscape.config import (
    PICK,
    RATES,
    SETTINGS,
    TEST,
    USUAL,
    LandscapeConfig,
    LandscapeResult,
)
from core.data.by_name import draw
from core.data.dataset import Dataset
from core.data.held_out import Examples, alternate_halves
from core.engine.job import Job
from core.engine.sweep import Planned, Trained, planned_cost
from core.engine.training import Fit, Progress, fit
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot, relay

EVALUATIONS = 3
TESTED = 50
"""How often the loss is taken while the learning rate grows."""
UNTESTED = pd.DataFrame(columns=["seed", "rate", "value"], dtype=float)
Drawn = dict[int, tuple[Dataset, Examples]]


def drawn(config: LandscapeConfig) -> Drawn:
    """Each seed's data, its held-out examples in two halves."""
    return {
        seed: alternate_halves(draw(config.dataset, config.n_train, 0.0, seed))
        for seed in config.seeds
    }


def job(data: tuple[Dataset, Examples], seed: int, rate: float, **knobs: Any) -> Job:
    """One network; the knobs that are not given are at their usual."""
    chosen = {**USUAL, **knobs}
    return Job(
        data[0], seed, (int(chosen["width"]),), rate, weight_decay=chosen["weight_decay"],
        optimizer="sgd", momentum=chosen["momentum"], batch_size=int(chosen["batch_size"]),
        watch={PICK: data[1]}, growth=chosen.get("growth", 1.0),
    )  # fmt: skip


def plan(config: LandscapeConfig, data: Drawn) -> Iterator[Planned]:
    """Labels and job of every network of the sweep."""
    for rate in RATES:
        for setting in SETTINGS[config.other_knob]:
            for seed in config.seeds:
                labels = {"rate": rate, "setting": setting, "seed": seed}
                yield labels, job(data[seed], seed, rate, **{config.other_knob: setting})


def growing(config: LandscapeConfig, data: Drawn) -> list[Job]:
    """The range test: one network a seed, at a rate that grows from the smallest to the largest."""
    growth = (RATES[-1] / RATES[0]) ** (1 / config.steps)
    return [job(data[seed], seed, RATES[0], growth=growth) for seed in config.seeds]


def run(config: LandscapeConfig) -> Run[LandscapeResult]:
    """Train everything; a seed's networks of one shape start from the same weights."""
    record = Recorder(
        LandscapeResult, cost(config).flops, scores=pd.DataFrame(), range_test=UNTESTED,
        other=config.other_knob,
    )  # fmt: skip
    yield record.snapshot("drawing the data", shown=False)
    data = drawn(config)
    yield from _sweep(config, data, record)
    yield from _range_test(config, data, record)
    return record.result()


Work = Generator[Snapshot[LandscapeResult], None, None]


def _sweep(config: LandscapeConfig, data: Drawn, record: Recorder[LandscapeResult]) -> Work:
    planned = list(plan(config, data))
    labels = pd.DataFrame([dict(named) for named, _ in planned])
    flops = record.total - _test_cost(config).flops

    def scores(fitted: Fit) -> pd.DataFrame:
        return Trained(labels, fitted).scores((TEST, PICK, "train"))

    def snapshot(progress: Progress) -> Snapshot[LandscapeResult]:
        known = progress.known
        return record.snapshot(
            f"training {len(planned)} networks", flops * progress.step / progress.total,
            lambda: LandscapeResult(scores(progress.fit), UNTESTED, config.other_knob), shown=known,
        )  # fmt: skip

    jobs, every = [one for _, one in planned], -(-config.steps // EVALUATIONS)
    work = fit(jobs, steps=config.steps, evaluate_every=every)
    record.put(scores=scores((yield from relay(work, snapshot))))
    record.did(flops)


def _range_test(config: LandscapeConfig, data: Drawn, record: Recorder[LandscapeResult]) -> Work:
    jobs = growing(config, data)
    every = max(1, config.steps // TESTED)
    fitted = yield from record.relay(
        fit(jobs, steps=config.steps, evaluate_every=every), "growing the learning rate",
        _test_cost(config).flops, share=lambda progress: progress.step / progress.total,
    )  # fmt: skip
    losses, rates = (
        fitted.curve("train", "loss"),
        RATES[0] * jobs[0].growth ** fitted.evaluated_steps,
    )
    parts = [
        pd.DataFrame({"seed": seed, "rate": rates, "value": losses[:, place]})
        for place, seed in enumerate(config.seeds)
    ]
    record.put(range_test=pd.concat(parts, ignore_index=True))


@lru_cache(maxsize=64)
def cost(config: LandscapeConfig) -> Cost:
    """Expected cost of a run, before it starts."""
    jobs = [one for _, one in plan(config, drawn(config))]
    return planned_cost(jobs, config.steps, 1 + EVALUATIONS) + _test_cost(config)


@lru_cache(maxsize=64)
def _test_cost(config: LandscapeConfig) -> Cost:
    every = max(1, config.steps // TESTED)
    jobs = growing(config, drawn(config))
    return planned_cost(jobs, config.steps, 1 + -(-config.steps // every))
