"""A fairness constraint reduced to a series of weighted classifications (Agarwal et al. 2018).

Two players: one names the price of every violation, the other answers with the classifier that is
cheapest at these prices. The answers together, one drawn for each decision, are the fair
classifier: a randomized one.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np

from core.models.logistic import fit_logistic, outputs

ROUNDS = 25
RATE = 2.0
"""Of the price setter, over the largest sum of prices."""


@dataclass(frozen=True)
class RandomizedClassifier:
    """Linear classifiers, one of which is drawn for each decision.

    Attributes:
        coefficients: `(k, d + 1)`, the bias last.
        weights: Chance of each to be drawn, `(k,)`, sum 1.
    """

    coefficients: np.ndarray
    weights: np.ndarray

    def chance(self, x: np.ndarray) -> np.ndarray:
        """Chance of a positive decision for inputs `(n, d)`, `(n,)` in [0, 1]."""
        return np.asarray(self.weights @ (outputs(x, self.coefficients) > 0))


class Reduction:
    """The classifiers answered so far, with their errors and violations."""

    def __init__(
        self, x: np.ndarray, y: np.ndarray, group: np.ndarray, *, by_label: bool, price: float
    ) -> None:
        """Set up.

        Args:
            x: Inputs `(n, d)`.
            y: Labels `(n,)` in {0, 1}.
            group: Groups `(n,)` in {0, 1}.
            by_label: Equalized odds (the groups' rates agree among each label's examples)
                instead of demographic parity (they agree among all).
            price: Most that a violation costs, at least 0; a group's rate may be one over it
                away from that of everybody.
        """
        self.x, self.y = x.astype(float), y
        self.most, self.allowed = price, 1 / max(price, 1e-9)
        self.effects = _effects(y, group, by_label)
        self.found: list[np.ndarray] = []
        self.errors, self.violations = np.zeros(0), np.zeros((2 * len(self.effects), 0))

    def answer(self, prices: np.ndarray) -> int:
        """Find the cheapest classifier at these prices; its place among those found.

        Args:
            prices: Of each signed violation, `(2 m,)`, at least 0.
        """
        m, n = len(self.effects), len(self.y)
        cost = (1 - 2 * self.y) / n + (prices[:m] - prices[m:]) @ self.effects
        weights = np.abs(cost) / np.abs(cost).mean()
        start = self.found[-1] if self.found else None
        self._add(fit_logistic(self.x, (cost < 0).astype(float), weights, start=start))
        values = self.errors + prices @ self.violations
        place = int(values.argmin())
        if place != len(values) - 1 or values[place] > values[:-1].min(initial=np.inf) - 1e-8:
            # Nothing new: an older one serves as well.
            self._drop()
            place = int(values[:-1].argmin())
        return place

    def _add(self, coefficients: np.ndarray) -> None:
        called = outputs(self.x, coefficients) > 0
        apart = self.effects @ called
        self.found.append(coefficients)
        self.errors = np.append(self.errors, (called != self.y).mean())
        self.violations = np.column_stack([self.violations, np.append(apart, -apart)])

    def _drop(self) -> None:
        self.found.pop()
        self.errors, self.violations = self.errors[:-1], self.violations[:, :-1]

    def mixed(self) -> tuple[np.ndarray, np.ndarray]:
        """The best mixture of those found, by linear programming.

        Returns:
            Weights `(k,)`, and the prices that it is best at, `(2 m,)`.
        """
        from scipy.optimize import linprog

        k, slack = len(self.found), -np.ones((len(self.violations), 1))
        solved = linprog(
            np.append(self.errors, self.most),
            A_ub=np.column_stack([self.violations - self.allowed, slack]),
            b_ub=np.zeros(len(slack)), A_eq=np.append(np.ones(k), 0.0)[None], b_eq=[1.0],
            method="highs-ds",
        )  # fmt: skip
        return solved.x[:-1], np.maximum(-solved.ineqlin.marginals, 0.0)


def _effects(y: np.ndarray, group: np.ndarray, by_label: bool) -> np.ndarray:
    """How much each positive decision moves a group's rate away from everybody's, `(m, n)`."""
    events = [y == 0, y == 1] if by_label else [np.ones(len(y), dtype=bool)]
    rows = []
    for event in events:
        for g in (0, 1):
            own = event & (group == g)
            if own.any():
                rows.append(own / own.sum() - event / event.sum())
    return np.stack(rows)


def exponentiated_gradient(problem: Reduction) -> Generator[int, None, RandomizedClassifier]:
    """Let both players play; yields the number of rounds after each classifier.

    Besides the average of the answers, which the paper's proof is about, the best mixture of
    them is found by linear programming each round, as fairlearn does, and its prices are
    answered too: that needs fewer rounds. It does not stop early: a weighted logistic regression
    is not the exact answer of the paper, and what looks like the end of the game seldom is.

    Returns:
        The best mixture of all classifiers that were found.
    """
    pressure = np.zeros(len(problem.violations))
    problem.answer(pressure)
    if problem.most == 0:
        return RandomizedClassifier(np.stack(problem.found), np.ones(1))
    for done in range(1, ROUNDS + 1):
        highest = max(pressure.max(), 0.0)
        rates = np.exp(pressure - highest)
        place = problem.answer(problem.most * rates / (np.exp(-highest) + rates.sum()))
        yield done
        pressure += RATE / problem.most * (problem.violations[:, place] - problem.allowed)
        _, prices = problem.mixed()
        problem.answer(prices)
        yield done
    weights, _ = problem.mixed()
    used = weights > 1e-9
    return RandomizedClassifier(np.stack(problem.found)[used], weights[used] / weights[used].sum())
