from __future__ import annotations

import gc
import threading
import time
from contextlib import closing
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch  # noqa: F401  Now: a run that imports it would seem slow.

from core.lab.experiment import Experiment
from core.lab.run import Run, Snapshot
from core.running import watching, worker
from core.running.pace import Pace
from core.running.watching import stop, stream
from core.running.worker import GIVEN_UP, NO_MEMORY, SECONDS_GIVEN, STOPPED, Worker
from core.store.store import find
from tests.running.toy_run import (
    TOY,
    ToyConfig,
    ToyResult,
    Visitor,
    clock,
    fresh,
    journal,
    last,
    until,
)  # fmt: skip

__all__ = ["fresh"]
pytestmark = pytest.mark.usefixtures("fresh")


def test_many_visitors_asking_for_the_same_share_one_run() -> None:
    config = ToyConfig(milliseconds=300)
    visitors = [Visitor(config) for _ in range(8)]
    finals = [v.final() for v in visitors]
    assert journal.count("start") == 1
    assert {u.status for u in finals} == {"done"}
    assert len({id(u.record) for u in finals}) == 1
    assert last(config).status == "done"
    assert journal.count("start") == 1, "nor does one who comes a moment later start another"


def test_a_run_whose_only_visitor_has_left_ends_within_two_seconds_and_frees_everything() -> None:
    visitor = Visitor(ToyConfig(milliseconds=60_000))
    updates = visitor.updates
    assert until(lambda: len(updates) > 2)
    visitor.away = True
    visitor.join()
    clock.skip(0.5)
    steps = journal.count("step")
    assert until(lambda: journal.count("step") > steps + 5), "the visitor may come back"
    clock.skip(2.0)
    assert until(lambda: journal.count("end") == 1)
    gc.collect()
    assert len(journal.alive) == 0


def test_a_visitor_who_comes_back_in_time_finds_the_run_going_on() -> None:
    config = ToyConfig(milliseconds=1000)
    with closing(stream(TOY, config)) as updates:
        next(updates)
    time.sleep(0.3)
    assert last(config).status == "done"
    assert journal.count("start") == 1


def test_runs_give_way_to_pages_that_are_made_but_not_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(worker, "SECONDS_FOR_PAGES", 600.0)
    since_the_last_page = 0.0
    watching.give_way(lambda: since_the_last_page)
    visitor = Visitor(ToyConfig(milliseconds=50))
    assert until(lambda: bool(visitor.updates))
    time.sleep(0.3)
    assert journal.count("step") == 0, "a page is being made"
    since_the_last_page = 0.001
    assert until(lambda: journal.count("step") > 0)
    assert visitor.final().status == "done"

    since_the_last_page = 0.0
    monkeypatch.setattr(worker, "SECONDS_FOR_PAGES", 0.05)
    assert last(ToyConfig(milliseconds=300)).status == "done", "although there is always a page"


def test_a_run_goes_on_while_one_visitor_remains() -> None:
    config = ToyConfig(milliseconds=1000)
    one, other = Visitor(config), Visitor(config)
    assert until(lambda: bool(one.updates and other.updates))
    one.away = True
    assert stop(TOY, config) == "shared"
    assert other.final().status == "done"


def test_a_page_drawn_anew_is_no_other_visitor() -> None:
    """The script that a click interrupts may still watch when the click is answered."""
    config, me = ToyConfig(milliseconds=60_000), object()
    interrupted = Visitor(config, visitor=me)
    assert until(lambda: bool(interrupted.updates))
    assert stop(TOY, config, visitor=object(), patience=60) == "shared"
    assert stop(TOY, config, visitor=me, patience=60) == "ended"


def test_stop_ends_a_run_at_once() -> None:
    config = ToyConfig(milliseconds=60_000)
    with closing(stream(TOY, config, every=120)) as updates:
        next(updates)
        assert stop(TOY, config, patience=60) == "ended"
        rest = list(updates)
    assert journal.count("step") < 6000, "long before its own end"
    assert (rest[-1].status, rest[-1].message) == ("stopped", STOPPED)
    assert find(TOY, config) is None
    assert stop(TOY, config) == "ended", "nothing to stop: no error"


def test_newcomers_start_at_once_and_all_share_the_time() -> None:
    """Counted in steps: how long one takes is the machine's business."""
    first = Visitor(ToyConfig(milliseconds=60_000, name=0))
    assert until(lambda: journal.count("step") > 30)
    before = journal.count("step")
    others = [Visitor(ToyConfig(milliseconds=60_000, name=n)) for n in (1, 2, 3)]
    assert until(lambda: all(any(u.partial for u in v.updates) for v in others))
    assert journal.count("step") - before < 150, "of a run of 12,000 steps"
    assert first.updates[-1].status == "running", "and the first has not been pushed out"
    mark = len(journal.events)
    assert until(lambda: len(journal.events) - mark > 320)
    recent = [name for name, event in journal.events[mark:] if event == "step"]
    shares = [recent.count(name) / len(recent) for name in range(4)]
    assert min(shares) > 0.15 and max(shares) < 0.35
    for visitor in (first, *others):
        visitor.away = True


def test_places_are_bounded_the_position_is_told_and_the_queue_is_served_in_order() -> None:
    visitors: list[Visitor] = []
    for name in range(8):
        config = ToyConfig(milliseconds=1000 if name < 4 else 50, name=name)
        visitors.append(Visitor(config))
        assert until(lambda latest=visitors[-1]: bool(latest.updates))  # type: ignore[misc]
    assert until(lambda: journal.count("start") == 4)
    assert [v.updates[0].position for v in visitors[4:]] == [0, 1, 2, 3]
    assert {v.updates[-1].status for v in visitors[4:]} == {"queued"}
    refused = list(stream(TOY, ToyConfig(name=11)))
    assert [u.status for u in refused] == ["failed"] and "wait" in refused[0].message
    for visitor in visitors[:4]:
        visitor.away = True
    assert [v.final().status for v in visitors[4:]] == ["done"] * 4
    starts = [name for name, event in journal.events if event == "start"]
    assert starts == list(range(8))


def test_moving_a_slider_does_not_wait_for_the_runs_it_abandons() -> None:
    for name in range(10):
        with closing(stream(TOY, ToyConfig(milliseconds=60_000, name=name))) as updates:
            for update in updates:
                if update.partial is not None:
                    break
    mark = len(journal.events)
    assert last(ToyConfig(milliseconds=50, name=11)).status == "done"
    abandoned = [name for name, event in journal.events[mark:] if event == "step" and name != 11]
    assert len(abandoned) <= 20, "of 120,000 steps, two turns"
    assert len(journal.alive) <= 5


def test_a_run_that_does_not_pause_cannot_be_ended_but_hurts_nobody_for_good() -> None:
    stubborn = Visitor(ToyConfig(milliseconds=300, pauses="never", name=1))
    assert until(lambda: journal.count("step") > 0)
    other = Visitor(ToyConfig(milliseconds=50, name=2))
    assert other.final().status == "done"
    assert len(other.updates) >= 3, "told every eighth of a second that it has to wait"
    assert stubborn.final().status == "done"


def held(gate: threading.Event) -> Experiment[Any, Any, Any]:
    """A run that reports that it is through, and then nothing until the gate opens."""

    def run(config: ToyConfig) -> Run[ToyResult]:
        yield Snapshot(9, 9, "adding")
        journal.events.append((config.name, "held"))
        gate.wait(120)
        yield Snapshot(9, 9, "adding")
        return ToyResult(np.zeros(1))

    return replace(TOY, run=run)


def test_a_run_that_does_not_report_is_told_to_all_who_wait() -> None:
    clock.stand_still()
    gate = threading.Event()
    mine = Visitor(ToyConfig(name=1), held(gate))
    assert until(lambda: journal.count("held") == 1)
    other = Visitor(ToyConfig(name=2))
    assert until(lambda: bool(other.updates))
    clock.skip(9)
    seen, shown = len(mine.updates), len(other.updates)
    assert until(lambda: len(mine.updates) > seen + 1 and len(other.updates) > shown + 1)
    assert {u.silent for u in mine.updates + other.updates} == {0}
    clock.skip(2)
    assert until(lambda: mine.updates[-1].silent > 10 and other.updates[-1].silent > 10)
    assert mine.updates[-1].at_work and not other.updates[-1].at_work
    gate.set()
    assert (mine.final().status, other.final().status) == ("done", "done")
    assert (mine.final().silent, other.final().silent) == (0, 0)


def test_a_run_that_does_not_come_back_is_given_up_and_the_others_go_on() -> None:
    clock.stand_still()
    gate = threading.Event()
    mine = Visitor(ToyConfig(name=1), held(gate))
    assert until(lambda: journal.count("held") == 1)
    other = Visitor(ToyConfig(name=2))
    assert until(lambda: bool(other.updates))
    clock.skip(SECONDS_GIVEN - 1)
    seen = len(mine.updates)
    assert until(lambda: len(mine.updates) > seen + 1)
    assert mine.updates[-1].status == "running", "it has a second left"
    assert watching.lost_threads() == 0
    clock.skip(2)
    assert (mine.final().status, mine.final().message) == ("failed", GIVEN_UP)
    assert other.final().status == "done"
    assert watching.lost_threads() == 1
    assert stop(held(gate), ToyConfig(name=1)) == "ended", "no task is left to ask"
    gate.set()
    assert until(lambda: watching.lost_threads() == 0), "it came back after all, and ended"
    assert find(TOY, ToyConfig(name=1)) is None
    assert last(ToyConfig(name=3)).status == "done", "its thread disturbs nobody"


def test_a_run_that_spins_is_given_up_even_if_nobody_watches_it() -> None:
    """The next visitor finds out."""
    clock.stand_still()
    gate = threading.Event()

    def run(config: ToyConfig) -> Run[ToyResult]:
        journal.events.append((config.name, "held"))
        while not gate.is_set():
            pass
        yield Snapshot(1, 1)
        raise AssertionError("a run that was given up is closed, not advanced")

    with closing(stream(replace(TOY, run=run), ToyConfig(name=1))) as updates:
        next(updates)
        assert until(lambda: journal.count("held") == 1)
    clock.skip(SECONDS_GIVEN + 1)
    assert last(ToyConfig(name=2)).status == "done"
    assert watching.lost_threads() == 1
    gate.set()
    assert until(lambda: watching.lost_threads() == 0)


def test_a_run_that_takes_memory_without_end_is_ended_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    held_by: list[np.ndarray] = []

    def run(config: ToyConfig) -> Run[ToyResult]:
        for step in range(1000):
            held_by.append(np.ones(2_000_000))  # 16 MB that are really touched.
            yield Snapshot(step, 1000)
        return ToyResult(np.zeros(1))

    greedy = replace(TOY, run=run)
    small = Worker(watching.keep, Pace(), most_bytes=100_000_000, now=clock)
    monkeypatch.setattr(watching, "_worker", small)
    final = list(stream(greedy, ToyConfig(name=1)))[-1]
    assert (final.status, final.message) == ("failed", NO_MEMORY)
    assert len(held_by) < 60, "of 1,000"
    assert last(ToyConfig(name=2)).status == "done"


def test_stop_says_what_came_of_it() -> None:
    """A run that does not report cannot be ended, only asked; one that has not begun can."""
    gate = threading.Event()
    experiment, config = held(gate), ToyConfig(name=1)
    with closing(stream(experiment, config)) as updates:
        next(updates)
        assert until(lambda: journal.count("held") == 1)
        with closing(stream(TOY, ToyConfig(name=2))) as waiting:
            next(waiting)
            assert stop(TOY, ToyConfig(name=2)) == "ended"
            assert list(waiting)[-1].status == "stopped"
        assert stop(experiment, config) == "asked"
        assert stop(experiment, config) == "asked", "and asking again ends it no sooner"
        assert next(updates).status == "running"
        gate.set()
        assert stop(experiment, config, patience=60) == "ended"
        assert list(updates)[-1].status == "stopped"
    assert journal.count("start") == 0, "the one that waited never began"


def test_a_silent_watcher_counts_as_gone() -> None:
    updates = stream(TOY, ToyConfig(milliseconds=60_000))
    next(updates)
    clock.skip(5)
    steps = journal.count("step")
    assert until(lambda: journal.count("step") > steps + 5), "it may be drawing"
    clock.skip(6)
    assert until(lambda: journal.count("step") > steps + 10 or journal.count("end") == 1)
    clock.skip(2)
    assert until(lambda: journal.count("end") == 1), "never closed, never asked again"
    assert list(updates)[-1].status == "stopped"


def test_live_pictures_take_a_tenth_of_the_time_of_a_run() -> None:
    """By a clock that only the run itself moves: a step takes 5 ms, a picture 100.

    In all it is less than the ten seconds of silence that count as a visitor's leaving.
    """
    clock.stand_still()
    pictures = []

    def picture() -> ToyResult:
        clock.skip(0.1)
        pictures.append(clock.ahead)
        return ToyResult(np.zeros(1))

    def run(config: ToyConfig) -> Run[ToyResult]:
        for step in range(1000):
            clock.skip(0.005)
            yield Snapshot(step + 1, 1000, "stepping", picture)
        return ToyResult(np.zeros(1))

    with closing(stream(replace(TOY, run=run), ToyConfig(), every=120)) as updates:
        assert [*updates][-1].status == "done"
    share = 0.1 * len(pictures) / clock.ahead
    assert 0.05 < share < 0.13, "of six seconds by the run's clock"
