"""Curves are fitted to a law and asked beyond it, then classifiers of two moons."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np

from core.challenges.generalization.extrapolation import config as arms
from core.challenges.generalization.extrapolation.config import (
    ExtrapolationConfig,
    ExtrapolationResult,
)
from core.data.by_name import JITTER
from core.data.far_places import DISTANCES
from core.data.generated import make_two_moons
from core.data.laws import LAWS, draw
from core.lab.recorder import Recorder
from core.lab.run import Cost, Run, Snapshot
from core.lab.scores import tidy
from core.metrics.outside import rms_by_distance, slope_and_bend, straightness
from core.models.curve_plans import CLASS_STEPS, curve_flops

EDGE, GRID = arms.EDGE, np.linspace(-arms.END, arms.END, 97)
LOOKS, ASKED = 20, 500
"""How often curves are looked at, and at how many places classifiers are asked, about."""
FAR, APART = 1000 * EDGE, 0.3
"""Where slope and bend are taken, and from neighbours how far apart; below 1e-9 is rounding."""
FLOPS_PER_SECOND, SECONDS_PER_STEP = 1e10, 5e-4
Record = Recorder[ExtrapolationResult]
Work = Generator[Snapshot[ExtrapolationResult], None, None]


def run(config: ExtrapolationConfig) -> Run[ExtrapolationResult]:
    """Fit every arm to the law, then two kinds of networks to two moons."""
    record = Recorder(ExtrapolationResult, config.steps + CLASS_STEPS / 2)
    yield record.snapshot("drawing the examples", shown=False)
    own = drawn(config, arms.RELU, config.first_seed)
    record.extend("examples", np.column_stack(own).tolist())
    yield from _curves(config, record)
    yield from _classes(config, record)
    return record.result()


def drawn(config: ExtrapolationConfig, arm: str, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """What an arm learns from: of one seed the same draw, made longer or stretched."""
    n = config.n_train * (10 if arm == arms.MORE else 1)
    return draw(config.law, n, EDGE * (2 if arm == arms.WIDER else 1), seed)


def _curves(config: ExtrapolationConfig, record: Record) -> Work:
    from core.models.curve_nets import CurveNets
    from core.models.curve_training import train

    seeds, names = config.seeds, [*arms.UNITS]
    nets = CurveNets([*arms.UNITS.values()], seeds, inputs=1, width=config.width)
    sets = [drawn(config, arm, seed) for arm in names for seed in seeds]
    fitted = [LAWS[config.law].fitted(*own, GRID) for own in sets[: len(seeds)]]
    columns = [(x[:, None], y) for x, y in sets]
    for step in train(nets, columns, seeds, config.steps):
        if step % (config.steps // LOOKS) == 0:
            said = nets.ask(GRID[:, None])
            _look(record, config, np.concatenate([said, fitted]))
        record.did(1 if step else 0)
        yield record.snapshot("fitting curves to the law")
    far = FAR + APART * np.arange(3)
    outside = nets.ask(np.concatenate([-far, far])[:, None]).reshape(-1, 2, 3)
    slope, bend = slope_and_bend(outside, APART)
    found = {"straightness": straightness(said, GRID, EDGE), "slope": slope, "bend": bend.round(9)}
    for name, values in found.items():
        record.extend("far", tidy(values, arm=names, seed=seeds).assign(measure=name))


def _look(record: Record, config: ExtrapolationConfig, said: np.ndarray) -> None:
    """Keep what all curves say on the grid now, `(arms * seeds, places)`, and how far off."""
    law, places = LAWS[config.law](GRID), {"arm": arms.ARMS, "seed": config.seeds}
    curves = tidy(said, **places, x=GRID)
    curves.insert(3, "law", np.tile(law, len(said)))
    errors = tidy(rms_by_distance(said - law, GRID, arms.BINS), **places, place=arms.PLACES)
    record.put(curves=curves, errors=errors)


def _classes(config: ExtrapolationConfig, record: Record) -> Work:
    from core.models.curve_training import far_confidence

    names, seeds = arms.CLASSIFIERS, config.seeds
    moons = [make_two_moons(config.n_train, noise=JITTER, seed=seed) for seed in seeds]
    work = far_confidence([arms.UNITS[name] for name in names], seeds, moons, config.width)
    sure = yield from record.relay(work, "two moons", CLASS_STEPS / 2, pauses=CLASS_STEPS)
    record.put(confidence=tidy(sure, arm=names, seed=seeds, distance=DISTANCES))


def cost(config: ExtrapolationConfig) -> Cost:
    """Expected cost: training both kinds of networks, and asking them."""
    curves = curve_flops(1, config.width, steps=config.steps, asked=(LOOKS + 1) * len(GRID))
    classes = curve_flops(2, config.width, steps=CLASS_STEPS, asked=ASKED)
    flops = config.repetitions * (len(arms.UNITS) * curves + len(arms.CLASSIFIERS) * classes)
    waiting = (config.steps + CLASS_STEPS) * SECONDS_PER_STEP
    return Cost(flops, flops / FLOPS_PER_SECOND + waiting)
