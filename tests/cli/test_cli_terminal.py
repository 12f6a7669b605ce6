"""The command line in a terminal, interrupted, and in a pipe that closes."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.cli.progress import bar
from core.lab.run import Snapshot
from core.lab.settings import knobs, option_text
from tests.runs import SLUGS, found

ROOT = Path(__file__).resolve().parents[2]
SLUG = SLUGS[0]


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "core", *words]


def test_a_bar_says_how_far_and_how_long() -> None:
    snapshot: Snapshot[Any] = Snapshot(30, 120, "training 45 networks")
    assert bar("Capacity", snapshot, 2.0) == (
        "Capacity [######------------------] 25% 2.0 s, 6.0 s left: training 45 networks"
    )


@pytest.fixture
def on_a_terminal(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A long run whose standard error is a terminal."""
    ours, theirs = pty.openpty()
    longest = [
        word
        for knob in knobs(found(SLUG).config)
        if knob.kind == "ladder" and knob.name != "first_seed"
        for word in (f"--{knob.name}", option_text(knob.options[-1]))
    ]
    env = {**os.environ, "LAB_STORE": str(tmp_path), "TERM": "xterm", "COLUMNS": "100"}
    process = subprocess.Popen(
        command("run", SLUG, *longest, "--json"),
        stdout=subprocess.PIPE, stderr=theirs, cwd=ROOT, env=env,
    )  # fmt: skip
    os.close(theirs)
    try:
        yield process, ours
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()
        os.close(ours)


def read_until(terminal: int, sign: bytes, seconds: float = 60.0) -> bytes:
    said, end = b"", time.monotonic() + seconds
    while sign not in said and time.monotonic() < end:
        if select.select([terminal], [], [], 0.5)[0]:
            try:
                said += os.read(terminal, 4096)
            except OSError:  # The other end is closed.
                break
    return said


def test_a_terminal_sees_a_bar_and_an_interrupt_ends_with_one_sentence(
    on_a_terminal: tuple[subprocess.Popen[bytes], int],
) -> None:
    process, terminal = on_a_terminal
    assert b"[#" in read_until(terminal, b"[#")
    process.send_signal(signal.SIGINT)
    said = read_until(terminal, b"Stopped")
    said += read_until(terminal, b"\x00", seconds=5)
    assert process.wait(timeout=30) == 130
    assert b"Traceback" not in said
    assert b"Stopped" in said
    assert process.stdout is not None and process.stdout.read() == b""


def test_a_reader_that_left_is_no_error() -> None:
    process = subprocess.Popen(
        command("list", "--json"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    )
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=60) == 141
    assert said == b""
