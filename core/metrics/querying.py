"""How unsure a classifier is of an answer: what active learning asks by."""

from __future__ import annotations

import numpy as np


def margin(probabilities: np.ndarray) -> np.ndarray:
    """Probability of the likeliest class less that of the next, in [0, 1]: small is unsure.

    Args:
        probabilities: `(..., classes)`, at least 2 classes.
    """
    ordered = np.sort(probabilities, axis=-1)
    return np.asarray(ordered[..., -1] - ordered[..., -2])


def entropy(probabilities: np.ndarray) -> np.ndarray:
    """Shannon entropy of the classes in nats: large is unsure.

    Args:
        probabilities: `(..., classes)`.
    """
    logs = np.log(probabilities, out=np.zeros_like(probabilities), where=probabilities > 0)
    return np.asarray(-(probabilities * logs).sum(axis=-1))
