"""Whether what was made for one network convinces others, too (Szegedy et al. 2014).

For stacked networks: row k of the inputs `(K, B, d)` was made for network k of the stack.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from core.models.digit_cnn import Logits

Measure = Callable[[Logits, Tensor, Tensor], Tensor]
"""Networks, inputs `(K, B, d)`, a class for each `(K, B)` -> what each says of its own row."""


def probability(logits: Logits, x: Tensor, classes: Tensor) -> Tensor:
    """What each network gives a class of its own inputs, `(K, B)` in [0, 1]."""
    with torch.no_grad():
        return logits(x).softmax(-1).gather(-1, classes.unsqueeze(-1)).squeeze(-1)


def answers(logits: Logits, x: Tensor, classes: Tensor) -> Tensor:
    """Whether each network gives its own inputs the class, `(K, B)` of 0 and 1."""
    with torch.no_grad():
        return (logits(x).argmax(-1) == classes).float()


def by_others(measure: Measure, logits: Logits, x: Tensor, classes: Tensor) -> Tensor:
    """Mean of `probability` or `answers` over the stack's other networks, `(K, B)`.

    Turned by one place after the other, each network sees the inputs of every other.
    """
    seen = [
        measure(logits, x.roll(turn, 0), classes.roll(turn, 0)).roll(-turn, 0)
        for turn in range(1, len(x))
    ]
    return sum(seen[1:], seen[0]) / len(seen)
