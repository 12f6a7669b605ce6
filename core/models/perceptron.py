"""Rosenblatt's perceptron: weights change only where a case is answered wrongly."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Learned:
    """A perceptron after its passes.

    Attributes:
        weights: `(d,)` float; the answer is the sign of their product with a case.
        updates: How often a wrong answer changed them.
        converged: Whether a whole pass went by without a wrong answer.
    """

    weights: np.ndarray
    updates: int
    converged: bool


def learn(
    x: np.ndarray, y: np.ndarray, rng: np.random.Generator, passes: int
) -> Generator[None, None, Learned]:
    """Go over the cases, each pass in another order, and add every wrongly answered one.

    Yields after each pass.

    The rule starts from zero, has no learning rate, and counts a product of zero as wrong.

    Args:
        x: Cases, `(n, d)`; a column of ones stands for a threshold.
        y: Their sides, `(n,)`, -1 or 1.
        rng: Draws the orders.
        passes: Over all cases, at most.
    """
    weights, updates = np.zeros(x.shape[1]), 0
    for _ in range(passes):
        before = updates
        for case in rng.permutation(len(y)):
            if y[case] * (weights @ x[case]) <= 0:
                weights = weights + y[case] * x[case]
                updates += 1
        if updates == before:
            return Learned(weights, updates, converged=True)
        yield
    return Learned(weights, updates, converged=False)


def novikoff_bound(x: np.ndarray, y: np.ndarray, direction: np.ndarray) -> float:
    """Most updates that the perceptron can make: the square of radius over margin (Novikoff 1962).

    Args:
        x: Cases, `(n, d)`.
        y: Their sides, `(n,)`, -1 or 1.
        direction: A vector that has every case on its side, `(d,)`; the bound holds for each such,
            and is tightest for the one with the widest margin.

    Raises:
        ValueError: If a case lies on the other side.
    """
    margin = float((y * (x @ direction)).min() / np.linalg.norm(direction))
    if margin <= 0:
        raise ValueError("this direction does not part the cases")
    return float((x**2).sum(axis=1).max()) / margin**2
