"""When garbage is collected: in one place, seldom, and never for longer than a small share.

A full collection holds everybody up for 40 to 60 ms. The page library makes one after every page;
`.streamlit/config.toml` says that it must not, because with many visitors that is two fifths of all
the time. Here one collection serves all the pages of some seconds.
"""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable

from core.running import machine

EVERY = 3.0
"""Seconds from one collection to the next, at least,"""
TIMES = 25.0
"""and as many times as long as it took."""
_started = threading.Event()


def keep_tidy() -> None:
    """Begin to collect in the background; once is enough."""
    if not _started.is_set():
        _started.set()
        threading.Thread(target=_for_ever, name="garbage", daemon=True).start()


def _for_ever() -> None:
    while True:
        time.sleep(turn())


def clear() -> None:
    """Collect everything, and give the memory that it took back to the system.

    A finished run's networks refer to themselves: their tens of MB are garbage only now.
    """
    gc.collect()
    machine.return_free_memory()


def turn(
    collect: Callable[[], object] = clear,
    made: Callable[[], tuple[int, int, int]] = gc.get_count,
    now: Callable[[], float] = time.perf_counter,
) -> float:
    """Collect if anything was made since the last collection.

    Args:
        collect: Collects, everything.
        made: Objects that were made, and smaller collections since the last larger one. An idle
            server makes too few objects for the smallest collection.
        now: A clock, in seconds.

    Returns:
        Seconds until the next turn.
    """
    if not any(made()[1:]):
        return EVERY
    started = now()
    collect()
    return max(EVERY, TIMES * (now() - started))
