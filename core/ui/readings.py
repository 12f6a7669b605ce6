"""What was read off a finished result, kept for the next rerun and the next visitor.

In a plain module, not in the page library's cache, which any visitor can empty.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

from core.store.store import Record

T = TypeVar("T")
_owned: dict[tuple[str, ...], tuple[object, Any]] = {}
MOST = 384
"""Readings kept: tables of some hundred rows, small pictures, sentences."""
SECONDS = 20.0
"""How long somebody waits for the reading of another visitor, before reading it once more."""


def identity(record: Record[Any]) -> str:
    """Name a record: what was run with which settings, and when it ended."""
    return f"{record.experiment} {record.version} {record.config} {record.provenance.date}"


class Shelf:
    """Readings by name, the latest used ones; what several ask for at once is read once."""

    def __init__(self, most: int, patience: float = SECONDS) -> None:
        """Begin empty.

        Args:
            most: Readings kept.
            patience: Seconds to wait for another thread's reading.
        """
        self._most, self._patience = most, patience
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._begun: dict[Hashable, threading.Event] = {}
        self._lock = threading.Lock()

    def once(self, name: Hashable, read: Callable[[], T]) -> T:
        """Return what `read` returns, reading only if it is not at hand.

        Who comes while another thread reads it waits; if that fails, the next one reads.

        Args:
            name: Identifies the reading among all of this shelf.
            read: Computes it; what it returns must not be changed by anyone.
        """
        while True:
            with self._lock:
                if name in self._kept:
                    self._kept.move_to_end(name)
                    return cast(T, self._kept[name])
                other = self._begun.get(name)
                if other is None:
                    own = self._begun[name] = threading.Event()
                    break
            if not other.wait(self._patience):
                return read()
        try:
            return self._keep(name, read())
        finally:
            with self._lock:
                del self._begun[name]
            own.set()

    def _keep(self, name: Hashable, found: T) -> T:
        with self._lock:
            self._kept[name] = found
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return found


shelf = Shelf(MOST)
"""The one of `once`."""


def once(name: tuple[str, ...], read: Callable[[], T]) -> T:
    """Return what `read` returns, reading only if it is not at hand.

    Args:
        name: Identifies the reading among all: the record it is read off, and what is read.
        read: Computes it; what it returns must not be changed by anyone.
    """
    return shelf.once(name, read)


def once_for(owner: object, name: tuple[str, ...], read: Callable[[], T]) -> T:
    """Return what `read` returns, reading only if what is at hand was read for another object.

    Args:
        owner: What it is read off.
        name: Of the owner and of what is read: of something of this project, not of a visitor's,
            because as many readings are kept as there are names.
        read: Computes it; what it returns must not be changed by anyone.
    """
    kept = _owned.get(name)
    if kept is None or kept[0] is not owner:
        kept = _owned[name] = (owner, read())
    return cast(T, kept[1])
