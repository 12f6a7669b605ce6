"""Garbage is collected in one place, for a small share of the time, and not after every page."""

from __future__ import annotations

import asyncio
import sys
import threading
import tomllib
import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.running import garbage, machine
from core.ui import ahead, server, upload_limits

ROOT = Path(__file__).resolve().parents[2]


def test_an_idle_server_collects_nothing() -> None:
    collected = list[int]()
    pause = garbage.turn(lambda: collected.append(1), lambda: (699, 0, 0))
    assert collected == [] and pause == garbage.EVERY


@pytest.mark.parametrize(("took", "pause"), [(0.04, garbage.EVERY), (0.4, 10.0), (2.0, 50.0)])
def test_a_collection_serves_for_as_long_as_it_was_dear(took: float, pause: float) -> None:
    clock, collected = iter([100.0, 100.0 + took]), list[int]()
    found = garbage.turn(lambda: collected.append(1), lambda: (0, 3, 1), lambda: next(clock))
    assert collected == [1] and found == pytest.approx(pause)


def test_what_only_refers_to_itself_goes_back_to_the_system(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Network:
        def __init__(self) -> None:
            self.itself = self

    known = weakref.ref(Network())
    left = list[bool]()
    monkeypatch.setattr(machine, "return_free_memory", lambda: left.append(known() is not None))
    garbage.clear()
    assert left == [False]


def test_the_page_library_collects_nothing_after_a_page() -> None:
    settings = tomllib.loads((ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))
    assert settings["runner"]["postScriptGC"] is False


@pytest.fixture
def elsewhere() -> Iterator[ThreadPoolExecutor]:
    """A thread that runs already and has no event loop: browser tests leave one in this one."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(threading.get_ident).result()
        yield pool


def test_the_server_begins_to_collect_once(
    monkeypatch: pytest.MonkeyPatch, elsewhere: ThreadPoolExecutor
) -> None:
    monkeypatch.setattr(upload_limits, "install", lambda: None)
    monkeypatch.setattr(ahead, "begin", lambda: None)
    monkeypatch.setattr(sys, "setswitchinterval", lambda _: None)
    monkeypatch.setattr(garbage, "_started", threading.Event())
    monkeypatch.setattr(garbage, "_for_ever", lambda: None)
    monkeypatch.setattr(server.st, "get_option", lambda _: True)
    begun = list[str]()
    real = threading.Thread

    def thread(**given: object) -> threading.Thread:
        begun.append(str(given["name"]))
        return real(target=lambda: None)

    monkeypatch.setattr(garbage.threading, "Thread", thread)

    async def lives() -> None:
        async with server.lifespan(None), server.lifespan(None):
            pass

    elsewhere.submit(lambda: asyncio.run(lives())).result()
    assert begun == ["garbage"]
