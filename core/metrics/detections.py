"""How well what a detector suspects is what it looks for."""

from __future__ import annotations

import numpy as np

from core.metrics.receiver import area


def detected(wrong: np.ndarray, suspected: np.ndarray, doubt: np.ndarray) -> dict[str, float]:
    """Precision, recall, area under the ROC curve, and the share that is suspected.

    Args:
        wrong: What is looked for, `(n,)` bool.
        suspected: What the detector says, `(n,)` bool.
        doubt: Its score, the higher the more suspicious, `(n,)`.

    Returns:
        `"precision"`, `"recall"`, `"auc"` and `"suspects"` in [0, 1]; NaN over no case.
    """
    hits, found = float((wrong & suspected).sum()), float(suspected.sum())
    nothing = float("nan")
    return {
        "precision": hits / found if found else nothing,
        "recall": hits / float(wrong.sum()) if wrong.any() else nothing,
        "auc": area(wrong.astype(int), doubt)[0],
        "suspects": found / len(wrong),
    }
