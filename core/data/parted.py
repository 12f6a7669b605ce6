"""Cases that a plane through the origin parts, with a margin that is known."""

from __future__ import annotations

import numpy as np

from core.lab.seeding import numpy_generator


def make_parted(
    n: int, n_features: int, margin: float, *, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw cases of length 1 on both sides of a plane, none nearer to it than the margin.

    Args:
        n: Cases.
        n_features: Their length, at least 2.
        margin: Least distance from the plane, in [0, 1); the nearest case lies at it.
        seed: Of the run. Cases at another margin lie in the same directions beside the plane.

    Returns:
        Cases `(n, n_features)`, their sides `(n,)` of -1 and 1, and the vector of length 1 that
        stands upright on the plane, `(n_features,)`.
    """
    rng = numpy_generator(seed, "parted", n_features)
    upright = rng.normal(size=n_features)
    upright /= np.linalg.norm(upright)
    beside = rng.normal(size=(n, n_features))
    beside -= np.outer(beside @ upright, upright)
    beside /= np.linalg.norm(beside, axis=1, keepdims=True)
    y = np.where(rng.random(n) < 0.5, -1.0, 1.0)
    away = rng.random(n)
    away = margin + (1 - margin) * (away - away.min()) / (1 - away.min())
    x = np.outer(y * away, upright) + np.sqrt(1 - away**2)[:, None] * beside
    return x, y, upright
