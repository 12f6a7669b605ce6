"""A folder of files that are whole or absent, bounded in size, shared by several processes.

A file is written beside its place, flushed to the disk and renamed. Its writer holds a lock on
it meanwhile, which the system drops when the process dies: so leftovers of a killed writer can
be told from the work of a living one.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
import sys
import time
from collections.abc import Iterator
from pathlib import Path

if sys.platform != "win32":
    import fcntl

TEMPORARY = ".tmp"
SECONDS_OF_A_WRITE = 600.0
"""Where there are no locks, an unfinished file older than this is a leftover."""


class Folder:
    """Whole files of one kind in one folder; the least recently used are dropped first."""

    def __init__(self, path: Path, suffix: str, max_bytes: int) -> None:
        """Describe the folder; touches no disk.

        Args:
            path: The folder.
            suffix: Ending of the files that are ours; all others are left alone.
            max_bytes: Bound on the size of all our files together.
        """
        self.path, self._suffix, self._max_bytes = path, suffix, max_bytes

    def open(self) -> None:
        """Create the folder for its owner only, drop leftovers and what is over the bound.

        Raises:
            OSError: If it cannot be created or read.
        """
        self._prepare(0)

    def read(self, name: str) -> bytes:
        """Return a file's content.

        Raises:
            OSError: If it is not there (`FileNotFoundError`) or not readable.
            ValueError: If it is not a plain file, or larger than the whole folder may be.
        """
        path = self.path / (name + self._suffix)
        found = path.lstat()
        # A pipe would block for ever, a link could lead anywhere.
        if not stat.S_ISREG(found.st_mode):
            raise ValueError("not a plain file")
        if found.st_size > self._max_bytes:
            raise ValueError("too large")
        return path.read_bytes()

    def touch(self, name: str) -> None:
        """Note that a file was used; the system's own access times are often switched off."""
        with contextlib.suppress(OSError):
            os.utime(self.path / (name + self._suffix))

    def write(self, name: str, content: bytes) -> None:
        """Put a file in its place, whole.

        Raises:
            OSError: If the disk will not take it; nothing is left behind then.
        """
        if len(content) > self._max_bytes:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
        self._prepare(len(content))
        path = self.path / (name + self._suffix)
        try:
            self._write_beside(path, content)
        except FileNotFoundError:  # Somebody tidied up in the very moment; once more.
            self._write_beside(path, content)
        # Other processes may have written meanwhile: whoever is last leaves it within bounds.
        self._make_room(0)

    def _write_beside(self, path: Path, content: bytes) -> None:
        temporary = self.path / f".{secrets.token_hex(8)}{TEMPORARY}"
        try:
            self._write_locked(temporary, path, content)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise

    def _write_locked(self, temporary: Path, path: Path, content: bytes) -> None:
        with _created(temporary) as descriptor:
            rest = memoryview(content)
            while rest:
                rest = rest[os.write(descriptor, rest) :]
            os.fsync(descriptor)
            if sys.platform != "win32":
                temporary.replace(path)
        if sys.platform == "win32":  # An open file cannot be renamed there.
            temporary.replace(path)
        self._flush_names()

    def _flush_names(self) -> None:
        """Make the rename itself survive a power cut, where the system offers it."""
        with contextlib.suppress(OSError):
            descriptor = os.open(self.path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def _prepare(self, size: int) -> None:
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._drop_leftovers()
        self._make_room(size)

    def _make_room(self, size: int) -> None:
        """Drop the files used longest ago until `size` more bytes fit within the bound."""
        files = sorted(self._files(self._suffix), key=lambda entry: entry[1].st_mtime_ns)
        excess = size + sum(found.st_size for _, found in files) - self._max_bytes
        for path, found in files:
            if excess <= 0:
                return
            # Another process may have been quicker.
            with contextlib.suppress(FileNotFoundError):
                path.unlink()
            excess -= found.st_size

    def _drop_leftovers(self) -> None:
        for path, found in self._files(TEMPORARY):
            old = time.time() - found.st_mtime > SECONDS_OF_A_WRITE
            with contextlib.suppress(OSError):
                _drop_unless_locked(path, old)

    def _files(self, suffix: str) -> Iterator[tuple[Path, os.stat_result]]:
        with os.scandir(self.path) as entries:
            for entry in entries:
                if entry.name.endswith(suffix) and entry.is_file(follow_symlinks=False):
                    with contextlib.suppress(FileNotFoundError):
                        yield Path(entry.path), entry.stat(follow_symlinks=False)


@contextlib.contextmanager
def _created(path: Path) -> Iterator[int]:
    """Create a file for its owner only and hold its lock.

    Raises:
        OSError: If it cannot be created.
        FileNotFoundError: If another process took it for a leftover before it was locked.
    """
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags, 0o600)
    try:
        if sys.platform != "win32":
            with contextlib.suppress(OSError):  # Some network disks have no locks.
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            if os.fstat(descriptor).st_nlink == 0:
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        yield descriptor
    finally:
        os.close(descriptor)


def _drop_unless_locked(path: Path, old: bool) -> None:
    """Remove an unfinished file whose writer is gone: nobody locks it, or it is old."""
    if sys.platform == "win32":
        if old:
            path.unlink()
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        free = True
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            free = False
        except OSError:  # No locks here.
            free = old
        if free:
            path.unlink()
    finally:
        os.close(descriptor)
