"""The one thread that trains: it advances all active runs in turn, about 30 ms each."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable
from pathlib import Path
from traceback import extract_tb
from typing import Any, Literal

from core.lab.experiment import Experiment
from core.lab.run import CannotRunError, Snapshot
from core.lab.settings import Config
from core.running import machine, threads
from core.running.drive import Drive
from core.running.pace import Pace
from core.running.tasks import Status, Task, Tasks, Watcher
from core.store.store import Record

log = logging.getLogger(__name__)
Stop = Literal["ended", "asked", "shared"]
"""What came of a wish to stop: over; it ends at its next report; others watch, so it goes on."""
FAILED = "Something went wrong inside this experiment and its run has ended; you can try again."
NO_MEMORY = "This run needed more memory than there is; you can try again, or choose a smaller one."
STOPPED = "This run was stopped."
SECONDS_GIVEN = 20.0
"""Runs report every 50 ms of work: one that is silent for so long is not waited for any more."""
GIVEN_UP = (
    "This run has not reported for 20 seconds and was given up, so that the others can go on; "
    "you can try again, or choose a smaller one."
)
MOST_BYTES_OF_A_RUN = 700_000_000
"""The dearest settings of all experiments stay under two thirds of it."""
BYTES_OF_PAGES = 256_000_000
"""What others may need in the turn of a run, before the system refuses the process more."""
SECONDS_FOR_PAGES = 0.1
"""For which a turn waits while pages are made, at most: they take 50 ms each, and runs seconds."""
SECONDS_BETWEEN_LOOKS = 0.002
SECONDS_BETWEEN_PARTIALS = 0.1
MOST_OF_PARTIALS = 0.1
"""Share of a run's own turns that may go into its live figures."""
SECONDS_DONE_STAYS = 0.5
"""Somebody may have looked into the store just before the result came, and ask just after."""


def _told(error: BaseException) -> str:
    """What visitors are told of a run that raised this."""
    if isinstance(error, CannotRunError):
        return str(error)
    # PyTorch has no error of its own for what the system refuses.
    refused = isinstance(error, RuntimeError) and "can't allocate memory" in str(error)
    return NO_MEMORY if refused or isinstance(error, MemoryError) else FAILED


class Worker:
    """Runs the tasks, each once however many watch it. The thread starts with the first task.

    Attributes:
        changed: Guards all tasks; notified when one ends, or has something to show at last.
        quiet: Seconds since a page was last made; 0 while one is, and turns wait for it.
    """

    def __init__(
        self,
        keep: Callable[[str, Record[Any]], object],
        pace: Pace,
        *,
        most_active: int = 4,
        most_waiting: int = 32,
        most_bytes: int = MOST_BYTES_OF_A_RUN,
        grace: float = 1.5,
        turn: float = 0.03,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Set the bounds.

        Args:
            keep: Called in the worker's thread with the key and record of each finished run,
                before its watchers hear of it.
            pace: Learns how long runs take.
            most_active: Runs that take turns at once; bounds memory.
            most_waiting: Runs in the queue behind them.
            most_bytes: By which the process may grow in the turns of one run.
            grace: Seconds a run outlives its last watcher, who may come back.
            turn: Seconds of a turn; it ends at the first snapshot after them.
            now: The clock, in seconds.
        """
        self.now = now
        self.changed = threading.Condition()
        self.quiet: Callable[[], float] = lambda: math.inf
        self._keep, self._pace, self._turn = keep, pace, turn
        self._most_bytes = most_bytes
        self._tasks = Tasks(
            most_active=most_active, most_waiting=most_waiting, grace=grace, now=now
        )
        self._at_work: Task | None = None
        self._reported = 0.0
        self._done: list[Task] = []
        self._thread: threading.Thread | None = None
        self._lost: set[threading.Thread] = set()

    def join(
        self, experiment: Experiment[Any, Any, Any], config: Config, watcher: Watcher
    ) -> Task | None:
        """Watch the run of a result, started if there is none; None if too many wait."""
        key = experiment.key(config)
        with self.changed:
            self.give_up_silent()
            self._forget_done()
            task = self._tasks.find(key) or next((t for t in self._done if t.key == key), None)
            if task is None:
                task = Task(key, experiment, config)
                if not self._tasks.add(task):
                    return None
            self.heard(task, watcher)
            self._tasks.activate()
            self._wake()
            return task

    def heard(self, task: Task, watcher: Watcher) -> None:
        """Note, under the lock, that a watcher is there."""
        task.watchers[watcher] = self.now()

    def leave(self, task: Task, watcher: Watcher) -> None:
        """Stop watching. The run goes on for other watchers, or for a short while."""
        with self.changed:
            task.watchers.pop(watcher, None)
            task.left = self.now()

    def stop(self, key: str, visitor: object, patience: float = 0.0) -> Stop:
        """Ask a run to end, unless somebody else than this visitor watches it.

        Args:
            key: Of its result.
            visitor: Who wishes it.
            patience: Seconds to wait for its end; most runs report, and end, much sooner.
        """
        with self.changed:
            task = self._tasks.find(key) or self._tasks.find(key, ending=True)
            if task is None:
                return "ended"
            if any(watcher.visitor != visitor for watcher in task.watchers):
                return "shared"
            task.ending = True
            if task.drive is None and task is not self._at_work:
                self._end(task, "stopped", message=STOPPED)
            self._wake()
            ended = self.changed.wait_for(lambda: task.final, timeout=patience)
            return "ended" if ended else "asked"

    def silence(self) -> tuple[Task | None, float]:
        """Return the run that works, under the lock, and the seconds since it last reported."""
        if self._at_work is None:
            return None, 0.0
        return self._at_work, self.now() - self._reported

    def give_up_silent(self) -> None:
        """Go on, under the lock, without a run that does not come back, and without its thread.

        Nothing ends a thread from outside. When it does come back, it closes its run and ends.
        """
        task, silent = self.silence()
        if task is None or self._thread is None or silent < SECONDS_GIVEN:
            return
        log.error("%s has not reported for %.0f s and is given up", task.experiment.slug, silent)
        self._lost.add(self._thread)
        self._at_work, self._thread = None, None
        machine.grow_freely()
        task.ending = True
        self._end(task, "failed", message=GIVEN_UP)
        if len(self._tasks):
            self._wake()

    @property
    def lost(self) -> int:
        """Threads that were left to runs which have not come back."""
        with self.changed:
            return len(self._lost)

    def position(self, task: Task) -> int:
        """Number of runs, under the lock, that will start before this waiting one."""
        return self._tasks.position(task) if task.status == "queued" else 0

    def _wake(self) -> None:
        self.changed.notify_all()
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._work, name="worker", daemon=True)
            self._thread.start()

    def _forget_done(self) -> None:
        since = self.now() - SECONDS_DONE_STAYS
        self._done = [task for task in self._done if task.ended > since]

    def _work(self) -> None:
        threads.use_one_thread()
        while True:
            task = self._next()
            self._give_way()
            self._take_turn(task)
            with self.changed:
                if threading.current_thread() in self._lost:
                    self._lost.remove(threading.current_thread())
                    return
                self._at_work = None

    def _next(self) -> Task:
        """Wait for a task that wants a turn."""
        with self.changed:
            while True:
                self._forget_done()
                task = self._tasks.next_turn()
                if task is not None:
                    self._at_work, self._reported = task, self.now()
                    return task
                # Without tasks there is nothing to time out but the done ones' memory.
                busy = len(self._tasks) or self._done
                self.changed.wait(SECONDS_DONE_STAYS / 2 if busy else None)

    def _give_way(self) -> None:
        """Let pages be made first, but not for long: on a busy server there is always one."""
        until = time.monotonic() + SECONDS_FOR_PAGES
        while self.quiet() == 0.0 and time.monotonic() < until:
            time.sleep(SECONDS_BETWEEN_LOOKS)

    def _take_turn(self, task: Task) -> None:
        try:
            if task.ending:
                self._close(task)
                self._end(task, "stopped", message=STOPPED)
            else:
                self._advance(task)
        except BaseException as error:  # noqa: BLE001  Whatever one run raises, the others go on.
            self._report(task, error)
            self._close(task)
            self._end(task, "failed", message=_told(error))

    def _advance(self, task: Task) -> None:
        drive = task.drive or self._start(task)
        held = machine.resident_bytes()
        with machine.growing_at_most(self._most_bytes - task.grown + BYTES_OF_PAGES):
            self._step(task, drive)
        task.grown += machine.resident_bytes() - held
        if task.grown > self._most_bytes and not task.final:
            raise MemoryError

    def _step(self, task: Task, drive: Drive[Any, Any, Any]) -> None:
        now = self.now()
        until = now + self._turn
        while now < until and not task.ending:
            snapshot = drive.advance()
            if task.final:
                drive.close()
                return
            if snapshot is None:
                self._finish(task, drive.record())
                return
            self._show(task, snapshot)
            before, now = now, self.now()
            task.used += now - before
            task.last_turn = now

    def _start(self, task: Task) -> Drive[Any, Any, Any]:
        expected = self._pace.expected_seconds(task.experiment, task.config)
        drive = Drive(task.experiment, task.config)
        with self.changed:
            task.started, task.expected, task.drive = self.now(), expected, drive
        return drive

    def _show(self, task: Task, snapshot: Snapshot[Any]) -> None:
        """Take over what a snapshot says, and its partial result when it is time for one."""
        partial = self._partial(task, snapshot)
        with self.changed:
            first = task.partial is None and partial is not None
            self._reported = self.now()
            task.step, task.total, task.phase = snapshot.step, snapshot.total, snapshot.phase
            task.partial = partial
            if first:
                self.changed.notify_all()

    def _partial(self, task: Task, snapshot: Snapshot[Any]) -> Any:
        """Return the newest partial result, made now if somebody watches and it is time."""
        now = self.now()
        if snapshot.partial is None or not task.watchers:
            return task.partial
        if now < task.next_partial or task.used < task.used_at_next_partial:
            return task.partial
        try:
            return snapshot.partial()
        except Exception as error:  # noqa: BLE001  A live figure less is no reason to end a run.
            if not task.lacks_partials:
                self._report(task, error)
            task.lacks_partials = True
            return task.partial
        finally:
            cost = self.now() - now
            task.next_partial = now + SECONDS_BETWEEN_PARTIALS
            task.used_at_next_partial = task.used + cost / MOST_OF_PARTIALS

    def _finish(self, task: Task, record: Record[Any]) -> None:
        predicted = float(task.experiment.cost(task.config).seconds)
        self._pace.note(record.experiment, predicted, task.used)
        self._keep(task.key, record)
        self._end(task, "done", record=record)

    def _end(
        self, task: Task, status: Status, *, record: Record[Any] | None = None, message: str = ""
    ) -> None:
        with self.changed:
            if task.final:
                return
            task.status, task.record, task.message = status, record, message
            task.drive, task.ended = None, self.now()
            self._tasks.remove(task)
            if status == "done":
                self._done.append(task)
            self.changed.notify_all()
        machine.return_free_memory()

    def _close(self, task: Task) -> None:
        try:
            if task.drive is not None:
                task.drive.close()
        except BaseException as error:  # noqa: BLE001  Its cleaning up may raise too.
            self._report(task, error)

    def _report(self, task: Task, error: BaseException) -> None:
        """Log where a run failed, without the error's text: it may hold the visitor's values."""
        frames = [f"{Path(f.filename).name}:{f.lineno}" for f in extract_tb(error.__traceback__)]
        slug, kind = task.experiment.slug, type(error).__name__
        log.error("%s failed with %s at %s", slug, kind, " > ".join(frames))
