"""Random changes of training inputs; each example uses a fixed number of draws.

Because of that, drawing for many steps at once gives the same numbers as step by step.
"""

from __future__ import annotations

import numpy as np

from core.engine.job import Augmentation


def augmented(
    kind: Augmentation, x: np.ndarray, strength: float, rng: np.random.Generator
) -> np.ndarray:
    """Change inputs at random.

    Args:
        kind: See `core.job.Job.augmentation`.
        x: Inputs, `(n, d)` float32.
        strength: In the unit of the kind.
        rng: Advanced by the same amount per example whatever the strength.

    Returns:
        Changed inputs, `(n, d)` float32.

    Raises:
        ValueError: If `shift` is asked for inputs that are not square images.
    """
    if kind == "noise":
        noise = rng.standard_normal(x.shape, dtype=np.float32)
        return np.asarray(x + np.float32(strength) * noise)
    if kind == "shift":
        return shifted(x, _whole(rng.random((len(x), 2), dtype=np.float32), strength))
    if kind == "roll_and_scale":
        draws = rng.random((len(x), 2), dtype=np.float32)
        factor = 1 + min(0.05 * strength, 0.5) * (2 * draws[:, 1:] - 1)
        return rolled(x, _whole(draws[:, 0], strength)) * factor.astype(np.float32)
    return x


def _whole(uniform: np.ndarray, strength: float) -> np.ndarray:
    # Draws in [0, 1) -> whole numbers in [-strength, strength], all equally likely.
    reach = int(strength)
    return np.asarray(np.floor(uniform * (2 * reach + 1)).astype(np.int64) - reach)


def shifted(x: np.ndarray, moves: np.ndarray) -> np.ndarray:
    """Move square images by whole pixels and fill with zeros.

    Args:
        x: Images row by row, `(n, side * side)`.
        moves: Pixels down and right, `(n, 2)` int.

    Raises:
        ValueError: If the inputs are not square images.
    """
    side = round(x.shape[1] ** 0.5)
    if side * side != x.shape[1]:
        raise ValueError(f"only square images can be shifted, not {x.shape[1]} inputs")
    place = np.arange(side)
    row, column = place - moves[:, :1], place - moves[:, 1:]
    inside_row, inside_column = (row >= 0) & (row < side), (column >= 0) & (column < side)
    source = (row.clip(0, side - 1) * side)[:, :, None] + column.clip(0, side - 1)[:, None, :]
    inside = inside_row[:, :, None] & inside_column[:, None, :]
    taken = np.take_along_axis(x, source.reshape(len(x), -1), axis=1)
    return np.asarray(taken * inside.reshape(len(x), -1))


def rolled(x: np.ndarray, moves: np.ndarray) -> np.ndarray:
    """Roll signals by whole samples; what leaves at one end returns at the other.

    Args:
        x: Signals, `(n, d)`.
        moves: Samples to the right, `(n,)` int.
    """
    source = (np.arange(x.shape[1]) - moves[:, None]) % x.shape[1]
    return np.take_along_axis(x, source, axis=1)
