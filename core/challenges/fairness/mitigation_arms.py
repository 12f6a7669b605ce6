"""The remedies: what each does to the data, the training or the decisions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from core.challenges.fairness.worlds import Applicants
from core.models.group_thresholds import equalised
from core.models.reductions import Reduction

if TYPE_CHECKING:
    from core.models.fair_stack import FairJob

BASELINE = "no remedy"
REWEIGHING = "reweighing"
PENALTY = "penalty in the loss"
ADVERSARY = "adversary"
REDUCTION = "reduction"
SELECTION = "thresholds for equal selection"
OPPORTUNITY = "thresholds for equal opportunity"
LOTS = "thresholds by lot"
Aim = Literal["demographic parity", "equalized odds"]
STRENGTHS: dict[str, tuple[float, ...]] = {
    BASELINE: (0.0,),
    REWEIGHING: (0.5, 1.0),
    PENALTY: (0.3, 1.0, 3.0, 10.0),
    ADVERSARY: (0.1, 0.3, 1.0, 3.0),
    REDUCTION: (0.0, 10.0, 100.0),
    SELECTION: (0.5, 1.0),
    OPPORTUNITY: (0.5, 1.0),
    LOTS: (1.0,),
}
"""From weak to full. Of thresholds and weights the share of the full correction; of reductions the
largest price of a violation: one over the gap that is allowed, 0 for no constraint."""
TRAINED = (BASELINE, REWEIGHING, PENALTY, ADVERSARY)
REDUCED = (REDUCTION,)
MOVED = (SELECTION, OPPORTUNITY)
AIMING = (PENALTY, ADVERSARY, REDUCTION, LOTS)
"""Those that can be set to demographic parity or to equalized odds."""
BEFORE = {REDUCTION: (REDUCTION, 0.0)}
"""What a remedy is compared with, if it is not the network without a remedy."""


@dataclass(frozen=True)
class Arm:
    """A remedy at a strength."""

    remedy: str
    strength: float


def arms(remedies: tuple[str, ...]) -> list[Arm]:
    """All strengths of some remedies."""
    return [Arm(remedy, strength) for remedy in remedies for strength in STRENGTHS[remedy]]


def before(remedy: str) -> tuple[str, float]:
    """Remedy and strength of the arm that a remedy is compared with."""
    return BEFORE.get(remedy, (BASELINE, 0.0))


def job(arm: Arm, data: int, seed: int, people: Applicants, aim: Aim) -> FairJob:
    """The network of one arm and seed."""
    from core.models.fair_stack import FairJob

    weights = np.ones(len(people.data.y_train))
    if arm.remedy == REWEIGHING:
        weights = reweighed(people.data.y_train, people.train_group) ** arm.strength
        weights /= weights.mean()
    return FairJob(
        data,
        seed,
        weights,
        penalty=arm.strength if arm.remedy == PENALTY else 0.0,
        adversary=arm.strength if arm.remedy == ADVERSARY else 0.0,
        by_label=aim == "equalized odds",
    )


def problem(arm: Arm, people: Applicants, aim: Aim) -> Reduction:
    """The reduction of one arm and seed; its classifiers are logistic regressions."""
    return Reduction(
        people.data.x_train, people.data.y_train, people.train_group,
        by_label=aim == "equalized odds", price=arm.strength,
    )  # fmt: skip


def reweighed(y: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Weights under which label and group are independent (Kamiran & Calders 2012).

    Args:
        y: Labels `(n,)` in {0, 1}.
        group: Groups `(n,)` in {0, 1}.

    Returns:
        `P(group) P(label) / P(group, label)` of each example, `(n,)`; their mean is 1.
    """
    counts = np.bincount(group * 2 + y, minlength=4).reshape(2, 2) / len(y)
    expected = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0, keepdims=True)
    found = np.divide(expected, counts, out=np.ones((2, 2)), where=counts > 0)
    return found[group, y]


def after(
    arm: Arm, people: Applicants, trained: np.ndarray, found: np.ndarray, aim: Aim
) -> np.ndarray:
    """Chance of a positive decision for validation applicants, after moving thresholds, `(n,)`.

    Args:
        arm: A remedy of `MOVED`, or `LOTS`.
        people: Whose data were trained on.
        trained: Logits of the training examples, `(n_train,)`.
        found: Logits of the validation applicants, `(n,)`.
        aim: What lots are drawn for.
    """
    y, group = people.data.y_train, people.train_group
    if arm.remedy == LOTS:
        rule = equalised(trained, y, group, by_label=aim == "equalized odds")
        return rule.chance(found, people.group)
    line = moved(arm, trained, y, group)
    return np.asarray(found > np.where(people.group == 1, line[1], line[0]), dtype=float)


def moved(arm: Arm, logit: np.ndarray, y: np.ndarray, group: np.ndarray) -> tuple[float, float]:
    """Thresholds on the logit, one per group, chosen on the training examples.

    Both groups' thresholds move from 0 towards the ones at which the rate of each group is that
    of everybody (Hardt, Price & Srebro 2016, without randomising).

    Args:
        arm: A remedy of `MOVED`; strength 1 goes all the way.
        logit: Of the training examples, `(n,)`.
        y: Their labels on record.
        group: Their groups.

    Returns:
        Thresholds of group A and of group B.
    """
    judged = np.ones(len(y), dtype=bool) if arm.remedy == SELECTION else y == 1
    if not judged.any():
        return 0.0, 0.0
    share = float((logit[judged] > 0).mean())
    found = []
    for g in (0, 1):
        own = logit[judged & (group == g)]
        goal = float(np.quantile(own, 1 - share)) if len(own) else 0.0
        found.append(arm.strength * goal)
    return found[0], found[1]
