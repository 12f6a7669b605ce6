"""What was read off a finished result, kept for the next rerun and the next visitor.

In a plain module, not in the page library's cache, which any visitor can empty.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, TypeVar, cast

from core.store.store import Record

T = TypeVar("T")
_owned: dict[tuple[str, ...], tuple[object, Any]] = {}
MOST = 384
"""Readings kept: tables of some hundred rows, small pictures, sentences."""
_kept: OrderedDict[tuple[str, ...], Any] = OrderedDict()
_lock = threading.Lock()


def identity(record: Record[Any]) -> str:
    """Name a record: what was run with which settings, and when it ended."""
    return f"{record.experiment} {record.version} {record.config} {record.provenance.date}"


def once(name: tuple[str, ...], read: Callable[[], T]) -> T:
    """Return what `read` returns, reading only if it is not at hand.

    Args:
        name: Identifies the reading among all: the record it is read off, and what is read.
        read: Computes it; what it returns must not be changed by anyone.
    """
    with _lock:
        if name in _kept:
            _kept.move_to_end(name)
            return cast(T, _kept[name])
    found = read()
    with _lock:
        _kept[name] = found
        while len(_kept) > MOST:
            _kept.popitem(last=False)
    return found


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
