"""Every arm learns from sets of pairs of several sizes, all sizes and seeds in one stack."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

import numpy as np

from core.challenges.hybrid.digit_sums.config import (
    ANSWERS,
    ARMS,
    ASKED,
    HYBRID,
    LABELLED,
    LENGTHS,
    MODULI,
    NAMES,
    NUMBERS,
    PAIRS,
    PLAN_OF,
    SIZES,
    DigitSumsConfig,
    DigitSumsResult,
)
from core.data.digit_pairs import draw, grid
from core.data.embedded import DIGITS_VALIDATION
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot, relay
from core.models.sum_plans import (
    DIGITS,
    PIXELS,
    PLANS,
    answer_flops,
    learning_digit_flops,
    learning_flops,
    naming_flops,
)

if TYPE_CHECKING:
    from core.models.sum_nets import SumNets
    from core.models.sum_sets import SumSets

BATCH, WIDTH, LOOKS = 32, 64, 4
FLOPS_PER_SECOND, SECONDS_PER_STEP = 1.5e10, 8e-4
"""Reached on one core, as measured: operations, and one architecture's step however small."""
Record = Recorder[DigitSumsResult]
Looking = Generator[Snapshot[DigitSumsResult], None, None]


def run(config: DigitSumsConfig) -> Run[DigitSumsResult]:
    """Train all arms in turn, one step each; look now and then; at the end ask for longer sums."""
    record = Recorder(
        DigitSumsResult, config.steps * len(ARMS), told=config.told, labelled=config.labelled,
        faces=np.zeros((len(SIZES), DIGITS, PIXELS), np.float32),
    )  # fmt: skip
    yield record.snapshot("drawing the pairs", shown=False)
    from core.models.sum_nets import SumNets

    sets, modulus = (yield from _drawn(record, config)), MODULI[config.told]
    seeds = [seed for _, seed in sets.places]
    nets = {arm: SumNets(PLAN_OF[arm], seeds, WIDTH, modulus) for arm in ARMS}
    for step in range(config.steps + 1):
        if step % (config.steps // LOOKS) == 0:
            yield from _look(record, nets, sets)
        if step == config.steps:
            break
        first, second, sums, digits = sets.batch(BATCH)
        for arm, one in nets.items():
            if arm == LABELLED:
                one.learn_digits(first, second, digits)
            else:
                one.learn(first, second, sums % modulus, sets.labelled if arm == HYBRID else None)
            record.did(1)
            yield record.snapshot(f"training {len(ARMS) * len(seeds)} networks")
    for arm, one in nets.items():
        yield from _longer(record, arm, one, sets)
    return record.result()


def _drawn(
    record: Record, config: DigitSumsConfig
) -> Generator[Snapshot[DigitSumsResult], None, SumSets]:
    from core.models.sum_sets import SumSets

    pairs, anything = [], np.ones((DIGITS, DIGITS), dtype=bool)
    for seed in config.seeds:
        pairs.append((draw(max(SIZES), anything, seed), grid(ASKED, seed)))
        yield record.snapshot("drawing the pairs", shown=False)
    return SumSets(config.seeds, SIZES, pairs, config.labelled)


def _look(record: Record, nets: dict[str, SumNets], sets: SumSets) -> Looking:
    """Ask every network what it was told of other pairs, and encoders for single digits."""
    scores: list[tuple[object, ...]] = []
    ahead = record.snapshot("asking for new sums", shown=False)
    for arm, one in nets.items():
        columns = yield from relay(sets.columns(one), lambda _: ahead)
        shares = {ANSWERS: sets.right(columns, one.modulus)}
        if PLAN_OF[arm] == PLAN_OF[HYBRID]:
            names = one.digits(sets.singles)
            shares[NAMES] = (names == sets.labels).mean(1)
            yield ahead
            if arm == HYBRID:
                record.put(faces=sets.faces(names))
                record.replace("called", sets.called(names))
        for what, values in shares.items():
            places = zip(sets.places, values.tolist(), strict=True)
            scores += [(arm, *place, what, value) for place, value in places]
    record.replace("scores", scores)
    yield record.snapshot("asking for new sums")


def _longer(record: Record, arm: str, nets: SumNets, sets: SumSets) -> Looking:
    """Add numbers of several digits, column by column; every network is given the carry."""
    ahead = record.snapshot("adding longer numbers")
    columns = yield from relay(sets.columns(nets), lambda _: ahead)
    for network, place in enumerate(sets.places):
        for digits in LENGTHS:
            share = sets.longer(columns, network, digits, NUMBERS)
            record.add("sums", arm, *place, digits, share)
        yield ahead


def cost(config: DigitSumsConfig) -> Cost:
    """Expected cost: steps of every arm, looks, and the longer sums."""
    nets, flops = config.repetitions * len(SIZES), 0.0
    for arm in ARMS:
        plan = PLANS[PLAN_OF[arm]](WIDTH)
        step = BATCH * learning_flops(plan)
        if arm == LABELLED:
            step = 2 * BATCH * learning_digit_flops(plan)
        if arm == HYBRID:
            step += config.labelled * learning_digit_flops(plan)
        flops += config.steps * step + (LOOKS + 2) * PAIRS * answer_flops(plan)
        if PLAN_OF[arm] == PLAN_OF[HYBRID]:
            flops += (LOOKS + 1) * DIGITS_VALIDATION * naming_flops(plan)
    flops *= nets
    calls = len(ARMS) * (config.steps * SECONDS_PER_STEP + nets * 0.008)
    return Cost(flops, flops / FLOPS_PER_SECOND + calls)
