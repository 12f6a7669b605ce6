"""Steps of single networks, timed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from core.data.dataset import Dataset
from core.engine import alone
from core.engine.alone import PIECES, STEPS, WARM, step_seconds
from core.engine.job import Job
from core.engine.trainer import Trainer

X = np.random.default_rng(0).normal(size=(40, 3)).astype(np.float32)
Y = np.arange(40) % 2
JOB = Job(Dataset("made", X[:20], Y[:20], X[20:], Y[20:], 2, np.zeros(20, bool)), 0, (8,))


def test_the_time_of_a_step_is_that_of_the_quickest_piece(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By a clock that moves with each step only, in the third piece half as far as else."""
    done: list[float] = []
    quick = range(WARM + 2 * STEPS // PIECES, WARM + 3 * STEPS // PIECES)
    monkeypatch.setattr(
        Trainer, "step", lambda self: done.append(0.5 if len(done) in quick else 1.0)
    )
    monkeypatch.setattr(alone.time, "thread_time", lambda: sum(done))
    pauses, work = 0, step_seconds(JOB)
    while True:
        try:
            next(work)
        except StopIteration as stop:
            assert stop.value == 0.5
            break
        pauses += 1
    assert (len(done), pauses) == (WARM + STEPS, PIECES + 1)


def test_a_piece_in_which_the_clock_stands_still_does_not_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ticks = iter([0, 0, 0, 0, 0, 16, 16, 24, 24, 56])
    monkeypatch.setattr(alone.time, "thread_time", lambda: next(ticks))

    def work() -> Iterator[None]:
        took = yield from step_seconds(JOB)
        assert took == 8 / (STEPS / PIECES)

    assert len(list(work())) == PIECES + 1


def test_a_clock_that_stands_still_gives_no_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    def still() -> Iterator[None]:
        monkeypatch.setattr(alone.time, "thread_time", lambda: 1.0)
        took = yield from step_seconds(JOB)
        assert took > 0

    assert len(list(still())) == PIECES + 1
