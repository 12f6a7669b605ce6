"""What several visitors ask for at once is read once, and nobody gets what is another's."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.ui.readings import Shelf

MANY = 12


def test_what_many_ask_for_at_once_is_read_once() -> None:
    shelf, ready, made = Shelf(9), threading.Barrier(MANY), list[int]()
    all_here = threading.Event()

    def read() -> object:
        made.append(1)
        all_here.wait(20)  # The others come while it is being read.
        return object()

    def visitor(number: int) -> object:
        ready.wait(20)
        if number == 0:
            threading.Timer(0.2, all_here.set).start()
        return shelf.once("page", read)

    with ThreadPoolExecutor(MANY) as pool:
        found = list(pool.map(visitor, range(MANY)))
    assert len(made) == 1 and all(one is found[0] for one in found)


def test_each_gets_what_they_asked_for() -> None:
    shelf, ready = Shelf(4), threading.Barrier(MANY)

    def visitor(number: int) -> list[tuple[int, int]]:
        ready.wait(20)
        names = [(number + turn) % 5 for turn in range(200)]  # More names than are kept.
        return [(name, shelf.once(("page", name), lambda name=name: name)) for name in names]

    with ThreadPoolExecutor(MANY) as pool:
        for answers in pool.map(visitor, range(MANY)):
            assert all(name == found for name, found in answers)


def test_a_reading_that_fails_is_made_by_the_next() -> None:
    shelf, begun, go = Shelf(9), threading.Event(), threading.Event()

    def fails() -> int:
        begun.set()
        go.wait(20)
        raise ValueError("damaged")

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(shelf.once, "page", fails)
        assert begun.wait(20)
        second = pool.submit(shelf.once, "page", lambda: 7)
        go.set()
        with pytest.raises(ValueError, match="damaged"):
            first.result(20)
        assert second.result(20) == 7
    assert shelf.once("page", lambda: 8) == 7


def test_nobody_waits_for_ever_for_another_reading() -> None:
    shelf, go = Shelf(9, patience=0.01), threading.Event()

    def stuck() -> int:
        go.wait(60)
        return 1

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(shelf.once, "page", stuck)
        while not shelf._begun:
            pass
        assert shelf.once("page", lambda: 2) == 2
        assert shelf.once("another", lambda: 3) == 3
        go.set()
        assert first.result(20) == 1
