"""What a number was measured on: the machine in words, and the memory of this process."""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import sys
from collections.abc import Callable, Iterator
from functools import cache
from importlib import metadata
from pathlib import Path

from core.lab.beside import cores

if sys.platform != "win32":
    import resource


@cache
def description() -> str:
    """Describe this machine without its name: `"2 cores, x86-64, Linux, Example CPU 3 GHz"`."""
    count = cores()
    words = [f"{count} core{'s' if count != 1 else ''}", platform.machine().replace("_", "-")]
    words += [platform.system(), _processor()]
    return ", ".join(word for word in words if word)


def _processor() -> str:
    """Name of the processor as Linux gives it, or `""`."""
    try:
        lines = Path("/proc/cpuinfo").read_text(errors="replace").splitlines()
    except OSError:
        return ""
    names = (line.partition(":")[2] for line in lines if line.startswith("model name"))
    return " ".join(next(names, "").split())


def resident_bytes() -> int:
    """Return the resident memory of this process in bytes.

    Where Linux's `/proc` is missing this is the highest value since the process started; 0
    where the system tells neither.
    """
    try:
        pages = int(Path("/proc/self/statm").read_bytes().split()[1])
    except OSError:
        return _highest_resident_bytes()
    return pages * os.sysconf("SC_PAGE_SIZE")


def _highest_resident_bytes() -> int:
    if sys.platform == "win32":
        return 0
    highest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return highest if platform.system() == "Darwin" else highest * 1024


@contextlib.contextmanager
def growing_at_most(size: int) -> Iterator[None]:
    """Have the system refuse this process more than so many bytes of memory beyond what it has.

    What asks for more meanwhile, in whichever thread, gets a `MemoryError`. It is memory that was
    asked for, used or not. Linux only, and only where the system lets a process bound itself.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError, ValueError):
            pages = int(Path("/proc/self/statm").read_bytes().split()[5])
            if pages > 0:  # Some sandboxes say 0, and any bound over that would be too low.
                _bound_data(pages * resource.getpagesize() + size)
    try:
        yield
    finally:
        grow_freely()


def grow_freely() -> None:
    """Take back the bound of `growing_at_most`."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, ValueError):
            _bound_data(_usual_bound())


if sys.platform == "linux":

    def _bound_data(most: int) -> None:
        usual, hard = _usual_bound(), resource.getrlimit(resource.RLIMIT_DATA)[1]
        free = resource.RLIM_INFINITY
        most = usual if most == free or usual != free and most > usual else most
        resource.setrlimit(resource.RLIMIT_DATA, (most, hard))

    @cache
    def _usual_bound() -> int:
        """What the process was started with; asked before it is changed for the first time."""
        return resource.getrlimit(resource.RLIMIT_DATA)[0]


@cache
def torch_version() -> str:
    """Version of the installed torch, read without importing it."""
    try:
        return metadata.version("torch")
    except metadata.PackageNotFoundError:
        return "not installed"


def return_free_memory() -> None:
    """Give memory that nobody uses back to the system, where the C library can (glibc).

    It keeps the many small blocks of a finished run otherwise: about 100 MB after large sweeps.
    """
    trim = _trimmer()
    if trim is not None:
        trim(0)


@cache
def _trimmer() -> Callable[[int], int] | None:
    if platform.system() != "Linux":
        return None
    try:
        found: Callable[[int], int] = ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError):
        return None
    return found
