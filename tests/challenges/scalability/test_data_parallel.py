"""Data-parallel training: the same training, models by hand, and the end of its processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest

from core.challenges.scalability.data_parallel import CLOCKED, EXPERIMENT
from core.challenges.scalability.data_parallel.config import (
    AMDAHL,
    GRADIENT,
    LARGER,
    MEASURED,
    MODEL,
    ONE,
    PAIR,
    PERFECT,
    SAME,
    SERIES,
    TWO,
    WEIGHTS,
    DataParallelConfig,
    DataParallelResult,
    DataParallelView,
)
from core.challenges.scalability.data_parallel.run import counts, operations, steps
from core.lab.beside import ROOT
from core.lab.run import CannotRunError
from tests.lab.test_beside import gone, linux
from tests.runs import figure, first_now, result_of, smallest

SLUG = "scalability/data_parallel"
SMALL = EXPERIMENT.smallest


def result() -> DataParallelResult:
    found: DataParallelResult = smallest(SLUG).result
    return found


@pytest.mark.trained
def test_two_processes_train_as_one_does():
    found = result()
    assert found.distance(GRADIENT).values.max() < 1e-5
    assert found.distance(WEIGHTS).values.max() < 1e-3
    wide = found.course.pivot(index=["seed", "step"], columns="series", values="value")
    assert len(wide) == 5 * steps(SMALL)
    assert np.abs(wide[ONE] - wide[TWO]).max() < 1e-3
    assert np.abs(found.right(ONE).values - found.right(TWO).values).max() <= 1 / 597 + 1e-9
    assert wide[ONE].loc[0].iloc[-1] < wide[ONE].loc[0].iloc[0], "it learns"


def test_the_gradient_is_that_of_a_network_of_torchs_own():
    import torch

    from core.models.data_parallel import alone, batches, digits

    net = next(alone(64, 32, 1, seed=3))
    x, y, *_ = digits(3)
    theirs = torch.nn.Sequential(
        torch.nn.Linear(64, 64), torch.nn.ReLU(), torch.nn.Linear(64, 64), torch.nn.ReLU(),
        torch.nn.Linear(64, 10),
    )  # fmt: skip
    at = 0
    linears = [layer for layer in theirs if isinstance(layer, torch.nn.Linear)]
    with torch.no_grad():
        for layer in linears:
            a, b = layer.in_features, layer.out_features
            layer.weight.copy_(net.weights[at : at + a * b].view(a, b).T)
            layer.bias.copy_(net.weights[at + a * b : at + a * b + b])
            at += a * b + b
    picked = next(batches(3, 32, 1))
    loss = torch.nn.functional.cross_entropy(theirs(x[picked]), y[picked])
    loss.backward()
    wanted = torch.cat([g for layer in linears for g in
                        (layer.weight.grad.T.flatten(), layer.bias.grad)])  # fmt: skip
    assert torch.allclose(net.gradient[:-1], wanted, atol=1e-6)
    assert float(net.gradient[-1]) == pytest.approx(loss.item(), rel=1e-5)


@pytest.mark.trained
def test_what_is_handed_over_is_every_weight_and_the_loss():
    numbers = 64 * 64 + 64 + 64 * 64 + 64 + 64 * 10 + 10
    assert set(result().shared["value"]) == {4.0 * (numbers + 1)}


@pytest.mark.trained
def test_operations_are_what_torch_counts():
    from core.models.data_parallel import Process
    from tests.operations import Operations

    with (counted := Operations()):
        Process(0, {1: None}).train(1, SMALL.width, 32, 5, seed=0)
    per_example = counted.total / (5 * 32)
    alone = 8 + 32 + sum(32 * n for n in counts())
    together = sum(32 + 32 * n for n in counts())
    wanted = SMALL.repetitions * steps(SMALL) * (alone + together) * per_example
    assert operations(SMALL)[1] == result().operations_aside == pytest.approx(wanted)


@pytest.mark.trained
def test_only_times_differ_between_runs():
    told = set(EXPERIMENT.metrics(result()))
    assert told - CLOCKED == {
        "distance_of_gradients", "distance_of_weights", "right_one_process",
        "right_two_processes", "summed_each_step",
    }  # fmt: skip


@pytest.mark.trained
def test_model_and_laws_begin_at_one_and_end_with_the_batch():
    found = result()
    speed = figure(EXPERIMENT, "speed")
    table = speed.table(found, DataParallelView())
    assert table["processes"].max() == SMALL.batch, "no process gets less than an example"
    first = table[table["processes"] == 1].set_index("series")["mean"]
    assert first[[MODEL, AMDAHL, PERFECT]].tolist() == pytest.approx([1, 1, 1])
    assert set(table[table["series"] == MEASURED]["processes"]) == set(counts())
    for n in counts():
        assert found.modelled(SAME, n).mean < found.law(SAME, n).mean <= n + 1e-9
    assert figure(EXPERIMENT, "course").caption(found.course[:0], DataParallelView()) == ""
    assert set(found.course["series"]) == set(SERIES)


@pytest.mark.trained
def test_shares_of_a_step_are_shares():
    for scaling in (SAME, LARGER):
        assert result().waiting(scaling, PAIR).values.min() > 0
        assert result().waiting(scaling, PAIR).values.max() <= 1


def test_where_a_process_fails_the_run_ends_with_a_sentence(monkeypatch):
    monkeypatch.setattr(
        sys.modules[counts.__module__], "PROGRAM", "tests.lab.echo"
    )  # It knows no such order.
    with pytest.raises(CannotRunError, match="you can try again"):
        list(EXPERIMENT.run(SMALL))


def children() -> set[int]:
    """Processes that this process has started, by whichever of its threads."""
    lists = Path("/proc/self/task").glob("*/children")
    return {int(one) for found in lists for one in found.read_text().split()}


@pytest.mark.trained
@linux
def test_closing_the_run_ends_its_processes_and_leaves_no_file(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before, run = children(), EXPERIMENT.run(SMALL)
    for snapshot in run:
        if "several" in snapshot.phase:
            break
    own = children() - before
    assert len(own) == counts()[-1] and list(tmp_path.iterdir())
    run.close()
    assert not own & children() and not list(tmp_path.iterdir())


MEETING = """
import sys
from core.lab.beside import Company
from core.lab.run import complete
words = [[str(rank), "2", sys.argv[1]] for rank in range(2)]
with Company("core.models.data_parallel", words) as company:
    complete(company.asked([{"do": "meet"}] * 2))
    print(*(one.process.pid for one, _ in company.programs), flush=True)
    endless = {"do": "sums", "processes": 2, "sizes": [4_000_000], "repeats": 10**9}
    complete(company.asked([endless] * 2))
"""
RUNNING = """
import os
from pathlib import Path
from core.challenges.scalability.data_parallel import EXPERIMENT
run = EXPERIMENT.run(EXPERIMENT.smallest)
while "several" not in next(run).phase:
    pass
print(Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text(), flush=True)
while True:
    next(run, None)
"""


@linux
@pytest.mark.parametrize(
    "program", [MEETING, pytest.param(RUNNING, marks=pytest.mark.slow)], ids=["sum", "run"]
)
def test_no_process_and_no_file_outlives_a_parent_that_is_killed(program, tmp_path):
    own = tmp_path / "meeting"
    own.mkdir()
    command = [sys.executable, "-c", program, str(own)]
    env = {**os.environ, "TMPDIR": str(own), "GLOO_SOCKET_IFNAME": "lo"}
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pids = [int(one) for one in parent.stdout.readline().split()]
        assert len(pids) >= PAIR
        os.kill(parent.pid, signal.SIGKILL)
    gone(pids)
    assert not own.exists() or not list(own.iterdir())


@pytest.mark.parametrize("block", first_now(300, 600, 900))
def test_the_lesson_holds_on_seeds_that_chose_nothing(block):
    found = result_of(SLUG, DataParallelConfig().changed(first_seed=block))
    said = {c.name: c.verdict(c.measure(found)) for c in EXPERIMENT.claims}
    shown = {"gradients_are_the_same", "trainings_are_the_same"}
    assert {said[name] for name in shown} == {"shown"}
    assert found.right(TWO).estimate.low > 0.8
