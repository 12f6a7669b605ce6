"""Defences that blind an attacker: they hide the gradient, and leave the answer as it was."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from core.models.digit_cnn import Logits


@dataclass(frozen=True)
class Defence:
    """A defended network.

    Attributes:
        name: Identifier.
        logits: What it answers.
        seen_by_attacker: What an attacker who knows the defence takes gradients of instead.
    """

    name: str
    logits: Logits
    seen_by_attacker: Logits


def scaled(answer: Logits, factor: float) -> Defence:
    """Multiply the logits: the answer stays, the slope of the cross-entropy is rounded to zero."""
    return Defence("scaled", lambda x: factor * answer(x), answer)


def quantised(answer: Logits, levels: int) -> Defence:
    """Round the pixels first; an attacker goes back as if the rounding were not there (BPDA)."""
    return Defence(
        "quantised",
        lambda x: answer(rounded(x, levels)),
        lambda x: answer(x + (rounded(x, levels) - x).detach()),
    )


def rounded(x: torch.Tensor, levels: int) -> torch.Tensor:
    """Round inputs in [0, 1] to equally spaced levels, black and white included."""
    return (x * (levels - 1)).round() / (levels - 1)
