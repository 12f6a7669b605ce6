"""Activation maximisation: the picture that a class scores highest.

For stacked networks: inputs `(K, B, d)` in [0, 1] go to logits `(K, B, C)`, one network a row of
the stack.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Mapping, Sequence

import torch
from torch import Tensor

from core.engine.adam import Adam
from core.lab.seeding import torch_generator
from core.models.digit_cnn import Logits

Penalty = Callable[[Tensor], Tensor]
"""Pictures `(..., d)` -> what is taken off their score, `(...)`."""
RATE = 0.05
"""Largest step of a pixel."""


def maximised(
    logits: Logits, start: Tensor, unit: Tensor, penalties: Sequence[Penalty], *, strength: float,
    steps: int,
) -> Generator[Tensor, None, Tensor]:  # fmt: skip
    """Make the picture that a class scores highest, once for each regulariser.

    Activation maximisation (Erhan et al. 2009, Simonyan et al. 2014).

    Args:
        logits: Of the networks, for `C` classes.
        start: Pictures to start from, `(K, C, d)`; the same for every regulariser.
        unit: What a real picture of a class scores in each network, `(K,)`: logits are counted
            in it, so that one strength means the same for all networks.
        penalties: One for each of the `R` regularisers.
        strength: Of the penalties, per unit.
        steps: Gradients computed.

    Yields:
        The pictures as they are, `(K, R, C, d)`.

    Returns:
        The pictures, in the order of the penalties.
    """
    count, classes, pixels = start.shape
    shape = (count, len(penalties), classes, pixels)
    moved = start[:, None].expand(shape).clone().requires_grad_()
    update = Adam([moved])
    for step in range(steps):
        scores = logits(moved.flatten(1, 2)).view(*shape[:3], classes)
        own = scores.diagonal(dim1=2, dim2=3) / unit[:, None, None]
        penalty = sum(cost(moved[:, i]).sum() for i, cost in enumerate(penalties))
        (strength * penalty - own.sum()).backward()
        update.step(RATE * (1 - step / steps))
        with torch.no_grad():
            moved.clamp_(0, 1)
        yield moved.detach()
    return moved.detach()


def roughness(x: Tensor) -> Tensor:
    """Sum of squared differences between neighbouring pixels of square pictures `(..., d)`."""
    side = math.isqrt(x.shape[-1])
    picture = x.unflatten(-1, (side, side))
    return sum(picture.diff(dim=d).square().sum((-2, -1)) for d in (-2, -1))


PENALTIES: Mapping[str, Penalty] = {
    "none": lambda x: torch.zeros_like(x[..., 0]),
    "L2": lambda x: x.square().sum(-1),
    "smooth": roughness,
}
"""Regularisers: none, small pixels (Simonyan et al. 2014), or pixels like their neighbours."""


def noise(n_classes: int, pixels: int, seeds: Sequence[int]) -> Tensor:
    """Pictures to start from, uniform in [0, 1]: `(len(seeds), n_classes, pixels)`."""
    generators = [torch_generator(seed, "start") for seed in seeds]
    return torch.stack([torch.rand((n_classes, pixels), generator=g) for g in generators])
