"""What the mitigation experiment can be set to, and what it measures."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import pandas as pd

from core.lab.intervals import POINTS, SHARE
from core.lab.recorder import columned
from core.lab.scores import PerSeed, per_seed
from core.lab.settings import Config, Value, View, ladder, repetitions

BASELINE = "no remedy"
REWEIGHING = "reweighing"
PENALTY = "penalty in the loss"
ADVERSARY = "adversary"
REDUCTION = "reduction"
SELECTION = "thresholds for equal selection"
OPPORTUNITY = "thresholds for equal opportunity"
RANDOMIZED = "thresholds by lot"
Aim = Literal["demographic parity", "equalized odds"]
STRENGTHS: dict[str, tuple[float, ...]] = {
    BASELINE: (0.0,),
    REWEIGHING: (0.5, 1.0),
    PENALTY: (0.3, 1.0, 3.0, 10.0),
    ADVERSARY: (0.1, 0.3, 1.0, 3.0),
    REDUCTION: (0.0, 10.0, 100.0),
    SELECTION: (0.5, 1.0),
    OPPORTUNITY: (0.5, 1.0),
    RANDOMIZED: (1.0,),
}
"""From weak to full. Of thresholds and weights the share of the full correction; of reductions the
largest price of a violation: one over the gap that is allowed, 0 for no constraint."""
TRAINED = (BASELINE, REWEIGHING, PENALTY, ADVERSARY)
MOVED = (SELECTION, OPPORTUNITY)
AIMING = (PENALTY, ADVERSARY, REDUCTION, RANDOMIZED)
"""Those that can be set to demographic parity or to equalized odds."""
GAINS = {
    "accuracy_gained_by_reweighing": REWEIGHING,
    "accuracy_gained_by_the_penalty": PENALTY,
    "accuracy_gained_by_the_adversary": ADVERSARY,
    "accuracy_gained_by_the_reduction": REDUCTION,
    "accuracy_gained_by_equal_selection": SELECTION,
    "accuracy_gained_by_lots": RANDOMIZED,
}
"""Headline numbers: the change of accuracy that each of these remedies brings."""
EITHER = "equalized_odds"
"""The larger of the gaps in true and false positive rates, without its sign."""
BIASED: dict[str, Value] = {"label_bias": 0.4, "base_rate_gap": 0.0, "proxy": 1.5,
                            "constraint": "demographic parity"}  # fmt: skip
REAL: dict[str, Value] = {"label_bias": 0.0, "base_rate_gap": 0.8,
                          "constraint": "demographic parity"}  # fmt: skip
ODDS: dict[str, Value] = {**REAL, "constraint": "equalized odds"}
BIASED_ODDS: dict[str, Value] = {**BIASED, "constraint": "equalized odds"}


def arms(remedies: tuple[str, ...]) -> list[tuple[str, float]]:
    """All strengths of some remedies."""
    return [(remedy, strength) for remedy in remedies for strength in STRENGTHS[remedy]]


def before(remedy: str) -> tuple[str, float]:
    """Remedy and strength of the arm that a remedy is compared with: of a reduction its own."""
    return (REDUCTION if remedy == REDUCTION else BASELINE, 0.0)


class MitigationConfig(Config):
    """The world in which remedies are tried."""

    repetitions: int = repetitions(default=10)

    constraint: Aim = "demographic parity"
    """What the remedies aim at: equal selection rates, or equal true and false positive rates.
    The penalty, the adversary, the reduction and the thresholds with lots follow this choice; the
    others have an aim of their own."""
    label_bias: float = ladder(
        0.0, 0.1, 0.2, 0.4, 0.6, default=0.4, label="Label bias", unit="share"
    )
    """Share of group B's repaid loans that are on record as not repaid."""
    base_rate_gap: float = ladder(
        0.0, 0.2, 0.4, 0.8, 1.2, default=0.0, unit="SD", label="Gap in circumstances"
    )
    """How much worse group B can really repay on average, in standard deviations."""
    proxy: float = ladder(
        0.0, 0.5, 1.0, 1.5, 2.0, 3.0, default=1.5, unit="SD", label="Postcode tells the group"
    )
    """How far apart the groups live."""
    sees_group: bool = True
    """Whether the network sees the group. Thresholds per group need to know it in any case."""
    n_train: int = ladder(500, 1000, 2000, 4000, default=2000, label="Training examples")
    """Applicants each network learns from."""

    @property
    def by_label(self) -> bool:
        """Whether the rates of each label's examples are to be equal, instead of everybody's."""
        return self.constraint == "equalized odds"


class MitigationView(View):
    """How it is drawn."""

    gap: Literal[
        "selection rate", "true positive rate", "false positive rate", "either error rate"
    ] = "selection rate"
    """Which gap between the groups counts as unfair. "Either error rate" is the larger one of true
    and false positive rates: equalized odds wants both to be zero."""
    labels: Literal["true", "recorded"] = "true"
    """Judge by what is true, or by what is on record: outside a simulation only the record is
    known."""


@dataclass(frozen=True)
class MitigationResult:
    """What was measured.

    Attributes:
        scores: `remedy`, `strength`, `seed`, `labels`, `metric`, `value`: accuracy and the gaps
            (group B minus A) on validation applicants; of rules that draw lots the average.
            A gap in a rate that a group does not have is NaN.
        constraint: What the remedies aimed at.
    """

    scores: pd.DataFrame = field(
        metadata=columned("remedy", "strength", "seed", "labels", "metric", "value")
    )
    constraint: str

    def values(
        self, remedy: str, metric: str = "accuracy", labels: str = "true", **strength: float
    ) -> PerSeed:
        """A metric under a remedy, at full strength unless told; gaps are group B's minus A's."""
        arm: dict[str, Any] = {"strength": STRENGTHS[remedy][-1], **strength, "remedy": remedy}
        unit = SHARE if metric == "accuracy" else POINTS
        return per_seed(self.scores, unit, metric=metric, labels=labels, **arm)

    def size(self, remedy: str, metric: str, labels: str = "true", **strength: float) -> PerSeed:
        """Accuracy, or a gap without its sign."""
        return abs(self.values(remedy, metric, labels, **strength))

    def change(self, remedy: str, labels: str = "true", metric: str = "accuracy") -> PerSeed:
        """Difference to no remedy; of gaps the change in their size."""
        name, strength = before(remedy)
        ours = self.size(remedy, metric, labels)
        return ours - self.size(name, metric, labels, strength=strength)

    def between(
        self, one: str, other: str, metric: str = "accuracy", labels: str = "true"
    ) -> PerSeed:
        """Difference of two remedies at full strength; of gaps in their size."""
        return self.size(one, metric, labels) - self.size(other, metric, labels)
