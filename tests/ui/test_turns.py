"""Pages are made one at a time, in the order of asking, and a slow one stops nobody."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from core.ui import turns
from core.ui.turns import Turns
from tests.ui.pages import toy
from tests.waiting import wait_until

LONG = 1000.0


def started(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def ended(threads: list[threading.Thread]) -> bool:
    for thread in threads:
        thread.join(timeout=20)
    return not any(thread.is_alive() for thread in threads)


def test_turns_come_in_the_order_of_asking() -> None:
    one, order = Turns(places=1, seconds=LONG), list[int]()
    threads = []

    def page(number: int) -> None:
        with one.turn():
            order.append(number)

    with one.turn():
        for number in range(5):
            threads.append(started(lambda n=number: page(n)))  # type: ignore[misc]
            wait_until(lambda n=number: len(one._waiting) == n + 1)  # type: ignore[misc]
        assert order == []
    assert ended(threads) and order == [0, 1, 2, 3, 4]


def test_no_more_than_the_places_at_once() -> None:
    several, lock = Turns(places=2, seconds=LONG), threading.Lock()
    now, most = 0, 0

    def page() -> None:
        nonlocal now, most
        for _ in range(20):
            with several.turn():
                with lock:
                    now += 1
                    most = max(most, now)
                threading.Event().wait(0.001)
                with lock:
                    now -= 1

    assert ended([started(page) for _ in range(6)]) and most == 2


def test_a_page_that_takes_long_stops_nobody() -> None:
    one, stuck = Turns(places=1, seconds=0.01), threading.Event()

    def slow() -> None:
        with one.turn():
            stuck.wait(60)

    def quick() -> None:
        with one.turn():
            pass

    thread = started(slow)
    wait_until(lambda: bool(one._ends) or one.quiet() > 0)
    assert ended([started(quick) for _ in range(3)]) and thread.is_alive()
    stuck.set()
    assert ended([thread])


def test_a_page_that_breaks_gives_its_turn_back() -> None:
    one = Turns(places=1, seconds=LONG)
    with pytest.raises(KeyError), one.turn():
        raise KeyError
    with one.turn():  # Would wait for a quarter of an hour.
        pass


def test_who_leaves_early_is_not_waited_for() -> None:
    one = Turns(places=1, seconds=LONG)
    one.leave()  # Whoever has no turn leaves none.

    def quick() -> None:
        with one.turn():
            pass

    with one.turn():
        one.leave()
        assert ended([started(quick)])


def test_who_waits_is_woken_only_when_it_is_next() -> None:
    looks = 0

    class Counting(Turns):
        def _begins(self, own: object, woken: threading.Event) -> bool:
            nonlocal looks
            looks += 1
            return super()._begins(own, woken)

    one = Counting(places=1, seconds=LONG)

    def page() -> None:
        with one.turn():
            threading.Event().wait(0.005)

    with one.turn():
        threads = [started(page) for _ in range(30)]
        wait_until(lambda: len(one._waiting) == 30)
    # Each looks when it gets to the front, and again when its place is free.
    assert ended(threads) and looks <= 1 + 2 * 30


def test_the_place_stays_free_for_a_moment_if_others_wait() -> None:
    one, begun = Turns(places=1, seconds=LONG, rest=0.2), list[float]()

    def page() -> None:
        with one.turn():
            begun.append(time.monotonic())

    with one.turn():
        thread = started(page)
        wait_until(lambda: len(one._waiting) == 1)
        over = time.monotonic()
    assert one.quiet() == 0.0, "the messages of the last one are still on their way"
    assert ended([thread]) and begun[0] - over >= 0.2
    assert one.quiet() > 0.0, "nobody waited any more"


def test_it_is_quiet_when_nobody_has_a_turn() -> None:
    clock = 5.0
    one = Turns(places=1, seconds=2.0, now=lambda: clock)
    with one.turn():
        assert one.quiet() == 0.0
        clock = 8.0  # Its turn does not count any more.
        clock = 9.0
    clock = 12.0
    assert one.quiet() == 3.0


def test_every_page_takes_a_turn_and_who_follows_a_run_gives_it_back(
    toys: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAB_STORE", str(tmp_path))
    said, framed = list[str](), list[str]()

    class Framed(Turns):
        def _take(self, own: object) -> None:
            assert not said
            framed.append("taken")
            super()._take(own)

    class Counted(Turns):
        def _take(self, own: object) -> None:
            said.append("taken")
            super()._take(own)

        def leave(self) -> None:
            said.append("left")
            super().leave()

    monkeypatch.setattr(turns, "frames", Framed())
    monkeypatch.setattr(turns, "pages", Counted())
    toy()
    assert framed == ["taken", "taken"] and said == ["taken", "left"]
    monkeypatch.setattr(turns, "frames", Turns())
    toy()  # Its result is stored now.
    assert said == ["taken", "left", "taken"]
