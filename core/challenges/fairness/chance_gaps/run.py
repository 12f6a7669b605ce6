"""Networks trained on records that wrong a crossing; then audits of decisions made by chance."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

from core.challenges.fairness.chance_gaps.config import (
    ATTRIBUTES,
    CROSSED,
    SIZES,
    WORLDS,
    ChanceGapsConfig,
    ChanceGapsResult,
)
from core.data.applicants import make_audits, make_crossed_applicants
from core.engine.cost import expected_cost
from core.engine.job import Job
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run
from core.lab.seeding import numpy_generator
from core.metrics.fairness import difference, divided, selection_gaps
from core.metrics.resampling import shuffle_test, widest_by_chance

HIDDEN = (16,)
STEPS = 300
BATCH = 128
N_TRAIN, N_VALIDATION = 3000, 4000
RATE = 0.7
"""True positive rate of group A, and of group B where there is no gap."""
WIDE = 0.1
AUDITS = 120
SHUFFLES = 199
MOST_ATTRIBUTES = 6
CROSSED_SIZES = (500, 2000, 10_000)


def run(config: ChanceGapsConfig) -> Run[ChanceGapsResult]:
    """Train the networks of the crossing, then audit simulated decisions seed by seed."""
    from core.engine.training import fit

    record = Recorder(ChanceGapsResult, STEPS + config.repetitions * (2 * len(SIZES) + 1))
    jobs, sides = [], []
    for seed in config.seeds:
        yield record.snapshot("drawing applicants", shown=False)
        data, side = make_crossed_applicants(N_TRAIN, N_VALIDATION, config.crossing_bias, seed)
        jobs.append(Job(data, seed, HIDDEN, batch_size=BATCH))
        sides.append(side)
    fitted = yield from record.relay(
        fit(jobs, steps=STEPS, evaluate_every=STEPS // 4), f"training {len(jobs)} networks", STEPS,
        share=lambda p: p.step / p.total, shown=False,
    )  # fmt: skip
    for place, job in enumerate(jobs):
        called = fitted.logits(job.data.x_validation, jobs=[place])[0, :, 0] > 0
        names = dict(zip(ATTRIBUTES, sides[place].T, strict=True))
        gaps = selection_gaps(called, names, CROSSED)
        have = {**names, CROSSED: names[ATTRIBUTES[0]] ^ names[ATTRIBUTES[1]]}
        signed = {by: called[of == 1].mean() - called[of == 0].mean() for by, of in have.items()}
        rows = [(job.seed, by, gap, float(signed[by])) for by, gap in gaps.items()]
        record.extend("network", rows)
    for seed in config.seeds:
        for n, world in product(SIZES, WORLDS):
            record.extend("audits", audited(config, seed, n, world))
            record.did()
            yield record.snapshot("auditing decisions made by chance", shown=False)
        record.extend("crossings", crossings(config.base_rate, seed))
        record.did()
        yield record.snapshot("crossing attributes")
    return record.result()


def audited(
    config: ChanceGapsConfig, seed: int, n: int, world: str
) -> list[tuple[int, int, str, str, float, int]]:
    """Audit a decider: rows `seed`, `n`, `world`, `metric`, `value`, `audits`."""
    gap = config.true_gap if world == "true gap" else 0.0
    rng = numpy_generator(seed, "audits", n, world)
    able_of = [
        share * config.base_rate for share in (1 - config.minority_share, config.minority_share)
    ]
    drawn, of = make_audits(n, able_of, [RATE, RATE - gap], AUDITS, rng)
    there = of.min(axis=1) > 0  # Where nobody of a group would repay it has no such rate.
    hits, able, held = drawn[there], of[there], int(there.sum())
    wide = difference(divided((hits, able))) > WIDE
    alarm = shuffle_test(hits, able, SHUFFLES, rng) <= 0.05
    found = {"wide": wide, "alarm": alarm}
    means = {name: float(np.mean(seen)) if held else np.nan for name, seen in found.items()}
    return [(seed, n, world, name, mean, held) for name, mean in means.items()]


def crossings(base_rate: float, seed: int) -> Iterator[tuple[int, int, int, float]]:
    """Widest gap by chance between crossed groups: rows `seed`, `attributes`, `n`, `value`."""
    for n, attributes in product(CROSSED_SIZES, range(1, MOST_ATTRIBUTES + 1)):
        rng = numpy_generator(seed, "crossed", n, attributes)
        yield seed, attributes, n, widest_by_chance(n, 2**attributes, base_rate, AUDITS, rng)


def cost(config: ChanceGapsConfig) -> Cost:
    """Expected cost: the networks, then the shuffles."""
    trained = expected_cost(
        (4, *HIDDEN, 1), n_jobs=config.repetitions, steps=STEPS, batch_size=BATCH,
        evaluations=6, n_evaluated=N_TRAIN + N_VALIDATION,
    )  # fmt: skip
    return Cost(trained.flops, trained.seconds + 0.09 * config.repetitions)
