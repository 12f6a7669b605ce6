"""What Streamlit's server would do by itself and must not: look addresses up, log visitors' words.

`app.py` calls `prepare` when the server imports it, which is before the first visitor.
"""

from __future__ import annotations

import importlib
import logging
import sys
import threading
import warnings
import webbrowser
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

import streamlit as st

log = logging.getLogger("lab")
OURS = ("core", "lab")
"""First part of the names of our own loggers: they never hold what a visitor chose."""
SECONDS_OF_A_THREAD = 0.001
"""After which a thread lets another one compute; Python's own 5 ms are too long for the thread that
sends what is ready: it asks for its turn at every message."""
LOOK_UPS = ("get_external_ip", "get_internal_ip")
"""Of `streamlit.net_util`: the first asks a host on the internet, up to two seconds each time."""
Thrown = tuple[type[BaseException], BaseException, TracebackType | None]
_prepared = threading.Event()
_warned: set[str] = set()


def prepare() -> None:
    """Keep the server from calling anybody, and its log from quoting anybody; once is enough."""
    if not _prepared.is_set():
        _prepared.set()
        _look_nothing_up()
        logging.setLogRecordFactory(without_words(logging.getLogRecordFactory()))
        warnings.showwarning = warn_without_words


@asynccontextmanager
async def lifespan(app: object) -> AsyncIterator[None]:
    """Bound uploads and garbage; open the browser at the start, as Streamlit does for a script."""
    from core.running import garbage
    from core.ui import ahead, upload_limits

    upload_limits.install()
    sys.setswitchinterval(SECONDS_OF_A_THREAD)
    garbage.keep_tidy()
    ahead.begin()
    if not st.get_option("server.headless"):
        threading.Thread(target=webbrowser.open, args=(address(),), daemon=True).start()
    yield


def middleware() -> list[Any]:
    """What stands before Streamlit's own routes.

    The health check that knows of lost threads, and the style sheet in the page's first answer.
    """
    from core.ui.early_style import EarlyStyle
    from core.ui.health import Health

    one = importlib.import_module("starlette.middleware").Middleware
    return [one(Health), one(EarlyStyle)]


def address() -> str:
    """Where a browser on this machine finds the app."""
    scheme = "https" if st.get_option("server.sslCertFile") else "http"
    host, port = st.get_option("browser.serverAddress"), st.get_option("browser.serverPort")
    path = st.get_option("server.baseUrlPath").strip("/")
    return f"{scheme}://{host}:{port}/{path}"


def _look_nothing_up() -> None:
    """Take this machine's addresses off the list of origins that a websocket may come from.

    Streamlit compares a foreign origin with them inside the event loop, and looks them up for it
    at every handshake. Whoever opens the app by such an address is of the same origin anyway.

    Raises:
        AttributeError: If this Streamlit looks them up by other functions.
    """
    found = importlib.import_module("streamlit.net_util")
    for name in LOOK_UPS:
        getattr(found, name)
        setattr(found, name, _unknown)


def _unknown() -> None:
    """Stand in for a look-up: the answer that Streamlit takes for "not known"."""


def without_words(make: Callable[..., logging.LogRecord]) -> Callable[..., logging.LogRecord]:
    """Make log records of libraries say where and what kind of error, without a text of theirs.

    Their texts hold headers, names of files and cells of tables. Ours pass unchanged.
    """

    def record(
        name: str, level: int, path: str, line: int, text: object, args: Any,
        thrown: Thrown | None, function: str | None = None, stack: str | None = None,
        **more: Any,
    ) -> logging.LogRecord:  # fmt: skip
        if name.split(".")[0] not in OURS:
            text, args = f"{Path(path).name}:{line} {function or ''}{_kind(thrown)}", ()
            thrown = stack = None
        return make(name, level, path, line, text, args, thrown, function, stack, **more)

    return record


def _kind(thrown: Thrown | None) -> str:
    return f": {thrown[0].__name__}" if thrown and thrown[0] else ""


def warn_without_words(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: object = None,
    line: str | None = None,
) -> None:
    """Log a library's warning once per place, without its text: it is about a visitor's file."""
    place = f"{category.__name__} at {Path(filename).name}:{lineno}"
    if place not in _warned:
        _warned.add(place)
        log.warning("%s", place)
