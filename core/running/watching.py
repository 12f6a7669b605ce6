"""Running experiments: watched from a page, or driven to the end from the command line.

Nothing here knows streamlit, and torch is imported only when a run needs it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, Generic

from core.lab.experiment import ConfigT, Experiment, ViewT
from core.lab.run import ResultT, Snapshot
from core.running import warming
from core.running.drive import Drive
from core.running.pace import Pace
from core.running.tasks import Status, Task, Watcher
from core.running.worker import Stop, Worker
from core.store.store import Record, local_store

log = logging.getLogger(__name__)
SECONDS_UNTIL_TOLD = 10.0
"""Runs report every 50 ms of work: after so long a silence those who wait are told."""
FULL = "Too many runs are waiting at the moment; please try again in a minute."


@dataclass(frozen=True)
class Update(Generic[ResultT]):
    """Where a run stands, for those who watch it.

    Attributes:
        status: The last three are final.
        position: Runs in the queue ahead of this one; 0 means it is the next to start.
        step: Work done, in the run's own unit.
        total: Work in all, same unit, at least 1.
        phase: What is being done, in a few words.
        elapsed: Seconds since the run started; 0 while it waits.
        remaining: Seconds it will probably still take, None while that is unknown.
        partial: The newest result so far; the same object until there is a newer one.
        record: The result with its provenance, when done.
        message: One sentence when failed or stopped.
        silent: Seconds since the run at work last reported, when they are many; else 0. All
            others wait for it.
        at_work: Whether it is this run that is at work.
    """

    status: Status
    position: int = 0
    step: int = 0
    total: int = 1
    phase: str = ""
    elapsed: float = 0.0
    remaining: float | None = None
    partial: ResultT | None = None
    record: Record[ResultT] | None = None
    message: str = ""
    silent: float = 0.0
    at_work: bool = False


def stream(
    experiment: Experiment[ConfigT, ViewT, ResultT],
    config: ConfigT,
    *,
    every: float = 0.125,
    visitor: object = None,
) -> Generator[Update[ResultT], None, None]:
    """Watch the run of a result: join the one under way, or start one.

    Close the iterator (`contextlib.closing`) to stop watching; a run whose last watcher has
    left is ended within 2 seconds unless somebody comes back. Finished results are in the local
    store before they are reported here.

    Args:
        experiment: What to run.
        config: Its settings.
        every: Seconds between updates. The first partial result and the end come at once.
        visitor: Whose watching it is, for `stop`; by default whoever runs in this thread.

    Yields:
        Updates while the run is alive, then exactly one final one.
    """
    watcher = Watcher(visitor or threading.get_ident())
    task = _worker.join(experiment, config, watcher)
    if task is None:
        yield Update("failed", message=FULL)
        return
    try:
        update = _look(task)
        while update.status in ("queued", "running"):
            due = _worker.now() + every
            yield update
            update = _next_look(task, watcher, update, due)
        yield update
    finally:
        _worker.leave(task, watcher)


def _next_look(task: Task, watcher: Watcher, last: Update[Any], due: float) -> Update[Any]:
    """Wait until another update is due; the time spent on showing the last one counts."""

    def worth_telling() -> bool:
        return task.final or (last.partial is None and task.partial is not None)

    with _worker.changed:
        _worker.heard(task, watcher)
        _worker.changed.wait_for(worth_telling, timeout=max(due - _worker.now(), 0.0))
        _worker.heard(task, watcher)
        _worker.give_up_silent()
        return _look(task)


def _look(task: Task) -> Update[Any]:
    with _worker.changed:
        until = task.ended or _worker.now()
        elapsed = until - task.started if task.started else 0.0
        at_work, silent = _worker.silence()
        return Update(
            status=task.status,
            position=_worker.position(task),
            step=task.step,
            total=max(task.total, 1),
            phase=task.phase,
            elapsed=elapsed,
            remaining=_remaining(task, elapsed),
            partial=task.partial,
            record=task.record,
            message=task.message,
            silent=silent if silent >= SECONDS_UNTIL_TOLD else 0.0,
            at_work=at_work is task,
        )


def _remaining(task: Task, elapsed: float) -> float | None:
    """Estimate the seconds left: by the expected cost at first, soon by the progress made."""
    if task.final:
        return 0.0
    if task.expected is None:
        return None
    by_cost = max(task.expected - elapsed, 0.0)
    done = min(task.step / max(task.total, 1), 1.0)
    if done <= 0:
        return by_cost
    trust = min(4 * done, 1.0)
    return trust * elapsed * (1 - done) / done + (1 - trust) * by_cost


def stop(
    experiment: Experiment[ConfigT, ViewT, ResultT],
    config: ConfigT,
    *,
    patience: float = 0.0,
    visitor: object = None,
) -> Stop:
    """Ask a run to end, as its visitor wishes; one that other visitors watch goes on.

    A page that is drawn anew may still watch from the script that it interrupts: that is the same
    visitor, and nobody else.

    Args:
        experiment: What runs.
        config: Its settings.
        patience: Seconds to wait for its end.
        visitor: As given to `stream`.

    Returns:
        What came of it. A run ends at its next report, so one that does not report only is asked.
    """
    return _worker.stop(experiment.key(config), visitor or threading.get_ident(), patience)


def lost_threads() -> int:
    """Count the trainer's threads that were left to runs which have not come back."""
    return _worker.lost


def expected_seconds(experiment: Experiment[ConfigT, ViewT, ResultT], config: ConfigT) -> float:
    """Return the seconds a run would take alone on this machine, as far as known."""
    return _pace.expected_seconds(experiment, config)


def run_here(
    experiment: Experiment[ConfigT, ViewT, ResultT],
    config: ConfigT,
    on_snapshot: Callable[[Snapshot[ResultT]], object] | None = None,
) -> Record[ResultT]:
    """Run in the calling thread and keep the result in the local store; see `drive_here`."""
    record = drive_here(experiment, config, on_snapshot)
    local_store().put(experiment.key(config), record)
    return record


def drive_here(
    experiment: Experiment[ConfigT, ViewT, ResultT],
    config: ConfigT,
    on_snapshot: Callable[[Snapshot[ResultT]], object] | None = None,
) -> Record[ResultT]:
    """Run in the calling thread; nothing is stored.

    Args:
        experiment: What to run.
        config: Its settings.
        on_snapshot: Called with every snapshot, at once.

    Raises:
        Exception: Whatever the experiment raises.
    """
    warming.import_engine()  # Not part of the run's cost.
    drive = Drive(experiment, config)
    try:
        while (snapshot := drive.advance()) is not None:
            if on_snapshot is not None:
                on_snapshot(snapshot)
        return drive.record()
    finally:
        drive.close()


def warm() -> None:
    """Import what runs need, in the background, so that the first visitor need not wait."""
    warming.warm()


def give_way(quiet: Callable[[], float]) -> None:
    """Let runs wait, each turn for a moment at most, while a page is made.

    Args:
        quiet: Seconds since the last page was made; 0 while one is.
    """
    _worker.quiet = quiet


def keep(key: str, record: Record[Any]) -> None:
    """Store a record; one that cannot be stored is shown all the same."""
    try:
        local_store().put(key, record)
    except TypeError:
        log.error("a result of %s has a field that cannot be stored", record.experiment)
    warming.settle()


_pace = Pace()
_worker = Worker(keep, _pace)
