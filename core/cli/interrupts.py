"""Ctrl-C, remembered: Python drops an exception that is raised while it finalises an object."""

from __future__ import annotations

import signal
import threading

_asked = threading.Event()


def listen() -> None:
    """From now on an interrupt raises `KeyboardInterrupt` at once, and is remembered."""
    _asked.clear()
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, _remember)


def obey() -> None:
    """Raise what was dropped.

    Raises:
        KeyboardInterrupt: If an interrupt came since `listen`.
    """
    if _asked.is_set():
        raise KeyboardInterrupt


def _remember(number: int, frame: object) -> None:
    _asked.set()
    raise KeyboardInterrupt
