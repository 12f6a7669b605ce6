"""A toy experiment that writes down what happens to it, and visitors who watch it."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest

from core.lab.experiment import Experiment
from core.lab.intervals import Estimate
from core.lab.run import Cost, Run, Snapshot
from core.lab.settings import Config, View, ladder
from core.running import watching
from core.running.pace import Pace
from core.running.watching import Update, stream
from core.running.worker import Worker

FINAL = {"done", "stopped", "failed"}


class ToyConfig(Config):
    milliseconds: int = ladder(0, 50, 300, 1000, 60_000, default=50, unit="ms")
    """How long it works."""
    ends: Literal["well", "error", "memory", "exit", "wrong", "grad", "inference"] = "well"
    """What happens at its end."""
    name: int = ladder(*range(12), default=0)
    """Tells runs apart."""
    pauses: Literal["often", "never"] = "often"
    """Whether it yields while it works."""


@dataclass(frozen=True)
class ToyResult:
    values: np.ndarray


class Clock:
    """The system's clock and what a test skips; or one that stands still but for that."""

    def __init__(self) -> None:
        self.ahead: float = 0.0
        self.stands_at: float | None = None

    def __call__(self) -> float:
        return (time.monotonic() if self.stands_at is None else self.stands_at) + self.ahead

    def reset(self) -> None:
        self.ahead, self.stands_at = 0.0, None

    def stand_still(self) -> None:
        self.stands_at = time.monotonic()

    def skip(self, seconds: float) -> None:
        self.ahead += seconds


clock = Clock()


class Journal:
    """What the runs did, in order: (name, event)."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.events: list[tuple[int, str]] = []
        self.alive: weakref.WeakSet[Any] = weakref.WeakSet()
        self.modes: list[bool] = []

    def count(self, event: str) -> int:
        return sum(1 for _, happened in self.events if happened == event)


journal = Journal()


def run_toy(config: ToyConfig) -> Run[ToyResult]:
    journal.events.append((config.name, "start"))
    weight = np.zeros(1000)
    holder = threading.Event()  # Anything that can be referred to weakly.
    journal.alive.add(holder)
    try:
        steps = max(config.milliseconds // 5, 1)
        for step in range(steps):
            time.sleep(config.milliseconds / steps / 1000)
            weight += 1
            journal.events.append((config.name, "step"))
            if config.pauses == "often":
                partial = ToyResult(weight.copy())
                yield Snapshot(step + 1, steps, "adding", lambda partial=partial: partial)  # type: ignore[misc]
        yield from end(config)
        return ToyResult(weight) if config.ends != "wrong" else None  # type: ignore[return-value]
    finally:
        journal.events.append((config.name, "end"))


def end(config: ToyConfig) -> Iterator[Snapshot[ToyResult]]:
    secret = f"secret {config.milliseconds}"
    if config.ends == "error":
        raise ValueError(secret)
    if config.ends == "memory":
        raise MemoryError(secret)
    if config.ends == "exit":
        raise SystemExit(secret)
    import torch

    journal.modes.append(torch.is_grad_enabled())
    if config.ends == "grad":
        torch.set_grad_enabled(False)
        yield Snapshot(1, 1)
    if config.ends == "inference":
        with torch.inference_mode():
            yield Snapshot(1, 1)


TOY = Experiment(
    slug="tests/toy_run",
    title="Toy", question="?", config=ToyConfig, view=View, result=ToyResult, run=run_toy,
    metrics=lambda result: {"mean": Estimate(float(result.values.mean()), 0, 0, 1)},
    finding=lambda result: "", figures=(), smallest=ToyConfig(milliseconds=0),
    cost=lambda config: Cost(flops=7.0, seconds=config.milliseconds / 1000 or 0.001),
)  # fmt: skip


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A store, a worker and an empty journal for one test; nothing may be left running."""
    journal.clear()
    clock.reset()
    pace = Pace()
    worker = Worker(watching.keep, pace, most_waiting=4, now=clock)
    monkeypatch.setenv("LAB_STORE", str(tmp_path / "store"))
    monkeypatch.setattr(watching, "_pace", pace)
    monkeypatch.setattr(watching, "_worker", worker)
    yield
    clock.reset()
    with worker.changed:
        for task in worker._tasks._tasks:
            task.ending = True
        worker.changed.notify_all()
    assert until(lambda: len(worker._tasks) == 0, seconds=30)


def until(condition: Callable[[], bool], seconds: float = 30.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.005)
    return condition()


def last(config: ToyConfig) -> Update[ToyResult]:
    return list(stream(TOY, config))[-1]


class Visitor(threading.Thread):
    """Watches a run in a thread of its own, as a page does, until told to leave."""

    def __init__(
        self,
        config: ToyConfig,
        experiment: Experiment[Any, Any, Any] = TOY,
        visitor: object = None,
    ) -> None:
        super().__init__(daemon=True)
        self.visitor = visitor
        self.experiment = experiment
        self.config, self.updates, self.away = config, list[Update[ToyResult]](), False
        self.times: list[float] = []
        self.start()

    def run(self) -> None:
        with closing(stream(self.experiment, self.config, visitor=self.visitor)) as updates:
            for update in updates:
                self.updates.append(update)
                self.times.append(time.monotonic())
                if self.away:
                    return

    def final(self) -> Update[ToyResult]:
        self.join(60)
        return self.updates[-1]
