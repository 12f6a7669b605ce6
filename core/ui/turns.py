"""Whose page is made now: one at a time, in the order of asking, so that the first are done soon.

All pages share one core. Made at once, each is done when the last one is. One after the other, half
of the visitors wait half as long. And what is ready has to reach the browsers meanwhile: the thread
that sends it asks for the core at every message, of which a page has a hundred. Beside two others
that compute it fell behind, and dozens of pages came in the same moment; so it gets the core for
itself between two pages.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PLACES = 1
"""Pages that are made at the same time."""
SECONDS = 0.5
"""How long a turn counts. Who takes longer goes on beside the next: a slow page stops nobody."""
REST = 0.015
"""Seconds from a turn to the next, in which the sending thread has the core for itself."""


class Turns:
    """Gives turns in the order of asking."""

    def __init__(
        self,
        places: int = PLACES,
        seconds: float = SECONDS,
        rest: float = 0.0,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin with all places free.

        Args:
            places: Turns at the same time.
            seconds: After which a turn does not count any more.
            rest: Seconds for which its place stays free after one that others wait for.
            now: A clock, in seconds.
        """
        self._places, self._seconds, self._rest, self._now = places, seconds, rest, now
        self._waiting: deque[threading.Event] = deque()
        self._ends: dict[object, float] = {}
        self._last = now()
        self._lock = threading.Lock()
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
        with self._lock:
            if self._waiting or self._counted():
                return 0.0
            return self._now() - self._last

    def _take(self, own: object) -> None:
        woken = threading.Event()
        with self._lock:
            self._waiting.append(woken)
            if self._waiting[0] is woken:
                woken.set()
        # Only who is next is woken: forty others would each take the core to see that they are not.
        woken.wait()
        while not self._begins(own, woken):
            woken.wait(self._until_next())

    def _begins(self, own: object, woken: threading.Event) -> bool:
        """Take the next turn's place if there is one, and let the one behind look for itself."""
        with self._lock:
            woken.clear()
            if len(self._counted()) >= self._places:
                return False
            self._waiting.popleft()
            self._ends[own] = self._now() + self._seconds
            self._wake()
            return True

    def _until_next(self) -> float:
        """Seconds until a turn does not count any more."""
        with self._lock:
            soonest = min(self._ends.values(), default=self._now())
            return max(0.001, soonest - self._now())

    def _wake(self) -> None:
        if self._waiting:
            self._waiting[0].set()

    def _counted(self) -> dict[object, float]:
        """The turns that count now."""
        now = self._now()
        self._ends = {one: end for one, end in self._ends.items() if end > now}
        return self._ends

    def _give_back(self, own: object) -> None:
        with self._lock:
            self._last = self._now()
            if self._ends.pop(own, None) is not None:
                if self._rest and self._waiting:
                    self._ends[object()] = self._last + self._rest
                self._wake()


frames, pages = Turns(), Turns(rest=REST)
"""Of what is around all pages, which takes a moment and comes first, and of the pages."""
