"""The program with two threads: what it says, and that it never outlives who asked."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from core.lab.run import complete
from core.models import two_threads
from core.models.layer_work import LAYERS
from core.models.two_threads import MEMORY, PRODUCT, ROOT, NoSecondThreadError, gains


def test_everything_is_timed_with_one_thread_and_with_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(two_threads, "_cores", lambda: 2)
    found = complete(gains(32, (1,), (0,)))
    assert [(layer, batch, seed) for layer, batch, seed, _, _ in found] == [
        (layer, 1, 0) for layer in (PRODUCT, MEMORY, *LAYERS)
    ]
    assert all(one > 0 and two > 0 for *_, one, two in found)


def test_closing_the_run_ends_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []
    real = subprocess.Popen

    def noted(*given: Any, **more: Any) -> Any:
        started.append(real(*given, **more))
        return started[-1]

    monkeypatch.setattr(two_threads, "_cores", lambda: 2)
    monkeypatch.setattr(two_threads.subprocess, "Popen", noted)
    run = gains(32, (1,), (0,))
    next(run)
    assert started[0].poll() is None
    run.close()
    assert started[0].poll() is not None


def test_the_program_ends_when_nobody_is_left_to_hear_it() -> None:
    """As where the server is killed: the system closes what it held."""
    command = [sys.executable, "-m", "core.models.two_threads", "512", "[256]"]
    many = str(list(range(10_000)))
    with subprocess.Popen(
        [*command, many], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as program:
        assert program.stdin is not None and program.stdout is not None
        assert program.stdout.readline()
        program.stdin.close()
        assert program.wait(timeout=60) == 0


def test_one_core_is_said_and_nothing_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(two_threads, "_cores", lambda: 1)
    with pytest.raises(NoSecondThreadError, match="only one core"):
        complete(gains(32, (1,), (0,)))


def test_a_system_that_starts_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*given: Any, **more: Any) -> Any:
        raise OSError

    monkeypatch.setattr(two_threads, "_cores", lambda: 2)
    monkeypatch.setattr(two_threads.subprocess, "Popen", refused)
    with pytest.raises(NoSecondThreadError, match="did not let a second process start"):
        complete(gains(32, (1,), (0,)))


def test_a_program_that_fails_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(two_threads, "_cores", lambda: 2)
    monkeypatch.setattr(two_threads.sys, "executable", "/bin/false")
    with pytest.raises(NoSecondThreadError, match="no answer"):
        complete(gains(32, (1,), (0,)))
