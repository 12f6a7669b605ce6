"""When something was reached for the first time, and how often to look."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def looks(steps: int, every: int, kept: int) -> list[int]:
    """Steps that lie evenly on a logarithmic axis, zero and the last among them.

    Args:
        steps: Of the whole run.
        every: Steps between two looks: all are whole multiples of it.
        kept: Looks for each doubling of the steps; fewer where `every` allows no more.
    """
    count = 1 + round(kept * np.log2(steps / every))
    return [0, *sorted({every * round(at / every) for at in np.geomspace(every, steps, count)})]


def note_first(
    moments: np.ndarray, step: int, reached: np.ndarray, levels: Sequence[float]
) -> None:
    """Write down who has now got far enough for the first time.

    Args:
        moments: Steps until each of M levels was reached, `(M, K)`, NaN so far; changed in place.
        step: Now.
        reached: What is held against each level now, `(M, K)`.
        levels: `(M,)`.
    """
    there = reached >= np.asarray(levels)[:, None]
    moments[there & np.isnan(moments)] = step


def first_reached(steps: np.ndarray, values: np.ndarray, level: float) -> np.ndarray:
    """Steps at which each curve first got to a level, on the straight line between two looks.

    Args:
        steps: Of the looks, ascending, `(n,)`.
        values: `(n, K)`, one column a curve.
        level: To be reached or passed.

    Returns:
        `(K,)`; NaN where it was not reached.
    """
    there = values >= level
    found = np.full(values.shape[1], np.nan)
    for column in np.flatnonzero(there.any(0)):
        at = int(there[:, column].argmax())
        if at == 0:
            found[column] = steps[0]
            continue
        before, now = values[at - 1 : at + 1, column]
        share = (level - before) / (now - before)
        found[column] = steps[at - 1] + share * (steps[at] - steps[at - 1])
    return found
