"""The real loop with networks that sleep, or know what they were asked: order, batches, the law.

Bounds hold on a machine as busy as it likes: nothing asserts that something is quick.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from core.lab.beside import ROOT
from core.lab.run import CannotRunError, complete
from core.metrics.queueing import served
from core.models.serving.clients import Due, Seen, Watch, again, ask, at_times, drawn
from core.models.serving.program import Server
from core.models.serving.server import Answer, Served, session
from core.models.serving.sessions import Discipline, Loop, Session
from core.models.serving.wire import CLASSES, HERE, REQUEST, Incoming
from tests.lab.test_beside import gone, linux

INPUTS = drawn(0, 8)
TRUTH = INPUTS[:, :CLASSES]
MILLI = 1e-3


def sleeping(seconds: float = 0.0) -> Answer:
    """A network that takes so long at least, and answers with the first of its inputs."""

    def answer(x: np.ndarray) -> np.ndarray:
        time.sleep(seconds)
        return x[:, :CLASSES]

    return answer


def both(n: int, due: Due, answer: Answer | None = None, **how: object) -> tuple[Served, Seen]:
    """A session of a server in another thread and clients in this one."""
    ours, theirs = socket.socketpair()
    with ours, theirs, ThreadPoolExecutor(1) as pool:
        working = pool.submit(session, theirs, answer or sleeping(), n, **how)
        seen = ask(ours, INPUTS, n, due)
        return working.result(), seen


def at_once(n: int) -> Due:
    return at_times(np.zeros(n))


@pytest.mark.parametrize(
    ("due", "how"),
    [
        (again(4, 60), {}),
        (again(8, 60), {"most": 3}),
        (again(4, 60), {"most": 4, "least": 4}),
        (at_times(np.linspace(0, 0.02, 60)), {"newest": True}),
        (at_times(np.linspace(0, 0.02, 60)), {"most": 7, "least": 7}),
    ],
)
def test_each_request_is_answered_once_as_the_network_does_and_no_batch_is_too_large(due, how):
    done, seen = both(60, due, **how)
    assert seen.once == seen.right(TRUTH) == sum(done.sizes) == 60
    assert max(done.sizes) <= how.get("most", 1)
    assert len(done.seconds) == len(done.sizes) and min(done.seconds) > 0
    assert (seen.sent <= seen.begun).all() and (seen.begun <= seen.got).all()
    if "newest" not in how:
        assert seen.overtaken == 0 and seen.order == sorted(seen.order)


def test_a_wrong_answer_and_a_second_one_are_seen():
    _, seen = both(8, at_once(8), lambda x: x[:, :CLASSES] + (x[:, :1] == INPUTS[3, 0]))
    assert seen.once == 8 and seen.right(TRUTH) == 7
    seen.order = [0, 1, 1, 4, 2, 3, 5, 6]
    assert seen.once == 6 and seen.overtaken == 2


def test_newest_first_answers_those_that_came_last_before_the_others():
    _, seen = both(6, at_once(6), newest=True)
    assert seen.order == [5, 4, 3, 2, 1, 0]
    assert seen.overtaken == 5


def test_dynamic_batches_take_what_is_there_and_full_ones_are_as_large_as_can_be():
    assert both(10, at_once(10), most=4)[0].sizes == [4, 4, 2]
    assert both(10, at_once(10), most=16)[0].sizes == [10]
    assert both(10, at_once(10), most=4, least=4)[0].sizes == [4, 4, 2]


def test_a_server_that_waits_for_a_full_batch_begins_with_its_last_request():
    times = np.array([0, 0, 0, 0.03, 0.06])
    done, seen = both(5, at_times(times), most=4, least=4)
    assert done.sizes == [4, 1], "the last one is not waited for: no more come"
    assert seen.begun[:4].min() >= seen.sent[3] >= 0.03


def test_nothing_is_quicker_than_a_queue_whose_server_takes_what_the_network_sleeps():
    """The recursion of such a queue, with the very arrivals, bounds every answer from below."""
    times = np.random.default_rng(0).exponential(2.5 * MILLI, 40).cumsum()
    done, seen = both(40, at_times(times), sleeping(2 * MILLI))
    ideal = served(seen.sent, lambda batch: 2 * MILLI)
    assert (seen.got >= ideal.departures).all() and (seen.begun >= ideal.begun).all()
    assert (np.diff(seen.begun) >= 2 * MILLI).all(), "one after the other"
    assert min(done.seconds) >= 2 * MILLI and done.passed >= 40 * 2 * MILLI
    assert done.worked <= done.passed


def test_batches_share_what_the_network_takes():
    """Ten rounds of four take ten sleeps and not forty; one at a time takes forty."""
    together, _ = both(40, again(4, 40), sleeping(MILLI), most=4, least=4)
    alone, seen = both(40, again(4, 40), sleeping(MILLI))
    assert together.sizes == [4] * 10 and alone.sizes == [1] * 40
    assert seen.got.max() >= 40 * MILLI


def test_littles_law_counted_by_hand():
    """Four come at 0, 1, 2 and 3; each takes 4, one at a time."""
    sent, begun = np.arange(4.0), np.array([0.0, 4, 8, 12])
    hand = Session(sent, begun, begun + 4, 34 / 16, np.full(4, 4.0), {})
    assert hand.rate == 4 / 16 and hand.latencies.tolist() == [4, 7, 10, 13]
    assert hand.law == hand.held
    counts = [1, 2, 3, 4, 3, 3, 3, 3, 2, 2, 2, 2, 1, 1, 1, 1]  # Between one unit and the next.
    often = np.arange(0, 16, 1e-3)
    looks = np.column_stack([often, np.repeat(counts, 1000)])
    assert Seen(sent, begun, begun + 4, looks=looks).held == pytest.approx(34 / 16, abs=1e-3)


def test_fewer_looks_stand_for_more_time():
    looks = np.array([[0.0, 2], [1, 2], [2, 2], [2.5, 2], [10, 4]])
    nothing = np.zeros(1)
    held = Seen(nothing, nothing, nothing, looks=looks).held
    assert held == pytest.approx((2.5 * 2 + 7.5 * 3) / 10)
    assert np.isnan(Seen(nothing, nothing, nothing, looks=looks[:1]).held)


def test_a_pause_of_one_part_does_not_change_the_pace():
    got = np.arange(1.0, 18.0)
    steady = Session(got - 1, got - 1, got, 1.0, np.ones(17), {})
    assert steady.rate == steady.pace == 1
    got = got + 100 * (got > 9)
    stopped = Session(got - 1, got - 1, got, 1.0, np.ones(17), {})
    assert stopped.rate < 0.2 and stopped.pace == 1


def test_who_looks_sees_no_more_than_there_are_clients():
    done, seen = both(30, again(3, 30), sleeping(2 * MILLI))
    counts = seen.looks[:, 1]
    assert len(counts) and counts.min() >= 0 and counts.max() <= 3
    assert 0 <= seen.held <= 3
    law = len(seen.got) / seen.got.max() * (seen.got - seen.sent).mean()
    assert law <= 3
    # While it looked the server slept in 30 requests; three of them were there nearly always.
    assert len(done.sizes) == 30


def test_a_watch_looks_until_it_is_told_to_stop():
    seen = threading.Semaphore(0)

    def count() -> int:
        seen.release()
        return 7

    watch = Watch(count, seed=0)
    for _ in range(5):
        seen.acquire()
    moments, counts = watch.ended().T
    assert set(counts) == {7} and (np.diff(moments) > 0).all()


def test_when_requests_are_due():
    due = again(3, 5)
    assert due(0.0, 0, 0) == (3, None)
    assert due(9.0, 3, 1) == (1, None) and due(9.0, 5, 3) == (0, None)
    due = at_times(np.array([0.0, 1.0, 1.0, 4.0]))
    assert due(0.5, 0, 0) == (1, 0.5) and due(1.0, 1, 0) == (2, 3.0)
    assert due(9.0, 3, 0) == (1, None) and due(9.0, 4, 0) == (0, None)


def test_records_that_come_in_pieces_are_put_together():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        coming, told = Incoming(ours, REQUEST, 3), np.zeros(3, REQUEST)
        told["number"] = [5, 6, 7]
        words = told.tobytes()
        for piece, wanted in ((words[:100], []), (words[100:600], [5, 6]), (words[600:], [7])):
            theirs.sendall(piece)
            assert coming.read()["number"].tolist() == wanted
        theirs.close()
        with pytest.raises(ConnectionError):
            coming.read()


@pytest.mark.parametrize("end", ["server", "clients"])
def test_who_is_left_alone_does_not_wait(end):
    ours, theirs = socket.socketpair()
    theirs.close()
    with ours, pytest.raises((ConnectionError, OSError)):
        if end == "server":
            session(ours, sleeping(), 3)
        else:
            ask(ours, INPUTS, 3, at_once(3))


def test_who_does_not_know_the_token_is_not_answered():
    server, token = Server(), bytes(range(16)).hex()
    port = server.listen(token)["port"]
    with socket.create_connection((HERE, port)) as stranger:
        stranger.sendall(bytes(16))
        with socket.create_connection((HERE, port)) as known, ThreadPoolExecutor(1) as pool:
            known.sendall(bytes.fromhex(token))
            working = pool.submit(server.serve, 8, 0, n=4)
            assert ask(known, INPUTS, 4, at_once(4)).once == 4
            assert working.result()["counts"]["largest"] == 1
        assert stranger.recv(1) == b"", "it was hung up on"
    server.close()


# The two processes

ENDLESS = {"seed": 0, "n": 200_000, "how": Discipline()}


@linux
@pytest.mark.parametrize("which", [0, 1], ids=["server", "clients"])
def test_a_process_that_dies_in_the_middle_is_told_in_a_sentence(which):
    with Loop(8) as loop:
        pids = [program.process.pid for program, _ in loop.company.programs]
        complete(loop.opened())
        work = loop.session(truth=TRUTH, clients=2, **ENDLESS)
        for _ in range(3):
            next(work)
        loop.company.programs[which][0].process.kill()
        with pytest.raises(CannotRunError, match="you can try again"):
            complete(work)
    gone(pids)


RUNNING = """
from core.lab.run import complete
from core.models.serving.sessions import Discipline, Loop
import numpy as np
with Loop(8) as loop:
    complete(loop.opened())
    work = loop.session(0, np.zeros((1, 10)), 200_000, Discipline(), clients=2)
    next(work)
    print(*(one.process.pid for one, _ in loop.company.programs), flush=True)
    complete(work)
"""


@linux
def test_no_process_outlives_a_parent_that_is_killed():
    command = [sys.executable, "-c", RUNNING]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pids = [int(one) for one in parent.stdout.readline().split()]
        assert len(pids) == 2
        parent.kill()
    gone(pids)
