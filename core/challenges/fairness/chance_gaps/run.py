"""Networks trained on records that wrong a crossing; then audits of decisions made by chance."""

from __future__ import annotations

from core.challenges.fairness.chance_gaps.config import SIZES, ChanceGapsConfig, ChanceGapsResult
from core.challenges.fairness.chance_gaps.draws import crossed_gap, crossings, people, simulated
from core.engine.cost import expected_cost
from core.engine.job import Job
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run

HIDDEN = (16,)
STEPS = 300
BATCH = 128
N_TRAIN, N_VALIDATION = 3000, 4000


def run(config: ChanceGapsConfig) -> Run[ChanceGapsResult]:
    """Train the networks of the crossing, then audit simulated decisions seed by seed."""
    from core.engine.training import fit

    record = Recorder(ChanceGapsResult, STEPS + config.repetitions * (2 * len(SIZES) + 1))
    jobs, sides = [], []
    for seed in config.seeds:
        yield record.snapshot("drawing applicants", shown=False)
        data, side = people(N_TRAIN, N_VALIDATION, config.crossing_bias, seed)
        jobs.append(Job(data, seed, HIDDEN, batch_size=BATCH))
        sides.append(side)
    fitted = yield from record.relay(
        fit(jobs, steps=STEPS, evaluate_every=STEPS // 4), f"training {len(jobs)} networks", STEPS,
        share=lambda p: p.step / p.total, shown=False,
    )  # fmt: skip
    for place, job in enumerate(jobs):
        called = fitted.logits(job.data.x_validation, jobs=[place])[0, :, 0] > 0
        gaps = crossed_gap(called, sides[place])
        record.extend("network", [(job.seed, by, gap) for by, gap in gaps.items()])
    for seed in config.seeds:
        for rows in simulated(config, seed):
            record.extend("audits", rows)
            record.did()
            yield record.snapshot("auditing decisions made by chance", shown=False)
        record.extend("crossings", crossings(config.base_rate, seed))
        record.did()
        yield record.snapshot("crossing attributes")
    return record.result()


def cost(config: ChanceGapsConfig) -> Cost:
    """Expected cost: the networks, then the shuffles."""
    trained = expected_cost(
        (4, *HIDDEN, 1), n_jobs=config.repetitions, steps=STEPS, batch_size=BATCH,
        evaluations=6, n_evaluated=N_TRAIN + N_VALIDATION,
    )  # fmt: skip
    return Cost(trained.flops, trained.seconds + 0.09 * config.repetitions)
