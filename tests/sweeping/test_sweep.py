"""A sweep as a person starts it, alone and on a cluster, with processes killed in between."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import CancelledError
from contextlib import nullcontext
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from benchmarks.clusters import Cluster, certificates
from benchmarks.server import ROOT
from core.cli.main import main
from core.lab.run import complete
from core.store import store
from core.sweeping import cluster, local
from core.sweeping.orders import Answer, Order, carry_out, order
from tests.runs import found, packed

SLUG = "fairness/thresholds"
ONE = found(SLUG)
SEEDS = [0, 100, 200, 300, 400, 500]
GRID = ["sweep", SLUG, "--grid", f"first_seed={','.join(map(str, SEEDS))}", "--seeds", "5"]
ORDERS = [order(ONE, ONE.config(repetitions=5, first_seed=seed)) for seed in SEEDS]

in_turn = pytest.mark.in_turn(
    "core/sweeping/", "core/store/", "core/cli/sweep.py", "core/lab/beside.py", "tests/sweeping/"
)
"""Seconds in which processes begin: a quarter of these in turn, all after a change of theirs."""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> store.Store:
    """An empty store of this test's own; no default result counts as one."""
    monkeypatch.setenv("LAB_STORE", str(tmp_path / "store"))
    return store.local_store()


def told(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> dict[str, Any]:
    assert main([*words, "--json"]) == code
    return json.loads(capsys.readouterr().out)


@cache
def run_here(key: str) -> tuple[Any, bytes]:
    """What a run of an order in this process gives, once for all tests, as comparable bytes."""
    (asked,) = [one for one in ORDERS if one.key == key]
    return packed(complete(ONE.run(ONE.config(**asked.settings))))


def assert_right(own: store.Store, orders: list[Order]) -> None:
    """Each result is what a run in this process gives, byte for byte."""
    for asked in orders:
        kept = own.get(asked.key, ONE.result)
        assert kept is not None
        assert packed(kept.result) == run_here(asked.key)


def test_a_sweep_fills_the_store_once_and_writes_a_table(own, tmp_path, capsys):
    out = tmp_path / "numbers.csv"
    first = told(capsys, *GRID, "--workers", "1", "--out", str(out))
    assert (first["configs"], first["computed"], first["failed"]) == (6, 6, [])
    assert_right(own, ORDERS)
    again = told(capsys, *GRID, "--out", str(tmp_path / "numbers.parquet"))
    assert (again["from_the_store"], again["computed"]) == (6, 0)
    table, columns = pd.read_csv(out), pd.read_parquet(tmp_path / "numbers.parquet")
    pd.testing.assert_frame_equal(table, columns, check_dtype=False, rtol=1e-12)
    metrics = ONE.metrics(own.get(ORDERS[2].key, ONE.result).result)
    rows = table[table["first_seed"] == 200].set_index("metric")
    assert rows["mean"].to_dict() == pytest.approx({n: v.mean for n, v in metrics.items()})
    assert len(table) == 6 * len(metrics)


@in_turn
def test_a_killed_worker_costs_its_order_one_more_try(monkeypatch):
    workers: list[local.Worker] = []
    begin = local.Worker.__init__

    def begun(self, heard):
        begin(self, heard)
        workers.append(self)

    monkeypatch.setattr(local.Worker, "__init__", begun)
    answers = local.answers(ORDERS, 2)
    came = [next(answers)]
    victim = next(one for one in workers if one.order)
    os.kill(victim.process.pid, signal.SIGKILL)
    came += answers
    assert sorted(one.key for one in came) == sorted(one.key for one in ORDERS)
    assert not any(one.problem for one in came)
    assert len(workers) == 3
    assert all(one.process.poll() is not None for one in workers)


@in_turn
def test_an_order_whose_process_always_ends_is_given_up(monkeypatch):
    send = local.Worker.give

    def fatal(self, asked):
        send(self, asked)
        if asked.key == ORDERS[0].key:
            self.process.kill()

    monkeypatch.setattr(local.Worker, "give", fatal)
    came = {one.key: one for one in local.answers(ORDERS[:2], 1)}
    assert came[ORDERS[0].key].problem == "Its process ended 3 times."
    assert came[ORDERS[1].key].content


def test_a_run_that_fails_is_told_and_the_others_are_kept(own, monkeypatch, capsys):
    def some(orders, n):
        for asked in orders:
            wrong = asked.settings["first_seed"] == 100
            yield Answer(asked.key, problem="It failed.") if wrong else carry_out(asked)

    monkeypatch.setattr(local, "answers", some)
    found = told(capsys, *GRID, code=1)
    assert found["computed"] == 5
    assert [one["config"]["first_seed"] for one in found["failed"]] == [100]


def test_other_code_is_refused_before_any_work():
    asked = Order(SLUG, ORDERS[0].settings, ORDERS[0].key, {"code": "other"})
    assert "its code is" in carry_out(asked).problem


def test_a_worker_that_reads_something_else_is_refused_before_any_work():
    """As with a text that came with another patch of Python: its digest is part of the key."""
    asked = dataclasses.replace(ORDERS[0], key="0" * 64)
    answer = carry_out(asked)
    assert "what the run reads differs there" in answer.problem and not answer.content


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--grid", "first_seed=7"], "is not one of"),
        (["--workers", "0"], "from 1 to 256"),
        (["--workers", "2", "--scheduler", "tcp://127.0.0.1:1"], "exclude each other"),
        (["--tls-ca", "ca.pem"], "needs --scheduler"),
        (["--out", "numbers.xlsx"], "ends in .csv or .parquet"),
    ],
)
def test_what_cannot_be_swept_is_refused_in_a_sentence(words, said, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["sweep", SLUG, *words])
    assert stopped.value.code == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert said in lines[0]


def begun(folder: Path, *words: str) -> subprocess.Popen[str]:
    """The command in a process of its own."""
    command = [sys.executable, "-m", "core", *words, "--json"]
    pipe, env = subprocess.PIPE, {**os.environ, "LAB_STORE": str(folder)}
    return subprocess.Popen(command, cwd=ROOT, env=env, stdout=pipe, stderr=pipe, text=True)


def wait_for_results(folder: Path, n: int, sweep: subprocess.Popen[str]) -> None:
    """However slow the machine is: until they are there, or the sweep has ended without them."""
    while len(list(folder.glob("*.result"))) < n:
        ended = sweep.poll() is not None
        if ended and len(list(folder.glob("*.result"))) < n:
            raise AssertionError(f"ended before {n} results: {sweep.communicate()}")
        time.sleep(0.05)


def children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(one) for one in found.read_text().split()] if found.exists() else []


@in_turn
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="the children are looked up in /proc")
def test_a_killed_sweep_leaves_no_process_and_goes_on(own, computed_here, tmp_path, capsys):
    folder = tmp_path / "store"
    process = begun(folder, *GRID, "--workers", "2")
    wait_for_results(folder, 1, process)
    workers = children(process.pid)
    process.kill()
    process.communicate()
    for _ in range(200):
        if not any(Path(f"/proc/{one}/cmdline").exists() for one in workers):
            break
        time.sleep(0.05)
    assert workers
    assert not any(Path(f"/proc/{one}/cmdline").exists() for one in workers)
    before = len(list(folder.glob("*.result")))
    found = told(capsys, *GRID, "--workers", "1")
    assert (found["from_the_store"], found["computed"]) == (before, 6 - before)
    assert_right(own, ORDERS)


@in_turn
def test_a_cluster_gives_the_same_also_when_a_worker_is_killed(own, tmp_path):
    with Cluster(tmp_path) as dask:
        dask.add_worker()
        answers = cluster.answers(ORDERS, cluster.Address(dask.url))
        came = [next(answers)]
        dask.add_worker()
        dask.workers[0].kill()
        came += answers
        assert sorted(one.key for one in came) == sorted(one.key for one in ORDERS)
        for one in came:
            assert own.put(one.key, store.unpacked(one.content, one.key, ONE.result))
    assert_right(own, ORDERS)


@in_turn
def test_a_lost_scheduler_is_a_sentence_and_the_same_command_goes_on(
    own, computed_here, tmp_path, capsys
):
    with Cluster(tmp_path) as dask:
        dask.add_worker()
        process = begun(tmp_path / "store", *GRID, "--scheduler", dask.url)
        wait_for_results(tmp_path / "store", 1, process)
        dask.scheduler.kill()
        dask.scheduler.wait()
        out, err = process.communicate(timeout=100)
    before = len(list((tmp_path / "store").glob("*.result")))
    if process.returncode == 0:  # The others had come already.
        assert before == 6
    else:
        assert process.returncode == 1
        assert "the same command goes on" in err.splitlines()[-1]
        assert out == ""
    found = told(capsys, *GRID, "--workers", "1")
    assert (found["from_the_store"], found["computed"]) == (before, 6 - before)


class ClosedClientError(Exception):
    """As dask has one, which is no OSError."""


def fake(monkeypatch: pytest.MonkeyPatch, status: str, where: str, error: BaseException) -> Any:
    """The answers of a cluster one of whose calls raises an error."""

    def results(client, orders):
        yield Answer(orders[0].key, problem="It failed.")
        if where == "results":
            raise error

    def check(client):
        if where == "check":
            raise error

    client = SimpleNamespace(close=lambda **_: 0, status=status)
    monkeypatch.setattr(cluster, "_connected", lambda address: client)
    monkeypatch.setattr(cluster, "check", check)
    monkeypatch.setattr(cluster, "_results", results)
    return cluster.answers(ORDERS, cluster.Address("tcp://10.0.0.1:8786"))


@pytest.mark.parametrize("where", ["check", "results"])
@pytest.mark.parametrize(
    ("status", "error"),
    [
        ("running", ConnectionResetError(104, "reset")),
        ("running", CancelledError()),
        ("running", asyncio.CancelledError()),
        ("closed", ClosedClientError("closed")),
        ("connecting", RuntimeError("IOLoop is closed")),
        ("connecting", TimeoutError()),
    ],
)
def test_whichever_call_finds_nobody_there_says_so(where, status, error, monkeypatch):
    with pytest.raises(cluster.ClusterError, match="the scheduler is gone"):
        list(fake(monkeypatch, status, where, error))


@pytest.mark.parametrize("where", ["check", "results"])
def test_a_fault_of_our_own_is_not_taken_for_a_lost_scheduler(where, monkeypatch):
    with pytest.raises(KeyError):
        list(fake(monkeypatch, "running", where, KeyError("ours")))


@pytest.mark.parametrize(
    ("theirs", "said"),
    [
        ({"tcp://a": OSError("gone")}, ""),
        ({"tcp://a": ImportError("core")}, "cannot import this project"),
        ({"tcp://a": {"code": "other"}}, "cannot be used: its"),
    ],
)
def test_workers_are_refused_for_their_code_and_not_for_leaving(theirs, said):
    client = SimpleNamespace(
        wait_for_workers=lambda n, timeout: None, run=lambda *_, **__: theirs, status="running"
    )
    expected = pytest.raises(cluster.ClusterError, match=said) if said else nullcontext()
    with expected:
        cluster.check(client)


@pytest.mark.slow
@pytest.mark.parametrize("where", ["check", "_results"])
def test_a_scheduler_that_dies_before_any_work_is_told_in_a_sentence(where, tmp_path, monkeypatch):
    """However quick the machine is: it is dead before the call is made."""
    true = getattr(cluster, where)
    monkeypatch.setattr(cluster, "SECONDS_TO_JOIN", 3.0)
    with Cluster(tmp_path) as dask:
        dask.add_worker()

        def late(client, *more):
            dask.scheduler.kill()
            dask.scheduler.wait()
            return true(client, *more)

        monkeypatch.setattr(cluster, where, late)
        with pytest.raises(cluster.ClusterError, match="the scheduler is gone"):
            list(cluster.answers(ORDERS, cluster.Address(dask.url)))


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")
def test_mutual_tls_lets_in_who_has_a_certificate_and_nobody_else(own, tmp_path, capsys):
    with Cluster(tmp_path, certificates(tmp_path)) as dask:
        dask.add_worker()
        files = [str(tmp_path / name) for name in ("ca.pem", "node.pem", "node.key")]
        flags = [w for name, f in zip(("ca", "cert", "key"), files, strict=True)
                 for w in (f"--tls-{name}", f)]  # fmt: skip
        found = told(capsys, "sweep", SLUG, "--scheduler", dask.url, *flags, "--seeds", "20")
        assert found["computed"] == 1
        assert main(["sweep", SLUG, "--scheduler", dask.url, "--grid", "first_seed=900"]) == 1
        assert "no scheduler could be reached" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_forty_configs_survive_five_workers_and_a_scheduler(own, tmp_path, capsys):
    folder = tmp_path / "store"
    grid = ["sweep", SLUG, "--seeds", "20", "--grid", "first_seed=all", "n_train=all"]
    with Cluster(tmp_path) as dask:
        for _ in range(2):
            dask.add_worker()
        process = begun(folder, *grid, "--scheduler", dask.url)
        for kill in range(5):
            wait_for_results(folder, 3 * kill + 1, process)
            dask.workers[kill].kill()
            dask.add_worker()
        wait_for_results(folder, 16, process)
        dask.scheduler.kill()
        dask.scheduler.wait()
        process.communicate(timeout=100)
        before = len(list(folder.glob("*.result")))
        dask.scheduler = dask.start_scheduler()
        dask.add_worker()
        found = told(capsys, *grid, "--scheduler", dask.url)
    assert found["configs"] == found["from_the_store"] + found["computed"]
    assert found["from_the_store"] in (before, before + 1), "the shipped default may be one"
    assert found["failed"] == []
