"""First weights of networks of one plan, one network per seed, as one tensor."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from core.lab.seeding import torch_generator


def uniform(
    seeds: Sequence[int], shape: tuple[int, ...], inputs: int, *purpose: str | int
) -> Tensor:
    """Draw weights as `torch.nn.Linear` does: evenly between plus and minus `inputs ** -0.5`.

    Args:
        seeds: One per network; each network's weights depend on its own seed alone.
        shape: Of one network's weights.
        inputs: Units that feed each unit.
        purpose: What tells these weights from the others of the network.

    Returns:
        A leaf that wants gradients, `(K, *shape)`.
    """
    each = [torch.rand(shape, generator=torch_generator(seed, *purpose)) for seed in seeds]
    return ((2 * torch.stack(each) - 1) / inputs**0.5).requires_grad_()
