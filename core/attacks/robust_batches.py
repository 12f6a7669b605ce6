"""Training one network to be robust: what it sees in place of each batch of pictures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

Kind = Literal["adversarial", "noise"]


def robust_batches(
    kind: Kind, *, size: float, warm_up: float, generator: torch.Generator
) -> Callable[[nn.Module, Tensor, Tensor], Tensor]:
    """Make the change of each batch: network so far, pictures, labels -> pictures to learn from.

    Args:
        kind: `"noise"`: normal noise on every pixel, not clipped. `"adversarial"`: one step along
            the sign of the gradient from a random place, within [0, 1] (Wong, Rice & Kolter 2020).
        size: Standard deviation of the noise, or largest change of a pixel.
        warm_up: Batches over which attacks grow to their size, or the network learns nothing.
        generator: Of what is drawn.
    """
    taken = 0

    def noisy(net: nn.Module, x: Tensor, y: Tensor) -> Tensor:
        return x + size * torch.randn(x.shape, generator=generator)

    def attacked(net: nn.Module, x: Tensor, y: Tensor) -> Tensor:
        nonlocal taken
        taken += 1
        most = size * min(1.0, taken / warm_up)
        start = most * (2 * torch.rand(x.shape, generator=generator) - 1)
        start.requires_grad_()
        slope = torch.autograd.grad(cross_entropy(net(x + start), y), start)[0]
        change = start.detach() + 1.25 * most * slope.sign()
        return (x + change.clamp(-most, most)).clamp(0, 1)

    return noisy if kind == "noise" else attacked
