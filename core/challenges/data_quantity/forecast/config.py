"""What the forecast can be set to, and what it measures."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd

from core.lab.intervals import SHARE, Estimate, exact_interval
from core.lab.recorder import columned
from core.lab.scores import NotMeasuredError, PerSeed, per_seed
from core.lab.settings import Config, View, ladder, repetitions

TIMES = 4
"""How many times as many examples as are known the forecast is made for."""
STEPS = 500
"""Updates of the weights of every model, each on a batch of 32 (Adam, learning rate 0.01)."""
OFFSET, PURE, NOTHING = "power law with offset", "power law without offset", "nothing changes"
FORMS = (OFFSET, PURE, NOTHING)
"""Ways to forecast; the last takes the error at the largest known size for the forecast."""
HIDDEN = {"linear": (), "network": (32, 32)}
MOST_KNOWN = {"digits": 200, "two_moons": 800, "mnist1d": 800, "parity": 800}


class ForecastConfig(Config):
    """What is trained."""

    repetitions: int = repetitions(default=10)

    dataset: Literal["digits", "two_moons", "mnist1d", "parity"] = "digits"
    """Digits: 8x8 images, ten classes. Two moons: points in the plane, two classes that overlap.
    MNIST-1D: signals of 40 samples, ten classes. Parity: ten signs, and the class is the product
    of the first three."""
    model: Literal["linear", "network"] = "network"
    """Linear: multinomial logistic regression. Network: two hidden layers of 32 ReLU units."""
    known: int = ladder(50, 100, 200, 400, 800, default=200, label="Largest known size")
    """The learning curve is known up to so many examples; the forecast is for four times as many.
    At most 200 of the digits, of which there are 1,200 to train on."""
    curves: int = ladder(3, 6, 12, default=6, label="Learning curves")
    """How many learning curves each forecaster has, each with other training examples drawn from
    one pool. The band resamples them."""

    @property
    def largest(self) -> int:
        """Largest training size that is known, as far as the data set reaches."""
        return min(self.known, MOST_KNOWN[self.dataset])

    @property
    def sizes(self) -> tuple[int, ...]:
        """Seven known sizes, each the root of 2 times the one before."""
        return tuple(round(self.largest * 2 ** (-k / 2)) for k in range(6, -1, -1))

    @property
    def target(self) -> int:
        """Training size for which the error is forecast."""
        return TIMES * self.largest


class ForecastView(View):
    """How it is drawn."""

    above = True
    forecaster: int = ladder(1, 2, 3, 4, 5, default=1, label="Forecaster shown")
    """Each seed is a forecaster with curves, a fit and a band of its own. This one's are drawn."""


@dataclass(frozen=True)
class ForecastResult:
    """What was known, forecast and then measured.

    Attributes:
        errors: `seed`, `draw`, `size`, `value`: share of validation examples that are wrong.
        laws: `seed`, `size`, `mean`, `low`, `high`: the fitted law and its band at sizes from the
            smallest known one to the target.
        forecasts: `seed`, `form` (of `FORMS`), `value`: the error forecast at the target.
        sizes: Known training sizes, `(7,)`.
        target: Training size of the forecast.
    """

    errors: pd.DataFrame = field(metadata=columned("seed", "draw", "size", "value"))
    laws: pd.DataFrame = field(metadata=columned("seed", "size", "mean", "low", "high"))
    forecasts: pd.DataFrame = field(metadata=columned("seed", "form", "value"))
    sizes: np.ndarray
    target: int

    @property
    def largest(self) -> int:
        """Largest known training size."""
        return int(self.sizes[-1])

    def error(self, size: int) -> PerSeed:
        """Mean error of a forecaster's models of one training size."""
        rows = self.errors[self.errors["size"] == size].groupby("seed")["value"].mean()
        return PerSeed.of(rows.index, rows, SHARE)

    def forecast(self, form: str = OFFSET) -> PerSeed:
        """Error that was forecast for the target."""
        return per_seed(self.forecasts, SHARE, form=form)

    def missed_by(self, form: str = OFFSET) -> PerSeed:
        """Forecast minus measured error, in points: positive is too pessimistic."""
        return self.forecast(form) - self.error(self.target)

    def left(self) -> Estimate:
        """Share of the errors at the largest known size that is left at the target.

        Seeds without an error to begin with have none.
        """
        before, after = self.error(self.largest), self.error(self.target)
        share = np.full(len(before.seeds), np.nan)
        np.divide(after.values, before.values, out=share, where=before.values > 0)
        return PerSeed.of(before.seeds, share, SHARE).defined

    def band(self, end: str) -> PerSeed:
        """Lower (`"low"`) or upper (`"high"`) end of the band at the target."""
        return per_seed(self.laws, SHARE, value=end, size=self.target)

    def scored(self) -> pd.DataFrame:
        """One row a forecaster: `seed`, `measured`, `forecast`, `low`, `high`, `inside`.

        Raises:
            NotMeasuredError: Before anything was measured at the target.
        """
        measured = self.error(self.target)
        found = {"measured": measured.values, "forecast": self.forecast().values}
        found |= {end: self.band(end).values for end in ("low", "high")}
        table = pd.DataFrame({"seed": measured.seeds, **found})
        inside = (table["low"] <= table["measured"]) & (table["measured"] <= table["high"])
        return table.assign(inside=inside)

    def coverage(self) -> Estimate:
        """Share of the forecasters whose band holds what was measured, with its exact interval."""
        scored = self.scored()
        if scored.empty:
            raise NotMeasuredError("no forecast was scored")
        return exact_interval(scored["inside"])
