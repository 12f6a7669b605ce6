"""Importing what runs need before they need it, and keeping the garbage collector off it."""

from __future__ import annotations

import gc
import importlib
import sys
import threading

from core.running import threads

ENGINE = ("torch", "core.engine.training")
MANY_MODULES = 50
_settled = 0


def warm() -> None:
    """Import the engine in the background, so that the first visitor need not wait for it."""
    threads.use_one_thread()
    threading.Thread(target=_warm, name="warm", daemon=True).start()


def import_engine() -> None:
    """Import torch and the training loop now, with one thread."""
    threads.use_one_thread()
    for module in ENGINE:
        importlib.import_module(module)
    threads.use_one_thread()


def settle() -> None:
    """Take what was imported since the last call out of the garbage collector's sight.

    Streamlit collects after every page run and holds up everybody meanwhile: 60 to 200 ms with
    torch's and sklearn's objects in sight, nothing without. They stay for good anyway. Cheap
    unless many modules have come.
    """
    global _settled
    if len(sys.modules) - _settled >= MANY_MODULES:
        _settled = len(sys.modules)
        gc.collect()
        gc.freeze()


def _warm() -> None:
    import_engine()
    settle()
