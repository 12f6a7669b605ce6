"""Which results somebody is computing now, as all processes that share a store can tell.

A key is reserved by a lock on one byte of a file, at the place that its first digits name. The
system drops the lock when its holder ends, however that comes: nothing is ever left over.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

if sys.platform != "win32":
    import fcntl

FILE = "reserved.lock"
DIGITS = 15
"""Of a key, hexadecimal: places below 2 to the power 60, the system's are below 63."""


class Reserved:
    """The keys that this process reserves. Used as a context: at its end all are free again.

    One per process at a time, as the locks are the process's. Where the system or the disk has no
    locks nobody else is known of, and every key counts as free.
    """

    def __init__(self, folder: Path) -> None:
        """Name the store's folder, which exists; nothing is opened yet."""
        self._path = folder / FILE
        self._file: int | None = None

    def __enter__(self) -> Reserved:
        if sys.platform != "win32":
            flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW
            with contextlib.suppress(OSError):
                self._file = os.open(self._path, flags, 0o600)
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def take(self, key: str) -> bool:
        """Reserve a key; false while another process has it."""
        if sys.platform != "win32" and self._file is not None:
            try:
                fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _place(key))
            except (BlockingIOError, PermissionError):  # Which of them depends on the system.
                return False
            except OSError:
                return True
        return True

    def release(self, key: str) -> None:
        """Free a key for others."""
        if sys.platform != "win32" and self._file is not None:
            with contextlib.suppress(OSError):
                fcntl.lockf(self._file, fcntl.LOCK_UN, 1, _place(key))


def _place(key: str) -> int:
    return int(key[:DIGITS], 16)
