from __future__ import annotations

import itertools

import pytest

from core.running.tasks import Task, Tasks, Watcher
from tests.running.toy_run import TOY, ToyConfig, ToyResult

CLOCK = itertools.count(1.0)


def task(name: int, *, watched: bool = True, queue: Tasks) -> Task:
    made = Task(str(name), TOY, ToyConfig(name=name))
    assert queue.add(made)
    if watched:
        made.watchers[Watcher(made)] = float("inf")
    else:
        made.left = float("inf")
    queue.activate()
    return made


def seen(made: Task) -> Task:
    """Make it a run whose visitors have seen something."""
    made.status, made.partial = "running", ToyResult([])  # type: ignore[arg-type]
    return made


def turns(queue: Tasks, count: int) -> str:
    order = []
    for _ in range(count):
        chosen = queue.next_turn()
        assert chosen is not None
        chosen.last_turn = next(CLOCK)
        order.append(chosen.key)
    return "".join(order)


@pytest.fixture
def queue() -> Tasks:
    return Tasks(most_active=3, most_waiting=2, grace=1.5)


def test_equals_take_turns(queue: Tasks) -> None:
    for name in (1, 2, 3):
        seen(task(name, queue=queue))
    assert turns(queue, 7) == "1231231"


def test_a_newcomer_gets_every_other_turn_until_it_has_shown_something(queue: Tasks) -> None:
    for name in (1, 2):
        seen(task(name, queue=queue))
    assert turns(queue, 2) == "12"
    newcomer = task(3, queue=queue)
    assert turns(queue, 6) == "313231"
    seen(newcomer)
    assert sorted(turns(queue, 6)) == list("112233")


def test_a_newcomer_that_shows_nothing_is_none_for_ever(queue: Tasks) -> None:
    seen(task(1, queue=queue))
    task(2, queue=queue).used = 0.2
    assert turns(queue, 6) == "121212"


def test_an_unwatched_run_gets_only_time_that_nobody_needs(queue: Tasks) -> None:
    watched = seen(task(1, queue=queue))
    seen(task(2, watched=False, queue=queue))
    assert turns(queue, 3) == "111"
    queue.remove(watched)
    assert turns(queue, 2) == "22"


def test_an_unwatched_run_makes_way_for_one_that_waits(queue: Tasks) -> None:
    running = [seen(task(name, queue=queue)) for name in (1, 2, 3)]
    waiting = task(4, queue=queue)
    assert waiting.status == "queued"
    running[1].watchers.clear()
    running[1].left = float("inf")
    closing = queue.next_turn()
    assert closing is running[1] and closing.ending
    queue.remove(closing)
    assert queue.next_turn() is waiting and waiting.status == "running"


def test_a_full_queue_refuses_unless_somebody_in_it_has_left(queue: Tasks) -> None:
    for name in (1, 2, 3):
        task(name, queue=queue)
    fourth, fifth = task(4, queue=queue), task(5, queue=queue)
    assert [queue.position(t) for t in (fourth, fifth)] == [0, 1]
    assert not queue.add(Task("6", TOY, ToyConfig()))
    fourth.watchers.clear()
    assert queue.add(Task("6", TOY, ToyConfig()))
    assert fourth.ending and queue.position(fifth) == 0
    assert queue.find("4") is None and queue.find("5") is fifth
