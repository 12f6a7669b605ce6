"""How far the gradients of single examples disagree: the gradient noise scale."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def noise_scale(weights: Sequence[np.ndarray], x: np.ndarray, y: np.ndarray) -> float:
    """Simple noise scale of a ReLU network under cross-entropy (McCandlish et al. 2018, eq. 2.9).

    The batch size at which the noise of a batch's mean gradient is as large as the gradient itself:
    `tr(covariance of the examples' gradients) / |mean gradient|^2`, exactly, over these examples.
    Gradients of single examples are not laid out: of a layer with input `a` and error `e` the
    square of its norm is `|a|^2 |e|^2`.

    Args:
        weights: Per layer `(inputs + 1, outputs)`, biases in the last row; at least 2 outputs.
        x: Inputs, `(n, d)`, at least 2 of them.
        y: Classes, `(n,)`.

    Returns:
        In examples; infinite where the mean gradient is zero.
    """
    mean, squares = 0.0, np.zeros(len(x))
    for active, error in _layers(weights, np.asarray(x, dtype=float), y):
        squares += (active**2).sum(1) * (error**2).sum(1)
        mean += float((((active.T @ error) / len(x)) ** 2).sum())
    trace = (squares.mean() - mean) * len(x) / (len(x) - 1)
    return float(trace / mean) if mean > 0 else float("inf")


def _layers(
    weights: Sequence[np.ndarray], x: np.ndarray, y: np.ndarray
) -> list[tuple[np.ndarray, np.ndarray]]:
    """What goes into each layer, with a last column of ones, and the error of what comes out."""
    inputs = [np.hstack([x, np.ones((len(x), 1))])]
    for layer in weights[:-1]:
        hidden = np.maximum(inputs[-1] @ layer, 0)
        inputs.append(np.hstack([hidden, np.ones((len(x), 1))]))
    logits = inputs[-1] @ weights[-1]
    odds = np.exp(logits - logits.max(1, keepdims=True))
    error = odds / odds.sum(1, keepdims=True) - np.eye(odds.shape[1])[y]
    errors = [error]
    for layer, active in zip(weights[:0:-1], inputs[:0:-1], strict=True):
        errors.insert(0, (errors[0] @ layer[:-1].T) * (active[:, :-1] > 0))
    return list(zip(inputs, errors, strict=True))
