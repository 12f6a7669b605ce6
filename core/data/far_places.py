"""Places far away from two moons, in every direction."""

from __future__ import annotations

import numpy as np

MIDDLE, REACH = (0.5, 0.25), 2.0
"""Of two moons: a circle around their middle that holds nearly all of them."""
DISTANCES = (0, 1, 2, 5, 10, 100, 1000)
"""From that middle, in units of the reach; 0 stands for new points of the moons' own law."""


def circle(distance: float, n: int) -> np.ndarray:
    """Places in `n` directions around two moons, `(n, 2)`; distance 1 is their reach."""
    angles = np.linspace(0, 2 * np.pi, n, endpoint=False)
    round_it = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return np.asarray(MIDDLE) + distance * REACH * round_it
