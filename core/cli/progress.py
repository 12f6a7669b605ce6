"""A progress line on a terminal; silence everywhere else."""

from __future__ import annotations

import shutil
import time
from typing import Any, TextIO

from core.cli import interrupts
from core.lab.run import Snapshot

EVERY_SECONDS = 0.1
WIDTH = 24


class Progress:
    """Draws how far a run is on one line of a terminal, at most ten times a second.

    Used as a context: the line is removed at the end, also after an error.
    """

    def __init__(self, label: str, stream: TextIO) -> None:
        """Take the words before the bar and the stream, which may be no terminal."""
        self._label = label
        self._stream = stream
        self._shown = stream.isatty()
        self._started = time.monotonic()
        self._drawn = float("-inf")

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self._write("")

    def __call__(self, snapshot: Snapshot[Any]) -> None:
        """Draw where the run stands; end it if somebody asked for that."""
        interrupts.obey()
        now = time.monotonic()
        if not self._shown or now - self._drawn < EVERY_SECONDS:
            return
        self._drawn = now
        self._write(bar(self._label, snapshot, now - self._started))

    def _write(self, text: str) -> None:
        if self._shown:
            columns = shutil.get_terminal_size().columns
            self._stream.write("\r\x1b[K" + text[: columns - 1])
            self._stream.flush()


def bar(label: str, snapshot: Snapshot[Any], elapsed: float) -> str:
    """Spell a progress line: `capacity [####----] 50% 1.2 s, 1.2 s left: training`.

    Args:
        label: What is running.
        snapshot: Where it stands.
        elapsed: Seconds so far.
    """
    share = min(max(snapshot.step / snapshot.total, 0.0), 1.0)
    full = round(share * WIDTH)
    text = f"{label} [{'#' * full}{'-' * (WIDTH - full)}] {share:.0%} {elapsed:.1f} s"
    if 0 < share < 1:
        text += f", {elapsed * (1 - share) / share:.1f} s left"
    return f"{text}: {snapshot.phase}" if snapshot.phase else text
