"""Records of people who do not exist: many numbers, ten classes, and classes that overlap."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from core.lab.seeding import numpy_generator

N_FEATURES = 40
N_INFORMATIVE = 10
"""The first of the features; the others are noise, which a network can only memorise."""
N_CLASSES = 10
CLUSTERS = 2
"""Per class."""
SEPARATION = 1.2


def draw_clusters(n: int, *, label_noise: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw records around cluster centres on the corners of a cube, as make_classification does.

    Each class has `CLUSTERS` clusters. A cluster's centre is a corner of a cube in the informative
    features, with sides of twice `SEPARATION`; around it the records are normal with variance 1.
    Wrong labels fall on all records alike: if only training records had them, a wrong label alone
    would tell who was trained on.

    Args:
        n: Records; the first `m` of a larger draw equal a draw of `m`.
        label_noise: Chance of a label to be replaced by another class, in [0, 1].
        seed: Of the run: the centres and the records.

    Returns:
        Inputs `(n, 40)` float32 and labels `(n,)` int64 in [0, 10).
    """
    corners = numpy_generator(seed, "clusters", "centres").integers(
        0, 2, size=(N_CLASSES, CLUSTERS, N_INFORMATIVE)
    )
    # One row of draws per record, so that a longer draw begins with the shorter one.
    draws = numpy_generator(seed, "clusters", "records").normal(size=(n, N_FEATURES + 4))
    uniform = ndtr(draws[:, N_FEATURES:])
    label = _whole(uniform[:, 0], N_CLASSES)
    x = draws[:, :N_FEATURES].copy()
    x[:, :N_INFORMATIVE] += SEPARATION * (2 * corners[label, _whole(uniform[:, 1], CLUSTERS)] - 1)
    wrong = uniform[:, 2] < label_noise
    shift = np.where(wrong, 1 + _whole(uniform[:, 3], N_CLASSES - 1), 0)
    return x.astype(np.float32), (label + shift) % N_CLASSES


def _whole(uniform: np.ndarray, n: int) -> np.ndarray:
    """Turn uniform numbers in [0, 1] into whole ones in [0, n)."""
    return np.minimum((n * uniform).astype(np.int64), n - 1)
