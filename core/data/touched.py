"""A visitor's changes to the training points of two classes: labels flipped, points added."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.data.dataset import Dataset

Touch = int | tuple[float, float, int]
"""The place of a point whose label is flipped, or a point that is added: both coordinates and
its class. Added points come behind those that were drawn, in order."""
MOST = 60
"""Touches in all."""


@dataclass(frozen=True)
class Touched:
    """Training points after some touches.

    Attributes:
        data: With the new labels and the added points; `flipped` says which labels are wrong, and
            calls no added point wrong, since nobody knows.
        yours: Points that were added, or whose label is another one than before, `(n,)` bool.
        added: How many were added.
    """

    data: Dataset
    yours: np.ndarray
    added: int

    @property
    def turned(self) -> int:
        """Labels of drawn points that are others than before: one turned twice is none."""
        return int(self.yours.sum()) - self.added


def touched(data: Dataset, touches: Sequence[Touch]) -> Touched:
    """Apply touches in order.

    Args:
        data: Of two classes.
        touches: Each names a point that is there by then.
    """
    added = [touch for touch in touches if not isinstance(touch, int)]
    places = np.array([touch[:2] for touch in added], dtype=np.float32).reshape(-1, 2)
    x = np.concatenate([data.x_train, places])
    given = np.array([touch[2] for touch in added], dtype=np.int64)
    turns = [touch for touch in touches if isinstance(touch, int)]
    odd = np.bincount(turns, minlength=len(x)) % 2 == 1
    y = np.concatenate([data.y_train, given])
    is_new = np.arange(len(x)) >= len(data.x_train)
    flipped = np.concatenate([data.flipped, np.zeros(len(added), dtype=bool)]) ^ (odd & ~is_new)
    changed = replace(data, x_train=x, y_train=np.where(odd, 1 - y, y), flipped=flipped)
    return Touched(changed, odd | is_new, len(added))


def fits(touch: Touch, n_points: int, extent: np.ndarray) -> bool:
    """Whether a touch can be applied.

    Args:
        touch: What is asked for.
        n_points: That are there by now, added ones included.
        extent: Ranges of both coordinates, `(4,)`, as `core.charts.regions.extent_around` has them.
    """
    if isinstance(touch, int):
        return 0 <= touch < n_points
    x1, x2, label = touch
    inside = extent[0] <= x1 <= extent[1] and extent[2] <= x2 <= extent[3]
    return math.isfinite(x1) and math.isfinite(x2) and bool(inside) and label in (0, 1)
