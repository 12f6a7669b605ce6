"""The real server is killed at random moments, while runs write to its store and readers read."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from websockets.exceptions import WebSocketException

from benchmarks.server import Server, serving
from tests.running.killed import NUMBERS, checked, leftovers
from tests.ui.rough import APP, health, opened

VISITORS = 3
PATIENCE = 120.0
SECONDS_OF_A_PAGE = 1.0
SECONDS_OF_WORK = 2.5


class Crowd:
    """Visitors who go from one result to the next: the first of each is run, others are read."""

    def __init__(self, server: Server, rng: np.random.Generator) -> None:
        self.promised: set[int] = set()
        self.wrong: list[list[str]] = []
        self.seen: Counter[str] = Counter()
        self.over = False
        self._server = server
        self._threads = [
            threading.Thread(target=self._visit, args=(rng.permutation(NUMBERS),), daemon=True)
            for _ in range(VISITORS)
        ]

    def __enter__(self) -> Crowd:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over = True
        for thread in self._threads:
            thread.join(PATIENCE)
            assert not thread.is_alive()

    def _visit(self, numbers: np.ndarray) -> None:
        try:
            for number in [*map(int, numbers)] * 100:
                self._look(number)
        except (OSError, EOFError, AssertionError, WebSocketException):
            self.seen["visitors cut off"] += 1

    def _look(self, number: int) -> None:
        if self.over:
            return
        with opened(self._server, "rough", experiment="Heavy", heavy__number=number) as page:
            page.until(lambda: page.ends or self.over, PATIENCE)
            if not page.ends:
                return
            self.wrong += [] if page.says("The first is") else [page.said]
            self.promised.add(number)
            self.seen["results shown"] += 1
            # Once more, live: what is stored is written over.
            page.ends = 0
            page.ask("rough", pressed=next(one for one in page.buttons if "Run live" in one))
            page.until(lambda: page.ends or self.over, PATIENCE)
            self.seen["results run again"] += page.ends > 0


def killed(server: Server) -> None:
    server.process.send_signal(signal.SIGKILL)
    assert server.process.wait(30) == -signal.SIGKILL


def kills(folder: Path, count: int, seed: int = 0) -> Counter[str]:
    """Kill a server so many times and look each time; return what was counted."""
    rng, store, promised = np.random.default_rng(seed), folder / "store", set[int]()
    seen: Counter[str] = Counter()
    for turn in range(count):
        with serving(APP, folder / "log.txt", store) as server:
            seen["starts"] += 1
            assert health(server) == (200, b"ok")
            if turn % 4 == 3:  # Before its first page, or in it: the store is opened then.
                with opened(server, "rough", experiment="Heavy"):
                    time.sleep(rng.uniform(0, SECONDS_OF_A_PAGE))
                    killed(server)
                seen["killed in the first page"] += 1
            else:
                with Crowd(server, rng) as crowd:
                    end = time.monotonic() + PATIENCE
                    while not crowd.promised and time.monotonic() < end:
                        time.sleep(0.02)
                    assert crowd.promised, crowd.seen
                    assert leftovers(store) <= 1, "only what is being written now"
                    time.sleep(rng.uniform(0, SECONDS_OF_WORK))
                    crowd.over = True
                    killed(server)
                assert not crowd.wrong
                promised |= crowd.promised
                seen += crowd.seen
                seen["killed at work"] += 1
        seen["killed in a write"] += leftovers(store) > 0
        seen["records looked at"] += len(checked(store, promised))
        log = (folder / "log.txt").read_text(encoding="utf-8")
        assert "cannot be used" not in log and "Traceback" not in log, log
    return seen


@pytest.mark.timeout(7200)
@pytest.mark.skipif(sys.platform == "win32", reason="nothing is killed like this there")
@pytest.mark.parametrize("count", [1, pytest.param(12, marks=pytest.mark.slow)])
def test_a_killed_server_leaves_nothing_wrong_and_nothing_in_the_way(
    count: int, tmp_path: Path
) -> None:
    seen = kills(tmp_path, count)
    print(f"{count} kills: {dict(seen)}")
    assert seen["starts"] == count
    with serving(APP, tmp_path / "log.txt", tmp_path / "store") as server:
        with opened(server, "rough", experiment="Heavy", heavy__number=1) as page:
            page.until(lambda: page.ends, PATIENCE)
            assert page.says("The first is")
        assert leftovers(tmp_path / "store") == 0
    checked(tmp_path / "store", set())
