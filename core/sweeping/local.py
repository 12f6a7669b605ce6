"""Orders carried out by worker processes of this machine, one at a time each."""

from __future__ import annotations

import base64
import dataclasses
import json
import queue
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from core.lab.beside import Program, serve
from core.sweeping.orders import Answer, Order, carry_out

MOST_TRIES = 3
"""So often the process that carries an order out may end before the order is given up."""
Heard = queue.SimpleQueue["tuple[Worker, bytes]"]


class Worker(Program):
    """A process that carries out one order after the other; what it warns of is shown."""

    def __init__(self, heard: Heard) -> None:
        """Start the process; what it says is put into the queue, an empty line at its end."""
        self.order: Order | None = None
        super().__init__([__name__], lambda line: heard.put((self, line)), errors=None)

    def give(self, order: Order) -> None:
        """Hand it an order; that its process has ended is heard, not raised."""
        self.order = order
        self.tell(dataclasses.asdict(order))


def answers(orders: Sequence[Order], n_workers: int) -> Iterator[Answer]:
    """Carry out all orders, each once; one whose process is killed is given to another.

    Args:
        orders: In the order in which they are begun.
        n_workers: Processes at once, at least 1.

    Yields:
        As they come. Closing the generator ends all processes.
    """
    waiting, failures, heard = deque(orders), Counter[str](), Heard()
    workers: list[Worker] = []
    try:
        while waiting or any(one.order for one in workers):
            _hand_out(workers, waiting, n_workers, heard)
            worker, line = heard.get()
            asked, worker.order = worker.order, None
            if line and asked is not None:
                yield _read(line, asked)
                continue
            workers.remove(worker)
            worker.end()
            if asked is None:
                continue
            failures[asked.key] += 1
            if failures[asked.key] < MOST_TRIES:
                waiting.append(asked)
            else:
                yield Answer(asked.key, problem=f"Its process ended {MOST_TRIES} times.")
    finally:
        for one in workers:
            one.end()


def _hand_out(
    workers: list[Worker], waiting: deque[Order], n_workers: int, heard: Heard
) -> None:  # fmt: skip
    """Give every idle worker an order; start workers while there are more orders than idle ones."""
    idle = [one for one in workers if one.order is None]
    while waiting and (idle or len(workers) < n_workers):
        if not idle:
            idle.append(Worker(heard))
            workers.append(idle[0])
        idle.pop().give(waiting.popleft())


def _read(line: bytes, asked: Order) -> Answer:
    said = json.loads(line)
    if "problem" in said:  # Of the worker, not of the run, which tells its own.
        return Answer(asked.key, problem=f"Its process failed ({said['problem']}).")
    found = said["answer"]
    return Answer(asked.key, base64.b64decode(found["content"]), found["problem"])


def _carried_out(order: Mapping[str, Any]) -> dict[str, str]:
    """An order and its answer, as JSON has them."""
    answer = carry_out(Order(**order))
    return {"content": base64.b64encode(answer.content).decode(), "problem": answer.problem}


if __name__ == "__main__":
    serve(_carried_out)
