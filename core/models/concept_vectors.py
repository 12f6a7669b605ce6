"""Testing with concept activation vectors (TCAV, Kim et al. 2018), in plain torch.

A concept activation vector (CAV) is the normal of a linear classifier that tells the activations
of a concept's pictures from those of random pictures. Here the classifier is ridge regression on
the labels +1 and -1 with a free intercept, solved exactly.
"""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
import torch
from torch import Tensor

from core.models.shape_cnn import ShapeCNN

LAYERS = ShapeCNN.layers[:-1]
"""The layers whose activations are looked at."""
RIDGE = 1.0
"""Penalty of the classifier, times the mean squared length of the centred activations."""
CHUNK = 200
"""Pictures at once: about 15 ms."""


def activations(net: ShapeCNN, images: np.ndarray, layer: str) -> Generator[int, None, Tensor]:
    """Return what a layer passes on, after its ReLU, `(n, units)`; yields pictures done."""
    found = []
    for start in range(0, len(images), CHUNK):
        with torch.no_grad():
            values = _reached(net, torch.from_numpy(images[start : start + CHUNK]), layer)[layer]
        found.append(values.flatten(1))
        yield start + len(values)
    return torch.cat(found)


def sensitivities(
    net: ShapeCNN, images: np.ndarray, labels: np.ndarray
) -> Generator[int, None, dict[str, Tensor]]:
    """Return by layer how the logit of each picture's class changes, `(n, units)`.

    Args:
        net: The network.
        images: `(n, 1, side, side)` float32.
        labels: Class whose logit is followed, `(n,)` int64.
    """
    found: dict[str, list[Tensor]] = {layer: [] for layer in LAYERS}
    for start in range(0, len(images), CHUNK):
        reached = _reached(net, torch.from_numpy(images[start : start + CHUNK]).requires_grad_())
        wanted = torch.from_numpy(labels[start : start + CHUNK])[:, None]
        score = reached["logits"].gather(1, wanted).sum()
        gradients = torch.autograd.grad(score, [reached[layer] for layer in LAYERS])
        for layer, gradient in zip(LAYERS, gradients, strict=True):
            found[layer].append(gradient.flatten(1))
        yield start + len(wanted)
    return {layer: torch.cat(parts) for layer, parts in found.items()}


def _reached(net: ShapeCNN, images: Tensor, last: str = "logits") -> dict[str, Tensor]:
    """Activations by layer, from the first to `last`, and the logits behind them."""
    found = {"conv1": net.relu1(net.conv1(images))}
    if last != "conv1":
        found["conv2"] = net.relu2(net.conv2(found["conv1"]))
    if last not in ("conv1", "conv2"):
        found["conv3"] = net.relu3(net.conv3(net.halve(found["conv2"])))
    if last == "logits":
        found["logits"] = net.head(net.largest(found["conv3"]).flatten(1))
    return found


def concept_vectors(concept: Tensor, counterparts: Tensor) -> tuple[Tensor, Tensor]:
    """Fit one classifier of a concept against each random counterpart.

    Ridge regression in its dual form: as many equations as pictures, however many units.

    Args:
        concept: Activations of the concept's pictures, `(n, units)`.
        counterparts: Activations of random pictures, `(sets, n, units)`.

    Returns:
        Vectors `(sets, units)` and intercepts `(sets,)`; the score of activations `a` is
        `a @ vector + intercept`, positive for the concept.
    """
    sets, n, units = counterparts.shape
    products = torch.empty(sets, 2 * n, 2 * n)
    products[:, :n, :n] = concept @ concept.T
    across = (concept @ counterparts.reshape(-1, units).T).reshape(n, sets, n).transpose(0, 1)
    products[:, :n, n:], products[:, n:, :n] = across, across.transpose(1, 2)
    products[:, n:, n:] = counterparts @ counterparts.transpose(1, 2)
    centred = products - products.mean(1, keepdim=True)
    centred = centred - centred.mean(2, keepdim=True)
    penalty = RIDGE * centred.diagonal(dim1=1, dim2=2).mean(1).clamp_min(1e-12)
    sides = torch.cat([torch.ones(n), -torch.ones(n)]).expand(sets, -1)
    system = centred + penalty[:, None, None] * torch.eye(2 * n)
    weights = torch.linalg.solve(system, sides[..., None])[..., 0]
    vectors = weights[:, :n] @ concept + (weights[:, None, n:] @ counterparts)[:, 0]
    intercepts = -(products @ weights[..., None]).mean((1, 2))
    return vectors, intercepts


def scores(vectors: Tensor, gradients: Tensor, labels: np.ndarray, n_classes: int) -> np.ndarray:
    """Return TCAV scores `(sets, n_classes)`.

    The score of a class is the share of its pictures whose logit rises along the vector.
    """
    rises = (gradients @ vectors.T > 0).numpy()
    return np.stack([rises[labels == k].mean(0) for k in range(n_classes)], axis=1)


def told_apart(vectors: Tensor, intercepts: Tensor, concept: Tensor, plain: Tensor) -> float:
    """Accuracy of the classifiers on pictures they have not seen, mean over counterparts."""
    right = ((concept @ vectors.T + intercepts) > 0).float().mean()
    wrong = ((plain @ vectors.T + intercepts) > 0).float().mean()
    return float((right + 1 - wrong) / 2)
