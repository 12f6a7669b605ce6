"""Ensembles: five networks of each kind that can be asked about each other's pictures."""

from __future__ import annotations

import itertools
import math
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.challenges.interpretability.made_to_order.config import NETWORKS, Hardening
from core.data.picture_sets import MOST_DIGITS, ImagesName, Pictures, shapes
from core.data.shapes import SHAPES
from core.lab.seeding import numpy_generator, torch_generator
from core.models import shape_networks as networks

if TYPE_CHECKING:
    from torch import Tensor

    from core.models.digit_cnn import Logits
    from core.models.shape_cnn import ShapeCNN

Arrays = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
Ensembles = Mapping[str, "Logits"]
"""Trained networks, one of each kind per seed, as functions of `(K, B, d)`; by `NETWORKS`."""
MEMBERS = 5
"""Networks of one kind that are made together: each is judged by the other four."""
BATCHES = {"digits": 160, "shapes": 96}
"""Batches that every network learns from, about, however many pictures there are."""
CLUTTER = 4
DIGIT_BATCH = 50
"""As in `core.attacks.adversarial_training`, which imports torch."""
DIGITS_EPSILON, SHAPES_EPSILON = 0.15, 0.06
"""Largest change of a pixel that the hardened networks are trained against."""
NOISE = 0.3
"""Standard deviation of the noise that the others are trained with."""
INNER_STEPS = 3
FLOPS = {
    "digits": 2.0 * (64 * 256 + 256 * 128 + 128 * 10),
    "shapes": 2.0 * (14**2 * 8 * 25 + 14**2 * 16 * 72 + 7**2 * 32 * 144 + 32 * 5),
}
"""Of the answer to one picture, see `core.models.digit_cnn` (laid out as matrices), `shape_cnn`."""


@dataclass(frozen=True)
class Samples:
    """The pictures of one ensemble, `K` members in a stack.

    Attributes:
        seeds: One per member.
        x_train: What each member learns from, `(K, n, d)` in [0, 1].
        y_train: Its labels, `(K, n)`.
        x_held: Pictures that no member of the ensemble learns from, `(K, m, d)`.
        y_held: Their labels.
        n_classes: Number of classes.
    """

    seeds: tuple[int, ...]
    x_train: Tensor
    y_train: Tensor
    x_held: Tensor
    y_held: Tensor
    n_classes: int


def epochs_of(dataset: ImagesName, n_train: int) -> int:
    """Passes over the training pictures."""
    size = networks.BATCH if dataset == "shapes" else DIGIT_BATCH
    return max(1, round(BATCHES[dataset] / (n_train // size)))


def batches_of(dataset: ImagesName, n_train: int) -> int:
    """Batches that each network learns from."""
    epochs = epochs_of(dataset, n_train)
    if dataset == "digits":
        return epochs * (n_train // DIGIT_BATCH)
    return networks.steps_of(n_train, epochs)


def steps_of(dataset: ImagesName, n_train: int, hardening: Hardening) -> int:
    """How many pauses `train` makes for one ensemble."""
    if dataset == "shapes":
        return 2 * MEMBERS * batches_of(dataset, n_train)
    attacks = INNER_STEPS if hardening == "adversarial" else 0
    return batches_of(dataset, n_train) * (2 + attacks)


def training_flops(dataset: ImagesName, n_train: int, hardening: Hardening) -> float:
    """Operations to train one ensemble of each kind; a gradient by the pictures is two passes."""
    size, inner = (DIGIT_BATCH, INNER_STEPS) if dataset == "digits" else (networks.BATCH, 1)
    passes = 3 + 3 + (2 * inner if hardening == "adversarial" else 0)
    return MEMBERS * batches_of(dataset, n_train) * size * passes * FLOPS[dataset]


def draw(dataset: ImagesName, n_train: int, seeds: Sequence[int]) -> Generator[int, None, Samples]:
    """Draw the pictures of one ensemble; pauses often."""
    from core.models.digit_cnn import stacked_inputs

    if dataset == "digits":
        drawn, classes = _digit_sets(n_train, seeds), 10
    else:
        drawn, classes = [], len(SHAPES)
        for seed in seeds:
            part = yield from shapes(n_train, CLUTTER, seed)
            drawn.append((part.x_train, part.y_train, part.x_validation, part.y_validation))
    x_train, y_train, x_held, y_held = (stacked_inputs(same) for same in zip(*drawn, strict=True))
    return Samples(tuple(seeds), x_train.flatten(2), y_train, x_held.flatten(2), y_held, classes)


def _digit_sets(n_train: int, seeds: Sequence[int]) -> list[Arrays]:
    """One split for the ensemble; each member learns from its own draw of the training digits.

    With a split of its own, a member would have learned from what the others are asked about.
    """
    from core.data.embedded import load_digits

    whole = load_digits(MOST_DIGITS, seed=seeds[0])
    found: list[Arrays] = []
    for seed in seeds:
        own = numpy_generator(seed, "subset").permutation(MOST_DIGITS)[:n_train]
        asked = numpy_generator(seed, "asked").permutation(len(whole.y_validation))
        found.append((whole.x_train[own], whole.y_train[own],
                      whole.x_validation[asked], whole.y_validation[asked]))  # fmt: skip
    return found


def train(
    dataset: ImagesName, samples: Samples, hardening: Hardening
) -> Generator[int, None, Ensembles]:
    """Train both kinds of networks; pauses after each batch."""
    work = _digit_networks if dataset == "digits" else _shape_networks
    return dict(zip(NETWORKS, (yield from work(samples, hardening)), strict=True))


def _digit_networks(samples: Samples, hardening: Hardening) -> Generator[int, None, list[Logits]]:
    from core.attacks import adversarial_training
    from core.attacks.adversarial_training import Method
    from core.data.dataset import Dataset
    from core.models.digit_cnn import DigitNets

    n_train = samples.y_train.shape[1]
    data = [
        Dataset("digits", x, y, x[:0], y[:0], samples.n_classes, np.zeros(n_train, dtype=bool))
        for x, y in zip(samples.x_train.numpy(), samples.y_train.numpy(), strict=True)
    ]
    attacked = Method("pgd", DIGITS_EPSILON, INNER_STEPS)
    hard = attacked if hardening == "adversarial" else Method("gaussian", NOISE)
    kinds = []
    for method in (Method(), hard):
        nets = DigitNets("cnn", samples.seeds)
        yield from adversarial_training.train(nets, data, method, epochs_of("digits", n_train))
        kinds.append(nets.logits())
    return kinds


def _shape_networks(samples: Samples, hardening: Hardening) -> Generator[int, None, list[Logits]]:
    kinds: tuple[list[ShapeCNN], list[ShapeCNN]] = ([], [])
    side, n_train = math.isqrt(samples.x_train.shape[-1]), samples.y_train.shape[1]
    epochs, steps = epochs_of("shapes", n_train), batches_of("shapes", n_train)
    for k, seed in enumerate(samples.seeds):
        x = samples.x_train[k].view(-1, 1, side, side).numpy()
        y = samples.y_train[k].numpy()
        data = Pictures(x, y, x[:0], y[:0], np.zeros((0, side, side), bool), samples.n_classes)
        for nets, change in zip(kinds, (None, _changer(hardening, seed, steps)), strict=True):
            nets.append((yield from networks.train(data, seed, epochs, change)))
    return [_stacked(nets) for nets in kinds]


def _changer(hardening: Hardening, seed: int, steps: int) -> networks.Change:
    """What the hardened networks of shapes see in place of a batch.

    Args:
        hardening: What is done to the pictures.
        seed: Of the draws.
        steps: Batches in all: attacks grow over the first half, or the networks learn nothing.
    """
    import torch
    from torch.nn.functional import cross_entropy

    generator, count = torch_generator(seed, "hardening", hardening), itertools.count(1)

    def noisy(net: ShapeCNN, x: Tensor, y: Tensor) -> Tensor:
        return x + NOISE * torch.randn(x.shape, generator=generator)

    def attacked(net: ShapeCNN, x: Tensor, y: Tensor) -> Tensor:
        """One step from a random place (Wong, Rice & Kolter 2020)."""
        size = SHAPES_EPSILON * min(1.0, 2 * next(count) / steps)
        start = size * (2 * torch.rand(x.shape, generator=generator) - 1)
        start.requires_grad_()
        slope = torch.autograd.grad(cross_entropy(net(x + start), y), start)[0]
        change = start.detach() + 1.25 * size * slope.sign()
        return (x + change.clamp(-size, size)).clamp(0, 1)

    return noisy if hardening == "noise" else attacked


def _stacked(nets: Sequence[ShapeCNN]) -> Logits:
    """Ask each network about its own row: `(K, B, d)` -> `(K, B, C)`."""
    import torch

    side = nets[0].side

    def logits(x: Tensor) -> Tensor:
        rows = [net(row.view(-1, 1, side, side)) for net, row in zip(nets, x, strict=True)]
        return torch.stack(rows)

    return logits
