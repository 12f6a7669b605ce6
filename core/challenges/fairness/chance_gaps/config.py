"""What the experiment on chance can be set to, and what it measures."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from core.lab.intervals import POINTS, SHARE, Estimate, defined_interval, exact_interval
from core.lab.recorder import table
from core.lab.scores import PerSeed, per_seed, rows_where
from core.lab.settings import Config, View, ladder, repetitions

SIZES = (50, 100, 200, 500, 1000, 2000, 5000)
WORLDS = ("no gap", "true gap")
ATTRIBUTES = ("first attribute", "second attribute")
CROSSED = "both, crossed"


class ChanceGapsConfig(Config):
    """Who is audited."""

    repetitions: int = repetitions(default=10)

    true_gap: float = ladder(
        0.05, 0.1, 0.15, 0.2, 0.3, default=0.1, label="A true gap", unit="points"
    )
    """How much lower the true positive rate of group B is in the world that is not fair."""
    minority_share: float = ladder(
        0.05, 0.1, 0.2, 0.5, default=0.2, label="Share of group B", unit="share"
    )
    """Share of group B among those audited."""
    base_rate: float = ladder(0.1, 0.3, 0.5, default=0.5, label="Base rate", unit="share")
    """Share of those audited who would repay: true positive rates count only them."""
    crossing_bias: float = ladder(
        0.0, 0.2, 0.4, 0.6, default=0.4, label="Bias at the crossing", unit="share"
    )
    """Share of repaid loans struck off the record for those of whom exactly one of two attributes
    holds: a bias that neither attribute shows alone."""


class ChanceGapsView(View):
    """How it is drawn."""

    log_sizes: bool = True
    """Whether the axis of numbers audited is logarithmic."""


@dataclass(frozen=True)
class ChanceGapsResult:
    """What was measured.

    Attributes:
        audits: `seed`, `n` audited, `world` ("no gap" or "true gap"), `metric` ("wide": share of
            audits with a gap over 10 points; "alarm": share that the shuffle test calls more than
            chance), `value`, and the number of `audits` in which both groups have the rate: the
            others are left out.
        crossings: `seed`, `attributes` crossed, `n` audited, `value`: mean of the widest gap
            between crossed groups in a fair world.
        network: `seed`, `by` (an attribute, or both), `value`: widest gap in selection rates, and
            `signed`: those who have the attribute (of both: exactly one) minus the others.
    """

    audits: pd.DataFrame = table("seed", "n", "world", "metric", "value", "audits")
    crossings: pd.DataFrame = table("seed", "attributes", "n", "value")
    network: pd.DataFrame = table("seed", "by", "value", "signed")

    def trials(self, metric: str, **where: int | str) -> pd.DataFrame:
        """One row an audit, `value` 1 where it sees a wide gap or raises an alarm, else 0."""
        rows = rows_where(self.audits, {"metric": metric, **where}).reset_index(drop=True)
        share, of = (rows[name].to_numpy(dtype=float) for name in ("value", "audits"))
        hits = np.where(of > 0, share * of, 0).round()  # Of no audit there is no share.
        times = np.stack([hits, of - hits], axis=1).astype(np.int64).ravel()
        twice = rows.loc[rows.index.repeat(2)].assign(value=np.tile([1.0, 0.0], len(rows)))
        return twice.iloc[np.repeat(np.arange(len(twice)), times)]

    def audited(self, n: int, metric: str, world: str = "no gap") -> Estimate:
        """Share of audits of `n` people that see a wide gap, or raise an alarm."""
        return _share(self.trials(metric, n=n, world=world))

    def false_alarms(self) -> Estimate:
        """Share of the audits of all sizes that raise an alarm without a true gap."""
        return _share(self.trials("alarm", world="no gap"))

    def signed(self, by: str) -> PerSeed:
        """Selection rate of those who have an attribute, or exactly one, minus the others'."""
        return per_seed(self.network, POINTS, "signed", by=by)

    def hidden(self, *, crossed: bool) -> PerSeed:
        """The network's widest gap, by single attributes or at their crossing."""
        widest = self.network[(self.network["by"] == CROSSED) == crossed].groupby("seed")["value"]
        return PerSeed.of(widest.max().index, widest.max(), POINTS)

    def widest(self, attributes: int) -> PerSeed:
        """Widest gap by chance between the groups of so many attributes, among 2,000 people."""
        return per_seed(self.crossings, POINTS, attributes=attributes, n=2000)


def _share(trials: pd.DataFrame) -> Estimate:
    if trials.empty:
        return defined_interval([], SHARE)
    kind = "95% exact (Clopper-Pearson) interval over audits"
    return replace(exact_interval(trials["value"]), kind=kind)
