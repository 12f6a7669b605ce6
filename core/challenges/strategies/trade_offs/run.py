"""Networks under every recipe, trained side by side, and all measures of each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from core.challenges.strategies.trade_offs.bench import (
    Bench,
    Teachers,
    groups,
    in_training,
    networks,
    recipes,
)
from core.challenges.strategies.trade_offs.config import (
    WIDTH,
    Recipe,
    TradeOffsConfig,
    TradeOffsResult,
)
from core.challenges.strategies.trade_offs.measuring import (
    ATTACK_STEPS,
    N_ATTACKED,
    N_EXPLAINED,
    N_TEST,
    WEIGHTS,
    Part,
    Record,
    answers,
    measured,
    right,
)
from core.lab.run import Cost, Run

TRAINED, MEASURED = 5e9, 2.5e9
"""Operations in a second of training, and of measuring: both take many small products."""


def run(config: TradeOffsConfig) -> Run[TradeOffsResult]:
    """Train and measure the networks of some seeds after the other."""
    record = Record(TradeOffsResult, cost(config).flops, partner=config.partner, finished=False)
    yield record.snapshot("drawing the data", shown=False)
    for seeds in groups(config):
        bench, known = Bench(config, seeds), Teachers()
        yield from _train(bench, known, record)
        for arm, recipe in recipes(config).items():
            found = yield from measured(bench, known, record, recipe)
            record.extend("cells", _rows(bench, arm, found))
            record.did(_measuring(recipe, config) * len(seeds))
            yield record.snapshot("measuring")
    record.put(finished=True)
    return record.result()


def _train(bench: Bench, known: Teachers, record: Record) -> Part[None]:
    """Train all networks of a group, the distilled ones last."""
    from core.attacks.treated_training import TreatedNets

    for distilled in (False, True):
        names = networks(bench.config, bench.seeds, distilled)
        treatments = []
        for name in names:
            treatments.append(bench.treatment(name, known if distilled else None))
            yield record.snapshot("drawing the data")
        if names:
            nets = TreatedNets(treatments, WIDTH, bench.config.steps)
            known.add(names, nets)
            flops = sum(_training(name[2], bench.config) for name in names)
            yield from record.relay(
                nets.train(), f"training {len(names)} networks", flops, share=float,
                partial=lambda _: record.result(cells=_so_far(bench, known)),
            )  # fmt: skip


def _so_far(bench: Bench, known: Teachers) -> Iterator[tuple[Any, ...]]:
    """What can be told of networks that still learn: how often they are right."""
    for arm, recipe in recipes(bench.config).items():
        if known.has((bench.seeds[0], 0, in_training(recipe))):
            layers = answers(bench, known, recipe)
            found = right(layers, recipe.members, bench.x, bench.y)
            yield from _rows(bench, arm, {"accuracy": found})


def _rows(bench: Bench, arm: str, found: dict[str, np.ndarray]) -> Iterator[tuple[Any, ...]]:
    for name, values in found.items():
        yield from ((arm, name, s, float(v)) for s, v in zip(bench.seeds, values, strict=True))


def _training(recipe: Recipe, config: TradeOffsConfig) -> float:
    """Operations of one network's training: an attack takes a forward and a backward pass more."""
    from core.attacks.treated_training import BATCH

    passes = 4.0 if recipe.epsilon else 2.0
    return config.steps * BATCH * (passes * 2 * WEIGHTS + 2 * WIDTH * 10)


def _measuring(recipe: Recipe, config: TradeOffsConfig) -> float:
    """Operations of measuring one seed of an arm."""
    examples: float = 4 * N_TEST + min(config.n_train, N_TEST) + 5 * N_EXPLAINED
    examples += 2.4 * ATTACK_STEPS * N_ATTACKED
    return recipe.members * examples * 2 * WEIGHTS


def cost(config: TradeOffsConfig) -> Cost:
    """Every network's training, and every arm's measures."""
    names = [name for part in (False, True) for name in networks(config, config.seeds, part)]
    trained = sum(_training(recipe, config) for _, _, recipe in names)
    each = sum(_measuring(recipe, config) for recipe in recipes(config).values())
    asked = config.repetitions * each
    return Cost(trained + asked, trained / TRAINED + asked / MEASURED + 0.3)
