"""Precision and recall at every threshold, where the classes may be rarer than in the test data.

And of what a detector suspects at a threshold of its own.
"""

from __future__ import annotations

import numpy as np

from core.metrics.receiver import area


def precision_recall(
    rare: np.ndarray, common: np.ndarray, share: float
) -> tuple[np.ndarray, np.ndarray]:
    """Precision and recall from the strictest threshold on.

    Test examples of each class are drawn apart, so that both are counted well; each class is given
    the weight that it has where the data come from.

    Args:
        rare: Scores of examples of the class that is looked for, `(n,)`, at least one.
        common: Scores of the others, `(m,)`.
        share: Of the class that is looked for, in (0, 1).

    Returns:
        Precision and recall, each in [0, 1], one per distinct score, the highest first.
    """
    scores = np.concatenate([rare, common])
    weight = np.concatenate(
        [np.full(len(rare), share / len(rare)), np.full(len(common), (1 - share) / len(common))]
    )
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(np.where(order < len(rare), weight[order], 0.0))
    last = np.flatnonzero(np.append(np.diff(scores[order]) != 0, True))
    return hits[last] / np.cumsum(weight[order])[last], hits[last] / share


def average_precision(precision: np.ndarray, recall: np.ndarray) -> float:
    """Precision at each threshold, weighted with the recall that it adds."""
    return float(np.sum(np.diff(recall, prepend=0.0) * precision))


def at_recalls(precision: np.ndarray, recall: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Precision at the strictest threshold that reaches each recall, `(k,)`.

    Args:
        precision: As `precision_recall` returns it.
        recall: Likewise.
        wanted: Recalls in (0, 1].
    """
    places = np.searchsorted(recall, wanted - 1e-12)
    return np.asarray(precision[np.minimum(places, len(precision) - 1)])


def best_threshold(rare: np.ndarray, common: np.ndarray) -> float:
    """The threshold with the highest balanced accuracy on these scores.

    Args:
        rare: Scores of the class that is looked for, at least one.
        common: Scores of the others, at least one.

    Returns:
        Half-way between the two scores that it parts; the lowest of several that are as good.
    """
    scores = np.unique(np.concatenate([rare, common]))
    cuts = np.concatenate([[scores[0] - 1], (scores[1:] + scores[:-1]) / 2])
    found = (rare[None] > cuts[:, None]).mean(1) + (common[None] <= cuts[:, None]).mean(1)
    return float(cuts[int(found.argmax())])


def scores_of_shares(of_rare: float, of_common: float, share: float) -> dict[str, float]:
    """Accuracy and its like, from how much of each class is found.

    Args:
        of_rare: Share found of the class that is looked for, its recall.
        of_common: Share found of the other.
        share: Of the class that is looked for where the data come from, in (0, 1).
    """
    return {
        "accuracy": share * of_rare + (1 - share) * of_common,
        "common recall": of_common,
        "rare recall": of_rare,
        "balanced accuracy": (of_common + of_rare) / 2,
    }


def thresholded(rare: np.ndarray, common: np.ndarray, share: float) -> dict[str, float]:
    """The scores of decisions at a logit of zero, and the average precision over all thresholds.

    Arguments are those of `precision_recall`; a positive score decides for what is looked for.
    """
    found = scores_of_shares(float(np.mean(rare > 0)), float(np.mean(common <= 0)), share)
    curve = precision_recall(rare, common, share)
    return {**found, "average precision": average_precision(*curve)}


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
