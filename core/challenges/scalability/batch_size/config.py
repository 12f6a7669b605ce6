"""What the batch size experiment can be set to, and what it measures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from core.lab.intervals import Estimate
from core.lab.recorder import table
from core.lab.scores import LOG_RATIO, PerSeed
from core.lab.settings import Config, View, ladder, repetitions
from core.metrics import batch_scaling
from core.metrics.batch_scaling import TUNED
from core.metrics.milestones import first_reached

BATCHES = (2, 4, 8, 16, 32, 64, 128, 256)
SMALLEST, LARGEST = BATCHES[0], BATCHES[-1]
RATES = tuple(2.0**k for k in range(-5, 3))
"""Learning rates of plain SGD; a tenth of them with momentum, which adds up ten steps."""
FIRST_RATE = dict(zip(BATCHES, (0, 0, 1, 2, 3, 3, 3, 3), strict=True))
"""Place in `RATES` where the five rates of a batch size begin."""
GOALS = (0.55, 0.65, 0.75, 0.85)
"""Shares of new digits that are to be right."""
BASE = 16
"""Batch size whose rate the rules of thumb start from, fixed in advance."""
NOISE_BATCH = 32
"""Batch size of the networks whose gradients are looked at on the way."""
PLACES = 200
"""At which a mean over the steps of a training is taken."""


class BatchSizeConfig(Config):
    """What is trained."""

    repetitions: int = repetitions(default=10)

    optimizer: Literal["sgd", "momentum"] = "sgd"
    """Sgd: each step goes against the mean gradient of its batch. Momentum: against a running sum,
    in which earlier gradients count for 0.9 of the ones after them."""
    label_noise: float = ladder(0.0, 0.1, 0.2, 0.3, default=0.0, label="Wrong labels", unit="share")
    """Share of the training labels replaced by a wrong one: examples then disagree more about
    where to go. New examples keep their true labels."""
    width: int = ladder(16, 32, 64, default=32, unit="units")
    """Units in the hidden layer of the network, which reads 8x8 images of ten digits."""
    tuning: Literal["fine", "coarse"] = "fine"
    """Fine: five learning rates for each batch size, each twice the one before. Coarse: every other
    one of them."""

    def rates(self, batch: int) -> tuple[float, ...]:
        """Learning rates that are tried with batches of a size."""
        first = FIRST_RATE[batch]
        return RATES[first : first + 5 : 1 if self.tuning == "fine" else 2]


class BatchSizeView(View):
    """What counts as trained."""

    above = True
    goal: float = ladder(*GOALS, default=GOALS[-1], label="Goal", unit="share")
    """Share of new digits that are to be right: steps are counted until it is reached first."""


@dataclass(frozen=True)
class BatchSizeResult:
    """What was measured.

    Attributes:
        reached: `batch`, `rate` (a member of `RATES`), `goal`, `seed`, `value`: steps until the
            goal was reached first, NaN where it was not.
        noise: `seed`, `step`, `accuracy` on new digits, `value`: gradient noise scale in examples,
            of networks trained slowly on batches of `NOISE_BATCH`.
    """

    reached: pd.DataFrame = table("batch", "rate", "goal", "seed", "value")
    noise: pd.DataFrame = table("seed", "step", "accuracy", "value")

    def _wide(self, goal: float) -> pd.DataFrame:
        """Steps by batch and rate, a column a seed; NaN where the goal was not reached."""
        rows = self.reached[self.reached["goal"] == goal]
        wide = rows.pivot(index=["batch", "rate"], columns="seed", values="value")
        return wide.astype(float)

    def by_rule(self, goal: float, rule: str = TUNED) -> pd.DataFrame:
        """Steps with the rate that a rule picks, see `batch_scaling.crossed`."""
        return batch_scaling.crossed(self._wide(goal), rule, BASE)

    def _each(self, rows: pd.DataFrame, column: str, unit: str = "") -> PerSeed:
        """One number for each seed of the run, NaN where it has no row."""
        seeds = self.reached["seed"].unique()
        return PerSeed.of(seeds, rows.set_index("seed")[column].reindex(seeds), unit)

    def steps(self, goal: float, batch: int, rule: str = TUNED) -> PerSeed:
        """Steps to the goal with batches of one size; NaN where they did not get there."""
        found = self.by_rule(goal, rule)
        return self._each(found[found["batch"] == batch], "value", "steps")

    def saved(self, goal: float, small: int, large: int) -> PerSeed:
        """How many times fewer steps the larger batch needs, as a logarithm."""
        return self.steps(goal, small).map(np.log) - self.steps(goal, large).map(np.log)

    def times_fewer(self, goal: float) -> Estimate:
        """How many times fewer steps the largest batch needs than the smallest."""
        small, large = (self.steps(goal, batch) for batch in (SMALLEST, LARGEST))
        return replace((small / large).geometric, unit="times", kind=LOG_RATIO)

    def best_rates(self, goal: float) -> pd.DataFrame:
        """The rate with the fewest steps of each seed itself: `seed`, `batch`, `value`."""
        return batch_scaling.own_best(self._wide(goal))

    def laws(self, goal: float) -> pd.DataFrame:
        """The law fitted to each seed's steps, see `batch_scaling.laws`."""
        return batch_scaling.laws(self.by_rule(goal))

    def critical(self, goal: float) -> PerSeed:
        """Critical batch size at a goal."""
        return self._each(self.laws(goal), "critical", "examples")

    def noise_at(self, goal: float) -> PerSeed:
        """Gradient noise scale where a goal is reached first; NaN where it is not."""
        return self._noise(goal, lambda at: np.array([at]))

    def noise_until(self, goal: float) -> PerSeed:
        """Its mean over the steps until then, which is what the steps of a training add up."""
        return self._noise(goal, lambda at: np.linspace(1, at, PLACES))

    def _noise(self, goal: float, places: Callable[[float], np.ndarray]) -> PerSeed:
        found = {}
        for seed, own in self.noise.groupby("seed"):
            steps = own["step"].to_numpy(float)
            (at,) = first_reached(steps, own[["accuracy"]].to_numpy(), goal)
            found[seed] = np.exp(np.interp(places(at), steps, np.log(own["value"]))).mean()
        return PerSeed.of(found, found.values(), "examples")

    def rate_at(self, goal: float, batch: int) -> PerSeed:
        """Best rate of each seed at a batch size."""
        best = self.best_rates(goal)
        return self._each(best[best["batch"] == batch], "value")

    def rate_grows(self, goal: float) -> PerSeed:
        """Doublings of the best rate from the smallest to the largest batch."""
        small, large = (self.rate_at(goal, b).map(np.log2) for b in (SMALLEST, LARGEST))
        return large - small

    def order_of(self, goal: float) -> PerSeed:
        """Powers of ten between the mean noise scale on the way and the critical batch size."""
        noise, size = (p.map(np.log10) for p in (self.noise_until(goal), self.critical(goal)))
        return noise - size
