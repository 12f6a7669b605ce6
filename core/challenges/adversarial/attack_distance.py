"""How far the nearest mistake is: the shortest change by which each attack fools a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import torch

    from core.attacks.evasion import Target

SIZES = tuple(np.geomspace(0.02, 0.6, 32).tolist())
"""Sizes tried along FGSM's direction: its own answer comes in one size."""


def shorten(target: Target, farthest: torch.Tensor, epsilon: float) -> torch.Tensor:
    """Cut changes to the size allowed: those that needed more do not get through."""
    from core.attacks.evasion import size_of

    change = farthest - target.x
    size = size_of(change, "l2").clamp_min(1e-12)
    return target.x + change * (epsilon / size).clamp_max(1.0).unsqueeze(-1)


class Distances:
    """How far the attacks had to go, filled in as they finish.

    Attributes:
        rows: Rows of `AttackResult.distances`.
    """

    def __init__(self) -> None:
        """Start with nothing."""
        self.rows: list[pd.DataFrame] = []
        self._before: torch.Tensor | None = None

    def add(self, target: Target, attacked: torch.Tensor, name: str) -> None:
        """Take in one attack on a group of networks; FGSM comes first.

        Args:
            target: What was attacked. Images misread from the start are left out.
            attacked: What the attack made of the images, `(K, B, d)`; for FGSM, of any size.
            name: Of the attack.
        """
        import torch

        from core.attacks.evasion import correct, size_of

        first = name == "FGSM"
        right = correct(target.logits, target.x, target.y)
        length = size_of(attacked - target.x, "l2")
        if first:
            length = _along(target, (attacked - target.x).sign())
        else:
            wrong = ~correct(target.logits, attacked, target.y)
            length = torch.where(wrong, length, torch.inf)
        # An image that is never fooled counts as farther than any: all pixels black to white.
        length = length.clamp_max(1.0)
        shorter = right & (length < (length if first or self._before is None else self._before))
        counts = right.sum(1).clamp_min(1)
        values = [
            float(one[m].median()) if m.any() else 1.0 for one, m in zip(length, right, strict=True)
        ]
        found = {"value": values, "shorter": (shorter.sum(1) / counts).tolist()}
        self.rows.append(pd.DataFrame({"attack": name, "seed": list(target.seeds), **found}))
        self._before = length


def _along(target: Target, direction: torch.Tensor) -> torch.Tensor:
    """Length of the first change along a direction that fools, `(K, B)`; infinite if none does."""
    import torch

    from core.attacks.evasion import correct, size_of

    length = torch.full(target.y.shape, torch.inf)
    for size in SIZES:
        moved = (target.x + size * direction).clamp(0, 1)
        wrong = ~correct(target.logits, moved, target.y) & length.isinf()
        length = torch.where(wrong, size_of(moved - target.x, "l2"), length)
    return length
