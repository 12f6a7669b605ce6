"""Bounds on processor time that hold on slow and busy machines alike.

A bound guards against work that grows faster than its input. How long honest work takes depends
on the machine and on who shares its caches, so a bound is given in seconds of the machine on which
it was written and stretched by how much longer a fixed piece of work takes here and now.
"""

import csv
import io
import time
from collections.abc import Iterator
from contextlib import contextmanager

YARDSTICK = 0.05
"""Seconds of processor time that `_yardstick` took where the bounds were written."""


def _yardstick() -> float:
    """Seconds of processor time for a fixed piece of work of the kind that is bounded."""
    rows = "\n".join(f"{i % 2},{i % 3},g{i % 7}" for i in range(60_000))
    counts: dict[tuple[str, ...], int] = {}
    started = time.process_time()
    for row in csv.reader(io.StringIO(rows)):
        counts[tuple(row)] = counts.get(tuple(row), 0) + 1
    return time.process_time() - started


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Fails when the block takes more than `seconds` of processor time, at this machine's pace."""
    started = time.process_time()
    yield
    taken = time.process_time() - started
    if taken >= seconds:  # Only then is the pace of any interest.
        pace = max(1.0, *(_yardstick() / YARDSTICK for _ in range(3)))
        assert taken < seconds * pace, f"{taken:.2f} s, at a pace of {pace:.2f}"
