"""Whether a picture is unlike those that a network knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.models import shape_networks

if TYPE_CHECKING:
    from core.models.shape_cnn import ShapeCNN

USUAL = 0.99
"""Share of the known rows whose distance to the nearest other one counts as usual."""


def strangeness(net: ShapeCNN, known: np.ndarray, own: np.ndarray) -> float:
    """How far a picture is from known ones, by pixels or by what the network reads of them.

    Nearest neighbours among a network's features tell strange inputs well (Sun et al. 2022), but
    noise can come near in them, and a blank picture near in pixels: the larger distance counts.

    Args:
        net: The network; its last layer's inputs are the features.
        known: Pictures like those it learned from, `(n, side, side)` in [0, 1].
        own: The picture, `(side, side)` in [0, 1].

    Returns:
        As `nearest_distance`.
    """
    both = np.concatenate([known, own[None]]).astype(np.float32)
    pixels, read = both.reshape(len(both), -1), shape_networks.features(net, both[:, None])
    spread = read[:-1].std(0)
    read = read / (spread + 1e-3 * max(float(spread.max()), 1e-9))
    return max(nearest_distance(rows[:-1], rows[-1:]) for rows in (pixels, read))


def nearest_distance(known: np.ndarray, own: np.ndarray) -> float:
    """Distance of a row to the nearest known one.

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
