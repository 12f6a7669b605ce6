"""Whose page is made now: a few at a time, in the order of asking, so that the first are done soon.

All pages share one core. Made at once, each is done when the last one is. One after the other, half
of the visitors wait half as long. And what is ready reaches the browsers meanwhile: the thread that
sends it asks for the core at every message, and beside 25 others that compute it gets to send some
hundred messages a second, beside two some thousand; a page has a hundred.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PLACES = 2
"""Pages that are made at the same time: one computes while the other reads a file."""
SECONDS = 0.5
"""How long a turn counts. Who takes longer goes on beside the next: a slow page stops nobody."""


class Turns:
    """Gives turns in the order of asking."""

    def __init__(
        self,
        places: int = PLACES,
        seconds: float = SECONDS,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin with all places free.

        Args:
            places: Turns at the same time.
            seconds: After which a turn does not count any more.
            now: A clock, in seconds.
        """
        self._places, self._seconds, self._now = places, seconds, now
        self._waiting: deque[object] = deque()
        self._ends: dict[object, float] = {}
        self._last = now()
        self._changed = threading.Condition()
        self._here = threading.local()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn, and hold it."""
        own = self._here.own = object()
        self._take(own)
        try:
            yield
        finally:
            self._give_back(own)

    def leave(self) -> None:
        """Give the turn of this thread back early, if it has one: from now on it mostly waits."""
        own = getattr(self._here, "own", None)
        if own is not None:
            self._give_back(own)

    def quiet(self) -> float:
        """Seconds since the last turn ended; 0 while somebody has one or waits."""
        with self._changed:
            if self._waiting or self._counted():
                return 0.0
            return self._now() - self._last

    def _take(self, own: object) -> None:
        with self._changed:
            self._waiting.append(own)
            while self._waiting[0] is not own or len(self._counted()) >= self._places:
                soonest = min(self._ends.values(), default=self._now() + self._seconds)
                self._changed.wait(max(0.001, soonest - self._now()))
            self._waiting.popleft()
            self._ends[own] = self._now() + self._seconds
            self._changed.notify_all()

    def _counted(self) -> dict[object, float]:
        """The turns that count now."""
        now = self._now()
        self._ends = {one: end for one, end in self._ends.items() if end > now}
        return self._ends

    def _give_back(self, own: object) -> None:
        with self._changed:
            self._last = self._now()
            if self._ends.pop(own, None) is not None:
                self._changed.notify_all()


frames, pages = Turns(), Turns()
"""Of what is around all pages, which takes a moment and comes first, and of the pages."""
