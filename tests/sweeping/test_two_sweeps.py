"""Two sweeps at once over the same configs: each config is computed by one of them."""

import json
import signal
import time
from types import SimpleNamespace

import pytest

from core.cli import sweep
from core.running import watching
from core.store import store
from tests.store.test_reserved import holding
from tests.sweeping.test_sweep import (
    GRID,
    ONE,
    ORDERS,
    assert_right,
    begun,
    in_turn,
    told,
    wait_for_results,
)

pytest.importorskip("fcntl", reason="without locks each would compute them all")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty store of this test's own."""
    monkeypatch.setenv("LAB_STORE", str(tmp_path))
    store.local_store()
    return tmp_path


@pytest.fixture
def look(monkeypatch):
    """What a sweep does in place of a moment's waiting for others: each entry once, in order."""
    steps = []
    clock = SimpleNamespace(monotonic=time.monotonic, sleep=lambda _: steps.pop(0)())
    monkeypatch.setattr(sweep, "time", clock)
    return steps


@in_turn
def test_two_sweeps_at_once_share_the_work(folder):
    """However they fall together in time, their counts make up the grid."""
    both = [begun(folder, *GRID, "--workers", "1") for _ in range(2)]
    found = [json.loads(one.communicate()[0]) for one in both]
    assert [one["configs"] for one in found] == [6, 6]
    assert sum(one["computed"] for one in found) == 6
    assert sum(one["from_the_store"] for one in found) == 6
    assert [one["failed"] for one in found] == [[], []]
    assert_right(store.local_store(), ORDERS)


@in_turn
def test_a_sweep_takes_over_what_a_killed_one_was_at(folder, capsys):
    first = begun(folder, *GRID, "--workers", "1")
    wait_for_results(folder, 1, first)
    second = begun(folder, *GRID, "--workers", "1")
    wait_for_results(folder, 2, first)
    first.send_signal(signal.SIGKILL)
    first.wait()
    found = json.loads(second.communicate()[0])
    first.communicate()
    assert found["computed"] + found["from_the_store"] == 6
    assert found["from_the_store"] >= 2
    assert told(capsys, *GRID)["from_the_store"] == 6


@pytest.mark.usefixtures("computed_here")
def test_what_another_computes_is_waited_for_and_then_read(folder, look, capsys):
    key = ORDERS[3].key
    record = watching.drive_here(ONE, ONE.config(**ORDERS[3].settings))
    with holding(folder, key) as other:

        def finish():
            assert sum(1 for _ in folder.glob("*.result")) == 5, "first its own, then it waits"
            store.local_store().put(key, record)
            print(key, file=other.stdin, flush=True)
            other.stdout.readline()

        look += [lambda: None, finish]
        found = told(capsys, *GRID, "--workers", "1")
    assert (found["computed"], found["from_the_store"]) == (5, 1)
    assert look == []


@pytest.mark.usefixtures("computed_here")
def test_what_another_leaves_undone_is_computed(folder, look, capsys):
    with holding(folder, ORDERS[3].key) as other:
        look += [lambda: (other.kill(), other.wait())]
        found = told(capsys, *GRID, "--workers", "1")
    assert (found["computed"], found["from_the_store"]) == (6, 0)
    assert_right(store.local_store(), ORDERS)
