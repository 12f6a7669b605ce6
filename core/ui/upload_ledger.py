"""Who holds how many uploaded bytes, and what goes when it is too much."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

MOST_OF_ONE = 26_000_000
"""Bytes a visitor holds: one table and one picture of the largest size."""
MOST_OF_ALL = 84_000_000
"""Bytes all visitors hold: four of the largest tables."""
GRACE = 60.0
"""Seconds that a visitor who has left may take to come back."""
IDLE = 600.0
"""Seconds after which a file goes that no page has used."""
RECENT = 120.0
"""Seconds that a file is safe from other visitors after a page has used it."""
FULL = "The server holds as many uploaded files as it can. Please try again in a few minutes."


class FullError(Exception):
    """There is no room for a file; the text is a sentence for the visitor."""


@dataclass
class Held:
    """A file in memory.

    Attributes:
        session_id: Whose it is.
        size: In bytes.
        at: When it came or was last used.
        left: When its visitor was first seen to be away, or None.
    """

    session_id: str
    size: int
    at: float
    left: float | None = None


class Ledger:
    """Counts the files that a store holds, and says which must go."""

    def __init__(
        self,
        remove: Callable[[str, str], None],
        is_here: Callable[[str], bool],
        clock: Callable[[], float] = time.monotonic,
        every: float | None = None,
    ) -> None:
        """Start with nothing.

        Args:
            remove: Takes a session's file out of the store.
            is_here: Whether a session is connected.
            clock: In seconds.
            every: Seconds between two sweeps of a thread of its own; none when None.
        """
        self._remove, self._is_here, self._clock, self._every = remove, is_here, clock, every
        self._held: dict[str, Held] = {}
        self._lock = threading.RLock()
        self._sweeps = False

    @property
    def total(self) -> int:
        """Bytes held for everybody."""
        with self._lock:
            return sum(file.size for file in self._held.values())

    def admit(self, session_id: str, file_id: str, size: int, *, must: bool = False) -> None:
        """Make room for a file and count it; a visitor's own older files go first.

        Args:
            session_id: Whose it is.
            file_id: Its name in the store.
            size: In bytes.
            must: Count it even without room: it is in the store already.

        Raises:
            FullError: If it is too large for one visitor, or others need the room.
        """
        with self._lock:
            known = self._held.pop(file_id, None)
            try:
                self._make_room(session_id, size)
            except FullError:
                if known is not None:
                    self._held[file_id] = known
                if not must:
                    raise
            self._held[file_id] = Held(session_id, size, self._clock())
            self._start()

    def _make_room(self, session_id: str, size: int) -> None:
        if size > MOST_OF_ONE:
            raise FullError(FULL)
        own = [name for name, file in self._held.items() if file.session_id == session_id]
        self._shed(own, lambda: self._of(session_id) + size > MOST_OF_ONE)
        gone = [n for n, file in self._held.items() if not self._is_here(file.session_id)]
        self._shed(gone, lambda: self.total + size > MOST_OF_ALL)
        before = self._clock() - RECENT
        old = [name for name, file in self._held.items() if file.at <= before]
        self._shed(old, lambda: self.total + size > MOST_OF_ALL)
        if self.total + size > MOST_OF_ALL:
            raise FullError(FULL)

    def _of(self, session_id: str) -> int:
        return sum(file.size for file in self._held.values() if file.session_id == session_id)

    def _shed(self, names: list[str], too_much: Callable[[], bool]) -> None:
        """Let files go, the one longest unused first, until it is enough."""
        for name in sorted(names, key=lambda name: self._held[name].at):
            if not too_much():
                return
            self.release(name)

    def used(self, file_id: str) -> bool:
        """Note that a file is worked with; returns whether it is held."""
        with self._lock:
            file = self._held.get(file_id)
            if file is not None:
                file.at = self._clock()
            return file is not None

    def release(self, file_id: str) -> None:
        """Take a file out of the store."""
        with self._lock:
            file = self._held.pop(file_id, None)
        if file is not None:
            self._remove(file.session_id, file_id)

    def forget(self, file_id: str) -> None:
        """Note that a file is out of the store."""
        with self._lock:
            self._held.pop(file_id, None)

    def forget_session(self, session_id: str) -> None:
        """Note that all files of a session are out of the store."""
        with self._lock:
            for name in [n for n, file in self._held.items() if file.session_id == session_id]:
                del self._held[name]

    def sweep(self) -> None:
        """Let go what nobody has used for long, and what belongs to those who have left."""
        with self._lock:
            now = self._clock()
            for name, file in list(self._held.items()):
                away = not self._is_here(file.session_id)
                file.left = None if not away else now if file.left is None else file.left
                if now - file.at >= IDLE or (file.left is not None and now - file.left >= GRACE):
                    self.release(name)

    def _start(self) -> None:
        """Sweep from now on, in a thread that ends when nothing is held."""
        if self._every is not None and not self._sweeps:
            self._sweeps = True
            threading.Thread(target=self._run, name="uploads", daemon=True).start()

    def _run(self) -> None:
        while True:
            time.sleep(self._every or 0.0)
            self.sweep()
            with self._lock:
                if not self._held:
                    self._sweeps = False
                    return
