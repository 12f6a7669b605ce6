"""The remedies: what each does to the data, the training or the decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.challenges.fairness.mitigation.config import (
    ADVERSARY,
    PENALTY,
    RANDOMIZED,
    REWEIGHING,
    SELECTION,
    Aim,
)
from core.challenges.fairness.worlds import Applicants
from core.models.group_thresholds import randomized_thresholds
from core.models.reductions import Reduction

if TYPE_CHECKING:
    from core.models.fair_stack import FairJob


def job(
    remedy: str, strength: float, data: int, seed: int, people: Applicants, aim: Aim
) -> FairJob:
    """The network of one arm and seed, on the data of this place."""
    from core.models.fair_stack import FairJob

    weights = np.ones(len(people.data.y_train))
    if remedy == REWEIGHING:
        weights = reweighed(people.data.y_train, people.train_group) ** strength
        weights /= weights.mean()
    return FairJob(
        data, seed, weights,
        penalty=strength if remedy == PENALTY else 0.0,
        adversary=strength if remedy == ADVERSARY else 0.0,
        by_label=aim == "equalized odds",
    )  # fmt: skip


def problem(price: float, people: Applicants, aim: Aim) -> Reduction:
    """The reduction of one price and seed; its classifiers are logistic regressions."""
    data, by_label = people.data, aim == "equalized odds"
    return Reduction(data.x_train, data.y_train, people.train_group, by_label=by_label, price=price)


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
    remedy: str, strength: float, people: Applicants,
    trained: np.ndarray, found: np.ndarray, aim: Aim,
) -> np.ndarray:  # fmt: skip
    """Chance of a positive decision for validation applicants, after moving thresholds, `(n,)`.

    Args:
        remedy: One of `MOVED`, or `RANDOMIZED`.
        strength: Share of the way that thresholds move.
        people: Whose data were trained on.
        trained: Logits of the training examples, `(n_train,)`.
        found: Logits of the validation applicants, `(n,)`.
        aim: What randomized thresholds are for.
    """
    y, group = people.data.y_train, people.train_group
    if remedy == RANDOMIZED:
        rule = randomized_thresholds(trained, y, group, by_label=aim == "equalized odds")
        return rule.chance(found, people.group)
    line = moved(remedy, strength, trained, y, group)
    return np.asarray(found > np.where(people.group == 1, line[1], line[0]), dtype=float)


def moved(
    remedy: str, strength: float, logit: np.ndarray, y: np.ndarray, group: np.ndarray
) -> tuple[float, float]:
    """Thresholds on the logit, one per group, chosen on the training examples.

    Both groups' thresholds move from 0 towards the ones at which the rate of each group is that
    of everybody (Hardt, Price & Srebro 2016, without randomising).

    Args:
        remedy: One of `MOVED`.
        strength: 1 goes all the way.
        logit: Of the training examples, `(n,)`.
        y: Their labels on record.
        group: Their groups.

    Returns:
        Thresholds of group A and of group B.
    """
    judged = np.ones(len(y), dtype=bool) if remedy == SELECTION else y == 1
    if not judged.any():
        return 0.0, 0.0
    share = float((logit[judged] > 0).mean())
    found = []
    for g in (0, 1):
        own = logit[judged & (group == g)]
        goal = float(np.quantile(own, 1 - share)) if len(own) else 0.0
        found.append(strength * goal)
    return found[0], found[1]
