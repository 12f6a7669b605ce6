"""Logistic regression with weights on examples, by Newton's method."""

from __future__ import annotations

import numpy as np

STEPS, HALVINGS = 30, 12
TOLERANCE = 1e-7
"""Largest change of a coefficient that counts as none."""


def fit_logistic(
    x: np.ndarray,
    y: np.ndarray,
    weights: np.ndarray | None = None,
    *,
    ridge: float = 1.0,
    start: np.ndarray | None = None,
) -> np.ndarray:
    """Fit weights and bias; the loss is that of scikit-learn's `LogisticRegression(C=1/ridge)`.

    Args:
        x: Inputs `(n, d)`.
        y: Labels `(n,)` in {0, 1}.
        weights: Of the examples, `(n,)`, at least 0; ones when None.
        ridge: Half of it times the squared weights is added to the summed loss; the bias is free.
        start: Coefficients to start from, `(d + 1,)`; zeros when None.

    Returns:
        Coefficients `(d + 1,)`, the bias last. With one label only: zeros and a bias of 1 or -1.
    """
    if len(set(np.unique(y).tolist())) < 2:
        return np.append(np.zeros(x.shape[1]), 1.0 if y[0] else -1.0)
    inputs = np.column_stack([x, np.ones(len(x))]).astype(float)
    importance = np.ones(len(x)) if weights is None else weights
    penalty = np.append(np.full(x.shape[1], ridge), 0.0)
    found = np.zeros(inputs.shape[1]) if start is None else start.astype(float)
    loss = _loss(inputs, y, importance, penalty, found)
    for _ in range(STEPS):
        move = _newton(inputs, y, importance, penalty, found)
        for _ in range(HALVINGS):
            better = _loss(inputs, y, importance, penalty, found - move)
            if better <= loss:
                break
            move = move / 2
        else:
            return found
        found, loss = found - move, better
        if np.abs(move).max() < TOLERANCE:
            break
    return found


def _newton(
    x: np.ndarray, y: np.ndarray, weights: np.ndarray, penalty: np.ndarray, at: np.ndarray
) -> np.ndarray:
    chance = chances(x @ at)
    gradient = x.T @ (weights * (chance - y)) + penalty * at
    curvature = (x * (weights * chance * (1 - chance))[:, None]).T @ x + np.diag(penalty)
    # A column that never varies leaves nothing to solve for; a trace of ridge keeps it at rest.
    return np.linalg.solve(curvature + 1e-9 * np.eye(len(at)), gradient)


def _loss(
    x: np.ndarray, y: np.ndarray, weights: np.ndarray, penalty: np.ndarray, at: np.ndarray
) -> float:
    logit = x @ at
    return float(weights @ (np.logaddexp(0, logit) - y * logit) + penalty @ at**2 / 2)


def chances(logit: np.ndarray) -> np.ndarray:
    """Chance of label 1 from a logit, in (0, 1); same shape."""
    return np.asarray(0.5 * (1 + np.tanh(logit / 2)))


def outputs(x: np.ndarray, coefficients: np.ndarray) -> np.ndarray:
    """Logits.

    Args:
        x: Inputs `(n, d)`.
        coefficients: `(..., d + 1)`, the bias last.

    Returns:
        `(..., n)`.
    """
    return np.asarray(coefficients[..., :-1] @ x.T + coefficients[..., -1:])
