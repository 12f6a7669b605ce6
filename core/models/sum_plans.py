"""How two pictures of digits become their sum: the plans of `sum_nets`, and what they cost."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

PIXELS, DIGITS, SUMS = 64, 10, 19
CODE = 32
"""Numbers that an encoder without digits gives for a picture."""


@dataclass(frozen=True)
class Plan:
    """One architecture.

    Attributes:
        encoder: Layer widths of what reads one picture, the same for both; empty without one.
        head: Layer widths of what follows; empty where nothing does.
        joined: How the encoder's two outputs meet: side by side, added, or as the distribution
            of the sum of two independent digits.
    """

    encoder: tuple[int, ...]
    head: tuple[int, ...]
    joined: Literal["side by side", "added", "distributions"] = "side by side"


MONOLITH, SHARED = "one network", "shared encoder"
ADDED, DISTRIBUTIONS = "added vectors", "added distributions"
PLANS: Mapping[str, Callable[[int], Plan]] = {
    MONOLITH: lambda width: Plan((), (2 * PIXELS, width, width, SUMS)),
    SHARED: lambda width: Plan((PIXELS, width, CODE), (2 * CODE, width, SUMS)),
    ADDED: lambda width: Plan((PIXELS, width, CODE), (CODE, width, SUMS), "added"),
    DISTRIBUTIONS: lambda width: Plan((PIXELS, width, DIGITS), (), "distributions"),
}


def answer_flops(plan: Plan) -> float:
    """Operations of one answer."""
    adding = DIGITS**2 * SUMS if plan.joined == "distributions" else 0
    return 2.0 * (2 * _products(plan.encoder) + _products(plan.head) + adding)


def learning_flops(plan: Plan) -> float:
    """Operations of learning from one pair: nothing asks what the pixels should have been."""
    adding = DIGITS**2 * SUMS if plan.joined == "distributions" else 0
    first = 2 * plan.encoder[0] * plan.encoder[1] if plan.encoder else plan.head[0] * plan.head[1]
    return 3 * answer_flops(plan) - 2.0 * (first + adding)


def naming_flops(plan: Plan) -> float:
    """Operations of an encoder that names one picture."""
    return 2.0 * _products(plan.encoder)


def learning_digit_flops(plan: Plan) -> float:
    """Operations of its learning from one picture with its digit."""
    return 3 * naming_flops(plan) - 2.0 * plan.encoder[0] * plan.encoder[1]


def _products(sizes: tuple[int, ...]) -> int:
    return sum(a * b for a, b in itertools.pairwise(sizes))
