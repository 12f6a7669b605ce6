from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
from contextlib import closing
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch  # noqa: F401  Now: a run that imports it would seem slow.

from core.lab.run import Run, Snapshot
from core.running.pace import Pace
from core.running.watching import expected_seconds, run_here, stream
from core.running.worker import FAILED
from core.store.store import find, local_store
from tests.running.toy_run import (
    FINAL,
    TOY,
    ToyConfig,
    ToyResult,
    clock,
    fresh,
    journal,
    last,
)

__all__ = ["fresh"]
pytestmark = pytest.mark.usefixtures("fresh")


def test_a_run_is_watched_to_its_end_and_stored() -> None:
    config = ToyConfig(milliseconds=300)
    updates = list(stream(TOY, config, every=0.05))
    assert [u.status in FINAL for u in updates] == [False] * (len(updates) - 1) + [True]
    assert len(updates) >= 2
    assert [u.step for u in updates] == sorted(u.step for u in updates)
    done = updates[-1]
    assert done.status == "done" and done.record and done.remaining == 0
    assert done.record.result.values[0] == 60
    found = find(TOY, config)
    assert found and found.origin == "local"
    np.testing.assert_array_equal(found.record.result.values, done.record.result.values)
    assert found.record.provenance == done.record.provenance


def test_provenance_says_what_the_run_itself_cost() -> None:
    record = last(ToyConfig(milliseconds=300)).record
    assert record is not None
    cost = record.provenance
    assert 0 < cost.seconds < 0.25, "sleeping is no work"
    assert cost.flops == 7.0
    assert 10e6 < cost.peak_memory_bytes < 100e9
    assert "core" in cost.machine and cost.date.endswith("+00:00")
    assert record.config["milliseconds"] == 300 and record.experiment == "tests/toy_run"


def test_the_work_of_processes_that_a_run_starts_is_part_of_its_cost() -> None:
    work = "import time\nwhile time.process_time() < 0.4: pass"

    def run(config: ToyConfig) -> Run[ToyResult]:
        yield Snapshot(1, 2, "asking", lambda: ToyResult(np.zeros(1)))
        subprocess.run([sys.executable, "-c", work], check=True)
        return (yield from TOY.run(config))

    record = list(stream(replace(TOY, run=run), ToyConfig(milliseconds=0)))[-1].record
    assert record is not None
    assert record.provenance.seconds > 0.35


def test_live_results_are_the_newest_and_the_same_object_until_there_is_a_newer_one() -> None:
    updates = list(stream(TOY, ToyConfig(milliseconds=300), every=0.01))
    partials = [u.partial for u in updates if u.partial is not None]
    distinct = {id(p): p for p in partials}
    assert 2 <= len(distinct) <= 5, "about ten a second are made"
    assert len(partials) > 2 * len(distinct)
    values = [p.values[0] for p in distinct.values()]
    assert values == sorted(values)


def test_the_first_live_result_is_told_at_once() -> None:
    """And not when the next look is due, which here is after the run's own end."""
    with closing(stream(TOY, ToyConfig(milliseconds=60_000), every=120)) as updates:
        first, second = next(updates), next(updates)
    assert (first.partial, second.status) == (None, "running")
    assert second.partial is not None


@pytest.mark.parametrize("ends", ["error", "memory", "exit", "wrong"])
def test_an_error_is_one_sentence_without_values_and_can_be_tried_again(
    ends: Any, caplog: pytest.LogCaptureFixture
) -> None:
    config = ToyConfig(ends=ends)
    for attempt in (1, 2):
        final = last(config)
        assert final.status == "failed" and final.record is None
        assert final.message.count(".") == 1 and "secret" not in final.message
        assert journal.count("start") == attempt
    assert "tests/toy_run" in caplog.text and "toy_run.py:" in caplog.text or ends == "wrong"
    assert "secret" not in caplog.text and "Traceback" not in caplog.text
    assert len([r for r in caplog.records if r.levelno == logging.ERROR]) == 2
    assert last(ToyConfig()).status == "done"


def test_an_error_in_a_live_figure_does_not_end_the_run(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def run(config: ToyConfig) -> Run[ToyResult]:
        for step in range(40):
            time.sleep(0.01)
            yield Snapshot(step, 40, "", lambda: ToyResult(np.zeros(0)[5]))
        return ToyResult(np.zeros(1))

    *_, final = stream(replace(TOY, run=run), ToyConfig())
    assert final.status == "done"
    assert len(caplog.records) == 1 and "IndexError" in caplog.text


def test_grad_mode_left_off_is_put_back(caplog: pytest.LogCaptureFixture) -> None:
    assert last(ToyConfig(ends="grad", milliseconds=0)).status == "done"
    assert "gradients switched off" in caplog.text
    assert last(ToyConfig(name=1, milliseconds=0)).status == "done"
    assert journal.modes == [True, True]


def test_a_pause_in_inference_mode_ends_that_run_alone() -> None:
    assert last(ToyConfig(ends="inference", milliseconds=0)).message == FAILED
    assert last(ToyConfig(ends="well", milliseconds=0)).status == "done"


def test_a_store_that_does_not_work_costs_no_result(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_STORE", "/proc/no/such")
    config = ToyConfig()
    assert last(config).status == "done"
    assert local_store().problem
    assert find(TOY, config) is not None, "at hand in this process"


def test_one_odd_run_of_another_experiment_spoils_no_forecast() -> None:
    pace = Pace()
    pace.note("other/first", 0.1, 5.0)
    assert pace.expected_seconds(TOY, ToyConfig(milliseconds=1000)) == 1.0
    for name in ("other/second", "other/third"):
        pace.note(name, 0.1, 5.0)
    assert pace.expected_seconds(TOY, ToyConfig(milliseconds=1000)) == 3.0


def test_expected_seconds_learn_from_the_latest_runs() -> None:
    pace = Pace()
    assert pace.expected_seconds(TOY, ToyConfig(milliseconds=1000)) == 1.0
    for measured in (3.0, 30.0, 3.0, 3.0, 1.0):
        pace.note(TOY.slug, 1.0, measured)
    assert pace.expected_seconds(TOY, ToyConfig(milliseconds=1000)) == 3.0
    assert expected_seconds(TOY, ToyConfig(milliseconds=1000)) == 1.0
    last(ToyConfig(milliseconds=300))
    # Nobody sleeps shorter than asked for; how much longer is the machine's business.
    assert expected_seconds(TOY, ToyConfig(milliseconds=1000)) > 1.0


def test_the_remaining_time_is_what_the_clock_will_show() -> None:
    """By a clock that only the run moves: halfway through a second, half a second is left."""
    clock.stand_still()
    go_on = threading.Event()

    def run(config: ToyConfig) -> Run[ToyResult]:
        for step in range(100):
            clock.skip(0.01)
            yield Snapshot(step + 1, 100, "stepping")
            while step == 49 and not go_on.is_set():
                time.sleep(0.002)
                yield Snapshot(50, 100, "stepping")
        return ToyResult(np.zeros(1))

    with closing(stream(replace(TOY, run=run), ToyConfig(milliseconds=1000))) as updates:
        halfway = next(update for update in updates if update.step == 50)
        assert halfway.elapsed == pytest.approx(0.5, abs=0.02)
        assert halfway.remaining == pytest.approx(0.5, abs=0.05)
        go_on.set()
        assert [*updates][-1].remaining == 0


def test_the_command_line_runs_the_same_and_stores_the_same() -> None:
    seen: list[int] = []
    config = ToyConfig(milliseconds=50)
    record = run_here(TOY, config, lambda snapshot: seen.append(snapshot.step))
    assert seen == list(range(1, 11))
    found = find(TOY, config)
    assert found and found.record.provenance == record.provenance
    page = last(config).record
    assert page is not None
    np.testing.assert_array_equal(page.result.values, record.result.values)
    assert (page.config, page.version, page.experiment) == (
        record.config, record.version, record.experiment,
    )  # fmt: skip


def test_the_command_line_sees_the_error_itself_and_frees_the_run() -> None:
    with pytest.raises(ValueError, match="secret"):
        run_here(TOY, ToyConfig(ends="error"))
    assert journal.count("end") == 1
