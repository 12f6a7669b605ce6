"""All networks as one stack, then the reductions; thresholds move when the result is read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from core.challenges.fairness.mitigation.config import (
    ADVERSARY,
    BASELINE,
    EITHER,
    MOVED,
    PENALTY,
    RANDOMIZED,
    REDUCTION,
    REWEIGHING,
    SELECTION,
    STRENGTHS,
    TRAINED,
    MitigationConfig,
    MitigationResult,
    arms,
)
from core.data.applicants import N_VALIDATION, Applicants, World, make_applicants
from core.engine.cost import evaluation_flops, step_flops
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run
from core.metrics import fairness
from core.models.group_thresholds import equal_rate_thresholds, randomized_thresholds
from core.models.reductions import (
    ROUNDS,
    RandomizedClassifier,
    Reduction,
    exponentiated_gradient,
)
from core.models.reweighing import reweighed

if TYPE_CHECKING:
    from core.models.fair_stack import FairStack

SIZES = (4, 16, 1)
STEPS = 300
BATCH = 256
"""Examples a step, as in `core.models.fair_stack`."""
LIVE_EVERY = 60
GAPS = ("selection_rate", "true_positive_rate", "false_positive_rate")
Solved = dict[tuple[float, int], RandomizedClassifier]
"""The reductions solved so far, by price and seed."""


def rounds(config: MitigationConfig) -> int:
    """Rounds of all reductions; one without a price needs none."""
    return config.repetitions * ROUNDS * sum(price > 0 for price in STRENGTHS[REDUCTION])


def run(config: MitigationConfig) -> Run[MitigationResult]:
    """Train the networks as one stack, solve the reductions; move thresholds when read."""
    record = Recorder(MitigationResult, STEPS + rounds(config), constraint=config.constraint)
    law = World(config.base_rate_gap, config.label_bias, proxy=config.proxy)
    people: dict[int, Applicants] = {}
    for seed in config.seeds:
        yield record.snapshot("drawing applicants", shown=False)
        people[seed] = make_applicants(law, config.n_train, seed, sees_group=config.sees_group)
    stack, solved = _stack(config, people), Solved()

    def so_far() -> MitigationResult:
        record.replace("scores", scores(config, people, stack, solved))
        return record.result()

    phase = f"training {len(stack.jobs)} networks"
    for step in stack.train(STEPS):
        live = step % LIVE_EVERY == 0 or step == 10
        yield record.snapshot(phase, step, so_far, shown=live)
    record.did(STEPS)
    for price in STRENGTHS[REDUCTION]:
        for seed, one in people.items():
            problem = Reduction(*one.training, by_label=config.by_label, price=price)
            solved[price, seed] = yield from record.relay(
                exponentiated_gradient(problem), "solving reductions", ROUNDS * (price > 0),
                share=lambda r: r / ROUNDS, shown=False,
            )  # fmt: skip
        # Pictures wait for whole arms: the interval over two seeds would stretch the axes.
        yield record.snapshot("solving reductions", partial=so_far)
    return so_far()


def _stack(config: MitigationConfig, people: dict[int, Applicants]) -> FairStack:
    from core.models.fair_stack import FairJob, FairStack

    def job(remedy: str, strength: float, place: int, seed: int) -> FairJob:
        _, y, group = people[seed].training
        weights = np.ones(len(y))
        if remedy == REWEIGHING:
            weights = reweighed(y, group) ** strength
        return FairJob(
            place, seed, weights / weights.mean(),
            penalty=strength if remedy == PENALTY else 0.0,
            adversary=strength if remedy == ADVERSARY else 0.0,
            by_label=config.by_label,
        )  # fmt: skip

    jobs = [job(*arm, place, seed) for arm in arms(TRAINED) for place, seed in enumerate(people)]
    x, y, group = zip(*(one.training for one in people.values()), strict=True)
    return FairStack(np.stack(x), np.stack(y), np.stack(group), jobs, SIZES[1])


def scores(
    config: MitigationConfig, people: dict[int, Applicants], stack: FairStack, solved: Solved
) -> Iterator[tuple[object, ...]]:
    """Accuracy and gaps of every arm so far, in the order of `STRENGTHS`."""
    plan = [(arm, seed) for arm in arms(TRAINED) for seed in people]
    new = np.stack([one.data.x_validation for one in people.values()])
    found = dict(zip(plan, stack.logits(new), strict=True))
    learnt = dict(zip(plan, stack.logits(stack.x.numpy()), strict=True))
    for arm in arms(tuple(STRENGTHS)):
        for seed, one in people.items():
            if arm[0] in TRAINED:
                chance = (found[arm, seed] > 0).astype(float)
            elif arm[0] in (*MOVED, RANDOMIZED):
                plain = ((BASELINE, 0.0), seed)
                chance = after(*arm, one, learnt[plain], found[plain], config.by_label)
            elif (arm[1], seed) in solved:
                chance = solved[arm[1], seed].chance(one.data.x_validation)
            else:
                continue
            yield from ((*arm, seed, *row) for row in judged(one, chance))


def after(
    remedy: str, strength: float, people: Applicants,
    trained: np.ndarray, found: np.ndarray, by_label: bool,
) -> np.ndarray:  # fmt: skip
    """Chance of a positive decision for validation applicants, after moving thresholds, `(n,)`.

    Args:
        remedy: One of `MOVED`, or `RANDOMIZED`.
        strength: Share of the way that thresholds move.
        people: Whose data were trained on.
        trained: Logits of the training examples, `(n_train,)`.
        found: Logits of the validation applicants, `(n,)`.
        by_label: Whether randomized thresholds are for equalized odds.
    """
    _, y, group = people.training
    if remedy == RANDOMIZED:
        rule = randomized_thresholds(trained, y, group, by_label=by_label)
        return rule.chance(found, people.group)
    counted = np.ones(len(y), dtype=bool) if remedy == SELECTION else y == 1
    line = strength * equal_rate_thresholds(trained, counted, group)
    return np.asarray(found > line[people.group], dtype=float)


def judged(people: Applicants, chance: np.ndarray) -> Iterator[tuple[str, str, float]]:
    """Accuracy and gaps of a rule that may draw lots, by true and by recorded labels.

    What lots are worth is counted on average: nobody has to draw them. A gap in a rate that a
    group does not have is NaN.

    Args:
        people: Who is judged.
        chance: Of a positive decision for each validation applicant, `(n,)` in [0, 1].

    Yields:
        Labels, metric and value.
    """
    for labels, truth in people.truths.items():
        counts = fairness.expected_counts(truth, chance, people.group, n_groups=2)
        found = fairness.rates(counts)
        yield labels, "accuracy", float(np.where(truth == 1, chance, 1 - chance).mean())
        gaps = {name: float(fairness.signed_gap(found[name])) for name in GAPS}
        # NaN if either is: the larger of two gaps is not known by one of them.
        gaps[EITHER] = float(np.max([abs(gaps[name]) for name in GAPS[1:]]))
        yield from ((labels, metric, value) for metric, value in gaps.items())


def cost(config: MitigationConfig) -> Cost:
    """Expected cost: the steps of the stack, reading it, and two fits a round of the reductions."""
    n_jobs, size = config.repetitions * len(arms(TRAINED)), min(BATCH, config.n_train)
    n_read = config.n_train + N_VALIDATION
    flops = n_jobs * (STEPS * step_flops(SIZES, size) + evaluation_flops(SIZES, n_read))
    seconds = STEPS * (1.2e-3 + n_jobs * size * 2.2e-7) + 0.002 * n_jobs
    return Cost(flops, seconds + rounds(config) * (1.2e-3 + config.n_train * 6e-7))
