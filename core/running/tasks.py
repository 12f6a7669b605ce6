"""Whose turn it is: the runs under way and waiting, who watches them, and in what order they go.

Visitors watch tasks; a task is one run, shared by all who ask for the same result. A few are
active and take turns, a newcomer before the others; further ones wait in order, up to a bound.
A task that nobody watches gets only time that nobody needs, gives up its place to one that is
watched, and is ended soon. Nothing here runs anything or takes a lock: the worker does.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from core.lab.experiment import Experiment
from core.lab.settings import Config
from core.running.drive import Drive
from core.store.store import Record

Status = Literal["queued", "running", "done", "stopped", "failed"]
SECONDS_OF_A_NEWCOMER = 0.1
SECONDS_OF_SILENCE = 10.0
"""A watcher that has not asked for so long is gone, even if it never said so."""


@dataclass(frozen=True, eq=False)
class Watcher:
    """A page, or whatever else, that watches a run.

    Attributes:
        visitor: Whose it is: a page that is drawn anew may have two for a moment.
    """

    visitor: object


@dataclass(eq=False)
class Task:
    """One run and those who watch it. Times are monotonic seconds.

    Attributes:
        watchers: By watcher, when it was last heard of.
        left: When the last watcher left.
        used: Seconds its own turns took.
        grown: Bytes by which the process grew in them.
        next_partial: When another partial result may be made,
        used_at_next_partial: provided its own turns have taken so many seconds by then.
        lacks_partials: Whether making one has failed, which is logged once.
        ending: Whether it is to be closed instead of getting another turn.
        expected: Seconds it should take alone, None before it starts.
    """

    key: str
    experiment: Experiment[Any, Any, Any]
    config: Config
    watchers: dict[Watcher, float] = field(default_factory=dict)
    left: float = 0.0
    started: float = 0.0
    ended: float = 0.0
    used: float = 0.0
    grown: int = 0
    last_turn: float = 0.0
    next_partial: float = 0.0
    used_at_next_partial: float = 0.0
    lacks_partials: bool = False
    ending: bool = False
    expected: float | None = None
    drive: Drive[Any, Any, Any] | None = None
    status: Status = "queued"
    step: int = 0
    total: int = 1
    phase: str = ""
    partial: Any = None
    record: Record[Any] | None = None
    message: str = ""

    @property
    def final(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.status in ("done", "stopped", "failed")

    @property
    def is_newcomer(self) -> bool:
        """Whether its visitors have seen nothing yet, within reason."""
        return self.partial is None and self.used < SECONDS_OF_A_NEWCOMER


class Tasks:
    """All tasks that have not ended, in order of arrival."""

    def __init__(
        self,
        *,
        most_active: int,
        most_waiting: int,
        grace: float,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Set the bounds.

        Args:
            most_active: Runs that take turns at once; bounds memory.
            most_waiting: Runs in the queue behind them.
            grace: Seconds a run outlives its last watcher, who may come back.
            now: The clock, in seconds.
        """
        self._now = now
        self._most_active, self._most_waiting, self._grace = most_active, most_waiting, grace
        self._tasks: list[Task] = []
        self._newcomer_last = False

    def __len__(self) -> int:
        """Number of tasks that have not ended."""
        return len(self._tasks)

    def find(self, key: str, *, ending: bool = False) -> Task | None:
        """Return the task of this key that can still be joined, or that is `ending`."""
        return next((t for t in self._tasks if t.key == key and t.ending == ending), None)

    def add(self, task: Task) -> bool:
        """Put a task at the end of the queue, or return False if too many wait."""
        waiting = [t for t in self._tasks if t.status == "queued" and not t.ending]
        if len(waiting) >= self._most_waiting:
            unwatched = [t for t in waiting if not t.watchers]
            if not unwatched:
                return False
            unwatched[0].ending = True
        self._tasks.append(task)
        return True

    def remove(self, task: Task) -> None:
        """Forget a task that has ended."""
        self._tasks = [t for t in self._tasks if t is not task]

    def position(self, task: Task) -> int:
        """Number of watched runs that will start before this waiting one."""
        before = self._tasks[: self._tasks.index(task)] if task in self._tasks else []
        return sum(1 for t in before if t.status == "queued" and t.watchers and not t.ending)

    def next_turn(self) -> Task | None:
        """Choose the task to advance, or to close if it is `ending`; None if there is none."""
        self._end_unwatched()
        self.activate()
        ending = [t for t in self._tasks if t.ending]
        if ending:
            return ending[0]
        active = [t for t in self._tasks if t.status == "running"]
        # Newcomers get at most every other turn, so that a row of them holds up nobody.
        prefer = not self._newcomer_last

        def order(task: Task) -> tuple[bool, bool, float]:
            return not task.watchers, task.is_newcomer != prefer, task.last_turn

        chosen = min(active, key=order, default=None)
        self._newcomer_last = chosen is not None and chosen.is_newcomer
        return chosen

    def _end_unwatched(self) -> None:
        now = self._now()
        for task in self._tasks:
            for watcher, heard in list(task.watchers.items()):
                if now - heard > SECONDS_OF_SILENCE:
                    del task.watchers[watcher]
                    task.left = now
            if not task.watchers and now - task.left > self._grace:
                task.ending = True

    def activate(self) -> None:
        """Let waiting tasks that somebody watches start while there are places."""
        for task in self._tasks:
            if task.status == "queued" and task.watchers and not task.ending:
                if not self._has_place():
                    return
                task.status = "running"

    def _has_place(self) -> bool:
        """Tell whether one more may be active; an unwatched one makes way."""
        active = [t for t in self._tasks if t.status == "running"]
        if len(active) < self._most_active:
            return True
        unwatched = [t for t in active if not t.watchers and not t.ending]
        if unwatched:
            min(unwatched, key=lambda t: t.left).ending = True
        # It is closed first: until then it holds its memory, and its place.
        return False
