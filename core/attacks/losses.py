"""What an attack climbs: one number an example, larger the nearer a wrong answer is.

All take logits `(K, B, C)`, true labels `(K, B)` and the wrong class aimed at `(K, B)`, and give
`(K, B)`. They differ in what blinds them: cross-entropy is flat where a network is sure of itself,
and its slope is rounded to nothing where logits are large. The difference of logits ratio (DLR,
Croce & Hein 2020) divides what the wrong class lacks by a spread of the same logits, so that
neither scaling nor shifting them changes it.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch.nn import functional

Loss = Callable[[torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor]
FEWEST = 4
"""Classes that the targeted DLR needs: it divides by a spread of four logits."""


def cross_entropy(scores: torch.Tensor, y: torch.Tensor, aim: torch.Tensor) -> torch.Tensor:
    """Minus the log probability of the true class; aims at no class in particular."""
    lost = functional.cross_entropy(scores.flatten(0, 1), y.flatten(), reduction="none")
    return lost.view(y.shape)


def margin(scores: torch.Tensor, y: torch.Tensor, aim: torch.Tensor) -> torch.Tensor:
    """Logit of the class aimed at minus that of the true one."""
    wanted, own = scores.gather(-1, torch.stack([aim, y], dim=-1)).unbind(-1)
    return wanted - own


def targeted_dlr(scores: torch.Tensor, y: torch.Tensor, aim: torch.Tensor) -> torch.Tensor:
    """The margin over `z1 - (z3 + z4) / 2`, where `z1` to `z4` are the largest logits in order.

    With fewer than four classes there is no fourth logit. There it is the margin alone: the same
    sign and the same way up, but no longer the same for logits of any scale.
    """
    gap = margin(scores, y, aim)
    if scores.shape[-1] < FEWEST:
        return gap
    best = scores.topk(FEWEST, dim=-1).values
    return gap / (best[..., 0] - (best[..., 2] + best[..., 3]) / 2 + 1e-12)
