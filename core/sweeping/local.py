"""Orders carried out by worker processes of this machine, one at a time each."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from multiprocessing import connection

from core.sweeping.orders import Answer, Order, carry_out

MOST_TRIES = 3
"""So often the process that carries an order out may end before the order is given up."""
_CONTEXT = multiprocessing.get_context("spawn")  # A fork would copy threads and locks half used.


class Worker:
    """A process that carries out one order after the other."""

    def __init__(self) -> None:
        """Start the process."""
        self.order: Order | None = None
        self.pipe, other = _CONTEXT.Pipe()
        self.process = _CONTEXT.Process(target=serve, args=(other,), daemon=True)
        self.process.start()
        other.close()  # So that the end of the process is the end of the pipe.

    def give(self, order: Order) -> None:
        """Hand it an order."""
        self.order = order
        self.pipe.send(order)

    def end(self) -> None:
        """End the process, whatever it is doing."""
        self.process.kill()
        self.process.join()
        self.pipe.close()


def serve(pipe: connection.Connection[Answer, Order]) -> None:
    """Carry out orders until nobody gives any; the body of a worker process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # The parent decides what an interrupt means.
    threading.Thread(target=_end_with_parent, daemon=True).start()
    while True:
        try:
            asked = pipe.recv()
        except EOFError:
            return
        pipe.send(carry_out(asked))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def answers(orders: Sequence[Order], n_workers: int) -> Iterator[Answer]:
    """Carry out all orders, each once; one whose process is killed is given to another.

    Args:
        orders: In the order in which they are begun.
        n_workers: Processes at once, at least 1.

    Yields:
        As they come. Closing the generator ends all processes.
    """
    waiting, failures = deque(orders), Counter[str]()
    workers: list[Worker] = []
    try:
        while waiting or any(one.order for one in workers):
            while len(workers) < min(n_workers, len(waiting) + sum(bool(w.order) for w in workers)):
                workers.append(Worker())
            _hand_out(workers, waiting)
            connection.wait([one.pipe for one in workers if one.order])
            for one in [one for one in workers if one.order and one.pipe.poll()]:
                asked, answer = one.order, _answer(one)
                if answer is None and asked is not None:
                    workers.remove(one)
                    failures[asked.key] += 1
                    if failures[asked.key] < MOST_TRIES:
                        waiting.append(asked)
                        continue
                    answer = Answer(asked.key, problem=f"Its process ended {MOST_TRIES} times.")
                if answer is not None:
                    yield answer
    finally:
        for one in workers:
            one.end()


def _hand_out(workers: Sequence[Worker], waiting: deque[Order]) -> None:
    for one in workers:
        if waiting and one.order is None:
            one.give(waiting.popleft())


def _answer(worker: Worker) -> Answer | None:
    """What a worker has to say; None when its process has ended instead."""
    try:
        answer = worker.pipe.recv()
    except (EOFError, OSError):
        worker.end()
        return None
    worker.order = None
    return answer
