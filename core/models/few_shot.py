"""Losses that learn from something else than labels of the classes asked for, for stacks.

`K` networks, each with its own examples.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor
from torch.nn import functional

from core.lab.seeding import torch_generator
from core.models.few_shot_plans import CONTRASTIVE, DENOISING, ROTATION, SIDE, TURNS
from core.models.stacked_mlp import StackedMlp

NOISE, MASKED = 0.1, 0.5
"""Standard deviation of the noise on a changed picture; share of pixels that are blacked out."""
TEMPERATURE = 0.5
_FAR = 1e9


def label_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """Cross-entropy, mean over each network's batch, added over networks; `(K, B, classes)`."""
    loss = functional.cross_entropy(logits.flatten(0, 1), labels.flatten(), reduction="sum")
    return loss / labels.shape[1]


def exactly_one_loss(logits: Tensor) -> Tensor:
    """Semantic loss of "exactly one class is true" (Xu et al. 2018), `(K, B, classes)`.

    Each logit is taken for an independent yes or no with probability `p`: the loss is minus the
    logarithm of the chance that one class is said and no other. As `p / (1 - p)` is the logit's
    exponential, that is `sum(log(1 - p)) + logsumexp(logits)`.

    Returns:
        Mean over each network's batch, added over networks.
    """
    chance = functional.logsigmoid(-logits).sum(2) + logits.logsumexp(2)
    return -chance.sum() / logits.shape[1]


def nearest_prototypes(support: Tensor, asked: Tensor) -> Tensor:
    """Logits `(K, B, classes)`: minus the squared distance to the mean of each class's examples.

    Args:
        support: Labelled examples, `(K, classes, shots, d)`.
        asked: Examples whose class is asked for, `(K, B, d)`.
    """
    means = support.mean(2)
    across = asked @ means.mT
    return 2 * across - means.square().sum(2)[:, None] - asked.square().sum(2, keepdim=True)


def episode_loss(encoder: StackedMlp, support: Tensor, asked: Tensor) -> Tensor:
    """Loss of one episode of a prototypical network (Snell, Swersky & Zemel 2017).

    Args:
        encoder: Pictures to features.
        support: Pictures the prototypes are made of, `(K, classes, shots, 64)`.
        asked: Pictures of each class to be named, `(K, classes, queries, 64)`.
    """
    classes, shots = support.shape[1:3]
    seen = encoder(torch.cat([support.flatten(1, 2), asked.flatten(1, 2)], 1))
    known, new = seen.split([classes * shots, seen.shape[1] - classes * shots], 1)
    labels = torch.arange(classes).repeat_interleave(asked.shape[2]).expand(len(asked), -1)
    return label_loss(nearest_prototypes(known.unflatten(1, (classes, shots)), new), labels)


class Draws:
    """Random numbers for a stack: each network's come from its own seed alone."""

    def __init__(self, seeds: Sequence[int], *purpose: str) -> None:
        """Begin a stream for each seed."""
        self._each = [torch_generator(seed, *purpose) for seed in seeds]

    def uniform(self, *shape: int) -> Tensor:
        """Numbers in [0, 1), `(K, *shape)`."""
        return torch.stack([torch.rand(shape, generator=one) for one in self._each])

    def normal(self, *shape: int) -> Tensor:
        """Standard normal numbers, `(K, *shape)`."""
        return torch.stack([torch.randn(shape, generator=one) for one in self._each])

    def places(self, end: int, *shape: int) -> Tensor:
        """Whole numbers from 0 up to, not including, `end`, `(K, *shape)`."""
        return torch.stack([torch.randint(end, shape, generator=one) for one in self._each])


def rotation_loss(encoder: StackedMlp, head: StackedMlp, x: Tensor, draws: Draws) -> Tensor:
    """Which of four quarter turns each picture was given (Gidaris et al. 2018)."""
    pictures = x.unflatten(2, (SIDE, SIDE))
    turned = torch.cat([pictures.rot90(turn, (2, 3)) for turn in range(TURNS)], 1).flatten(2)
    labels = torch.arange(TURNS).repeat_interleave(x.shape[1]).expand(len(x), -1)
    return label_loss(head(encoder(turned).relu()), labels)


def denoising_loss(encoder: StackedMlp, head: StackedMlp, x: Tensor, draws: Draws) -> Tensor:
    """The picture from a copy with half of its pixels black (Vincent et al. 2008)."""
    kept = draws.uniform(*x.shape[1:]) >= MASKED
    return (head(encoder(x * kept).relu()) - x).square().sum() / x.shape[1]


def contrastive_loss(encoder: StackedMlp, head: StackedMlp, x: Tensor, draws: Draws) -> Tensor:
    """Which picture is another changed copy of the same one (Chen et al. 2020)."""
    copies = torch.cat([changed(x, draws), changed(x, draws)], 1)
    z = functional.normalize(head(encoder(copies).relu()), dim=2)
    alike = z @ z.mT / TEMPERATURE - _FAR * torch.eye(z.shape[1])
    partner = torch.arange(z.shape[1]).roll(x.shape[1]).expand(len(x), -1)
    return label_loss(alike, partner)


def changed(x: Tensor, draws: Draws) -> Tensor:
    """Copies of pictures `(K, B, 64)`, each moved by up to one pixel each way, and noisy."""
    padded = functional.pad(x.unflatten(2, (SIDE, SIDE)), (1, 1, 1, 1))
    moved = torch.stack([
        padded[:, :, down : down + SIDE, right : right + SIDE].flatten(2)
        for down, right in itertools.product(range(3), repeat=2)
    ])  # fmt: skip
    stack, batch = torch.arange(len(x))[:, None], torch.arange(x.shape[1])
    chosen = moved[draws.places(len(moved), x.shape[1]), stack, batch]
    return chosen + NOISE * draws.normal(*x.shape[1:])


PRETEXTS: Mapping[str, Callable[[StackedMlp, StackedMlp, Tensor, Draws], Tensor]] = {
    CONTRASTIVE: contrastive_loss, DENOISING: denoising_loss, ROTATION: rotation_loss,
}  # fmt: skip
"""Losses of tasks that make their own labels."""
