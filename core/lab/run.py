"""A run is a generator: it yields where it stands and returns its result."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

ResultT = TypeVar("ResultT")
ProgressT = TypeVar("ProgressT")
ReportT = TypeVar("ReportT")
ReturnT = TypeVar("ReturnT")


class CannotRunError(RuntimeError):
    """What a run needs is not to be had here: one sentence for visitors, with nothing of theirs."""


@dataclass(frozen=True)
class Snapshot(Generic[ResultT]):
    """Where a run stands. Cheap: a run yields one at least every 50 ms of work.

    Attributes:
        step: Work done so far, in the run's own unit.
        total: Work in all, same unit, at least 1.
        phase: What is being done, in a few words, for example `"training 45 networks"`.
        partial: Builds a result from what is known so far, for the live figures. It is called
            at once or never: the run may overwrite what it reads as soon as it is resumed.
    """

    step: int
    total: int
    phase: str = ""
    partial: Callable[[], ResultT] | None = None


@dataclass(frozen=True)
class Cost:
    """What a run is expected to cost, before it starts.

    Attributes:
        flops: Floating-point operations of training and evaluation.
        seconds: Prior guess on the reference machine; corrected by measured runs.
    """

    flops: float
    seconds: float

    def __add__(self, other: Cost) -> Cost:
        """What one after the other costs."""
        return Cost(self.flops + other.flops, self.seconds + other.seconds)


Run = Generator[Snapshot[ResultT], None, ResultT]


def complete(run: Generator[Any, None, ReturnT]) -> ReturnT:
    """Drive a run, or a part of one, to its end without showing anything and return its result."""
    while True:
        try:
            next(run)
        except StopIteration as stop:
            return stop.value


def relay(
    work: Generator[ProgressT, None, ReturnT],
    report: Callable[[ProgressT], ReportT],
) -> Generator[ReportT, None, ReturnT]:
    """Pass a part of a run on: each of its reports becomes another; its value is returned.

    Use as `fitted = yield from relay(fit(jobs, ...), snapshot)` inside a run, where `snapshot`
    makes a `Snapshot` of what `fit` reports.
    """
    while True:
        try:
            progress = next(work)
        except StopIteration as stop:
            return stop.value
        try:
            yield report(progress)
        except GeneratorExit:
            work.close()
            raise
