"""One trial of all remedies: who is judged, what was trained so far, and what it is worth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.challenges.fairness.mitigation_arms import (
    BASELINE,
    LOTS,
    MOVED,
    REDUCED,
    STRENGTHS,
    TRAINED,
    Aim,
    Arm,
    after,
    arms,
    job,
    problem,
)
from core.challenges.fairness.worlds import Applicants
from core.metrics import fairness
from core.models.reductions import Lottery, exponentiated_gradient

if TYPE_CHECKING:
    from core.models.fair_stack import FairStack

HIDDEN = 16
GAPS = ("selection_rate", "true_positive_rate", "false_positive_rate")
EITHER = "equalized_odds"
"""The larger of the gaps in true and false positive rates, without its sign."""
Rows = list[tuple[object, ...]]


@dataclass
class Trial:
    """What is tried on whom, and the classifiers found so far.

    Attributes:
        seeds: Of the draws of applicants.
        people: One draw of applicants a seed.
        aim: What remedies are for that can be set to it.
        stack: The networks, in the order of `plan`.
        lotteries: Of the reductions, by arm and place in `people`.
    """

    seeds: tuple[int, ...]
    people: list[Applicants]
    aim: Aim
    stack: FairStack
    lotteries: dict[tuple[Arm, int], Lottery] = field(default_factory=dict)

    @property
    def plan(self) -> list[tuple[Arm, int]]:
        """Arm and place in `people` of each network."""
        return planned(len(self.people))

    def reduce(self) -> Iterator[tuple[int, bool]]:
        """Solve the reductions; yields rounds done in all, and whether an arm is complete now.

        Pictures wait for whole arms: the interval over two seeds would stretch the axes.
        """
        done = 0
        for arm in arms(REDUCED):
            for place, people in enumerate(self.people):
                play = exponentiated_gradient(problem(arm, people, self.aim))
                rounds = 0
                while True:
                    try:
                        rounds = next(play)
                    except StopIteration as stop:
                        self.lotteries[arm, place] = stop.value
                        break
                    yield done + rounds, False
                done += rounds
                yield done, place == len(self.people) - 1

    def scores(self) -> pd.DataFrame:
        """Accuracy and gaps of every arm so far, in the order of `STRENGTHS`."""
        logits = self.stack.logits(np.stack([p.data.x_validation for p in self.people]))
        trained = self.stack.logits(np.stack([p.data.x_train for p in self.people]))
        rows: Rows = []
        for (arm, place), found, learnt in zip(self.plan, logits, trained, strict=True):
            one, seed = self.people[place], self.seeds[place]
            rows += judged(arm, seed, one, (found > 0).astype(float))
            if arm.remedy == BASELINE:
                for other in arms((*MOVED, LOTS)):
                    rows += judged(other, seed, one, after(other, one, learnt, found, self.aim))
        for (arm, place), lottery in self.lotteries.items():
            one = self.people[place]
            rows += judged(arm, self.seeds[place], one, lottery.chance(one.data.x_validation))
        return _sorted(rows)


def planned(n_seeds: int) -> list[tuple[Arm, int]]:
    """Arm and place of each network."""
    return [(arm, place) for arm in arms(TRAINED) for place in range(n_seeds)]


def begun(seeds: tuple[int, ...], people: list[Applicants], aim: Aim) -> Trial:
    """Set up a trial; nothing is trained yet."""
    from core.models.fair_stack import FairStack

    plan = planned(len(people))
    stack = FairStack(
        np.stack([p.data.x_train for p in people]), np.stack([p.data.y_train for p in people]),
        np.stack([p.train_group for p in people]),
        [job(arm, place, seeds[place], people[place], aim) for arm, place in plan], HIDDEN,
    )  # fmt: skip
    return Trial(seeds, people, aim, stack)


def judged(arm: Arm, seed: int, people: Applicants, chance: np.ndarray) -> Rows:
    """Accuracy and gaps of a rule that may draw lots, by true and by recorded labels.

    What lots are worth is counted on average: nobody has to draw them. A gap in a rate that a
    group does not have is NaN.
    """
    rows: Rows = []
    for labels, truth in (("true", people.data.y_validation), ("recorded", people.recorded)):
        counts = fairness.expected_counts(truth, chance, people.group, n_groups=2)
        found = fairness.rates(counts)
        gaps = {name: float(fairness.signed_gap(found[name])) for name in GAPS}
        # NaN if either is: the larger of two gaps is not known by one of them.
        gaps[EITHER] = float(np.max([abs(gaps[name]) for name in GAPS[1:]]))
        right = float(np.where(truth == 1, chance, 1 - chance).mean())
        for metric, value in {"accuracy": right, **gaps}.items():
            rows.append((arm.remedy, arm.strength, seed, labels, metric, value))
    return rows


def _sorted(rows: Rows) -> pd.DataFrame:
    table = pd.DataFrame(
        rows, columns=["remedy", "strength", "seed", "labels", "metric", "value"]
    )  # fmt: skip
    order = {remedy: place for place, remedy in enumerate(STRENGTHS)}
    return table.sort_values(
        ["remedy", "strength", "seed"], key=lambda c: c.map(order) if c.name == "remedy" else c,
        kind="stable", ignore_index=True,
    )  # fmt: skip
