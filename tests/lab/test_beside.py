"""Programs beside a run: answers, failures, and their end in every case."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from core.lab import beside
from core.lab.beside import ROOT, Company, packed, unpacked
from core.lab.run import CannotRunError, complete

ECHO = "tests.lab.echo"
linux = pytest.mark.skipif(not Path("/proc").is_dir(), reason="processes are looked up in /proc")


def alive(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def gone(pids: list[int]) -> None:
    """Wait until none of them is there; the test's own time limit ends a wait in vain."""
    while any(map(alive, pids)):
        time.sleep(0.02)


def test_each_answers_its_order_whatever_it_prints():
    with Company(ECHO, [["a"], ["b"]]) as company:
        told = complete(company.asked([{"say": 1}, {"say": 2}]))
        again = complete(company.asked([{"say": 3}]))
    assert [one["said"] for one in told] == [["a", 1], ["b", 2]]
    assert [one["said"] for one in again] == [["a", 3]]


def test_what_fails_and_what_ends_is_told_in_a_sentence():
    with Company(ECHO, [["a"]]) as company:
        with pytest.raises(CannotRunError, match=r"failed \(KeyError\); you can try again"):
            complete(company.asked([{}]))
        assert complete(company.asked([{"say": 1}]))[0]["said"] == ["a", 1], "it goes on"
        with pytest.raises(CannotRunError, match="has ended; you can try again"):
            complete(company.asked([{"say": "end"}]))
        with pytest.raises(CannotRunError, match="has ended"):
            complete(company.asked([{"say": 1}]))


def test_a_program_that_says_nothing_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(beside, "SECONDS_GIVEN", 0.0)
    with (
        Company(ECHO, [["a"]]) as company,
        pytest.raises(CannotRunError, match="has said nothing"),
    ):
        complete(company.asked([{"say": "nothing"}]))


def test_where_no_process_can_be_started_it_is_said(monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    with pytest.raises(CannotRunError, match="does not let it start any"):
        Company(ECHO, [["a"]]).__enter__()


@linux
def test_closing_in_the_middle_of_a_wait_ends_them():
    with Company(ECHO, [["a"], ["b"]]) as company:
        pids = [one["pid"] for one in complete(company.asked([{"say": 1}] * 2))]
        waiting = company.asked([{"say": "nothing"}] * 2)
        next(waiting)
        waiting.close()
        assert all(map(alive, pids))
    assert not any(map(alive, pids))


@linux
def test_they_end_with_a_parent_that_is_killed_and_take_their_leave():
    program = (
        "from core.lab.beside import Company; from core.lab.run import complete\n"
        "with Company('tests.lab.echo', [['a'], ['b']]) as company:\n"
        "    told = complete(company.asked([{'say': 1}] * 2))\n"
        "    print(*(one['pid'] for one in told), flush=True)\n"
        "    complete(company.asked([{'say': 'nothing'}] * 2))\n"
    )
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pids = [int(one) for one in parent.stdout.readline().split()]
        assert len(pids) == 2 and all(map(alive, pids))
        os.kill(parent.pid, signal.SIGKILL)
    gone(pids)


def test_numbers_survive_as_text():
    numbers = np.array([1.5, -2.25e-30, np.pi], dtype=np.float32)
    assert unpacked(packed(numbers)).tolist() == numbers.tolist()
