"""The nearest of known examples: a classifier that is no network, and what it tells of a picture.

All for stacks: `K` sets of known examples, each with its own `B` inputs.
"""

from __future__ import annotations

import torch
from torch import Tensor


def distance_to_class(x: Tensor, classes: Tensor, known: Tensor, labels: Tensor) -> Tensor:
    """Distance (L2) to the nearest known example of a class, `(K, B)`; infinite without one.

    Args:
        x: Inputs, `(K, B, d)`.
        classes: A class for each, `(K, B)`.
        known: Known examples, `(K, m, d)`.
        labels: Theirs, `(K, m)`.
    """
    apart = torch.cdist(x, known)
    return apart.masked_fill(classes.unsqueeze(-1) != labels[:, None], torch.inf).amin(-1)


def class_of_nearest(x: Tensor, known: Tensor, labels: Tensor) -> Tensor:
    """Class of the nearest known example, `(K, B)`; arguments as in `distance_to_class`."""
    return labels.gather(1, torch.cdist(x, known).argmin(-1))


def nearest_unlike(x: Tensor, y: Tensor, known: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """The nearest known example of another class (nearest unlike neighbour).

    Args:
        x: Inputs, `(K, B, d)`.
        y: Their labels, `(K, B)`.
        known: Examples to choose from, `(K, m, d)`.
        labels: Theirs, `(K, m)`.

    Returns:
        The example chosen for each, `(K, B, d)`, and its class, `(K, B)`.
    """
    apart = torch.cdist(x, known)
    apart = apart.masked_fill(y.unsqueeze(-1) == labels[:, None], torch.inf)
    place = apart.argmin(-1)
    chosen = known.gather(1, place.unsqueeze(-1).expand(-1, -1, known.shape[-1]))
    return chosen, labels.gather(1, place)


def class_means(known: Tensor, labels: Tensor, n_classes: int) -> Tensor:
    """Mean of the known examples of each class, `(K, n_classes, d)`; zeros without any."""
    means = []
    for label in range(n_classes):
        member = (labels == label).float()
        total = (member.unsqueeze(1) @ known).squeeze(1)
        means.append(total / member.sum(1, keepdim=True).clamp_min(1))
    return torch.stack(means, 1)


def first_of_each(known: Tensor, labels: Tensor, n_classes: int) -> Tensor:
    """The first known example of each class, `(K, n_classes, d)`."""
    rows = torch.arange(len(known))
    places = [(labels == label).float().argmax(1) for label in range(n_classes)]
    return torch.stack([known[rows, place] for place in places], 1)
