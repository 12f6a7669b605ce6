"""Whether an input is unlike those that are known."""

from __future__ import annotations

import numpy as np

USUAL = 0.99
"""Share of the known rows whose distance to the nearest other one counts as usual."""


def nearest_distance(known: np.ndarray, own: np.ndarray) -> float:
    """Distance of a row to the nearest known one, as Sun et al. 2022 tell strange inputs.

    Args:
        known: `(n, d)`, at least two rows.
        own: `(1, d)`.

    Returns:
        In units of the distance that 99% of the known rows keep among themselves, at least 0;
        where all of them are the same, 0 for one more of the kind, else 2.
    """
    squares = (known**2).sum(1)
    among = squares[:, None] + squares[None] - 2 * known @ known.T
    np.fill_diagonal(among, np.inf)
    usual = float(np.quantile(np.sqrt(among.min(1).clip(0)), USUAL))
    nearest = float(np.sqrt(((known - own) ** 2).sum(1).min()))
    return nearest / usual if usual > 0 else float(nearest > 0) * 2.0
