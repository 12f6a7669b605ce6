"""What the experiment on sources of bias can be set to, and what it measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from core.challenges.fairness.gap_words import Rate
from core.lab.intervals import POINTS
from core.lab.recorder import table
from core.lab.scores import PerSeed, per_seed
from core.lab.settings import Config, Value, View, ladder, repetitions

SEES, HIDDEN = SIDES = ("sees the group", "group hidden")
PROXIES = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0)
"""Strengths of the postcode in the worlds called "postcodes", which have label bias only."""


class BiasSourcesConfig(Config):
    """What is wrong in the world."""

    repetitions: int = repetitions(default=10)

    base_rate_gap: float = ladder(
        0.0, 0.2, 0.4, 0.8, 1.2, default=0.8, unit="SD", label="Gap in circumstances"
    )
    """How much worse group B can repay on average, in standard deviations: a real difference,
    whatever its history."""
    label_bias: float = ladder(
        0.0, 0.1, 0.2, 0.4, 0.6, default=0.4, label="Label bias", unit="share"
    )
    """Share of group B's repaid loans that are on record as not repaid."""
    minority_share: float = ladder(
        0.02, 0.05, 0.1, 0.2, 0.5, default=0.05, label="Share of group B", unit="share"
    )
    """Share of group B among the training examples, where it is under-represented."""
    other_signs: float = ladder(0.0, 0.25, 0.5, 1.0, default=1.0, label="Other signs of merit")
    """How far group B's ability to repay shows in another paper than group A's, where group B is
    under-represented: 0 not at all, 1 entirely."""
    measurement_noise: float = ladder(
        0.0, 0.5, 1.0, 2.0, default=2.0, unit="SD", label="Noise in group B's papers"
    )
    """Extra noise on what is known about group B, in standard deviations of merit."""
    proxy: float = ladder(*PROXIES, default=1.5, unit="SD", label="Postcode tells the group")
    """How far apart the groups live. 0: the postcode says nothing about the group."""
    n_train: int = ladder(500, 1000, 2000, 4000, default=2000, label="Training examples")
    """Applicants each network learns from."""


class BiasSourcesView(View):
    """How it is drawn."""

    metric: Rate = "selection rate"
    """Which rate of group B is held against group A's. Selection rate: share who get the loan.
    True positive rate: share of those who would repay that get it."""
    labels: Literal["true", "recorded"] = "true"
    """Judge by what is true, or by what is on record: outside a simulation only the record is
    known."""


@dataclass(frozen=True)
class BiasSourcesResult:
    """What was measured.

    Attributes:
        scores: `cause`, `sees`, `proxy`, `seed`, `labels`, `metric`, `gap` (group B minus A) and
            `rate` (of everyone), in [0, 1]; NaN where a rate is over nobody.
        world: `knob` and `value` of the settings.
    """

    scores: pd.DataFrame = table(
        "cause", "sees", "proxy", "seed", "labels", "metric", "gap", "rate"
    )
    world: pd.DataFrame = table("knob", "value")

    def gap(
        self, cause: str, sees: str = SEES, metric: str = "selection_rate", **further: Value
    ) -> PerSeed:
        """Gap of one world, group B minus A; NaN where a group does not have the rate.

        Args:
            cause: Which world.
            sees: Whether the network sees the group, one of `SIDES`.
            metric: A rate of `core.metrics.fairness`.
            further: `proxy` of the postcodes; `labels`, the true ones by default.
        """
        labels = {"labels": "true", **further}
        return per_seed(self.scores, POINTS, "gap", cause=cause, sees=sees, metric=metric, **labels)

    @property
    def knobs(self) -> dict[str, float]:
        """The settings of the causes, by name."""
        return dict(zip(self.world["knob"], self.world["value"], strict=True))
