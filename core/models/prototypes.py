"""A classifier without training: the class whose mean is nearest."""

from __future__ import annotations

import numpy as np

from core.data.dataset import Dataset


def accuracy_of_prototypes(few: Dataset) -> float:
    """Accuracy of answering with the class whose mean is nearest; no class without a label."""
    known = np.unique(few.y_train)
    means = np.stack([few.x_train[few.y_train == y].mean(0) for y in known])
    apart = ((few.x_validation[:, None] - means) ** 2).sum(-1)
    return float((known[apart.argmin(1)] == few.y_validation).mean())
