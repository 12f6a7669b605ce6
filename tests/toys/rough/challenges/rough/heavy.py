"""A run of a moment whose result is large: a store is written to for most of the time."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt
import numpy as np
import pandas as pd

from core.lab.experiment import Experiment, Figure
from core.lab.intervals import t_interval
from core.lab.run import Cost, Snapshot
from core.lab.seeding import numpy_generator
from core.lab.settings import Config, View, ladder

BYTES = 2_000_000
STEPS = 4


class HeavyConfig(Config):
    number: int = ladder(*range(12), default=0)
    """Tells one from another."""
    dozen: int = ladder(*range(12), default=0)
    """Tells one from another, too."""


@dataclass(frozen=True)
class HeavyResult:
    points: pd.DataFrame
    noise: np.ndarray


def run(config):
    """Random bytes, so that nothing packs them smaller; the same for the same config."""
    noise, named = [], f"heavy {config.number} {config.dozen}"
    rng = numpy_generator(config.first_seed, named)
    for step in range(STEPS):
        noise.append(rng.integers(0, 256, BYTES // STEPS, dtype=np.uint8))
        yield Snapshot(step + 1, STEPS, "drawing", lambda: read(config, noise))
    return read(config, noise)


def read(config, noise):
    whole = np.concatenate(noise)
    rows = [(seed, float(whole[seed - config.first_seed])) for seed in config.seeds]
    return HeavyResult(pd.DataFrame(rows, columns=["seed", "y"]), whole)


def chart(view):
    return alt.Chart(alt.Data(name="table")).mark_point().encode(x="seed:Q", y="y:Q")


def first(result):
    return t_interval(result.points.set_index("seed")["y"])


EXPERIMENT = Experiment(
    title="Heavy",
    question="How much is there?",
    config=HeavyConfig,
    view=View,
    result=HeavyResult,
    run=run,
    metrics=lambda r: {"first": first(r)},
    finding=lambda r: f"The first is {first(r).mean:.1f}.",
    figures=(
        Figure(
            name="points",
            title="The first of each",
            table=lambda r, v: r.points,
            chart=chart,
            caption=lambda t, v: f"There are {len(t)}.",
            live=True,
        ),
    ),
    cost=lambda c: Cost(flops=1e6, seconds=0.1),
    smallest=HeavyConfig(),
)
