"""L-BFGS for functions of NumPy arrays."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import numpy as np

HISTORY, BACKTRACKS = 30, 10


class Lbfgs:
    """L-BFGS with a backtracking line search (Nocedal & Wright 2006, algorithms 7.4 and 3.1).

    torch's own would do, but creating one loads a compiler of 100 MB that nothing here needs.

    Attributes:
        x: Where the search is, `(n,)`.
        value: The function there.
    """

    def __init__(
        self,
        function: Callable[[np.ndarray], tuple[float, np.ndarray]],
        start: np.ndarray,
        goal: float = -np.inf,
    ) -> None:
        """Begin.

        Args:
            function: Place -> value, and gradient `(n,)`.
            start: Where, `(n,)`.
            goal: Value below which the search ends.
        """
        self._function, self._goal, self.x = function, goal, start
        self.value, self._slope = function(start)
        self._over = False
        self._steps: deque[tuple[np.ndarray, np.ndarray]] = deque(maxlen=HISTORY)

    def step(self) -> None:
        """Move once downhill; stays where it is when no step is small enough."""
        if self._over:
            return
        way = -self._scaled(self._slope)
        length = 1.0 if self._steps else min(1.0, 1 / max(np.abs(self._slope).sum(), 1e-300))
        for _ in range(BACKTRACKS):
            x = self.x + length * way
            value, slope = self._function(x)
            if value <= self.value + 1e-4 * length * float(way @ self._slope):
                break
            length /= 2
        else:
            self._over = not self._steps
            self._steps.clear()
            return
        moved, bent = x - self.x, slope - self._slope
        if moved @ bent > 1e-12 * (bent @ bent) and moved @ bent > 0:
            self._steps.append((moved, bent))
        self.x, self.value, self._slope = x, value, slope
        self._over = value < self._goal

    def _scaled(self, slope: np.ndarray) -> np.ndarray:
        """Multiply by the inverse curvature that the latest steps suggest."""
        way, shares = slope.copy(), []
        for moved, bent in reversed(self._steps):
            share = (moved @ way) / (moved @ bent)
            way = way - share * bent
            shares.append(share)
        if self._steps:
            moved, bent = self._steps[-1]
            way = way * ((moved @ bent) / (bent @ bent))
        for (moved, bent), share in zip(self._steps, reversed(shares), strict=True):
            way = way + moved * (share - (bent @ way) / (moved @ bent))
        return way
