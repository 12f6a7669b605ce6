"""Models of work that is shared out: what a message costs, a step on many machines, two laws."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Line:
    """A time that grows with a size: `fixed + each * size`, both at least 0.

    Attributes:
        fixed: Seconds whatever the size: the latency (alpha) of a message.
        each: Seconds of one more byte or example: one over the bandwidth (beta) of a message.
    """

    fixed: float
    each: float

    def at(self, size: float | np.ndarray) -> np.ndarray:
        """Seconds at a size."""
        return np.asarray(self.fixed + self.each * np.asarray(size, dtype=float))


def fit_line(sizes: np.ndarray, seconds: np.ndarray) -> Line:
    """Fit by least squares of relative deviations: times scatter in proportion to their size.

    Args:
        sizes: At least 0, at least two different ones, `(k,)`.
        seconds: Over 0, `(k,)`.

    Raises:
        ValueError: If there are fewer than two sizes.
    """
    from scipy.optimize import nnls

    if len(set(np.asarray(sizes).tolist())) < 2:
        raise ValueError("a line needs two sizes at least")
    unit = float(np.max(sizes))  # Columns of a like size: nnls works with them as they are.
    seconds = np.asarray(seconds, dtype=float)
    columns = np.column_stack([np.ones(len(seconds)), np.asarray(sizes, float) / unit])
    (fixed, slope), _ = nnls(columns / seconds[:, None], np.ones(len(seconds)))
    return Line(float(fixed), float(slope) / unit)


def ring(message: Line, measured_with: int, processes: int, size: float) -> float:
    """Seconds of a ring all-reduce by another number of processes (Patarasuk & Yuan 2009).

    A ring of p sends 2 (p - 1) messages in turn, each of a p-th of the bytes.

    Args:
        message: All-reduce time by bytes, as measured,
        measured_with: by so many processes, at least 2.
        processes: For how many it is told, at least 1.
        size: Bytes.
    """
    before, after = measured_with - 1, processes - 1
    latency = message.fixed * after / before
    return float(latency + message.each * size * (after / processes) / (before / measured_with))


def amdahl(serial: np.ndarray | float, processes: np.ndarray | float) -> np.ndarray:
    """How many times as fast work of one size becomes, where a share stays serial (Amdahl 1967)."""
    return np.asarray(1 / (serial + (1 - serial) / np.asarray(processes, dtype=float)))


def gustafson(serial: np.ndarray | float, processes: np.ndarray | float) -> np.ndarray:
    """Likewise where the work grows with the processes (Gustafson 1988).

    Args:
        serial: Share of the parallel run's time that is serial.
        processes: How many.
    """
    return np.asarray(serial + (1 - serial) * np.asarray(processes, dtype=float))
