"""A sine wave that grows point by point; `slow` and `broken` are made of it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Literal

import altair as alt
import numpy as np
import pandas as pd

from core.lab.claims import Claim
from core.lab.experiment import Experiment, Figure, Pick, Prompt
from core.lab.intervals import t_interval
from core.lab.run import Cost, Snapshot
from core.lab.seeding import numpy_generator
from core.lab.settings import Config, View, ladder


class WaveConfig(Config):
    height: int = ladder(1, 2, 5, 10, default=2, unit="metres")
    """How tall the wave is."""
    noise: float = ladder(0.0, 0.01, 0.1, default=0.01)
    """Standard deviation of the noise."""
    shape: Literal["sine", "saw_tooth"] = "sine"
    """What it looks like."""
    upside_down: bool = False
    """Whether it is turned over."""


class WaveView(View):
    scale: Literal["linear", "log"] = "linear"
    """The vertical axis."""


@dataclass(frozen=True)
class WaveResult:
    points: pd.DataFrame


def wave(config, steps, pause):
    rngs = {seed: numpy_generator(seed, "wave") for seed in config.seeds}
    rows = []
    for i in range(steps):
        time.sleep(pause)
        for seed, rng in rngs.items():
            level = np.sin(i / 5) if config.shape == "sine" else (i % 10) / 5 - 1
            level = (-level if config.upside_down else level) * config.height
            rows.append((i, seed, level + config.noise * rng.normal() + 20))
        yield Snapshot(i + 1, steps, "drawing a wave", lambda: read(rows))
    return read(rows)


def read(rows):
    return WaveResult(pd.DataFrame(rows, columns=["x", "seed", "y"]))


def run(config):
    return (yield from wave(config, steps=40, pause=0.01))


def height(result):
    return t_interval(result.points.groupby("seed")["y"].max() - 20)


def chart(view):
    scale = alt.Scale(type="log") if view.scale == "log" else alt.Scale(zero=False)
    return alt.Chart(alt.Data(name="table")).mark_point(filled=True).encode(
        x=alt.X("x:Q", title="place"), y=alt.Y("y:Q", title="level (metres)", scale=scale)
    ).properties(height=280)  # fmt: skip


FIGURES = (
    Figure(
        name="points",
        title="The wave",
        table=lambda r, v: r.points,
        chart=chart,
        caption=lambda t, v: f"The wave has {len(t)} points.",
        live=True,
        note="Every seed is drawn.",
        picks=[Pick("scale", "x", dict.fromkeys(range(3000), "log"))],
    ),
    Figure(
        name="peaks",
        title="The peaks",
        table=lambda r, v: r.points.groupby("seed", as_index=False)["y"].max().assign(x=0),
        chart=chart,
        caption=lambda t, v: f"There are {len(t)} peaks.",
    ),
)
CLAIMS = (
    Claim("tall", "The wave is taller than one metre.", "Nobody 2026, Table 1", "2 m", height,
          "above", 1.0),
    Claim("high", "A wave of ten metres is taller than five.", "Nobody 2026", "", height,
          "above", 5.0, settings={"height": 10}),
)  # fmt: skip

EXPERIMENT = Experiment(
    title="Wave",
    question="How tall is the wave?",
    config=WaveConfig,
    view=WaveView,
    result=WaveResult,
    run=run,
    metrics=lambda r: {"peak_height": height(r)},
    finding=lambda r: f"The wave is {height(r).mean:.2f} metres tall.",
    figures=FIGURES,
    cost=lambda c: Cost(flops=1e6, seconds=0.5),
    smallest=WaveConfig(),
    claims=CLAIMS,
    prompts=(Prompt("Make it tall", {"height": 10}), Prompt("Draw it in logs", {"scale": "log"})),
)
