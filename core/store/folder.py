"""A folder of files that are whole or absent, bounded in size, shared by several processes.

A file is written beside its place, flushed to the disk and renamed. Its writer holds a lock on
it meanwhile, which the system drops when the process dies: so leftovers of a killed writer can
be told from the work of a living one. Files of other names are never touched, and a folder that
other users may write into is not used.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import stat
import sys
import time
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

if sys.platform != "win32":
    import fcntl

TEMPORARY = ".tmp"
STEP = 1000
"""Nanoseconds from one use to the next while the clock stands still or was set back."""
SECONDS_OF_A_WRITE = 600.0
"""Where there are no locks, an unfinished file older than this is a leftover."""


class Folder:
    """Whole files of one kind in one folder; the least recently used are dropped first.

    Attributes:
        refused: Whether it was found open to other users and is neither read nor written.
    """

    refused = False

    def __init__(
        self,
        path: Path,
        names: str,
        suffix: str,
        max_bytes: int,
        *,
        beside: Collection[str] = (),
        now: Callable[[], int] = time.time_ns,
    ) -> None:
        """Describe the folder; touches no disk.

        Args:
            path: The folder.
            names: Regular expression of the names of files that are ours,
            suffix: and how they end. All others are left alone.
            max_bytes: Bound on the size of all our files together.
            beside: Names of what else in it is ours.
            now: The clock, in nanoseconds; it may be set back.
        """
        self.path, self._suffix, self._max_bytes = path, suffix, max_bytes
        self._whole = re.compile(f"(?:{names}){re.escape(suffix)}")
        self._unfinished = re.compile(rf"\.(?:{names})\.[0-9a-f]{{16}}{re.escape(TEMPORARY)}")
        self._beside, self._now, self._latest = beside, now, 0

    def open(self) -> None:
        """Create the folder for its owner only, drop leftovers and what is over the bound.

        One that is there already is closed to other users if it is ours and holds nothing else.

        Raises:
            OSError: If it cannot be created or read, or others may write into it.
        """
        self._prepare(0)

    def read(self, name: str) -> bytes:
        """Return a file's content.

        Raises:
            OSError: If it is not there (`FileNotFoundError`) or not readable.
            ValueError: If it is not a plain file, or larger than the whole folder may be.
        """
        if self.refused:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        path = self.path / (name + self._suffix)
        found = path.lstat()
        # A pipe would block for ever, a link could lead anywhere.
        if not stat.S_ISREG(found.st_mode):
            raise ValueError("not a plain file")
        if found.st_size > self._max_bytes:
            raise ValueError("too large")
        return path.read_bytes()

    def holds(self, name: str) -> bool:
        """Tell whether there is a file of this name."""
        return not self.refused and (self.path / (name + self._suffix)).is_file()

    def names(self) -> frozenset[str]:
        """Names of all files; none where the folder cannot be read."""
        if self.refused:
            return frozenset()
        try:
            with os.scandir(self.path) as entries:
                found = [entry.name for entry in entries if self._whole.fullmatch(entry.name)]
        except OSError:
            return frozenset()
        return frozenset(name.removesuffix(self._suffix) for name in found)

    def touch(self, name: str) -> None:
        """Note that a file was used; the system's own access times are often switched off."""
        self._stamp(self.path / (name + self._suffix))

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
        name = path.name.removesuffix(self._suffix)
        temporary = self.path / f".{name}.{secrets.token_hex(8)}{TEMPORARY}"
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
            self._stamp(temporary)
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
        self._close_to_others()
        self._drop_leftovers()
        self._make_room(size)

    def _close_to_others(self) -> None:
        """Take a folder that is ours alone from other users; refuse what they may write into.

        A folder that holds other things, a home or the shared temporary one, keeps its mode.
        """
        if sys.platform == "win32":
            return
        found = self.path.stat()
        ours = found.st_uid == os.getuid() and not found.st_mode & stat.S_ISVTX
        if ours and found.st_mode & 0o077 and self._holds_only_ours():
            self.path.chmod(0o700)
            found = self.path.stat()
        self.refused = bool(found.st_mode & 0o022)
        if self.refused:
            raise PermissionError(errno.EPERM, "other users may write into the folder")

    def _holds_only_ours(self) -> bool:
        with os.scandir(self.path) as entries:
            return all(
                self._whole.fullmatch(entry.name)
                or self._unfinished.fullmatch(entry.name)
                or entry.name in self._beside
                for entry in entries
            )

    def _stamp(self, path: Path) -> None:
        """Date a file later than all others: the order of use outlives a clock set back."""
        self._latest = max(self._now(), self._latest + STEP)
        with contextlib.suppress(OSError, OverflowError):
            os.utime(path, ns=(self._latest, self._latest))

    def _make_room(self, size: int) -> None:
        """Drop the files used longest ago until `size` more bytes fit within the bound."""
        files = sorted(self._files(self._whole), key=lambda entry: entry[1].st_mtime_ns)
        self._latest = max([self._latest, *(found.st_mtime_ns for _, found in files[-1:])])
        excess = size + sum(found.st_size for _, found in files) - self._max_bytes
        for path, found in files:
            if excess <= 0:
                return
            # Another process may have been quicker.
            with contextlib.suppress(FileNotFoundError):
                path.unlink()
            excess -= found.st_size

    def _drop_leftovers(self) -> None:
        for path, found in self._files(self._unfinished):
            old = self._now() / 1e9 - found.st_mtime > SECONDS_OF_A_WRITE
            with contextlib.suppress(OSError):
                _drop_unless_locked(path, old)

    def _files(self, names: re.Pattern[str]) -> Iterator[tuple[Path, os.stat_result]]:
        with os.scandir(self.path) as entries:
            for entry in entries:
                if names.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
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
