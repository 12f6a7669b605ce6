"""Ensembles: five networks of each kind that can be asked about each other's pictures."""

from __future__ import annotations

import math
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.attacks.method import BATCH, Method, batches_in
from core.challenges.interpretability.made_to_order.config import NETWORKS, Hardening
from core.data.embedded import load_digits
from core.data.picture_sets import CLASS_NAMES, MOST_DIGITS, ImagesName, Pictures, shapes
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
LOOKED_AT = 200
"""Held-out pictures that tell what is usual."""
CLUTTER = 4
NOISE = Method("gaussian", 0.3)
METHODS = {
    "digits": {"adversarial": Method("pgd", 0.15, steps=3), "noise": NOISE},
    "shapes": {"adversarial": Method("fgsm", 0.06), "noise": NOISE},
}
"""How the hardened networks are trained."""
FLOPS = {
    "digits": 2.0 * (64 * 256 + 256 * 128 + 128 * 10),
    "shapes": networks.forward_flops(28),
}
"""Of the answer to one picture; for digits see `core.models.digit_cnn`, laid out as matrices."""


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

    def distance(self, x: Tensor, classes: Tensor) -> Tensor:
        """Distance (L2) of pictures to the nearest training picture of a class, `(K, B)`."""
        from core.models.nearest_neighbour import distance_to_class

        return distance_to_class(x, classes, self.x_train, self.y_train)

    def usual_distance(self) -> Tensor:
        """Distance of a held-out picture to the nearest training picture of its class, `(K, 1)`."""
        x, y = self.x_held[:, :LOOKED_AT], self.y_held[:, :LOOKED_AT]
        return self.distance(x, y).mean(1, keepdim=True)

    def usual_score(self, logits: Logits) -> Tensor:
        """How far a real picture's own logit stands above the mean of its logits, `(K,)`."""
        few = LOOKED_AT // 4
        scores = logits(self.x_held[:, :few]).detach()
        own = scores.gather(-1, self.y_held[:, :few].unsqueeze(-1)).squeeze(-1)
        return (own - scores.mean(-1)).mean(1).clamp_min(0.1)


def epochs_of(dataset: ImagesName, n_train: int) -> int:
    """Passes over the training pictures."""
    size = networks.BATCH if dataset == "shapes" else BATCH
    return max(1, round(BATCHES[dataset] / (n_train // size)))


def batches_of(dataset: ImagesName, n_train: int) -> int:
    """Batches that each network learns from."""
    epochs = epochs_of(dataset, n_train)
    if dataset == "digits":
        return epochs * batches_in(n_train)
    return networks.steps_of(n_train, epochs)


def steps_of(dataset: ImagesName, n_train: int, hardening: Hardening) -> int:
    """How many pauses `train` makes for one ensemble."""
    if dataset == "shapes":
        return 2 * MEMBERS * batches_of(dataset, n_train)
    epochs = epochs_of(dataset, n_train)
    return sum(m.pauses(n_train, epochs) for m in (Method(), METHODS[dataset][hardening]))


def training_flops(dataset: ImagesName, n_train: int, hardening: Hardening) -> float:
    """Operations to train one ensemble of each kind."""
    size = BATCH if dataset == "digits" else networks.BATCH
    passes = Method().passes + METHODS[dataset][hardening].passes
    return MEMBERS * batches_of(dataset, n_train) * size * passes * FLOPS[dataset]


def draw(dataset: ImagesName, n_train: int, seeds: Sequence[int]) -> Generator[int, None, Samples]:
    """Draw the pictures of one ensemble; pauses often."""
    from core.models.digit_cnn import stacked_inputs

    drawn = _digit_sets(n_train, seeds) if dataset == "digits" else []
    if dataset == "shapes":
        for seed in seeds:
            part = yield from shapes(n_train, CLUTTER, seed)
            drawn.append((part.x_train, part.y_train, part.x_validation, part.y_validation))
    x_train, y_train, x_held, y_held = (stacked_inputs(same) for same in zip(*drawn, strict=True))
    n_classes = len(CLASS_NAMES[dataset])
    return Samples(tuple(seeds), x_train.flatten(2), y_train, x_held.flatten(2), y_held, n_classes)


def _digit_sets(n_train: int, seeds: Sequence[int]) -> list[Arrays]:
    """One split for the ensemble; each member learns from its own draw of the training digits.

    With a split of its own, a member would have learned from what the others are asked about.
    """
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
    from core.data.dataset import Dataset
    from core.models.digit_cnn import DigitNets

    n_train = samples.y_train.shape[1]
    data = [
        Dataset("digits", x, y, x[:0], y[:0], samples.n_classes, np.zeros(n_train, dtype=bool))
        for x, y in zip(samples.x_train.numpy(), samples.y_train.numpy(), strict=True)
    ]
    kinds = []
    for method in (Method(), METHODS["digits"][hardening]):
        nets = DigitNets("cnn", samples.seeds)
        yield from adversarial_training.train(nets, data, method, epochs_of("digits", n_train))
        kinds.append(nets.logits())
    return kinds


def _shape_networks(samples: Samples, hardening: Hardening) -> Generator[int, None, list[Logits]]:
    from core.attacks.robust_batches import robust_batches

    kinds: tuple[list[ShapeCNN], ...] = ([], [])
    side, n_train = math.isqrt(samples.x_train.shape[-1]), samples.y_train.shape[1]
    epochs, steps = epochs_of("shapes", n_train), batches_of("shapes", n_train)
    for k, seed in enumerate(samples.seeds):
        x = samples.x_train[k].view(-1, 1, side, side).numpy()
        y = samples.y_train[k].numpy()
        data = Pictures(x, y, x[:0], y[:0], np.zeros((0, side, side), bool), samples.n_classes)
        change = robust_batches(
            hardening, size=METHODS["shapes"][hardening].epsilon, warm_up=steps / 2,
            generator=torch_generator(seed, "hardening", hardening),
        )  # fmt: skip
        for nets, seen in zip(kinds, (None, change), strict=True):
            nets.append((yield from networks.train(data, seed, epochs, seen)))
    return [networks.stacked(nets) for nets in kinds]
