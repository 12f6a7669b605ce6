"""Learning curves read the other way round: how many examples give an accuracy."""

from __future__ import annotations

import numpy as np


def equal_examples(sizes: np.ndarray, accuracies: np.ndarray, reached: float) -> float:
    """Read off a learning curve how many examples give an accuracy.

    Args:
        sizes: Examples, ascending, `(k,)`.
        accuracies: With so many; the curve is made monotone, `(k,)`.
        reached: The accuracy.

    Returns:
        Between two sizes by a straight line over their logarithms; the largest size where the
        accuracy is no lower than there, NaN where it is below that of the smallest.
    """
    rising = np.maximum.accumulate(accuracies)
    if reached < rising[0]:
        return float("nan")
    if reached >= rising[-1]:
        return float(sizes[-1])
    # Levels that a dip has made equal count with the fewest examples that reach them.
    levels, first = np.unique(rising, return_index=True)
    return float(np.exp2(np.interp(reached, levels, np.log2(sizes[first]))))
