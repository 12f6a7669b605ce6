"""What the scaling law can be set to, and what it measures."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd

from core.data.two_back import SIGNS
from core.lab.recorder import columned
from core.lab.scores import NotMeasuredError, PerSeed, per_seed
from core.lab.settings import Config, View, added, ladder

KNOWN = (4, 6, 8, 12, 16, 24, 32)
"""Widths that the law is fitted to, as far as the largest known one."""
TIMES = (2, 4)
"""How much wider the networks are for which the loss is forecast."""
FITTED, GIVEN, PURE, NOTHING = (
    "law with a fitted floor", "law with the true floor", "law without a floor", "nothing changes",
)  # fmt: skip
FORMS = (FITTED, GIVEN, PURE, NOTHING)
BUDGETS = tuple(2.0 ** (k / 2) for k in range(12))
"""At which the sizes are compared: multiples of a quarter of what the smallest network takes."""


MADE_UP, LIBRARY = "made up", "standard library"


class ScalingConfig(Config):
    """What is trained."""

    language: Literal["made up", "standard library"] = added(MADE_UP, before=MADE_UP)
    """Made up: a language by rules, the same everywhere. Standard library: the text of the modules
    that come with the Python that runs this, a random half of them for each seed; another version
    of Python has another text, and other numbers."""
    decay: float = ladder(0.0, 0.6, 0.9, 1.2, 1.5, default=1.2, label="Decay of the rules")
    """A language that is made up has 512 rules; the k-th is weaker than the first by k to the power
    of this. At 0 all are equally strong. The standard library has none."""
    largest: int = ladder(16, 32, default=32, unit="hidden units", label="Largest known size")
    """The law is fitted to networks from 4 hidden units to so many; it forecasts the loss of
    networks twice and four times as wide."""
    steps: int = ladder(250, 500, 1000, default=1000, label="Steps of training")
    """Updates of the weights, each from 128 fresh signs of text that were never seen before."""
    draws: int = ladder(2, 3, default=3, label="Networks of each size")
    """How many networks of each size a forecaster trains, each on another text in the same
    language. The band resamples them."""

    @property
    def known(self) -> tuple[int, ...]:
        """Widths that the law is fitted to."""
        return tuple(width for width in KNOWN if width <= self.largest)

    @property
    def targets(self) -> tuple[int, ...]:
        """Widths for which the loss is forecast."""
        return tuple(times * self.largest for times in TIMES)


class ScalingView(View):
    """How it is drawn."""

    above = True
    forecaster: int = ladder(1, 2, 3, 4, 5, default=1, label="Forecaster shown")
    """Each seed is a forecaster with a language, a fit and a band of its own. This one's are
    drawn."""


def parameters(width: int) -> int:
    """Weights and biases of a network."""
    return (2 * SIGNS + 1) * width + SIGNS * (width + 1)


def operations_per_sign(width: int) -> float:
    """Of training on one sign: both passes of the upper layer; the lower one is looked up."""
    return 6.0 * SIGNS * (width + 1)


@dataclass(frozen=True)
class ScalingResult:
    """What was known, forecast and then measured.

    Attributes:
        losses: `seed`, `draw`, `width`, `signs` (of text seen), `value`: nats a sign, exact.
        laws: `seed`, `parameters`, `mean`, `low`, `high`: the fitted law and its band.
        forecasts: `seed`, `form` (of `FORMS`), `value`: the loss forecast for the largest network.
        floors: `seed`, `entropy`: the lowest loss of all who see two signs; `fitted`: the floor of
            the law.
        target: Width of the largest network.
        signs: Signs of text of a whole training.
        text: Which text was read; empty where the language is made up.
    """

    losses: pd.DataFrame = field(metadata=columned("seed", "draw", "width", "signs", "value"))
    laws: pd.DataFrame = field(metadata=columned("seed", "parameters", "mean", "low", "high"))
    forecasts: pd.DataFrame = field(metadata=columned("seed", "form", "value"))
    floors: pd.DataFrame = field(metadata=columned("seed", "entropy", "fitted"))
    target: int
    signs: int
    text: str

    @property
    def largest(self) -> int:
        """Width of the largest known networks."""
        return self.target // TIMES[-1]

    def loss(self, width: int, share: float = 1.0) -> PerSeed:
        """Mean loss of a forecaster's networks of one width after a share of the text."""
        rows = self.losses
        rows = rows[(rows["width"] == width) & (rows["signs"] == share * self.signs)]
        means = rows.groupby("seed")["value"].mean()
        return PerSeed.of(means.index, means, "nats")

    def entropy(self) -> PerSeed:
        """The lowest loss that any network can have that sees two signs."""
        return per_seed(self.floors, "nats", "entropy")

    def floor_misses(self) -> PerSeed:
        """Floor of the fitted law minus the entropy."""
        return per_seed(self.floors, "nats", "fitted") - self.entropy()

    def forecast(self, form: str = FITTED) -> PerSeed:
        """Loss that was forecast for the largest network."""
        return per_seed(self.forecasts, "nats", form=form)

    def missed_by(self, form: str = FITTED) -> PerSeed:
        """Forecast minus measured loss: positive is too pessimistic."""
        return self.forecast(form) - self.loss(self.target)

    def left(self) -> PerSeed:
        """Avoidable loss of the largest network over that of one a quarter as wide."""
        floor = self.entropy()
        return (self.loss(self.target) - floor) / (self.loss(self.largest) - floor)

    def avoidable(self) -> pd.DataFrame:
        """Loss above the entropy at equal budgets: `seed`, `parameters`, `operations`, `value`.

        Between two moments of a training by a straight line over logarithms; a size has no row at
        budgets before its first moment or after its last.
        """
        table = self.losses.merge(self.floors, on="seed")
        table = table.assign(above=table["value"] - table["entropy"])
        means = table.groupby(["seed", "width", "signs"])["above"].mean().unstack("signs")
        signs = means.columns.to_numpy(dtype=float)
        if means.empty or len(signs) < 2:
            return pd.DataFrame(columns=["seed", "parameters", "operations", "value"])
        least = operations_per_sign(means.index.get_level_values("width").min()) * signs[-1] / 4
        budgets = least * np.array(BUDGETS)
        rows: list[tuple[int, int, float, float]] = []
        for (seed, width), values in zip(means.index, means.to_numpy(), strict=True):
            spent = operations_per_sign(width) * signs
            there = (budgets >= spent[0] * 0.999) & (budgets <= spent[-1] * 1.001)
            found = np.exp(np.interp(np.log(budgets), np.log(spent), np.log(values)))
            size = parameters(width)
            rows += [(seed, size, b, v) for b, v in zip(budgets[there], found[there], strict=True)]
        return pd.DataFrame(rows, columns=["seed", "parameters", "operations", "value"])

    def best_sizes(self) -> pd.DataFrame:
        """Parameters with the lowest loss for each budget: `seed`, `operations`, `value`.

        The lowest point of the parabola through the lowest size and its neighbours, over
        logarithms (Hoffmann et al. 2022); a budget at which the lowest size has none on one side
        has no row.
        """
        rows: list[tuple[int, float, float]] = []
        for (seed, budget), part in self.avoidable().groupby(["seed", "operations"]):
            size, value = (np.log(part[name].to_numpy()) for name in ("parameters", "value"))
            low = int(value.argmin())
            if 0 < low < len(value) - 1:
                a, b, _ = np.polyfit(size[low - 1 : low + 2], value[low - 1 : low + 2], 2)
                rows.append((seed, budget, float(np.exp(-b / (2 * a)))))
        return pd.DataFrame(rows, columns=["seed", "operations", "value"])

    def exponent(self) -> PerSeed:
        """With which power of the operations the best size grows: 1 in proportion; or NaN.

        Raises:
            NotMeasuredError: Where too few budgets have a lowest size between others.
        """
        best, found = self.best_sizes(), []
        for seed in self.floors["seed"]:
            over = np.log(best.loc[best["seed"] == seed, ["operations", "value"]].to_numpy())
            found.append(np.polyfit(over[:, 0], over[:, 1], 1)[0] if len(over) > 2 else np.nan)
        if np.isnan(found).all():
            raise NotMeasuredError("too few budgets have a lowest size between others")
        return PerSeed.of(self.floors["seed"], found)
