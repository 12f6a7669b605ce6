"""How often a run is drawn: what drawing costs, training waits for.

A visit's first run is drawn slowly at first, so that the browser gets to draw the rest.

The code of sliders and buttons arrives after the page, and the browser puts them in place of their
grey shapes only while no newer picture waits. On a slow machine that was never: a run of half a
minute had no Stop.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SETTLING = 0.6
"""Seconds before the first picture of a visit,"""
EVERY = 0.5
"""between its pictures at first,"""
UNTIL = 8.0
"""and until they come as fast as they can."""
REST = 3.0
"""Times as long as it drew, drawing rests: with what sends it and what follows the run, the clock
stays at about 1.4 times the run's own work."""


class Budget:
    """Lets drawing take a quarter of the time at most: a dear picture is drawn less often."""

    def __init__(
        self,
        now: Callable[[], float] = time.monotonic,
        used: Callable[[], float] = time.thread_time,
    ) -> None:
        """Begin with a run.

        Args:
            now: A clock, in seconds.
            used: The processor time of the thread that draws, in seconds: what a picture costs,
                however long it had to wait for the processor.
        """
        self._now, self._used = now, used
        self._due = now()

    def allows(self) -> bool:
        """Tell whether drawing has rested for long enough."""
        return self._now() >= self._due

    @contextmanager
    def spent(self) -> Iterator[None]:
        """Measure what is drawn meanwhile."""
        before = self._used()
        try:
            yield
        finally:
            self._due = self._now() + REST * (self._used() - before)


class Easing:
    """Says which pictures to leave out; a visit that has seen a run begin leaves out none."""

    def __init__(self, needed: bool, now: Callable[[], float] = time.monotonic) -> None:
        """Begin with a run.

        Args:
            needed: Whether it is the visit's first.
            now: A clock, in seconds.
        """
        self._now, self._needed = now, needed
        self._started = now()
        self._next = SETTLING

    def skips(self) -> bool:
        """Tell whether it is too soon for another picture; if not, one is drawn now."""
        since = self._now() - self._started
        if not self._needed or since > UNTIL:
            return False
        if since < self._next:
            return True
        self._next = since + EVERY
        return False
