"""Evaluating pictures that were made: by other networks, and by the real pictures."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

    from core.challenges.interpretability.made_to_order.ensembles import Samples
    from core.models.digit_cnn import Logits

Measure = Callable[["Logits", "Tensor", "Tensor"], "Tensor"]
VISIBLE = 0.1
"""A pixel counts as changed when it moved by more than this, black being 0 and white 1."""
LOOKED_AT = 200
"""Held-out pictures that tell what is usual."""


def probability(logits: Logits, x: Tensor, classes: Tensor) -> Tensor:
    """What each network gives a class of its own pictures, `(K, B)` in [0, 1]."""
    import torch

    with torch.no_grad():
        return logits(x).softmax(-1).gather(-1, classes.unsqueeze(-1)).squeeze(-1)


def answers(logits: Logits, x: Tensor, classes: Tensor) -> Tensor:
    """Whether each network gives its own pictures the class, `(K, B)` of 0 and 1."""
    import torch

    with torch.no_grad():
        return (logits(x).argmax(-1) == classes).float()


def by_others(measure: Measure, logits: Logits, x: Tensor, classes: Tensor) -> Tensor:
    """Mean of `probability` or `answers` over the ensemble's other networks, `(K, B)`.

    Row k of the stack holds the pictures made for network k: turned by one place after the
    other, each network sees the pictures of every other.
    """
    seen = [
        measure(logits, x.roll(turn, 0), classes.roll(turn, 0)).roll(-turn, 0)
        for turn in range(1, len(x))
    ]
    return sum(seen[1:], seen[0]) / len(seen)


def distance_to_real(samples: Samples, x: Tensor, classes: Tensor) -> Tensor:
    """Distance (L2) to the nearest training picture of a class, `(K, B)`."""
    import torch

    apart = torch.cdist(x, samples.x_train)
    return apart.masked_fill(classes.unsqueeze(-1) != samples.y_train[:, None], torch.inf).amin(-1)


def nearest_is(samples: Samples, x: Tensor, classes: Tensor) -> Tensor:
    """Whether the nearest training picture of all has the class, `(K, B)` of 0 and 1."""
    import torch

    nearest = torch.cdist(x, samples.x_train).argmin(-1)
    return (samples.y_train.gather(1, nearest) == classes).float()


def nearest_unlike(x: Tensor, y: Tensor, others: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """The nearest real picture of another class (nearest unlike neighbour).

    Args:
        x: Pictures, `(K, B, d)`.
        y: Their labels, `(K, B)`.
        others: Pictures to choose from, `(K, m, d)`.
        labels: Theirs, `(K, m)`.

    Returns:
        The picture chosen for each, `(K, B, d)`, and its class, `(K, B)`.
    """
    import torch

    apart = torch.cdist(x, others)
    apart = apart.masked_fill(y.unsqueeze(-1) == labels[:, None], torch.inf)
    place = apart.argmin(-1)
    chosen = others.gather(1, place.unsqueeze(-1).expand(-1, -1, others.shape[-1]))
    return chosen, labels.gather(1, place)


def real_of_each(samples: Samples) -> tuple[Tensor, Tensor]:
    """The average training picture of each class, and the first held-out one, `(K, C, d)`."""
    import torch

    average, example = [], []
    for label in range(samples.n_classes):
        member = (samples.y_train == label).float()
        total = (member.unsqueeze(1) @ samples.x_train).squeeze(1)
        average.append(total / member.sum(1, keepdim=True).clamp_min(1))
        place = (samples.y_held == label).float().argmax(1)
        example.append(samples.x_held[torch.arange(len(place)), place])
    return torch.stack(average, 1), torch.stack(example, 1)


def usual_distance(samples: Samples) -> Tensor:
    """Distance of a held-out picture to the nearest training picture of its class, `(K, 1)`."""
    x, y = samples.x_held[:, :LOOKED_AT], samples.y_held[:, :LOOKED_AT]
    return distance_to_real(samples, x, y).mean(1, keepdim=True)


def score_of_real(samples: Samples, logits: Logits) -> Tensor:
    """How far a real picture's own logit stands above the mean of its logits, `(K,)`."""
    import torch

    few = LOOKED_AT // 4
    with torch.no_grad():
        scores = logits(samples.x_held[:, :few])
    own = scores.gather(-1, samples.y_held[:, :few].unsqueeze(-1)).squeeze(-1)
    return (own - scores.mean(-1)).mean(1).clamp_min(0.1)
