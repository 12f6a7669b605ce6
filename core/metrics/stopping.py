"""Early stopping, read off a curve after the fact: where a patient rule would have stopped."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Stops:
    """Where each of several curves would have been stopped.

    Attributes:
        restored: Index of the evaluation whose weights would be restored, `(n_curves,)` int.
        stopped: Index of the evaluation after which training would have ended, `(n_curves,)`.
        triggered: Whether patience ran out before the curve did, `(n_curves,)` bool.
    """

    restored: np.ndarray
    stopped: np.ndarray
    triggered: np.ndarray

    def at_restored(self, curves: np.ndarray) -> np.ndarray:
        """What other curves of the same models say there, `(n_curves,)`.

        Args:
            curves: `(n_evaluations, n_curves)`.
        """
        return curves[self.restored, np.arange(len(self.restored))]


def stopping_points(loss: np.ndarray, patience: int) -> Stops:
    """Apply the usual rule: stop when the best value is `patience` evaluations old.

    An evaluation counts as better only if it is strictly lower; the weights of the best one are
    restored. Prechelt 1998 calls such rules stopping criteria and compares fourteen.

    Args:
        loss: What is watched, one column a curve, `(n_evaluations, n_curves)`; lower is better.
        patience: How many evaluations without a better one are waited for, at least 1.

    Raises:
        ValueError: If there is no evaluation, or patience is below 1.
    """
    if len(loss) == 0 or patience < 1:
        raise ValueError("early stopping needs one evaluation or more, and patience of 1 or more")
    age = np.arange(len(loss))[:, None]
    lowest = np.fmin.accumulate(loss, axis=0)
    better = np.vstack([np.ones_like(loss[:1], dtype=bool), loss[1:] < lowest[:-1]])
    best = np.maximum.accumulate(np.where(better, age, 0), axis=0)
    over = age - best >= patience
    triggered = np.asarray(over.any(axis=0))
    stopped = np.where(triggered, over.argmax(axis=0), len(loss) - 1)
    restored = best[stopped, np.arange(loss.shape[1])]
    return Stops(restored, stopped, triggered)


def restored_so_far(loss: np.ndarray, patience: int) -> np.ndarray:
    """Say which evaluation's weights early stopping would hand over, at every moment.

    Args:
        loss: As in `stopping_points`.
        patience: As there.

    Returns:
        Index of the best evaluation so far, `(n_evaluations, n_curves)`; frozen once stopped.
    """
    best = np.stack([loss[: t + 1].argmin(axis=0) for t in range(len(loss))])
    stopped = stopping_points(loss, patience).stopped
    moment = np.minimum(np.arange(len(loss))[:, None], stopped)
    return np.take_along_axis(best, moment, axis=0)
