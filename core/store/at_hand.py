"""Shipped results that were read last, decoded once for all who look at them.

Nothing is written into the shipped store while the app runs; a file that was replaced all the same
is read again, as its size, its date or its place on the disk is another one.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

T = TypeVar("T")
MOST = 16
"""Results: one for each page."""
MOST_BYTES = 600_000
"""Of a file: those of the pages' defaults take 2 MB together."""


class AtHand:
    """The latest used results of a folder that nobody writes into."""

    def __init__(self, most: int = MOST, most_bytes: int = MOST_BYTES) -> None:
        """Begin empty.

        Args:
            most: Results kept.
            most_bytes: Largest file whose result is kept.
        """
        self._most, self._most_bytes = most, most_bytes
        self._kept: OrderedDict[tuple[Path, type[Any]], tuple[object, Any]] = OrderedDict()
        self._lock = threading.Lock()

    def once(self, file: Path, kind: type[Any], read: Callable[[], T | None]) -> T | None:
        """Return what `read` returns, reading only where the file is another than before.

        Args:
            file: Whose content it is.
            kind: Class of the result, which decides how the content is taken.
            read: Reads it; None where it is not usable, which is never kept.
        """
        try:
            found = file.stat()
        except OSError:
            return read()
        state = (found.st_ino, found.st_size, found.st_mtime_ns)
        with self._lock:
            kept = self._kept.get((file, kind))
            if kept is not None and kept[0] == state:
                self._kept.move_to_end((file, kind))
                return cast(T, kept[1])
        record = read()
        if record is not None and found.st_size <= self._most_bytes:
            self._keep((file, kind), (state, record))
        return record

    def _keep(self, name: tuple[Path, type[Any]], what: tuple[object, Any]) -> None:
        with self._lock:
            self._kept[name] = what
            self._kept.move_to_end(name)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
