"""A network in every world, with the group among its inputs and without."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np

from core.challenges.fairness.bias_sources.config import (
    HIDDEN,
    PROXIES,
    SEES,
    SIDES,
    BiasSourcesConfig,
    BiasSourcesResult,
)
from core.challenges.fairness.gap_words import RATES
from core.data.applicants import N_VALIDATION, Applicants, World, make_applicants
from core.engine.cost import expected_cost
from core.engine.job import Job
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run
from core.metrics import fairness

if TYPE_CHECKING:
    from core.engine.training import Fit

UNITS = (16,)
STEPS = 240
EVALUATIONS = 6
LIVE_SEEDS = 3
PAUSE = 20
"""Networks after whose drawing or measuring the run pauses."""
KNOBS = tuple(knob.name for knob in fields(World))
Planned = tuple[str, str, int, World]
"""Cause, what the network sees, seed and law."""


def worlds(config: BiasSourcesConfig) -> dict[str, World]:
    """One world per cause, at the visitor's strength; the postcode is there in all of them."""
    causes = {
        "none of them": (),
        "gap in circumstances": ("base_rate_gap",),
        "label bias": ("label_bias",),
        "under-representation": ("minority_share", "other_signs"),
        "noisy papers": ("measurement_noise",),
        "all together": KNOBS[:-1],
    }
    return {
        cause: World(**{knob: getattr(config, knob) for knob in (*knobs, "proxy")})
        for cause, knobs in causes.items()
    }


def plan(config: BiasSourcesConfig) -> list[Planned]:
    """Every network: each cause seen and unseen, then label bias under every postcode."""
    arms = [(cause, sees, law) for cause, law in worlds(config).items() for sees in SIDES]
    for proxy in PROXIES:
        arms.append(("postcodes", HIDDEN, World(label_bias=config.label_bias, proxy=proxy)))
    return [(cause, sees, seed, law) for cause, sees, law in arms for seed in config.seeds]


def run(config: BiasSourcesConfig) -> Run[BiasSourcesResult]:
    """Train a network in every world, with the group among its inputs and without."""
    from core.engine.training import fit

    record = Recorder(BiasSourcesResult, STEPS)
    record.extend("world", [(knob, float(getattr(config, knob))) for knob in KNOBS])
    planned, people, jobs = plan(config), list[Applicants](), list[Job]()
    for _, sees, seed, law in planned:
        if len(people) % PAUSE == 0:
            yield record.snapshot("drawing applicants", shown=False)
        people.append(make_applicants(law, config.n_train, seed, sees_group=sees == SEES))
        jobs.append(Job(people[-1].data, seed, UNITS, batch_size=64))
    few = range(config.first_seed, config.first_seed + LIVE_SEEDS)
    shown = [p for p, (cause, _, s, _) in enumerate(planned) if cause != "postcodes" and s in few]

    def rows(fit: Fit, places: Iterable[int]) -> Iterator[tuple[object, ...]]:
        return (row for p in places for row in measured(fit, p, planned[p], people[p]))

    def so_far(fit: Fit) -> BiasSourcesResult:
        record.replace("scores", rows(fit, shown))
        return record.result()

    fitted = yield from record.relay(
        fit(jobs, steps=STEPS, evaluate_every=STEPS // EVALUATIONS),
        f"training {len(jobs)} networks", STEPS,
        share=lambda p: p.step / p.total, partial=lambda p: so_far(p.fit),
    )  # fmt: skip
    record.replace("scores", ())
    for start in range(0, len(jobs), PAUSE):
        record.extend("scores", rows(fitted, range(len(jobs))[start : start + PAUSE]))
        yield record.snapshot("measuring gaps", shown=False)
    return record.result()


def measured(
    fit: Fit, place: int, planned: Planned, people: Applicants
) -> Iterator[tuple[object, ...]]:
    """The rows of `BiasSourcesResult.scores` that one network makes, by its place in the fit."""
    cause, sees, seed, law = planned
    called = (fit.logits(people.data.x_validation, jobs=[place])[0, :, 0] > 0).astype(np.int64)
    for name, truth in people.truths.items():
        counts = fairness.confusion_counts(truth, called, people.group, n_groups=2)
        found, all_ = fairness.rates(counts), fairness.rates(counts.sum(axis=0, keepdims=True))
        for metric in RATES.values():
            # NaN where a group does not have the rate: that is not a gap of zero.
            apart = float(fairness.signed_gap(found[metric]))
            yield cause, sees, law.proxy, seed, name, metric, apart, float(all_[metric][0])


def cost(config: BiasSourcesConfig) -> Cost:
    """Expected cost of all networks."""
    n_jobs = len(plan(config))
    trained = expected_cost(
        (4, *UNITS, 1), n_jobs=n_jobs, steps=STEPS, batch_size=64,
        evaluations=EVALUATIONS + 2, n_evaluated=N_VALIDATION + config.n_train,
    )  # fmt: skip
    drawing = n_jobs * (config.n_train + N_VALIDATION) * 0.4e-6
    return Cost(trained.flops, trained.seconds + drawing)
