"""Bounds on what visitors upload: in memory for one visitor, for all, and while it arrives.

Streamlit bounds the size of one file. It does not bound how many there are, and it keeps each until
its visitor's session is forgotten. This module is the only place that reaches into the server: it
wraps three methods of the store of uploaded files and the parsing of a form.
"""

from __future__ import annotations

import asyncio
import importlib
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from core.audit.reading import MOST_BYTES
from core.ui.upload_ledger import FullError, Ledger

MOST_ARRIVING = 45_000_000
"""Bytes that arrive at once: two large tables and a picture."""
LARGEST = 21_000_000
"""What a form without an announced length is taken for; the server cuts larger ones off."""
MOST_WAITING = 30
SECONDS_TO_WAIT = 30.0
SECONDS_TO_ARRIVE = 120.0
EVERY = 10.0
"""Seconds between two looks at who has left, while there are files at all."""
ARRIVING = "Too many files arrive at the same time. Please try again in a minute."
SLOW = "The file took too long to arrive."


class Gate:
    """Lets so many bytes arrive at once; the others wait, their bodies unread."""

    def __init__(self, most: int = MOST_ARRIVING, patience: float = SECONDS_TO_WAIT) -> None:
        self._most, self._patience = most, patience
        self.arriving = 0
        self._waiting = 0

    @asynccontextmanager
    async def through(self, size: int) -> AsyncIterator[None]:
        """Hold room for `size` bytes.

        Raises:
            FullError: If there is none for too long, or too many wait already.
        """
        size = min(size, self._most)
        await self._room(size)
        self.arriving += size
        try:
            yield
        finally:
            self.arriving -= size

    async def _room(self, size: int) -> None:
        if self.arriving + size > self._most and self._waiting >= MOST_WAITING:
            raise FullError(ARRIVING)
        end = time.monotonic() + self._patience
        self._waiting += 1
        try:
            while self.arriving + size > self._most:
                if time.monotonic() > end:
                    raise FullError(ARRIVING)
                await asyncio.sleep(0.02)
        finally:
            self._waiting -= 1


class Installed:
    """What is in force in this process."""

    lock = threading.Lock()
    gate = Gate()
    ledger: Ledger | None = None
    manager: Any = None
    parsers = False


def keep_in_memory() -> None:
    """Keep the server from writing large parts of an upload to a temporary file.

    The parser of Streamlit's server rolls a part over to disk from 1 MB on. It reads this limit
    anew for every part, and Streamlit bounds the size of the whole before.
    """
    parsers = importlib.import_module("starlette.formparsers")
    parsers.MultiPartParser.spool_max_size = 2 * MOST_BYTES


def install() -> None:
    """Put the bounds in force, once per server; without a server there is nothing to bound."""
    runtime = importlib.import_module("streamlit.runtime")
    known = importlib.import_module("streamlit.runtime.memory_uploaded_file_manager")
    with Installed.lock:
        if not Installed.parsers:
            _bound_parsers()
            Installed.parsers = True
        if not runtime.exists():
            return
        manager = runtime.get_instance().uploaded_file_mgr
        if manager is not Installed.manager and isinstance(
            manager, known.MemoryUploadedFileManager
        ):
            Installed.ledger = watched(manager, runtime.get_instance().is_active_session)
            Installed.manager = manager


def used(file_id: str) -> bool:
    """Note that a page works with a file, so that it stays; returns whether it is counted."""
    return Installed.ledger is not None and Installed.ledger.used(file_id)


def held(file_id: str) -> bytes | None:
    """Bytes of a file of this session that the server still holds."""
    context = importlib.import_module("streamlit.runtime.scriptrunner").get_script_run_ctx()
    if context is None:
        return None
    found = context.uploaded_file_mgr.get_files(session_id=context.session_id, file_ids=[file_id])
    if not found:
        return None
    used(file_id)
    data: bytes = found[0].data
    return data


def watched(manager: Any, is_here: Callable[[str], bool]) -> Ledger:
    """Count what a store of files holds, from its own methods, and refuse what is too much."""
    add, remove, remove_all = manager.add_file, manager.remove_file, manager.remove_session_files
    ledger = Ledger(remove, is_here, every=EVERY)

    def add_file(session_id: str, file: Any) -> None:
        try:
            ledger.admit(session_id, file.file_id, len(file.data))
        except FullError as error:
            raise _refusal(503, error) from error
        add(session_id, file)

    def remove_file(session_id: str, file_id: str) -> None:
        remove(session_id, file_id)
        ledger.forget(file_id)

    def remove_session_files(session_id: str) -> None:
        remove_all(session_id)
        ledger.forget_session(session_id)

    manager.add_file, manager.remove_file = add_file, remove_file
    manager.remove_session_files = remove_session_files
    for session_id, files in list(manager.file_storage.items()):
        for file_id, file in list(files.items()):
            ledger.admit(session_id, file_id, len(file.data), must=True)
    return ledger


def _bound_parsers() -> None:
    """Let forms through the gate before a byte of them is read."""
    keep_in_memory()
    parsers = importlib.import_module("starlette.formparsers")
    for parser in (parsers.MultiPartParser, parsers.FormParser):
        parser.parse = _in_turn(parser.parse)


def _in_turn(parse: Callable[[Any], Awaitable[Any]]) -> Callable[[Any], Awaitable[Any]]:
    async def parse_in_turn(parser: Any) -> Any:
        try:
            async with Installed.gate.through(_announced(parser.headers)):
                async with asyncio.timeout(SECONDS_TO_ARRIVE):
                    return await parse(parser)
        except FullError as error:
            raise _refusal(503, error) from error
        except TimeoutError as error:
            raise _refusal(408, SLOW) from error

    return parse_in_turn


def _announced(headers: Any) -> int:
    length = str(headers.get("content-length", ""))
    return int(length) if length.isascii() and length.isdecimal() else LARGEST


def _refusal(status: int, sentence: object) -> Exception:
    exceptions = importlib.import_module("starlette.exceptions")
    found: Exception = exceptions.HTTPException(status, detail=str(sentence))
    return found
