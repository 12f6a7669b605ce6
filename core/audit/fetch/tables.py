"""The app's side of a download: ask once, wait, keep what came, or say what failed."""

from __future__ import annotations

import contextlib
import enum
import hashlib
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

from core.audit.reading import TableError
from core.store import store
from core.store.folder import Folder

MOST_BYTES = 5_000_000
MOST_SECONDS = 90.0
PAUSE = 10.0
"""Seconds after a failure in which nobody asks again."""
MAGIC = b"deep-learning-lab table 1\n"
ROOT = Path(__file__).resolve().parents[3]
_one_at_a_time = threading.Lock()
_at_hand: dict[str, bytes] = {}
"""What the disk would not take; small, public and the same for everybody."""
_failed: dict[str, tuple[float, str]] = {}


def forget() -> None:
    """Ask again after a failure, and look at the disk again; for tests."""
    _failed.clear()
    _at_hand.clear()


class Ending(enum.IntEnum):
    """How the process that downloads ends: its exit code."""

    DONE = 0
    NO_NETWORK = 3
    NOT_OFFERED = 4
    TOO_SLOW = 5
    UNEXPECTED = 6


SENTENCES = {
    Ending.NO_NETWORK: "this computer cannot reach openml.org now",
    Ending.NOT_OFFERED: "openml.org does not hand it out now",
    Ending.TOO_SLOW: f"openml.org did not answer within {MOST_SECONDS:.0f} seconds",
    Ending.UNEXPECTED: "what openml.org sent is not the table that was expected",
}
BROKEN = "the program that downloads it stopped early"


def adult() -> bytes:
    """Decisions about half of Adult (see `core.audit.fetch.adult`), from the disk or from OpenML.

    Raises:
        TableError: With one sentence, if it is not there and cannot be fetched now.
    """
    return _kept_or_fetched("adult")


def is_kept(name: str) -> bool:
    """Whether a table needs no download."""
    return _kept(name) is not None


def _kept_or_fetched(name: str) -> bytes:
    kept = _kept(name)
    if kept is not None:
        return kept
    # Whoever comes meanwhile waits here and then finds it kept.
    with _one_at_a_time:
        kept = _kept(name)
        if kept is not None:
            return kept
        when, sentence = _failed.get(name, (-PAUSE, ""))
        if time.monotonic() - when < PAUSE:
            raise TableError(sentence)
        try:
            body = _fetched(name)
        except TableError as error:
            _failed[name] = (time.monotonic(), str(error))
            raise
        _keep(name, body)
        return body


def _folder() -> Folder:
    return Folder(store.place() / store.BESIDE, "adult", ".table", 4 * MOST_BYTES)


def _kept(name: str) -> bytes | None:
    if name in _at_hand:
        return _at_hand[name]
    if store.local_store().refused:
        return None
    try:
        content = _folder().read(name)
    except (OSError, ValueError):
        return None
    digest, _, body = content.removeprefix(MAGIC).partition(b"\n")
    if not content.startswith(MAGIC) or digest != _digest(body):
        return None  # Damaged, or of another version: it is fetched anew.
    return body


def _keep(name: str, body: bytes) -> None:
    if store.local_store().refused:
        _at_hand[name] = body
        return
    try:
        _folder().write(name, MAGIC + _digest(body) + b"\n" + body)
    except OSError:
        _at_hand[name] = body


def _digest(body: bytes) -> bytes:
    return hashlib.sha256(body).hexdigest().encode("ascii")


def _fetched(name: str) -> bytes:
    command = [sys.executable, "-m", "core.audit.fetch.child", name]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as child:  # fmt: skip
        try:
            body, _ = child.communicate(timeout=MOST_SECONDS)
        except subprocess.TimeoutExpired:
            raise TableError(_sentence(name, SENTENCES[Ending.TOO_SLOW])) from None
        finally:
            with contextlib.suppress(OSError):
                child.kill()
    code = child.returncode
    if code == 0 and 0 < len(body) <= MOST_BYTES:
        return body
    reason = SENTENCES.get(Ending(code), BROKEN) if code in set(Ending) else BROKEN
    raise TableError(_sentence(name, reason))


def _sentence(name: str, reason: str) -> str:
    return f"The table {name.capitalize()} could not be downloaded: {reason}."
